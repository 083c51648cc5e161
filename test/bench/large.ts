/**
 * `node test/bench/large.ts`: one object of 100 GiB by the `decant` command, unbuilt, against a playground that takes
 * 20 ms for each part. Prints parts and how many of them were in flight at the most, by the server's count, and ends 1
 * when a bound is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decantFor, jsonResult } from '../helpers/decant.ts'
import { spawnPlayground } from '../helpers/playground.ts'

const SIZE = 100 * 1024 ** 3
const LATENCY = 20
const BOUNDS = { parts: 410, inFlight: 16 }

const dir = mkdtempSync(path.join(tmpdir(), 'decant-large-'))
const playground = await spawnPlayground()
try {
  const { admin } = playground
  const decant = decantFor(playground, path.join(dir, 'data'))
  await admin.seed({ bucket: 'source', prefix: '', count: 1, size: SIZE, pattern: 'large' })
  await admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })
  await admin.faults({ do: 'slow', ms: LATENCY })
  await admin.resetCounters()
  const { code, output } = await decant('copy', 's3://source/', 's3://destination/', '--json')
  if (code !== 0) throw new Error(output)
  const { seconds } = jsonResult(output)
  const { requests, mostInFlight } = await admin.counters()
  const parts = requests['UploadPartCopy'] ?? 0
  console.log(`100 GiB at ${LATENCY} ms: ${parts} parts (at most ${BOUNDS.parts}), ${mostInFlight} in flight`)
  console.log(
    `at least ${BOUNDS.inFlight} wanted; ${seconds.toFixed(2)} s, requests ${JSON.stringify(requests)}`,
  )
  if (parts > BOUNDS.parts || mostInFlight < BOUNDS.inFlight) process.exitCode = 1
} finally {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
}
