import { describe, expect, it } from 'vitest'
import { CELLS } from './cells.ts'
import { runCell } from './run-cell.ts'
import type { Stage } from './stage.ts'

const QUICK = CELLS.filter(({ quick }) => quick === true)
const DOCTORED = CELLS.find(({ name }) => name === 'copy: done, not answered')!

/** Everything that the oracle should see in the real log and the real buckets. */
async function spoil({ raw }: Stage): Promise<void> {
  const at = '/destination/out/obj-0'
  await raw.send({ method: 'DELETE', path: `${at}1` })
  await raw.send({ method: 'PUT', path: `${at}2`, headers: { 'x-amz-copy-source': '/source/in/obj-02' } })
  await raw.send({ method: 'POST', path: `${at}3?uploads=` })
  await raw.send({ method: 'PUT', path: `${at}4`, headers: { 'x-amz-copy-source': '/source/in/obj-05' } })
}

/** Milliseconds; a busy machine starts each of the processes slowly. */
describe('some cells of npm run test:faults', { timeout: 240_000 }, () => {
  it.each(QUICK)('$name', async (cell) => {
    expect((await runCell(cell)).wrong).toEqual([])
  })

  it('what is spoilt after a cell is found', async () => {
    const { wrong } = await runCell(DOCTORED, spoil)
    const rules = wrong.map((line) => line.split(':')[0])
    expect(rules.sort()).toEqual([
      ...['no-upload-left', 'nothing-lost', 'nothing-lost', 'written-once', 'written-once'],
    ])
  })

  it('each has a name of its own, which begins with its job', () => {
    expect(new Set(CELLS.map(({ name }) => name)).size).toBe(CELLS.length)
    for (const { name, job } of CELLS) expect(name.startsWith(job)).toBe(true)
  })
})
