/**
 * `npm run test:faults [-- --only PATTERN] [-- --list]`: jobs of the real `decant` command against a real playground,
 * killed and hindered at exact moments, each judged by test/faults/oracle.ts. One line a cell; the last line has the
 * counts. PATTERN is a regular expression for the cells' names.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Cell } from '../test/faults/cell.ts'
import { CELLS } from '../test/faults/cells.ts'
import { runCell } from '../test/faults/run-cell.ts'
import { cannotRun } from '../test/faults/stage.ts'

/** Cells at a time: for two cores. */
const AT_ONCE = 2

const { values } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean', default: false } },
})
const asked = CELLS.filter(({ name }) => new RegExp(values.only ?? '').test(name))
if (values.list) {
  for (const { name } of asked) console.log(name)
  process.exit(0)
}

const counts = { passed: 0, failed: 0, skipped: 0 }
// Compiled once for all the processes to come.
const compiled = mkdtempSync(path.join(tmpdir(), 'decant-compiled-'))
process.env['NODE_COMPILE_CACHE'] ??= compiled
const began = performance.now()
try {
  const waiting = [...asked]
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) await run(cell)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
} finally {
  rmSync(compiled, { recursive: true, force: true })
}
console.log(`\n${asked.length} cells in ${Math.round((performance.now() - began) / 1000)} s`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 || asked.length === 0 ? 1 : 0

async function run(cell: Cell): Promise<void> {
  const why = cannotRun(cell)
  if (why !== undefined) {
    counts.skipped += 1
    console.log(`skipped  ${cell.name}: ${why}`)
    return
  }
  try {
    const { wrong, seconds, lives, requests, inDoubt } = await runCell(cell)
    const passed = wrong.length === 0
    counts[passed ? 'passed' : 'failed'] += 1
    const each = lives.map((life) => life.toFixed(1)).join(' + ')
    const figures = `${seconds.toFixed(1)} s (${each}), ${requests} requests, in doubt ${inDoubt.join(' + ')}`
    console.log([`${passed ? 'passed ' : 'FAILED '} ${cell.name}: ${figures}`, ...wrong].join('\n         '))
  } catch (error) {
    counts.failed += 1
    console.log(`FAILED   ${cell.name}: ${error instanceof Error ? error.stack : String(error)}`)
  }
}
