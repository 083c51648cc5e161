import { expect, test } from 'vitest'
import { keptPaces, workAtPace } from '../../main/jobs/run/kept-pace.ts'
import { emptyTally } from '../../main/jobs/tally.ts'
import type { JobStatus } from '#model/job.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

const place = (region: string) => ({
  connection: {
    id: region,
    name: region,
    config: { region, addressing: 'virtual', credentials: { kind: 'profile', profile: 'x' } },
  },
  bucket: 'bucket',
})

function copy(to = 'eu-central-1', more: object = {}): JobSpec {
  return jobSpec.parse({
    ...{ v: 1, kind: 'copy', conflict: 'skip', verify: 'auto' },
    sources: [{ ...place('us-east-1'), select: [{ kind: 'prefix', prefix: '' }], base: '' }],
    destinations: [{ ...place(to), prefix: 'p/' }],
    ...more,
  })
}

interface Made {
  readonly spec?: JobSpec
  readonly items?: number
  readonly bytes?: number
  readonly ranFor?: number
  readonly status?: JobStatus
  readonly importedAt?: number
  readonly restored?: number
  readonly endedAt?: number
}

let made = 0
function job({ items = 1000, bytes = 1e6, restored = 0, importedAt, ...more }: Made = {}) {
  const tally = emptyTally()
  tally.copied = { items, bytes }
  tally.planned.copy = { items: items - restored, bytes }
  tally.planned['restore-then-copy'].items = restored
  const done = { status: { is: 'completed' } as JobStatus, ranFor: 10_000, endedAt: 1 }
  return { id: String(made++), spec: copy(), tally, more: { importedAt }, ...done, ...more }
}

const draft = job({ status: { is: 'ready' } })

test.each<[string, Made, number]>([
  ['one like it', {}, 1],
  ['one that goes on', { status: { is: 'running' } }, 0],
  ['one that was cancelled', { status: { is: 'cancelled' } }, 0],
  ['one from elsewhere', { importedAt: 5 }, 0],
  ['one that restored', { restored: 1 }, 0],
  ['one of few objects', { items: 99 }, 0],
  ['one of few objects that are large', { items: 2, bytes: 2 ** 28 }, 1],
  ['one of a moment', { ranFor: 999 }, 0],
  ['one between other endpoints', { spec: copy('eu-west-1') }, 0],
  ['one of another kind', { spec: copy('eu-central-1', { kind: 'move' }) }, 0],
  ['one that reads all it wrote', { spec: copy('eu-central-1', { verify: 'full' }) }, 0],
  ['one with a limit of its own', { spec: copy('eu-central-1', { concurrency: 2 }) }, 0],
])('%s says %j paces', (_, other, paces) => expect(keptPaces(draft, [draft, job(other)])).toHaveLength(paces))

test('the last five are asked, the newest first', () => {
  const past = [3, 9, 5, 7, 1, 8].map((endedAt) => job({ endedAt, items: endedAt * 1000 }))
  const paces = keptPaces(draft, past).map(({ objectsPerSecond }) => objectsPerSecond)
  expect(paces).toEqual([900, 800, 700, 500, 300])
})

test('what a plan comes to is what it does, and not what it skips or refuses', () => {
  const plan = job({ restored: 30, status: { is: 'ready' } })
  plan.tally.planned.skip = { items: 7, bytes: 7 }
  plan.tally.planned.refuse = { items: 7, bytes: 7 }
  expect(workAtPace(plan, [job()])).toEqual({
    ...{ items: 1000, bytes: 1e6, archived: 30 },
    kept: [{ objectsPerSecond: 100, bytesPerSecond: 1e5 }],
  })
})
