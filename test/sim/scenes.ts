import { MemoryS3 } from '../helpers/memory/server.ts'
import type { MemoryS3Options } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { specOf } from '../helpers/specs.ts'
import type { NameRule } from '#model/names.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import type { Draw } from './draw.ts'

/** Kinds of jobs whose objects depend on each other, or on the archive; each has rules of its own for the oracle. */
export const SCENES = [
  ...(['history', 'fan-out', 'places', 'archive', 'edit', 'purge', 'rewind'] as const),
  ...(['undo', 'backup', 'budget', 'upload', 'download', 'relay'] as const),
] as const
export type SceneName = (typeof SCENES)[number]

/** A bucket's key, and what lay there at first, oldest first; null is a delete marker. */
export type Contents = ReadonlyMap<string, readonly (string | null)[]>

export interface Scene {
  readonly name: SceneName
  readonly source: MemoryS3
  /** Where the connection `two` leads. */
  readonly destination: MemoryS3
  readonly spec: JobSpec
  readonly bucket: string
  /** Of the source's bucket, as it was at first: digests of the bytes. */
  readonly before: Contents
  /** Of `to`, where something stood there. */
  readonly stood?: Contents | undefined
  /** The job is the undo of this one: what somebody does to its sources once it is over. */
  readonly meanwhile?: (() => void) | undefined
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MIB = 1024 ** 2
const CONNECTIONS = {
  one: connection('one', 'http://s3.one.test'),
  two: connection('two', 'http://s3.two.test'),
}

function connection(id: string, endpoint: string): JobSpec['sources'][0]['connection'] {
  const credentials = { kind: 'environment' } as const
  return { id, name: id, config: { endpoint, region: 'us-east-1', addressing: 'path', credentials } }
}

const FROM = {
  connection: CONNECTIONS.one,
  bucket: 'from',
  select: [{ kind: 'prefix', prefix: 'in/' }],
  base: 'in/',
}
const to = (bucket: string, prefix = 'out/', where: keyof typeof CONNECTIONS = 'one') => ({
  ...{ connection: CONNECTIONS[where], bucket, prefix },
})

export async function drawScene(draw: Draw, options: MemoryS3Options): Promise<Scene> {
  const name = draw.pick(SCENES)
  const source = new MemoryS3(name === 'upload' ? { ...options, habits: FILES } : options)
  const common = {
    v: 1,
    kind: draw.pick(['copy', 'move'] as const),
    conflict: 'overwrite',
    verify: draw.pick(['auto', 'head'] as const),
    concurrency: draw.pick([1, 4, 32, 256]),
  } as const
  const made = await MAKERS[name](draw, source, options)
  const spec = specOf({ ...withoutAlien(common, made.job), ...made.job } as JobFile)
  const { destination = source, bucket = 'from', meanwhile } = made
  const stood = destination.buckets.has('to') ? contentsOf(destination, 'to') : undefined
  return { name, source, destination, spec, bucket, before: contentsOf(source, bucket), stood, meanwhile }
}

/** What a job of this kind has no use for is left out. */
function withoutAlien(common: object, { kind }: Partial<JobFile>): object {
  const { conflict, verify, ...rest } = common as Record<string, unknown>
  if (kind === 'delete') return rest
  return kind === 'edit' || kind === 'rewind' ? { ...rest, verify } : { ...rest, verify, conflict }
}

interface Made extends Partial<Pick<Scene, 'bucket' | 'meanwhile'>> {
  readonly job: Partial<JobFile>
  readonly destination?: MemoryS3
}

const MAKERS: Readonly<
  Record<SceneName, (draw: Draw, s3: MemoryS3, options: MemoryS3Options) => Promise<Made>>
> = {
  history: async (draw, s3) => {
    s3.makeBucket('from', 'enabled')
    s3.makeBucket('to', 'enabled')
    await writeHistories(draw, s3, draw.int(2, 25))
    return {
      job: {
        sources: [{ ...FROM, versions: { take: 'all' } }],
        destinations: [to('to')],
      } as Partial<JobFile>,
    }
  },

  'fan-out': async (draw, s3, options) => {
    s3.makeBucket('from', draw.pick(['off', 'enabled']))
    for (const bucket of ['to', 'to-2']) s3.makeBucket(bucket, draw.pick(['off', 'enabled']))
    const destination = new MemoryS3(options)
    destination.makeBucket('far')
    for (let n = draw.int(5, 60); n > 0; n--) s3.give('from', `in/${n}`, { size: draw.int(0, 2000) })
    const far = draw.chance(0.3)
    const places = [to('to'), to('to-2', draw.pick(['', 'x/'])), ...(far ? [to('far', 'far/', 'two')] : [])]
    return { job: { sources: [FROM], destinations: places } as Partial<JobFile>, destination }
  },

  places: async (draw, s3) => {
    s3.makeBucket('from', draw.pick(['off', 'enabled']))
    for (let n = draw.int(3, 25); n > 0; n--) {
      for (const name of ['a', 'b', 'c', 'd']) {
        if (draw.chance(0.8)) s3.give('from', `in/${name}/${n}`, { size: draw.int(1, 500) })
      }
    }
    const names = [
      ...swap(
        draw.pick([
          ['a', 'b'],
          ['a', 'b', 'c'],
        ]),
      ),
    ]
    return { job: { sources: [FROM], destinations: [to('from', 'in/')], names } as Partial<JobFile> }
  },

  archive: async (draw, s3) => {
    s3.makeBucket('from')
    s3.makeBucket('to')
    for (let n = draw.int(5, 60); n > 0; n--) {
      const storageClass = draw.pick(['STANDARD', 'GLACIER', 'DEEP_ARCHIVE'])
      s3.give('from', `in/${n}`, { size: draw.int(0, 2000), storageClass })
    }
    const archived = { do: 'restore', tier: draw.pick(['Standard', 'Bulk']), days: draw.pick([1, 3]) }
    const properties = { storageClass: { policy: 'set', value: 'STANDARD' } }
    return { job: { sources: [FROM], destinations: [to('to')], archived, properties } as Partial<JobFile> }
  },

  edit: async (draw, s3) => {
    s3.makeBucket('from', draw.pick(['off', 'enabled']))
    for (let n = draw.int(5, 80); n > 0; n--) {
      const size = draw.chance(0.05) ? draw.int(7 * MIB, 20 * MIB) : draw.int(1, 2000)
      const metadata = { by: 'hand', twice: 'a' }
      const kept = { headers: { contentType: 'text/css' }, metadata, tags: { kept: 'yes', twice: 'a' } }
      s3.give('from', `in/${n}`, { size, ...kept })
    }
    const tags = { policy: 'change', set: { colour: EDITED.tag } }
    const metadata = { policy: 'change', set: { how: EDITED.metadata } }
    const properties = draw.pick<object>([{ tags }, { metadata }, { metadata, tags }, {}])
    const fields = draw.pick<string[]>([
      ['x-amz-meta-twice'],
      ['tag:twice'],
      ['x-amz-meta-twice', 'tag:twice'],
    ])
    // Done twice, it would not be as asked.
    const action = { do: 'replace', find: '^.*$', with: '$&$&' }
    const fieldRules = fields.map((field) => ({ field, action }))
    return { job: { kind: 'edit', sources: [FROM], properties, fieldRules } as Partial<JobFile> }
  },

  undo: async (draw, s3) => {
    s3.makeBucket('from', draw.pick(['off', 'off', 'enabled']))
    s3.makeBucket('to', draw.pick(['off', 'off', 'enabled']))
    const keys = fillIn(draw, s3, 'from', 30)
    standThere(draw, s3, keys)
    const share = draw.pick([0, 0.2, 0.5])
    const acts = keys.map((key) => ({
      key,
      is: draw.chance(share) ? draw.pick(['gone', 'another']) : 'left',
    }))
    const backup = draw.chance(0.7) ? { backup: { prefix: 'kept/' } } : {}
    return {
      job: { sources: [FROM], destinations: [to('to')], ...backup } as Partial<JobFile>,
      meanwhile: () => acts.forEach(({ key, is }) => meddle(s3, key, is)),
    }
  },

  backup: async (draw, s3) => {
    s3.makeBucket('from', draw.pick(['off', 'enabled']))
    s3.makeBucket('to', draw.pick(['off', 'off', 'suspended', 'enabled']))
    standThere(draw, s3, fillIn(draw, s3, 'from', 40))
    const backup = { prefix: 'kept/' }
    return { job: { sources: [FROM], destinations: [to('to')], backup } as Partial<JobFile> }
  },

  budget: async (draw, s3) => {
    s3.makeBucket('from')
    s3.makeBucket('to')
    const { length } = fillIn(draw, s3, 'from', 40)
    const budget = { requests: draw.int(3, 2 * length + 5) }
    return { job: { sources: [FROM], destinations: [to('to')], budget } as Partial<JobFile> }
  },

  upload: async (draw, s3, options) => across(draw, s3, options, 'upload'),
  download: async (draw, s3, options) => across(draw, s3, options, 'download'),
  relay: async (draw, s3, options) => across(draw, s3, options, 'relay'),

  purge: async (draw, s3) => {
    s3.makeBucket('from', 'enabled')
    await writeHistories(draw, s3, draw.int(2, 40))
    const purge = { keep: draw.int(0, 2), loneMarkers: draw.chance(0.5) }
    return {
      job: { kind: 'delete', sources: [{ ...FROM, versions: { take: 'all' } }], purge } as Partial<JobFile>,
    }
  },

  rewind: async (draw, s3) => {
    s3.makeBucket('from', 'enabled')
    const first = s3.seams.now() - HOUR
    await unhurried(s3, async (storage) => {
      for (let n = draw.int(3, 60); n > 0; n--) {
        const key = `in/${n}`
        for (let left = draw.int(1, 3), at = 0; left > 0; left--) {
          at += draw.int(1, 3)
          s3.give('from', key, { seed: `${key} ${at}`, size: 10 + at, lastModified: first + at * MINUTE })
        }
        for (let markers = draw.int(-2, 2); markers > 0; markers--) {
          await storage.deleteObject({ bucket: 'from', key })
        }
      }
    })
    const at = first + draw.int(1, 8) * MINUTE
    const to = draw.pick<object>([
      { is: 'undelete' },
      { is: 'as-of', at, later: draw.pick(['keep', 'delete']) },
    ])
    return {
      job: { kind: 'rewind', sources: [{ ...FROM, versions: { take: 'all' } }], to } as Partial<JobFile>,
    }
  },
}

/** Objects below `in/`, some of them over the limit of one request. */
function fillIn(draw: Draw, s3: MemoryS3, bucket: string, most: number, large = 0.03): string[] {
  const keys = Array.from({ length: draw.int(3, most) }, (_, n) => `in/${n}`)
  for (const key of keys) {
    const size = draw.chance(large) ? draw.int(7 * MIB, 20 * MIB) : draw.int(1, 2000)
    s3.give(bucket, key, { size, lastModified: s3.seams.now() - HOUR })
  }
  return keys
}

/** What has the name of some of them at the destination. */
function standThere(draw: Draw, s3: MemoryS3, keys: readonly string[]): void {
  for (const key of keys) {
    if (!draw.chance(0.3)) continue
    const given = { size: draw.int(1, 500), seed: `${key} stood`, lastModified: s3.seams.now() - HOUR }
    s3.give('to', key.replace('in/', 'out/'), given)
  }
}

/** Of a source whose copy is to be taken back; all its versions go. */
function meddle(s3: MemoryS3, key: string, is: string): void {
  const bucket = s3.bucket('from')
  if (is !== 'left') for (const { versionId } of [...bucket.versions(key)]) bucket.remove(key, versionId)
  if (is === 'another') s3.give('from', key, { size: 9, seed: `${key} by another` })
}

/** Between a folder of this machine, or another store, and a store. */
function across(
  draw: Draw,
  source: MemoryS3,
  options: MemoryS3Options,
  name: 'upload' | 'download' | 'relay',
): Made {
  // Some shares let nobody set a date: what was written is then told by its bytes alone.
  const setsDates = name !== 'download' || draw.chance(0.7)
  const destination = new MemoryS3(name === 'download' ? { ...options, habits: FILES, setsDates } : options)
  const [bucket, target] = [name === 'upload' ? FOLDER : 'from', name === 'download' ? FOLDER : 'to']
  source.makeBucket(bucket)
  destination.makeBucket(target)
  // What is sent part by part is not told from its source by its digest, and that of a large one stands for no bytes here.
  fillIn(draw, source, bucket, 40, name === 'relay' || !setsDates ? 0 : 0.03)
  const [one, two] = [CONNECTIONS.one, CONNECTIONS.two]
  const here = { ...one, config: LOCAL }
  const there = { ...two, config: LOCAL }
  const job = {
    ...(name !== 'relay' && { kind: 'copy' }),
    sources: [{ ...FROM, bucket, connection: name === 'upload' ? here : one }],
    destinations: [{ bucket: target, prefix: 'out/', connection: name === 'download' ? there : two }],
  } as Partial<JobFile>
  return { job, destination, bucket }
}

const FOLDER = '/home/mia'
const LOCAL = { region: 'local', addressing: 'path', credentials: { kind: 'local' } } as const
const FILES = {
  name: 'This computer',
  holds: 'files',
  checksums: false,
  annotations: false,
  updateEncryption: false,
} as const

/** What an edit of a scene sets; everything else has to be kept. */
export const EDITED = { metadata: 'edited', tag: 'white' } as const

/** The first name becomes the second, …, and the last the first: rules that go around through a name of their own. */
export function swap(names: readonly string[]): NameRule[] {
  const steps = [...names.map((name, at) => [name, names[at + 1] ?? '#'] as const)].reverse()
  const last = names.at(-1) ?? ''
  // The last one steps aside first; at the end it takes the first one's name.
  const rules = steps.map(([from, into]) => (from === last ? [from, '#'] : [from, into]) as [string, string])
  rules.push(['#', names[0] ?? ''])
  return rules.map(([from, into]) => ({ rule: 'prefix', from: `${from}/`, to: `${into}/` }))
}

async function writeHistories(draw: Draw, s3: MemoryS3, keys: number): Promise<void> {
  await unhurried(s3, async (storage) => {
    for (let n = 0; n < keys; n++) {
      const key = `in/${n}`
      for (let left = draw.int(1, 6); left > 0; left--) {
        if (draw.chance(0.25)) await storage.deleteObject({ bucket: 'from', key })
        // Few contents, so that equal ones lie upon each other.
        else s3.give('from', key, { seed: `content ${draw.int(1, 3)}`, size: 10 })
      }
    }
  })
}

/** Before the clock runs; nothing of it is in the log. */
async function unhurried(s3: MemoryS3, write: (storage: MemoryStorage) => Promise<void>): Promise<void> {
  const latency = s3.latency
  Object.assign(s3, { latency: () => 0 })
  await write(new MemoryStorage(s3))
  Object.assign(s3, { latency })
  s3.log.length = 0
}

/** Oldest first. */
export function contentsOf(s3: MemoryS3, bucket: string): Contents {
  const held = s3.bucket(bucket)
  return new Map(
    held
      .keys()
      .map((key) => [
        key,
        [...held.versions(key)].reverse().map((one) => (one.isDeleteMarker ? null : one.content.digest)),
      ]),
  )
}

/** Virtual time after which a scene that is not over hangs: the archive takes two days, twice. */
export const SCENE_PATIENCE = 300 * HOUR
