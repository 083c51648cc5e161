import type { Jobs } from '../../../main/jobs/api.ts'
import { begin, inPlace, poured, CHANGED, FIRST_JOBS, pour } from './jobs.ts'
import type { GridJob, Shape } from './jobs.ts'
import { CARRIED, give, lookAt, makeBuckets, makeServers, source, spec } from './world.ts'
import type { GridObject, GridWorld, Look, Place, ServerOptions } from './world.ts'
import type { Versioning } from '#model/object.ts'

const MIB = 1024 ** 2

/** The undo of a job of another world, once that is over; `aim` says what it finds and what it shall leave. */
function undoOf(
  done: GridWorld,
  aim: () => { objects: readonly GridObject[]; kept?: readonly Place[] },
): GridWorld {
  const objects: GridObject[] = []
  const bystanders = [...done.bystanders]
  let first = ''
  return {
    ...done,
    ...{ objects, bystanders },
    before: (jobs: Jobs) => (first = done.begin(jobs)),
    prepared: () => {
      const { objects: found, kept = [] } = aim()
      objects.push(...found)
      for (const place of kept) bystanders.push({ place, look: lookAt(place) })
    },
    begin: (jobs) => jobs.undo(first, { draft: false }).id,
  }
}

/** What somebody did to the first object of a job before that is taken back. */
type Meanwhile = 'nothing' | 'source gone' | 'source rewritten' | 'copy written again'

function meddle({ from, to }: GridObject, what: Meanwhile): void {
  const { server, bucket, key } = from
  if (what === 'source gone')
    for (const { versionId } of server.bucket(bucket).versions(key))
      server.bucket(bucket).remove(key, versionId)
  if (what === 'source rewritten') give(server, bucket, key, { size: 120, seed: 'by another' })
  if (what === 'copy written again' && to) {
    const { content, etag } = to.server.current(to.bucket, to.key) ?? {}
    if (content && etag !== undefined) to.server.store(to.bucket, to.key, content, etag, {})
  }
}

/** What a copy made goes, and what stood there before comes back; what may be the last copy stays. */
function ofCopy(
  seed: number,
  options: ServerOptions,
  { meanwhile = 'nothing', ...shape }: Omit<Shape, 'kind'> & { readonly meanwhile?: Meanwhile },
): GridWorld {
  const done = pour(seed, options, { kind: 'copy', ...shape })
  const before = done.objects.map(({ to }) => lookAt(to as Place))
  return undoOf(done, () => {
    meddle(done.objects[0] as GridObject, meanwhile)
    const isLeft = (n: number): boolean => n === 0 && meanwhile !== 'nothing'
    return {
      objects: done.objects.flatMap(({ to }, n) =>
        isLeft(n) ? [] : [inPlace(to as Place, before[n] ?? null)],
      ),
      kept: done.objects.flatMap(({ from, to }, n) => (isLeft(n) && to ? [from, to] : [from])),
    }
  })
}

/** What was moved goes back where it was. */
function ofMove(seed: number, options: ServerOptions, shape: Omit<Shape, 'kind'>): GridWorld {
  const done = pour(seed, options, { kind: 'move', ...shape })
  const were = done.objects.map(({ from, to }) => ({ from: lookAt(from), to: lookAt(to as Place) }))
  return undoOf(done, () => ({
    objects: done.objects.map(({ from, to }, n) => ({
      ...poured('move', to as Place, from),
      end: { from: were[n]?.to ?? null, to: were[n]?.from ?? null },
    })),
  }))
}

/** What was kept aside comes back over what was written there. */
function ofOverwrite(seed: number, options: ServerOptions, meanwhile: Meanwhile = 'nothing'): GridWorld {
  const done = pour(seed, options, { kind: 'copy', more: { backup: { prefix: 'kept/' } } })
  const [plain, taken] = done.objects.map(({ to }) => to as Place) as [Place, Place]
  const was = lookAt(taken)
  const kept = { ...taken, key: `kept/${taken.key}` }
  if (meanwhile !== 'nothing')
    return undoOf(done, () => {
      meddle(done.objects[1] as GridObject, meanwhile)
      return { objects: [inPlace(plain, null)], kept: [taken, kept] }
    })
  return undoOf(done, () => ({
    objects: [{ ...poured('move', kept, taken), end: { from: null, to: was } }, inPlace(plain, null)],
    kept: done.objects.map(({ from }) => from),
  }))
}

function ofEdit(seed: number, options: ServerOptions, versioning: Versioning, what: object): GridWorld {
  const { seams, servers } = makeServers(seed, options)
  const server = servers.one
  makeBuckets(server, versioning, 'from')
  const places = [120, 340].map((size, n) => {
    const place = { server, bucket: 'from', key: `in/${n}` }
    give(server, place.bucket, place.key, { size, ...CARRIED })
    return place
  })
  const were: Look[] = places.map(lookAt)
  const job = spec({ kind: 'edit', sources: [source()], properties: what })
  const done: GridWorld = {
    ...{ seams, servers, objects: [], bystanders: [], touched: [], story: [] },
    begin: begin(job),
  }
  return undoOf(done, () => ({ objects: places.map((place, n) => inPlace(place, were[n] ?? null)) }))
}

function ofDelete(seed: number, options: ServerOptions): GridWorld {
  const job = FIRST_JOBS.find(({ name }) => name === 'delete, versions') as GridJob
  const done = job.make(seed, options)
  const were = done.objects.map(({ from }) => lookAt(from))
  return undoOf(done, () => ({ objects: done.objects.map(({ from }, n) => inPlace(from, were[n] ?? null)) }))
}

const TAGS = { tags: { policy: 'change', set: CHANGED.tags } }
const ALL = { ...TAGS, metadata: { policy: 'change', set: { how: CHANGED.metadata.how } } }
const LARGE = [13 * MIB, 500]

const UNDONE: readonly GridJob[] = [
  { name: 'undo of a copy', make: (s, o) => ofCopy(s, o, { taken: false }) },
  { name: 'undo of a copy, versions', make: (s, o) => ofCopy(s, o, { versioning: 'enabled' }) },
  {
    name: 'undo of a copy, a source gone',
    make: (s, o) => ofCopy(s, o, { taken: false, meanwhile: 'source gone' }),
    fails: ['only-copy'],
  },
  {
    name: 'undo of a copy, a source rewritten',
    make: (s, o) => ofCopy(s, o, { taken: false, meanwhile: 'source rewritten' }),
    fails: ['only-copy'],
  },
  {
    name: 'undo of a copy, versions, a source gone',
    make: (s, o) => ofCopy(s, o, { versioning: 'enabled', meanwhile: 'source gone' }),
    fails: ['only-copy'],
  },
  {
    name: 'undo of a copy, written once more',
    make: (s, o) => ofCopy(s, o, { taken: false, meanwhile: 'copy written again' }),
    fails: ['source-changed'],
  },
  {
    name: 'undo of an upload, a file gone',
    make: (s, o) => ofCopy(s, o, { from: 'local', taken: false, meanwhile: 'source gone' }),
    fails: ['only-copy'],
  },
  {
    name: 'undo of a download, an object gone',
    make: (s, o) => ofCopy(s, o, { to: 'local', taken: false, meanwhile: 'source gone' }),
    fails: ['only-copy'],
  },
  { name: 'undo of a move', make: (s, o) => ofMove(s, o, { taken: false }) },
  { name: 'undo of a move, versions', make: (s, o) => ofMove(s, o, { versioning: 'enabled' }) },
  { name: 'undo of a move in parts', make: (s, o) => ofMove(s, o, { sizes: LARGE, taken: false }) },
  { name: 'undo of a relayed move', make: (s, o) => ofMove(s, o, { to: 'two', taken: false }) },
  { name: 'undo of an overwrite', make: (s, o) => ofOverwrite(s, o) },
  {
    name: 'undo of an overwrite, its source gone',
    make: (s, o) => ofOverwrite(s, o, 'source gone'),
    fails: ['only-copy'],
  },
  { name: 'undo of an edit', make: (s, o) => ofEdit(s, o, 'off', ALL) },
  { name: 'undo of an edit, versions', make: (s, o) => ofEdit(s, o, 'enabled', ALL) },
  { name: 'undo of an edit of tags', make: (s, o) => ofEdit(s, o, 'off', TAGS) },
  { name: 'undo of a delete, versions', make: (s, o) => ofDelete(s, o) },
  {
    name: 'undo, paused and resumed',
    make: (s, o) => ofMove(s, o, { sizes: [120, 340, 20], taken: false }),
    person: { is: 'pause', at: { phase: 'answered', operation: 'CopyObject' } },
  },
  {
    name: 'undo, cancelled',
    make: (s, o) => ofMove(s, o, { sizes: [120, 340, 20], taken: false }),
    person: { is: 'cancel', at: { phase: 'answered', operation: 'CopyObject' } },
  },
]

export const UNDO_JOBS: readonly GridJob[] = UNDONE.map((job) => ({ ...job, undoes: true }))
