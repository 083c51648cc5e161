import { describe, expect, test } from 'vitest'
import type { Acl, Grant, Properties } from '#model/properties.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { relay } from '../../main/engine/relay.ts'
import type { CopyOutcome, CopyWork, WorkContext } from '../../main/engine/work.ts'
import { ACCOUNT } from '../helpers/memory/bucket.ts'
import type { MemoryS3Options } from '../helpers/memory/server.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import type { World } from './world.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'

const DAY = 86_400_000
const OWNER: Grant = { grantee: { kind: 'account', id: ACCOUNT }, permission: 'FULL_CONTROL' }
const GUEST: Grant = { grantee: { kind: 'account', id: '222222222222' }, permission: 'READ' }
const ACL: Acl = { owner: ACCOUNT, grants: [OWNER, GUEST] }
const NOTE = new Map([['summary', new Uint8Array([1, 2, 3])]])

type Way = (work: CopyWork, context: WorkContext) => Promise<CopyOutcome>
const onOne = ({ destination, ...context }: WorkContext): WorkContext => ({
  ...context,
  source: destination,
  destination,
})
const ways: { way: string; size: number; send: Way }[] = [
  { way: 'copyObject', size: 1000, send: (work, context) => copyObject(work, onOne(context)) },
  {
    way: 'copyParts',
    size: 6 * MIB,
    send: (work, context) => copyParts(work, onOne(context), new MemoryJournal()),
  },
  { way: 'relay', size: 1000, send: (work, context) => relay(work, context, new MemoryJournal()) },
  {
    way: 'relay by parts',
    size: 6 * MIB,
    send: (work, context) => relay(work, context, new MemoryJournal(), MIB),
  },
]

function setUp(size: number, options: Omit<MemoryS3Options, 'seams'> = {}): World {
  const world = createWorld(options)
  for (const name of ['from', 'to']) {
    world.server.bucket(name).objectLock = true
    world.server.bucket(name).ownership = 'acls'
  }
  world.server.give('from', 'a', {
    size,
    headers: { contentType: 'text/css', cacheControl: 'no-cache', websiteRedirect: '/b' },
    metadata: { owner: 'ada', team: 'web' },
    tags: { team: 'web', tier: '1' },
    storageClass: 'STANDARD_IA',
    acl: ACL,
    retention: { mode: 'GOVERNANCE', until: world.seams.now() + DAY },
    legalHold: 'ON',
    annotations: NOTE,
    checksum: 'CRC32',
  })
  const destination = new MemoryStorage(world.server)
  return { ...world, context: { ...world.context, destination } }
}

const asked = (more: Partial<Properties>): Properties => ({ ...COPY_DEFAULTS, ...more })
const DROP = { policy: 'drop' } as const

interface Row {
  readonly name: string
  readonly properties: (now: number) => Properties
  readonly arrives: (now: number) => object
}
const rows: Row[] = [
  {
    name: 'the defaults of a copy',
    properties: () => COPY_DEFAULTS,
    arrives: () => ({
      headers: { contentType: 'text/css', cacheControl: 'no-cache' },
      metadata: { owner: 'ada', team: 'web' },
      tags: { team: 'web', tier: '1' },
      storageClass: 'STANDARD_IA',
      acl: undefined,
      retention: undefined,
      legalHold: undefined,
      annotations: NOTE,
    }),
  },
  {
    name: 'everything copied',
    properties: () => EDIT_DEFAULTS,
    arrives: (now) => ({
      headers: { contentType: 'text/css', cacheControl: 'no-cache', websiteRedirect: '/b' },
      metadata: { owner: 'ada', team: 'web' },
      tags: { team: 'web', tier: '1' },
      storageClass: 'STANDARD_IA',
      acl: ACL,
      retention: { mode: 'GOVERNANCE', until: Math.floor((now + DAY) / 1000) * 1000 },
      legalHold: 'ON',
      annotations: NOTE,
    }),
  },
  {
    name: 'everything dropped',
    properties: () => asked({ headers: DROP, metadata: DROP, tags: DROP, annotations: DROP }),
    arrives: () => ({
      metadata: {},
      tags: {},
      storageClass: 'STANDARD_IA',
      acl: undefined,
      retention: undefined,
      legalHold: undefined,
      annotations: undefined,
    }),
  },
  {
    name: 'everything set',
    properties: (now) =>
      asked({
        headers: { policy: 'set', value: { contentType: 'a/b' } },
        metadata: { policy: 'set', value: { k: 'v' } },
        tags: { policy: 'set', value: { a: 'b' } },
        acl: { policy: 'set', value: { kind: 'grants', grants: [OWNER] } },
        retention: { policy: 'set', value: { mode: 'COMPLIANCE', until: now + 2 * DAY } },
        legalHold: { policy: 'set', value: 'OFF' },
        redirect: { policy: 'set', value: '/c' },
        storageClass: { policy: 'set', value: 'GLACIER_IR' },
        checksum: { policy: 'set', value: 'SHA256' },
      }),
    arrives: (now) => ({
      headers: { contentType: 'a/b', websiteRedirect: '/c' },
      metadata: { k: 'v' },
      tags: { a: 'b' },
      storageClass: 'GLACIER_IR',
      acl: { owner: ACCOUNT, grants: [OWNER] },
      retention: { mode: 'COMPLIANCE', until: now + 2 * DAY },
      legalHold: 'OFF',
    }),
  },
  {
    name: 'some of it changed',
    properties: () =>
      asked({
        headers: { policy: 'change', set: { contentType: 'a/b' }, remove: [] },
        metadata: { policy: 'change', set: { k: 'v' }, remove: ['team'] },
        tags: { policy: 'change', set: { a: 'b' }, remove: ['team'] },
      }),
    arrives: () => ({
      headers: { contentType: 'a/b', cacheControl: 'no-cache' },
      metadata: { owner: 'ada', k: 'v' },
      tags: { tier: '1', a: 'b' },
    }),
  },
]

describe('invariant 5: every property arrives the same way on every path', () => {
  test.each(ways.flatMap((way) => rows.map((row) => ({ ...way, ...row }))))(
    '$way, $name',
    async ({ size, send, properties, arrives }) => {
      const world = setUp(size)
      const now = world.seams.now()
      const work = world.work('a', { properties: properties(now), verify: 'full' })
      const outcome = await world.finish(send(work, world.context))
      expect(outcome.verified).toBe('full')
      const copy = world.server.current('to', 'a')
      expect(copy).toMatchObject(arrives(now))
      const { redirect } = work.properties
      const to = { copy: '/b', set: '/c', drop: undefined }[redirect.policy]
      expect(copy?.headers.websiteRedirect).toBe(to)
    },
  )

  test.each(ways)(
    '$way: tags that a REPLACE or an upload loses are put back (Ceph 16)',
    async ({ size, send }) => {
      const world = setUp(size, { habits: CEPH_16_HABITS })
      const properties = asked({ metadata: { policy: 'set', value: {} } })
      await world.finish(send(world.work('a', { properties }), world.context))
      expect(world.server.current('to', 'a')?.tags).toEqual({ team: 'web', tier: '1' })
    },
  )

  test.each(ways)(
    '$way: what S3 would not take is refused before anything is written',
    async ({ size, send }) => {
      const world = setUp(size)
      const set = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`n${n}`, 'v']))
      const properties = asked({ tags: { policy: 'change', set, remove: [] } })
      const failure = await world.failure(send(world.work('a', { properties }), world.context))
      expect(failure).toMatchObject({ code: 'bad-input', reach: 'item', property: 'tags' })
      expect(failure.message).toContain('11 tags')
      expect(world.server.log).toEqual([])
    },
  )

  test.each(ways)(
    '$way: a lock that has run out is not copied, and stops nothing',
    async ({ size, send }) => {
      const world = setUp(size)
      const work = world.work('a', { properties: EDIT_DEFAULTS })
      await world.seams.advance(2 * DAY)
      await world.finish(send(work, world.context))
      expect(world.server.current('to', 'a')).toMatchObject({ retention: undefined, legalHold: 'ON' })
    },
  )
})

describe('what is not as it was asked for is not-verified, and names its property', () => {
  const spoilt: { property: string; spoil: object; verify: 'head' | 'full' }[] = [
    { property: 'cacheControl', spoil: { headers: { contentType: 'text/css' } }, verify: 'full' },
    { property: 'metadata owner', spoil: { metadata: { team: 'web' } }, verify: 'full' },
    {
      property: 'redirect',
      spoil: { headers: { contentType: 'text/css', cacheControl: 'no-cache' } },
      verify: 'head',
    },
    { property: 'storage class', spoil: { storageClass: 'STANDARD' }, verify: 'head' },
    { property: 'encryption', spoil: { encryption: { kind: 'none' } }, verify: 'head' },
    { property: 'retention', spoil: { retention: undefined }, verify: 'head' },
    { property: 'legal hold', spoil: { legalHold: undefined }, verify: 'head' },
    { property: 'tags', spoil: { tags: { team: 'web' } }, verify: 'full' },
    { property: 'tag tier', spoil: { tags: { team: 'web', tier: '2' } }, verify: 'full' },
    { property: 'ACL', spoil: { acl: undefined }, verify: 'full' },
  ]
  test.each(spoilt)('$property', async ({ property, spoil, verify }) => {
    const world = setUp(1000)
    const { server, context } = world
    const tagged =
      verify === 'full' && !property.startsWith('tag ')
        ? { policy: 'change' as const, set: {}, remove: [] }
        : undefined
    const properties = { ...EDIT_DEFAULTS, ...(tagged && { tags: tagged }) }
    const act = (): void => {
      const copy = server.current('to', 'a')
      if (copy) server.give('to', 'a', { ...copy, size: 1000, seed: 'a', ...spoil })
    }
    // Before the look at the copy somebody puts another in its place.
    server.faults.add({ kind: 'server-error', when: 'after', operation: 'CopyObject', nth: 1, act })
    const work = world.work('a', { properties, verify, expect: { is: 'anything' } })
    const failure = await world.failure(copyObject(work, onOne(context)))
    expect(failure).toMatchObject({ code: 'not-verified', reach: 'item', property })
  })
})

describe('full-object checksums settle what ETags cannot', () => {
  const KMS = { policy: 'set', value: { kind: 'SSE-KMS' } } as const

  test('an upload is begun with CRC64NVME, and completed only with the source’s own', async () => {
    const world = setUp(6 * MIB)
    world.server.give('from', 'a', { size: 6 * MIB, checksum: 'CRC64NVME' })
    await world.finish(copyParts(world.work('a'), onOne(world.context), new MemoryJournal()))
    const [source, copy] = [world.server.current('from', 'a'), world.server.current('to', 'a')]
    expect(copy?.summed).toMatchObject({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' })
    expect(source?.summed).toMatchObject({ algorithm: 'CRC64NVME' })
  })

  test('parts that do not add up to the source’s checksum never become an object', async () => {
    const world = createWorld()
    const { server } = world
    const summed = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: () => 'AAAAAAAAAAA=' } as const
    server.give('from', 'a', { size: 6 * MIB, summed })
    const journal = new MemoryJournal()
    const failure = await world.failure(copyParts(world.work('a'), world.context, journal))
    expect(failure).toMatchObject({ code: 'not-verified', reach: 'item', property: 'checksum CRC64NVME' })
    expect(world.context.source.requests['CompleteMultipartUpload']).toBe(1)
    expect(server.current('to', 'a')).toBeUndefined()
    expect(server.uploads.size).toBe(0)
  })

  test.each([
    { name: 'equal: verified', seed: 'a', fails: false },
    { name: 'another: not verified', seed: 'other', fails: true },
  ])('under KMS, $name', async ({ seed, fails }) => {
    const world = createWorld()
    const { server } = world
    server.give('from', 'a', { size: 1000, checksum: 'CRC64NVME' })
    const properties = asked({ encryption: KMS })
    const act = (): void => {
      const copy = server.current('to', 'a')
      if (copy)
        server.give('to', 'a', {
          etag: copy.etag,
          size: 1000,
          seed,
          checksum: 'CRC64NVME',
          encryption: copy.encryption,
        })
    }
    server.faults.add({ kind: 'server-error', when: 'after', operation: 'CopyObject', nth: 1, act })
    const work = world.work('a', { properties, verify: 'head', expect: { is: 'anything' } })
    const result = copyObject(work, world.context)
    if (fails) {
      expect(await world.failure(result)).toMatchObject({
        code: 'not-verified',
        property: 'checksum CRC64NVME',
      })
    } else {
      expect(await world.finish(result)).toMatchObject({ verified: 'head' })
    }
  })
})

describe('a guard that the endpoint ignores is told to the job', () => {
  test.each([
    { name: 'both', habits: CEPH_16_HABITS, expect: { is: 'absent' } as const, notes: 2 },
    { name: 'the source alone', habits: CEPH_16_HABITS, expect: { is: 'anything' } as const, notes: 1 },
    { name: 'neither', habits: {}, expect: { is: 'absent' } as const, notes: 0 },
  ])('$name', async ({ habits, expect: expectation, notes }) => {
    const world = createWorld({ habits })
    world.server.give('from', 'a', { size: 10 })
    await world.finish(copyObject(world.work('a', { expect: expectation }), world.context))
    expect(new Set(world.notes).size).toBe(notes)
  })

  test('a copy whose condition is ignored is looked at afterwards, although its answer would do', async () => {
    const world = createWorld({ habits: { writeConditions: false } })
    world.server.give('from', 'a', { size: 10 })
    const outcome = await world.finish(copyObject(world.work('a'), world.context))
    expect(outcome.verified).toBe('head')
    expect(world.notes).toHaveLength(1)
  })
})

test('a move by the defaults is four requests, and its copy one', async () => {
  const world = createWorld()
  world.server.give('from', 'a', { size: 10 })
  const work = world.work('a', { properties: MOVE_DEFAULTS, purpose: 'move', verify: 'answer' })
  await world.finish(copyObject(work, world.context))
  expect(world.context.source.requests).toEqual({ CopyObject: 1 })
})
