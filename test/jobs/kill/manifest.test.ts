import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { expectOnce, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

let bench: Bench
let dir: string
beforeEach(async () => {
  bench = await openBench()
  dir = mkdtempSync(path.join(tmpdir(), 'decant-kill-manifest-'))
})
afterEach(async () => {
  await bench.end()
  rmSync(dir, { recursive: true, force: true })
})

it(
  'SIGKILL while a manifest is planned: it is read on after its last whole page, and each row is planned once',
  { timeout: 120_000 },
  async () => {
    await bench.seed({ count: 5000, pattern: 'obj-{n:4}' })
    const file = path.join(dir, 'manifest.csv')
    const rows = Array.from({ length: 5000 }, (_, n) => `source,in/obj-${String(n).padStart(4, '0')}\n`)
    // One early and one late row without sense.
    writeFileSync(file, ['source,%zz\n', ...rows, 'source,\n'].join(''))
    await bench.playground.admin.faults({ op: 'ListObjectsV2', bucket: 'source', nth: 5, do: 'hang' })
    const running = bench.decant.start('copy', '--manifest', file, 's3://source/in/', TO, '--json')
    await bench.held(1, { CopyObject: 1000 })
    const result = await bench.killAndResume(running)
    await bench.isWhole(result, 5000)
    expectOnce(await bench.mutations('CopyObject'), 5000)
    const bad = readFileSync(path.join(bench.dataDir, 'manifests', `bad-${result.jobId}.csv`), 'utf8')
    expect(bad.trimEnd().split('\r\n')).toEqual([
      'Line,Reason,Row',
      expect.stringMatching(/^1,/),
      expect.stringMatching(/^5002,/),
    ])
  },
)
