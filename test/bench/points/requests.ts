import path from 'node:path'
import { allRequests } from '../figures.ts'
import type { BenchPoint, Check, Series } from '../figures.ts'
import { byTurns } from '../pairs.ts'
import { decant } from '../peers.ts'

const OBJECTS = 5000
const PAGE = 1000
const IN_FLIGHT = 64

/** What each kind of job asks of the server, by the server's own count. Requests do not depend on the machine. */
export const point: BenchPoint = {
  name: 'requests',
  title: 'requests and connections of a copy, an edit and a verified move of 5,000 objects',
  run: async (bench) => {
    const playground = await bench.playground()
    const { admin } = playground
    for (const bucket of ['copied', 'edited', 'moved'])
      await admin.seed({ bucket, count: OBJECTS, prefix: 'in/', size: 4096 })
    await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
    const jobs: Readonly<Record<string, readonly string[]>> = {
      copy: ['copy', 's3://copied/in/', 's3://destination/copied/', '--verify', 'answer'],
      edit: ['edit', 's3://edited/in/', '--set-meta', 'by=bench', '--verify', 'answer'],
      move: ['move', 's3://moved/in/', 's3://destination/moved/'],
    }
    const contestants = Object.entries(jobs).map(([name, args]) => ({
      name,
      command: () => {
        const dataDir = path.join(bench.dir, `requests-${name}`)
        return decant(playground, dataDir, ...args, '--concurrency', String(IN_FLIGHT))
      },
      // A second time there would be nothing left to move, and the count would be the same.
      runs: 1,
    }))
    const series = await byTurns(bench, playground, OBJECTS, contestants)
    return { series, checks: series.flatMap(checksOf), tables: [byOperation(series)] }
  },
}

/** Asked a few times a job, however many objects it has. */
const ABOUT_BUCKETS = [
  'HeadBucket',
  'GetBucketLocation',
  'GetBucketVersioning',
  'GetBucketEncryption',
  'GetBucketOwnershipControls',
  'GetObjectLockConfiguration',
]

/** Requests an object beside the listings. A move: the copy, a HEAD of both sides, the delete; deletes go together. */
const EACH: Readonly<Record<string, number>> = { copy: 1, edit: 2, move: 4 }

function checksOf({ name, runs: [run] }: Series): Check[] {
  if (run === undefined) return []
  const lists = run.requests['ListObjectsV2'] ?? 0
  const others = ABOUT_BUCKETS.reduce((sum, operation) => sum + (run.requests[operation] ?? 0), 0)
  const each = (allRequests(run) - lists - others) / OBJECTS
  return [
    { what: `${name}: requests an object`, is: each, atMost: EACH[name] ?? 0 },
    {
      what: `${name}: lists a thousand objects`,
      is: lists / (OBJECTS / PAGE),
      atMost: name === 'edit' ? 1 : 1.2,
    },
    { what: `${name}: requests about the bucket`, is: others, atMost: 5 },
    {
      // Of those that the job may have under way: a quick server never sees all of them at once.
      what: `${name}: connections beyond the ${IN_FLIGHT} in flight`,
      is: run.connections - IN_FLIGHT,
      atMost: 4,
    },
  ]
}

function byOperation(
  series: readonly Series[],
): NonNullable<Awaited<ReturnType<BenchPoint['run']>>['tables']>[0] {
  const operations = [...new Set(series.flatMap(({ runs }) => Object.keys(runs[0]?.requests ?? {})))].sort()
  return {
    title: 'Requests as the server counted them',
    columns: ['job', ...operations],
    rows: series.map(({ name, runs }) => [name, ...operations.map((one) => runs[0]?.requests[one] ?? 0)]),
  }
}
