import type { Item } from '../../../main/jobs/item.ts'
import type { Jobs } from '../../../main/jobs/api.ts'
import type { RequestStep } from '../../helpers/memory/server.ts'
import type { FailureCode } from '#model/failure.ts'
import type { Versioning } from '#model/object.ts'
import type { JobSpec } from '#model/spec.ts'
import { itemQuery } from '#model/plan.ts'
import {
  CARRIED,
  destination,
  give,
  lookAt,
  lookWith,
  makeBuckets,
  makeServers,
  source,
  spec,
} from './world.ts'
import type { GridObject, GridWorld, Look, Place, ServerName, ServerOptions } from './world.ts'

const MIB = 1024 ** 2
/** Where the folders of this machine are, in the virtual one. */
export const FOLDER = '/home/mia'

/** A kind of job, of which every cell makes a world of its own. */
export interface GridJob {
  readonly name: string
  make(seed: number, options: ServerOptions): GridWorld
  /** What a person does in the midst of it, and when. A pause that is `left` is not taken back: the job is cancelled as it stands. */
  readonly person?: {
    readonly is: 'pause' | 'cancel' | 'pause-left'
    readonly at: Pick<RequestStep, 'phase' | 'operation'>
  }
  /** Megabytes go through it: only with the faults that matter most. */
  readonly isHeavy?: true
  /** Of objects that the server copies for minutes: only with faults of such copies. */
  readonly isLarge?: true
  /** Where its last write hangs, it is made by parts instead. */
  readonly goesByParts?: true
  /** Real ones beside the virtual world, so that the virtual clock runs while they are read. */
  readonly reads?: 'files'
  /** It may stand still until it is granted more. */
  readonly budget?: number
  /** With which codes some of its items fail in any case. */
  readonly fails?: readonly FailureCode[]
  /** It takes back what another job did. */
  readonly undoes?: true
  /** Somebody else's write at the destination is written over, as asked. */
  readonly overwrites?: boolean
}

export interface Shape {
  readonly kind: 'copy' | 'move'
  readonly from?: ServerName
  readonly to?: ServerName
  readonly versioning?: Versioning
  /** Bytes of each object. */
  readonly sizes?: readonly number[]
  /** The last of them has its name taken, by something else or by the same bytes. */
  readonly taken?: boolean | 'same'
  readonly more?: object
}

const OTHER = { size: 77, seed: 'there' }

/** Some objects below `in/`, which are copied or moved below `out/`. */
export function pour(seed: number, options: ServerOptions, shape: Shape): GridWorld {
  const { kind, from = 'one', to = 'one', versioning = 'off', sizes = [120, 340], taken = true, more } = shape
  const { seams, servers } = makeServers(seed, options)
  const [left, right] = [servers[from], servers[to]]
  const fromBucket = from === 'local' ? FOLDER : 'from'
  const toBucket = to === 'local' ? FOLDER : 'to'
  makeBuckets(left, versioning, fromBucket)
  makeBuckets(right, versioning, toBucket)
  const carried = from === 'local' || to === 'local' ? {} : CARRIED
  const objects = sizes.map((size, n) => {
    const place = { server: left, bucket: fromBucket, key: `in/${n}` }
    give(left, place.bucket, place.key, { size, ...carried })
    const target = { server: right, bucket: toBucket, key: `out/${n}` }
    if (taken && n === sizes.length - 1)
      give(
        right,
        target.bucket,
        target.key,
        taken === 'same' ? { size, seed: `${fromBucket} ${place.key}` } : OTHER,
      )
    return poured(kind, place, target)
  })
  const stranger = { server: right, bucket: toBucket, key: 'out/z' }
  give(right, stranger.bucket, stranger.key, { size: 5, seed: 'stranger' })
  const job = spec({
    kind,
    sources: [source(fromBucket, from)],
    destinations: [destination(toBucket, to)],
    ...more,
  })
  return {
    ...{ seams, servers, objects },
    bystanders: [{ place: stranger, look: lookAt(stranger) }],
    touched: [],
    story: [],
    begin: begin(job),
  }
}

export function begin(job: JobSpec): (jobs: Jobs) => string {
  return (jobs) => jobs.create(job, { draft: false }).id
}

export function poured(kind: 'copy' | 'move', from: Place, to: Place): GridObject {
  const there = lookAt(from)
  return {
    ...{ from, to },
    isOf: (item: Item) => item.key === from.key,
    start: { from: there, to: lookAt(to) },
    end: { from: kind === 'copy' ? there : null, to: there },
  }
}

/** By one request each, however large: over nothing, and over something else. */
function large(seed: number, given: ServerOptions, kind: 'copy' | 'move'): GridWorld {
  const options = { ...given, copyLimit: 1024 * MIB }
  const more = { conflict: 'if-different' }
  return {
    ...pour(seed, options, { kind, sizes: [300 * MIB, 200 * MIB], more }),
    copyLimit: options.copyLimit,
  }
}

/** By one request each, over the same bytes: what S3 cannot tell apart goes by parts where it hangs. */
function largeOverSame(seed: number, given: ServerOptions, kind: 'copy' | 'move'): GridWorld {
  const options = { ...given, copyLimit: 1024 * MIB }
  const more = { conflict: 'overwrite' }
  return {
    ...pour(seed, options, { kind, sizes: [340, 200 * MIB], taken: 'same', more }),
    copyLimit: options.copyLimit,
  }
}

/** Of an object in parts, which a copy makes one of, and of one in one part, whose ETag stays. */
function largeEdit(seed: number, given: ServerOptions): GridWorld {
  const options = { ...given, copyLimit: 1024 * MIB }
  const etag = `${'0'.repeat(32)}-36`
  return {
    ...edit(seed, options, 'off', [300 * MIB, 340, 200 * MIB], 'all', etag),
    copyLimit: options.copyLimit,
  }
}

/** What is done where it stands. */
export function inPlace(from: Place, end: Look): GridObject {
  const start = { from: lookAt(from), to: null }
  return { from, isOf: (item) => item.key === from.key, start, end: { from: end, to: null } }
}

const LARGE = [13 * MIB, 500]

export const CHANGED = {
  tags: { colour: 'white', new: 'yes' },
  metadata: { ...CARRIED.metadata, how: 'edited' },
}

function edit(
  seed: number,
  options: ServerOptions,
  versioning: Versioning,
  sizes: readonly number[],
  what: 'tags' | 'all',
  /** Of the first one. */
  etag?: string,
): GridWorld {
  const { seams, servers } = makeServers(seed, options)
  const server = servers.one
  makeBuckets(server, versioning, 'from')
  const tags = { policy: 'change', set: CHANGED.tags }
  const metadata = { policy: 'change', set: { how: CHANGED.metadata.how } }
  const objects = sizes.map((size, n) => {
    const place = { server, bucket: 'from', key: `in/${n}` }
    give(server, place.bucket, place.key, { size, etag: n === 0 ? etag : undefined, ...CARRIED })
    return inPlace(place, lookWith(place, what === 'all' ? CHANGED : { tags: CHANGED.tags }))
  })
  const job = spec({
    kind: 'edit',
    sources: [source()],
    properties: what === 'all' ? { tags, metadata } : { tags },
  })
  return { ...{ seams, servers, objects }, bystanders: [], touched: [], story: [], begin: begin(job) }
}

/** A rule that shows when it was applied twice. */
function editByRule(seed: number, options: ServerOptions): GridWorld {
  const { seams, servers } = makeServers(seed, options)
  const server = servers.one
  makeBuckets(server, 'off', 'from')
  const objects = [120, 340].map((size, n) => {
    const place = { server, bucket: 'from', key: `in/${n}` }
    give(server, place.bucket, place.key, { size, ...CARRIED })
    return inPlace(place, lookWith(place, { metadata: { ...CARRIED.metadata, n: '77' } }))
  })
  const action = { do: 'replace', find: '^.*$', with: '$&$&' }
  const job = spec({ kind: 'edit', sources: [source()], fieldRules: [{ field: 'x-amz-meta-n', action }] })
  return { ...{ seams, servers, objects }, bystanders: [], touched: [], story: [], begin: begin(job) }
}

function deletion(seed: number, options: ServerOptions, versioning: Versioning): GridWorld {
  const { seams, servers } = makeServers(seed, options)
  const server = servers.one
  makeBuckets(server, versioning, 'from')
  const objects = [120, 340].map((size, n) => {
    const place = { server, bucket: 'from', key: `in/${n}` }
    give(server, place.bucket, place.key, { size, ...CARRIED })
    return inPlace(place, null)
  })
  return {
    ...{ seams, servers, objects, bystanders: [], touched: [], story: [] },
    begin: begin(spec({ kind: 'delete', sources: [source()] })),
  }
}

/** Rows that nobody can make sense of, one twice, one of what is not there. */
function manifest(seed: number, options: ServerOptions, look: 'plan' | 'send'): GridWorld {
  const rows = ['from,in/0', 'from,in/1', 'from,in/0', 'other,in/1', '"from,in/9', 'from,in/1']
  const at = { is: 'object', connection: source().connection, bucket: 'lists', key: 'keys.csv' }
  const more = { manifest: { at, format: 'batch', look } }
  const world = pour(seed, options, { kind: 'copy', more })
  const { one } = world.servers
  one.makeBucket('lists')
  one.give('lists', 'keys.csv', { body: new TextEncoder().encode(rows.join('\n') + '\n') })
  return world
}

/** What stands in the way is kept below `kept/`. */
function backup(seed: number, options: ServerOptions, kind: 'copy' | 'move'): GridWorld {
  const world = pour(seed, options, { kind, more: { backup: { prefix: 'kept/' } } })
  const last = world.objects.at(-1) as GridObject
  const to = last.to as Place
  const kept = { ...to, key: `kept/${to.key}` }
  const keeps: GridObject = {
    ...{ from: kept, isOf: last.isOf },
    start: { from: null, to: null },
    end: { from: last.start.to, to: null },
  }
  return { ...world, objects: [...world.objects, keeps] }
}

/** A plan whose taken name is answered, or which is looked at anew before it starts. */
function held(seed: number, options: ServerOptions, how: 'answer' | 'refresh'): GridWorld {
  const conflict = how === 'answer' ? 'skip' : 'overwrite'
  const world = pour(seed, options, { kind: 'copy', more: { conflict } })
  const job = spec({ kind: 'copy', sources: [source()], destinations: [destination()], conflict })
  let asked = false
  return {
    ...world,
    begin: (jobs) => {
      const { id } = jobs.create(job, { draft: true })
      jobs.keep(id)
      return id
    },
    ready: (jobs, id) => {
      if (asked) return void jobs.start(id, 'now')
      asked = true
      if (how === 'refresh') jobs.refresh(id)
      else jobs.answer(id, { query: itemQuery.parse({ taken: true }) }, 'overwrite')
    },
  }
}

export const FIRST_JOBS: readonly GridJob[] = [
  { name: 'copy', make: (s, o) => pour(s, o, { kind: 'copy' }), overwrites: true },
  {
    name: 'copy, versions',
    make: (s, o) => pour(s, o, { kind: 'copy', versioning: 'enabled', more: { verify: 'head' } }),
    overwrites: true,
  },
  { name: 'copy in parts', make: (s, o) => pour(s, o, { kind: 'copy', sizes: LARGE }), overwrites: true },
  { name: 'edit', make: (s, o) => edit(s, o, 'off', [120, 340], 'all') },
  { name: 'edit, versions', make: (s, o) => edit(s, o, 'enabled', [120, 340], 'all') },
  { name: 'edit in parts', make: (s, o) => edit(s, o, 'off', LARGE, 'all') },
  { name: 'edit of tags', make: (s, o) => edit(s, o, 'off', [120, 340], 'tags') },
  { name: 'edit by rule', make: (s, o) => editByRule(s, o) },
  { name: 'large copy', make: (s, o) => large(s, o, 'copy'), overwrites: true, isLarge: true },
  { name: 'large move', make: (s, o) => large(s, o, 'move'), overwrites: true, isLarge: true },
  {
    name: 'large copy over the same',
    make: (s, o) => largeOverSame(s, o, 'copy'),
    overwrites: true,
    isLarge: true,
    goesByParts: true,
  },
  {
    name: 'large move over the same',
    make: (s, o) => largeOverSame(s, o, 'move'),
    overwrites: true,
    isLarge: true,
    goesByParts: true,
  },
  { name: 'large edit', make: (s, o) => largeEdit(s, o), isLarge: true, goesByParts: true },
  {
    name: 'large copy in parts',
    make: (s, o) => pour(s, o, { kind: 'copy', sizes: [600 * MIB, 600 * MIB] }),
    overwrites: true,
    isLarge: true,
  },
  { name: 'move', make: (s, o) => pour(s, o, { kind: 'move' }), overwrites: true },
  {
    name: 'move, versions',
    make: (s, o) => pour(s, o, { kind: 'move', versioning: 'enabled' }),
    overwrites: true,
  },
  { name: 'move in parts', make: (s, o) => pour(s, o, { kind: 'move', sizes: LARGE }), overwrites: true },
  { name: 'relay', make: (s, o) => pour(s, o, { kind: 'copy', to: 'two' }), overwrites: true },
  {
    name: 'relay in parts',
    make: (s, o) => pour(s, o, { kind: 'copy', to: 'two', sizes: [33 * MIB, 500] }),
    overwrites: true,
    isHeavy: true,
  },
  { name: 'relayed move', make: (s, o) => pour(s, o, { kind: 'move', to: 'two' }), overwrites: true },
  { name: 'upload', make: (s, o) => pour(s, o, { kind: 'copy', from: 'local' }), overwrites: true },
  { name: 'download', make: (s, o) => pour(s, o, { kind: 'copy', to: 'local' }), overwrites: true },
  { name: 'delete', make: (s, o) => deletion(s, o, 'off') },
  { name: 'delete, versions', make: (s, o) => deletion(s, o, 'enabled') },
  { name: 'copy with backup', make: (s, o) => backup(s, o, 'copy') },
  { name: 'move with backup', make: (s, o) => backup(s, o, 'move') },
  {
    name: 'manifest',
    make: (s, o) => manifest(s, o, 'plan'),
    overwrites: true,
    reads: 'files',
    fails: ['name-taken'],
  },
  {
    name: 'manifest, looked at when sent',
    make: (s, o) => manifest(s, o, 'send'),
    overwrites: true,
    reads: 'files',
    fails: ['name-taken', 'no-such-key', 'source-missing'],
  },
  { name: 'answered plan', make: (s, o) => held(s, o, 'answer'), overwrites: true },
  { name: 'plan looked at anew', make: (s, o) => held(s, o, 'refresh'), overwrites: true },
  {
    name: 'budget',
    make: (s, o) => pour(s, o, { kind: 'copy', more: { budget: { requests: 6 } } }),
    budget: 6,
    overwrites: true,
  },
  {
    name: 'cancel',
    make: (s, o) => pour(s, o, { kind: 'copy', sizes: LARGE }),
    person: { is: 'cancel', at: { phase: 'done', operation: 'UploadPartCopy' } },
    overwrites: true,
  },
  {
    name: 'cancel of a move',
    make: (s, o) => pour(s, o, { kind: 'move', sizes: [120, 340, 20] }),
    person: { is: 'cancel', at: { phase: 'answered', operation: 'CopyObject' } },
    overwrites: true,
  },
  {
    name: 'cancel while paused',
    make: (s, o) => pour(s, o, { kind: 'copy', sizes: LARGE }),
    person: { is: 'pause-left', at: { phase: 'done', operation: 'UploadPartCopy' } },
    overwrites: true,
  },
  {
    name: 'cancel of a move while paused',
    make: (s, o) => pour(s, o, { kind: 'move', sizes: [120, ...LARGE] }),
    person: { is: 'pause-left', at: { phase: 'done', operation: 'CopyObject' } },
    overwrites: true,
  },
  {
    name: 'pause and resume',
    make: (s, o) => pour(s, o, { kind: 'move', sizes: LARGE }),
    person: { is: 'pause', at: { phase: 'done', operation: 'UploadPartCopy' } },
    overwrites: true,
  },
]
