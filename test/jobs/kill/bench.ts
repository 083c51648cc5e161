import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { decantFor, jsonResult } from '../../helpers/decant.ts'
import type { Decant, JsonResult } from '../../helpers/decant.ts'
import { spawnPlayground } from '../../helpers/playground.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import { until } from '../../helpers/processes.ts'
import type { RunningProcess } from '../../helpers/processes.ts'
import type { FaultRule } from '../../../main/playground/faults.ts'
import type { SeedRequest } from '../../../main/playground/seed-request.ts'

export const FROM = 's3://source/in/'
export const TO = 's3://destination/out/'

/** A real playground and the real command line, in processes of their own. */
export interface Bench {
  readonly playground: PlaygroundProcess
  readonly decant: Decant
  readonly dataDir: string
  /** Seeds `in/` of the bucket `source`, and the same of `witness`, which nobody touches. */
  seed(objects: Omit<Extract<SeedRequest, { count: number }>, 'bucket' | 'prefix'>): Promise<void>
  /** Successful mutations of one operation, by key (and part). */
  mutations(op: string): Promise<Map<string, number>>
  /** Waits until exactly so many requests are held, and at least so many of an operation were answered. */
  held(inFlight: number, answered: Readonly<Record<string, number>>): Promise<void>
  /** SIGKILL, everything that was held let go, and `decant resume --all` to its end. */
  killAndResume(running: RunningProcess): Promise<JsonResult>
  /** The destination holds all that the source held at first, and the report says so of each object. */
  isWhole(result: JsonResult, items: number): Promise<void>
  /** A failed test may have left processes running: they end with it. */
  end(): Promise<void>
}

export async function openBench(): Promise<Bench> {
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-kill-'))
  const dataDir = path.join(dir, 'data')
  const playground = await spawnPlayground()
  const { admin } = playground
  const decant = decantFor(playground, dataDir)
  await admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })

  return {
    playground,
    decant,
    dataDir,
    async seed(objects) {
      for (const bucket of ['source', 'witness']) await admin.seed({ ...objects, bucket, prefix: 'in/' })
    },
    async mutations(op) {
      const times = new Map<string, number>()
      for (const entry of await admin.log()) {
        if (entry.op !== op) continue
        const name = [entry.key, entry.partNumber].filter((word) => word !== undefined).join(' ')
        times.set(name, (times.get(name) ?? 0) + 1)
      }
      return times
    },
    async held(inFlight, answered) {
      await until(`${inFlight} requests are held`, async () => {
        const counters = await admin.counters()
        const isFar = Object.entries(answered).every(([op, least]) => (counters.requests[op] ?? 0) >= least)
        return isFar && counters.inFlight === inFlight
      })
    },
    async killAndResume(running) {
      await running.kill()
      await admin.clearFaults()
      await admin.release()
      const { code, output } = await decant('resume', '--all', '--json')
      expect({ code, output }).toMatchObject({ code: 0 })
      return jsonResult(output)
    },
    async isWhole(result, items) {
      expect(result).toMatchObject({ status: 'completed', outcome: 'done', tally: { items, failed: 0 } })
      const there = { bucket: 'destination', prefix: 'out/' }
      expect(await admin.compare({ bucket: 'witness', prefix: 'in/' }, there)).toMatchObject({
        equal: true,
        compared: items,
      })
      const out = path.join(dir, 'report.csv')
      await decant('report', result.jobId, '--format', 'csv', '--out', out)
      const rows = readFileSync(out, 'utf8').split('\n')
      expect(rows.filter((row) => row.includes(',succeeded,'))).toHaveLength(items)
    },
    async end() {
      await decant.end()
      await playground.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Each key once, and all of them. */
export function expectOnce(mutations: ReadonlyMap<string, number>, count: number): void {
  expect([...mutations].filter(([, times]) => times > 1)).toEqual([])
  expect(mutations.size).toBe(count)
}

/** Holds every request of an operation whose key ends in one of these digits. */
export function holding(op: FaultRule['op'], digits: string, when: 'before' | 'after'): FaultRule {
  return { ...(op !== undefined && { op }), keyPattern: `[${digits}]$`, do: 'hang', when }
}
