import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { describeAcl } from '../../main/engine/compare.ts'
import { editObject } from '../../main/engine/edit-object.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace.ts'
import type { CustomerKey, EncryptionToWrite, Placement, Storage } from '../../main/engine/storage.ts'
import type { WorkContext } from '../../main/engine/work.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import { MemoryJournal, MIB } from './world.ts'

/**
 * Whatever an object carries, and whatever an edit asks for: what the edit names is as asked, and everything else is as
 * it was. What is right is worked out here from the policies alone, not by the rules that the engine goes by.
 */

const BUCKET = 'edited'
const KEY = 'a ü+%'
const ARNS = ['1', '2'].map(
  (digit) => `arn:aws:kms:us-east-1:123456789012:key/${digit.repeat(8)}-1111-1111-1111-111111111111`,
)

function customerKey(letter: string): CustomerKey {
  const key = Buffer.alloc(32, letter)
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}
const RING: Readonly<Record<string, CustomerKey>> = { mine: customerKey('m'), other: customerKey('o') }
/** Above this many bytes a rewrite goes by parts. */
const LIMIT = MIB

let playground: TestPlayground
let storage: Storage
let context: WorkContext

beforeAll(async () => {
  playground = await inProcessPlayground()
  const { endpoint, accessKeyId, secretAccessKey, admin } = playground
  await admin.seed({ bucket: BUCKET, count: 0, objectLock: true, ownership: 'ObjectWriter' })
  await admin.seed({ bucket: 'seeds', key: 'small', size: 10 })
  await admin.seed({ bucket: 'seeds', key: 'big', size: 11 * MIB })
  storage = createStorage({
    config: {
      endpoint,
      region: 'us-east-1',
      addressing: 'path',
      credentials: { kind: 'keys', accessKeyId },
    },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
  await storage.listBuckets()
  context = {
    source: storage,
    destination: storage,
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 16 }),
    findKey: (name) => Promise.resolve(RING[name] as CustomerKey),
    signal: new AbortController().signal,
  }
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

interface Before extends Placement {
  readonly size: 'small' | 'big'
  readonly headers: Record<string, string>
  readonly metadata: Record<string, string>
  readonly tags: Tags
  readonly storageClass: string
  readonly encryption: EncryptionToWrite
}

const word = fc.stringMatching(/^[a-z][a-zA-Z0-9 /=.-]{0,20}[a-z0-9]$/)
const some = <T>(keys: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length, noNullPrototype: true })
const HEADERS = ['contentType', 'cacheControl', 'contentDisposition', 'contentLanguage', 'expires']
const headers = some(HEADERS, word)
const names = ['owner', 'odd-name', 'project', 'x']
const metadata = some(names, word)
const tags = some(['team', 'tier', 'Ort', 'leer'], fc.oneof(word, fc.constant('')))
const classes = fc.constantFrom('STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR')
const holds = fc.constantFrom('ON' as const, 'OFF' as const)
const until = fc.integer({ min: 2, max: 400 }).map((days) => DAY + days * 86_400_000)
const DAY = Math.floor(systemSeams.now() / 1000) * 1000
const acls = fc.constantFrom('private' as const, 'public-read' as const, 'authenticated-read' as const)
const keyed = fc.constantFrom(...ARNS).map((keyId) => ({ kind: 'SSE-KMS' as const, keyId }))

const before: fc.Arbitrary<Before> = fc.record({
  size: fc.constantFrom('small' as const, 'big' as const),
  headers,
  metadata,
  tags,
  storageClass: classes,
  encryption: fc.oneof(
    fc.constant({ kind: 'SSE-S3' as const }),
    keyed,
    fc.constant({ kind: 'SSE-C' as const, key: RING['mine'] as CustomerKey }),
  ),
  acl: acls.map((acl) => ({ kind: 'canned' as const, acl })),
  legalHold: fc.option(holds, { nil: undefined }),
  retention: fc.option(
    until.map((end) => ({ mode: 'GOVERNANCE' as const, until: end })),
    { nil: undefined },
  ),
})

const copy = fc.constant({ policy: 'copy' as const })
const drop = fc.constant({ policy: 'drop' as const })
const to = <T>(value: fc.Arbitrary<T>) => value.map((each) => ({ policy: 'set' as const, value: each }))
const changed = (set: fc.Arbitrary<Record<string, string>>, keys: readonly string[]) =>
  fc.record({ policy: fc.constant('change' as const), set, remove: fc.subarray([...keys]) })
const oneOf = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: copy }, { weight: 2, arbitrary })

const edits: fc.Arbitrary<Properties> = fc.record({
  headers: oneOf(fc.oneof(changed(headers, HEADERS), to(headers), drop)),
  metadata: oneOf(fc.oneof(changed(metadata, names), to(metadata), drop)),
  tags: oneOf(fc.oneof(changed(tags, ['team', 'leer']), to(tags), drop)),
  annotations: copy,
  acl: oneOf(fc.oneof(to(acls.map((acl) => ({ kind: 'canned' as const, acl }))), drop)),
  retention: oneOf(to(until.map((end) => ({ mode: 'GOVERNANCE' as const, until: end + 400 * 86_400_000 })))),
  legalHold: oneOf(fc.oneof(to(holds), drop)),
  redirect: oneOf(fc.oneof(to(word.map((text) => `/${text}`)), drop)),
  storageClass: oneOf(to(classes)),
  encryption: oneOf(
    to(
      fc.oneof(
        fc.constant({ kind: 'SSE-S3' as const }),
        keyed,
        fc.constant({ kind: 'SSE-C' as const, key: 'other' }),
      ),
    ),
  ),
  checksum: oneOf(to(fc.constantFrom('SHA256' as const, 'CRC32' as const))),
}) as fc.Arbitrary<Properties>

/** All that can be seen of the object, under whichever key it lies. */
interface Seen {
  readonly head: ObjectHead
  readonly tags: Tags
  readonly acl: string
  readonly key: string | undefined
}

async function look(): Promise<Seen> {
  const id = { bucket: BUCKET, key: KEY }
  const [summary] = (await storage.listVersions({ bucket: BUCKET, prefix: KEY, maxKeys: 1 })).versions
  expect(summary?.isLatest).toBe(true)
  for (const name of [undefined, 'mine', 'other']) {
    const under = name === undefined ? undefined : RING[name]
    try {
      const head = await storage.headObject({ ...id, customerKey: under, checksums: true })
      const acl = describeAcl(await storage.getAcl(id))
      return { head, tags: await storage.getTags(id), acl, key: name }
    } catch {
      continue
    }
  }
  throw new Error('no key opens it')
}

async function make({ size, headers: system, metadata: user, tags: given, ...rest }: Before): Promise<void> {
  await storage.copyObject({
    ...rest,
    bucket: BUCKET,
    key: KEY,
    source: { bucket: 'seeds', key: size },
    replace: { headers: system, metadata: user },
    replaceTags: given,
  })
}

type Policy = {
  readonly policy: string
  readonly value?: unknown
  readonly set?: object
  readonly remove?: unknown
}

function applied<T>(policy: Policy, was: T, none: T): T {
  if (policy.policy === 'copy') return was
  if (policy.policy === 'drop') return none
  if (policy.policy === 'set') return policy.value as T
  const all = { ...was, ...policy.set } as Record<string, unknown>
  for (const name of policy.remove as string[]) Reflect.deleteProperty(all, name)
  return all as T
}

const GROUPS = 'http://acs.amazonaws.com/groups/global/'
const GRANTED: Readonly<Record<string, string>> = {
  private: 'FULL_CONTROL owner',
  'public-read': `FULL_CONTROL owner, READ ${GROUPS}AllUsers`,
  'authenticated-read': `FULL_CONTROL owner, READ ${GROUPS}AuthenticatedUsers`,
}

/** S3 gives a content type to what has none, and no object tells an empty header. */
function system(all: object): object {
  return { contentType: 'binary/octet-stream', ...all }
}

function expected(asked: Properties, was: Seen): object {
  const { websiteRedirect, ...given } = was.head.headers
  const plain = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const redirect = applied(asked.redirect, websiteRedirect, undefined)
  const { encryption } = asked
  const [lies, key] =
    encryption.policy === 'set'
      ? [
          encryption.value.kind === 'SSE-KMS'
            ? { kind: 'SSE-KMS', kmsKeyId: encryption.value.keyId }
            : { kind: encryption.value.kind },
          encryption.value.kind === 'SSE-C' ? encryption.value.key : undefined,
        ]
      : [{ kind: was.head.encryption.kind, kmsKeyId: was.head.encryption.kmsKeyId }, was.key]
  const acl = asked.acl as Policy & { readonly value?: { readonly acl: string } }
  return {
    headers: { ...system(applied(asked.headers, plain, {})), ...(redirect && { websiteRedirect: redirect }) },
    metadata: applied(asked.metadata, was.head.metadata, {}),
    tags: applied(asked.tags, was.tags, {}),
    storageClass: applied(asked.storageClass, was.head.storageClass, ''),
    retention: applied(asked.retention, was.head.retention, undefined),
    legalHold: applied(asked.legalHold, was.head.legalHold ?? 'OFF', 'OFF'),
    acl: acl.policy === 'copy' ? was.acl : GRANTED[acl.value?.acl ?? 'private'],
    encryption: lies,
    key,
    size: was.head.size,
  }
}

function shown({ head, tags: stand, acl, key }: Seen): object {
  const all = Object.entries(head.headers).filter(([, value]) => value !== undefined)
  const { kind, kmsKeyId } = head.encryption
  return {
    headers: system(Object.fromEntries(all)),
    metadata: head.metadata,
    tags: stand,
    storageClass: head.storageClass,
    retention: head.retention,
    legalHold: head.legalHold ?? 'OFF',
    acl,
    encryption: { kind, ...(kmsKeyId !== undefined && { kmsKeyId }) },
    key,
    size: head.size,
  }
}

describe('an edit of any object', () => {
  test.each(['answer', 'full'] as const)(
    'at %s: what it names is as asked, all else is as it was',
    async (verify) => {
      const holds = fc.asyncProperty(before, edits, async (given, properties) => {
        await make(given)
        const was = await look()
        const { size, etag, lastModified, storageClass } = was.head
        const object = { bucket: BUCKET, key: KEY, customerKeys: ['mine'] }
        const work = { object, size, etag, lastModified, storageClass, properties, verify }
        const edit = () => editObject(work, context, new MemoryJournal(), LIMIT)
        const outcome = await edit()
        const now = await look()
        expect(shown(now)).toEqual(expected(properties, was))
        expect(outcome.etag).toBe(now.head.etag)
        expect(outcome.versionId).toBe(now.head.versionId)
        // What is as asked is not written again.
        const again = { ...work, etag: now.head.etag, lastModified: now.head.lastModified }
        const { how } = await editObject(again, context, new MemoryJournal(), LIMIT)
        expect(how).toBe('nothing')
      })
      await fc.assert(holds, { numRuns: 60 })
    },
  )
})
