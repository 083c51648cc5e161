import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fail } from '#model/failure.ts'
import type { Encryption } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import { relay } from '../../main/engine/relay.ts'
import { settleCopy } from '../../main/engine/settle.ts'
import type { CustomerKey, FindCustomerKey } from '../../main/engine/storage.ts'
import type { CopyOutcome, CopyWork, WorkContext } from '../../main/engine/work.ts'
import { isSameContent } from '../helpers/memory/content.ts'
import type { Given, MemoryS3Options } from '../helpers/memory/server.ts'
import { CEPH_16_HABITS } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import type { World } from './world.ts'
import { createWorld, MemoryJournal, MIB } from './world.ts'

function keyOf(name: string): CustomerKey {
  const key = createHash('sha256').update(name).digest()
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}

const RING: Readonly<Record<string, CustomerKey>> = { one: keyOf('one'), two: keyOf('two') }
const findKey: FindCustomerKey = (name) =>
  Promise.resolve(RING[name] ?? fail('customer-key', 'item', `There is no key ${name}.`))

const KMS = 'arn:aws:kms:eu-west-1:111122223333:key/one'
const HIDDEN = 'f'.repeat(32)

function createRingWorld(options: Omit<MemoryS3Options, 'seams'> = {}): World {
  const world = createWorld(options)
  const destination = new MemoryStorage(world.server)
  return { ...world, context: { ...world.context, destination, findKey } }
}

type Way = (work: CopyWork, context: WorkContext) => Promise<CopyOutcome>
/** Sent on one storage alone, as within one connection. */
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
const sources: { from: string; given: Given }[] = [
  { from: 'plain', given: { encryption: { kind: 'none' } } },
  {
    from: 'SSE-KMS',
    given: { etag: HIDDEN, encryption: { kind: 'SSE-KMS', kmsKeyId: KMS, bucketKey: true } },
  },
  { from: 'SSE-C', given: { etag: HIDDEN, encryption: { kind: 'SSE-C' }, keyMd5: RING['two']?.md5 } },
]
type Policy = Properties['encryption']
const targets: { to: string; policy: Policy; lies?: Partial<Encryption>; keyMd5?: string | undefined }[] = [
  { to: 'the bucket’s default', policy: { policy: 'drop' }, lies: { kind: 'SSE-S3' } },
  { to: 'SSE-S3', policy: { policy: 'set', value: { kind: 'SSE-S3' } }, lies: { kind: 'SSE-S3' } },
  {
    to: 'SSE-KMS',
    policy: { policy: 'set', value: { kind: 'SSE-KMS', keyId: KMS, bucketKey: true, context: { a: 'b' } } },
    lies: { kind: 'SSE-KMS', kmsKeyId: KMS, bucketKey: true },
  },
  { to: 'DSSE-KMS', policy: { policy: 'set', value: { kind: 'DSSE-KMS' } }, lies: { kind: 'DSSE-KMS' } },
  { to: 'SSE-C', policy: { policy: 'set', value: { kind: 'SSE-C', key: 'one' } }, keyMd5: RING['one']?.md5 },
  { to: 'what it lay under', policy: { policy: 'copy' } },
]

const cases = ways.flatMap((way) =>
  sources.flatMap((source) => targets.map((target) => ({ ...way, ...source, ...target }))),
)

describe('encryption goes the same way on every path', () => {
  test.each(cases)('$way from $from to $to', async ({ size, send, given, policy, lies, keyMd5 }) => {
    const world = createRingWorld()
    const { server } = world
    const source = server.give('from', 'a', {
      ...given,
      size,
      tags: { team: 'web' },
      metadata: { owner: 'ada' },
    })
    const work = world.work('a', {
      source: { bucket: 'from', key: 'a', customerKeys: ['one', 'two'] },
      properties: { ...COPY_DEFAULTS, encryption: policy },
      verify: 'head',
    })
    await world.finish(send(work, world.context))
    const to = server.current('to', 'a')
    expect(to && isSameContent(to.content, source.content)).toBe(true)
    expect(to).toMatchObject({ tags: { team: 'web' }, metadata: { owner: 'ada' } })
    const copied = source.encryption.kind === 'none' ? { kind: 'SSE-S3' } : source.encryption
    const isCopied = policy.policy === 'copy'
    expect(to?.encryption).toMatchObject(isCopied ? copied : (lies ?? { kind: 'SSE-C' }))
    expect(to?.keyMd5).toBe(isCopied ? source.keyMd5 : keyMd5)
    expect(server.uploads.size).toBe(0)
  })

  test.each(ways)('$way under SSE-C is moved, and settled after a kill', async ({ size, send }) => {
    const world = createRingWorld()
    const { server } = world
    server.give('from', 'a', { size, etag: HIDDEN, encryption: { kind: 'SSE-C' }, keyMd5: RING['two']?.md5 })
    const work = world.work('a', {
      source: { bucket: 'from', key: 'a', customerKeys: ['one', 'two'] },
      properties: { ...COPY_DEFAULTS, encryption: { policy: 'set', value: { kind: 'SSE-C', key: 'one' } } },
      verify: 'head',
      purpose: 'move',
    })
    const since = world.seams.now()
    const outcome = await world.finish(send(work, world.context))
    const settled = await world.finish(settleCopy(work, world.context, since))
    expect(settled).toMatchObject({ is: 'done', outcome: { etag: outcome.etag } })
    // A resumed move has only what the journal kept.
    await world.finish(deleteSource(work, { ...outcome, head: undefined }, world.context))
    expect(server.keys('from')).toEqual([])
    expect(server.keys('to')).toEqual(['a'])
  })
})

describe('the customer key that a source lies under', () => {
  const given: Given = { size: 10, etag: HIDDEN, encryption: { kind: 'SSE-C' }, keyMd5: RING['two']?.md5 }

  test('is looked for only where keys are named, once an object', async () => {
    const plain = createRingWorld()
    plain.server.give('from', 'a', { size: 10 })
    await plain.finish(copyObject(plain.work('a'), onOne(plain.context)))
    expect(plain.context.destination.requests).toEqual({ CopyObject: 1 })

    const world = createRingWorld()
    world.server.give('from', 'a', given)
    const source = { bucket: 'from', key: 'a', customerKeys: ['one', 'two'] }
    await world.finish(copyObject(world.work('a', { source }), onOne(world.context)))
    // Without a key, then under each of the two.
    expect(world.context.destination.requests).toMatchObject({ HeadObject: 3, CopyObject: 1 })
  })

  test.each([
    { name: 'none is named', names: [], says: 'none is named' },
    { name: 'none of them fits', names: ['one'], says: 'none of the customer keys named: one' },
    { name: 'it is not in the ring', names: ['three'], says: 'no key three' },
  ])('$name: customer-key', async ({ names, says }) => {
    const world = createRingWorld()
    world.server.give('from', 'a', given)
    const source = { bucket: 'from', key: 'a', customerKeys: names }
    const failure = await world.failure(copyObject(world.work('a', { source }), onOne(world.context)))
    expect(failure).toMatchObject({ code: 'customer-key', reach: 'item' })
    expect(failure.message).toContain(says)
    expect(JSON.stringify(failure)).not.toContain(RING['one']?.key)
    expect(world.server.log).toEqual([])
  })

  test('what stands at the destination under a key of its own is no reason to stop', async () => {
    const world = createRingWorld({ habits: { writeConditions: false } })
    world.server.give('from', 'a', { size: 10 })
    const stands = world.server.give('to', 'a', { ...given, lastModified: 0 })
    const expectation = { is: 'etag', etag: stands.etag, lastModified: 0 } as const
    await world.finish(copyObject(world.work('a', { expect: expectation }), onOne(world.context)))
    expect(world.server.current('to', 'a')?.encryption.kind).toBe('SSE-S3')
    const again = world.work('a', { expect: { is: 'absent' } })
    expect(await world.failure(copyObject(again, onOne(world.context)))).toMatchObject({
      code: 'destination-exists',
    })
  })
})

describe('encryption that was asked for and is not there is not-verified', () => {
  const encryption: Policy = { policy: 'set', value: { kind: 'SSE-KMS', keyId: KMS } }
  const properties = { ...COPY_DEFAULTS, encryption }

  test('Ceph 16 stores it in plain, and answers 200', async () => {
    const world = createRingWorld({ habits: CEPH_16_HABITS })
    world.server.give('from', 'a', { size: 10 })
    const failure = await world.failure(copyObject(world.work('a', { properties }), onOne(world.context)))
    expect(failure).toMatchObject({ code: 'not-verified', reach: 'item', property: 'encryption' })
    expect(world.server.current('to', 'a')?.encryption.kind).toBe('none')
  })

  test('one habit is enough to look, where an answer would do otherwise', async () => {
    const world = createRingWorld({ habits: { copyEncrypts: false } })
    world.server.give('from', 'a', { size: 10 })
    const failure = await world.failure(copyObject(world.work('a', { properties }), onOne(world.context)))
    expect(failure).toMatchObject({ code: 'not-verified', property: 'encryption' })
    expect(world.context.destination.requests).toMatchObject({ CopyObject: 1, HeadObject: 1 })
  })

  test('where the endpoint keeps its word the answer is enough', async () => {
    const world = createRingWorld()
    world.server.give('from', 'a', { size: 10 })
    const outcome = await world.finish(copyObject(world.work('a', { properties }), onOne(world.context)))
    expect(outcome.verified).toBe('answer')
    expect(world.context.destination.requests).toEqual({ CopyObject: 1 })
  })

  test('a copied key is told to be without its context, in one note', async () => {
    const world = createRingWorld()
    world.server.give('from', 'a', { size: 10, etag: HIDDEN, encryption: { kind: 'SSE-KMS', kmsKeyId: KMS } })
    const copied = { ...COPY_DEFAULTS, encryption: { policy: 'copy' } as const }
    await world.finish(copyObject(world.work('a', { properties: copied }), onOne(world.context)))
    expect(world.notes).toEqual([expect.stringContaining('encryption context')])
  })
})
