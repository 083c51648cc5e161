import fc from 'fast-check'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { FieldRule } from '#model/field-rules.ts'
import { fieldRules } from '#model/field-rules.ts'
import { toFailure } from '#model/failure.ts'
import type { FieldValues } from '#model/field.ts'
import { HEADER_FIELDS, parseField } from '#model/field.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { Properties, SomeProperties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { describeAcl } from '../../main/engine/compare/compare.ts'
import { editObject } from '../../main/engine/edit/edit-object.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import type { CustomerKey, EncryptionToWrite, Placement, Storage } from '../../main/engine/storage.ts'
import type { EditWork, WorkContext } from '../../main/engine/work.ts'
import { MemoryJournal, MIB } from './world.ts'

/**
 * The law of an edit, over any store: whatever an object carries, and whatever an edit asks for, what the edit names is
 * as asked, and everything else is as it was; and an edit by what the first one remembered brings all of it back. What
 * is right is worked out here from policies and rules alone, not by the code that the engine goes by.
 */
export interface LawWorld {
  readonly storage: Storage
  readonly bucket: string
  /** Objects of 10 bytes and of 11 MiB, which are edited by parts, lie here under these names. */
  readonly seeds: { readonly bucket: string; readonly small: string; readonly big: string }
  readonly gaps: Gaps
  /** Ends the run at the first case that does not hold. */
  readonly runs: number
  readonly verify: 'answer' | 'full'
}

/** What a store cannot carry through an edit; it is not drawn there. Each is a cell of test/endpoint/expectations.ts. */
export interface Gaps {
  /** Objects that are edited by parts. */
  readonly large?: boolean
  readonly encryption?: boolean
  /** Only under S3's own keys and customer keys. */
  readonly kms?: boolean
  readonly locks?: boolean
  readonly acls?: boolean
  readonly redirect?: boolean
  readonly checksums?: boolean
  /** Metadata of bytes that are no UTF-8: it is told in RFC 2047's words, and those words are what is kept then. */
  readonly rawBytes?: boolean
}

const KEY = 'a ü+%.css'
/** Above this many bytes a rewrite goes by parts. */
const LIMIT = MIB
const ARNS = ['1', '2'].map(
  (digit) => `arn:aws:kms:us-east-1:123456789012:key/${digit.repeat(8)}-1111-1111-1111-111111111111`,
)

function customerKey(letter: string): CustomerKey {
  const key = Buffer.alloc(32, letter)
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}
const RING: Readonly<Record<string, CustomerKey>> = { mine: customerKey('m'), other: customerKey('o') }

interface Before extends Placement {
  readonly size: 'small' | 'big'
  readonly headers: Record<string, string>
  readonly metadata: Record<string, string>
  readonly tags: Tags
  readonly storageClass: string
  readonly encryption?: EncryptionToWrite | undefined
}

interface Asked {
  readonly properties: Properties
  readonly rules: readonly FieldRule[]
  readonly hand: FieldValues | undefined
}

const word = fc.stringMatching(/^[a-z][a-zA-Z0-9 /=.-]{0,20}[a-z0-9]$/)
/** As S3 answers what is not ASCII, UTF-8, and bytes that are none (a lone surrogate each). */
const FOREIGN = ['=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße 日本', 'caf\udce9', '\udcff\udcfe x']
const some = <T>(keys: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length, noNullPrototype: true })
const names = ['owner', 'odd-name', 'project', 'x']
function metadataFor({ rawBytes }: Gaps): fc.Arbitrary<Record<string, string>> {
  const foreign = fc.constantFrom(...FOREIGN.filter((text) => !rawBytes || text.isWellFormed()))
  return some(names, fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: foreign }))
}
const tags = some(['team', 'tier', 'Ort', 'leer'], fc.oneof(word, fc.constant('')))
const classes = fc.constantFrom('STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR')
const onOff = fc.constantFrom('ON' as const, 'OFF' as const)
const DAY = 86_400_000
const TODAY = Math.floor(systemSeams.now() / 1000) * 1000
const until = fc.integer({ min: 2, max: 400 }).map((days) => TODAY + days * DAY)
const acls = fc.constantFrom('private' as const, 'public-read' as const, 'authenticated-read' as const)
const keyed = fc.constantFrom(...ARNS).map((keyId) => ({ kind: 'SSE-KMS' as const, keyId }))
const plain = { kind: 'SSE-S3' as const }

const HEADERS = ['contentType', 'cacheControl', 'contentDisposition', 'contentLanguage', 'expires']
const headers = some(HEADERS, word)

function objects(gaps: Gaps): fc.Arbitrary<Before> {
  return fc.record({
    size: fc.constantFrom('small' as const, 'small' as const, 'small' as const, gaps.large ? 'small' : 'big'),
    headers,
    metadata: metadataFor(gaps),
    tags,
    storageClass: classes,
    ...(!gaps.encryption && {
      encryption: fc.oneof(
        fc.constant(plain),
        gaps.kms ? fc.constant(plain) : keyed,
        fc.constant({ kind: 'SSE-C' as const, key: RING['mine'] as CustomerKey }),
      ),
    }),
    ...(!gaps.acls && { acl: acls.map((acl) => ({ kind: 'canned' as const, acl })) }),
    ...(!gaps.locks && {
      legalHold: fc.option(onOff, { nil: undefined }),
      retention: fc.option(
        until.map((end) => ({ mode: 'GOVERNANCE' as const, until: end })),
        { nil: undefined },
      ),
    }),
  })
}

const copy = fc.constant({ policy: 'copy' as const })
const drop = fc.constant({ policy: 'drop' as const })
const to = <T>(value: fc.Arbitrary<T>) => value.map((each) => ({ policy: 'set' as const, value: each }))
const changed = (set: fc.Arbitrary<Record<string, string>>, keys: readonly string[]) =>
  fc.record({ policy: fc.constant('change' as const), set, remove: fc.subarray([...keys]) })
const oneOf = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: copy }, { weight: 2, arbitrary })
const unless = <T>(gap: boolean | undefined, arbitrary: fc.Arbitrary<T>) => (gap ? copy : oneOf(arbitrary))

function policies(gaps: Gaps): fc.Arbitrary<Properties> {
  const metadata = metadataFor(gaps)
  return fc.record({
    headers: oneOf(fc.oneof(changed(headers, HEADERS), to(headers), drop)),
    metadata: oneOf(fc.oneof(changed(metadata, names), to(metadata), drop)),
    tags: oneOf(fc.oneof(changed(tags, ['team', 'leer']), to(tags), drop)),
    annotations: copy,
    acl: unless(gaps.acls, fc.oneof(to(acls.map((acl) => ({ kind: 'canned' as const, acl }))), drop)),
    retention: unless(
      gaps.locks,
      to(until.map((end) => ({ mode: 'GOVERNANCE' as const, until: end + 400 * DAY }))),
    ),
    legalHold: unless(gaps.locks, fc.oneof(to(onOff), drop)),
    redirect: unless(gaps.redirect, fc.oneof(to(word.map((text) => `/${text}`)), drop)),
    storageClass: oneOf(to(classes)),
    encryption: unless(
      gaps.encryption,
      to(
        fc.oneof(
          fc.constant(plain),
          gaps.kms ? fc.constant(plain) : keyed,
          fc.constant({ kind: 'SSE-C' as const, key: 'other' }),
        ),
      ),
    ),
    checksum: unless(gaps.checksums, to(fc.constantFrom('SHA256' as const, 'CRC32' as const))),
  }) as unknown as fc.Arbitrary<Properties>
}

const FIELDS = ['cache-control', 'x-amz-meta-owner', 'x-amz-meta-x', 'tag:team', 'tag:Ort']
const NAMED = FIELDS.slice(1)
const field = fc.constantFrom(...FIELDS)
/** `replace` is one that does another thing the second time. */
const action = fc.oneof(
  word.map((value) => ({ do: 'set', value })),
  fc.constant({ do: 'remove' }),
  fc.constantFrom(...NAMED).map((name) => ({ do: 'rename', to: name })),
  fc.constant({ do: 'replace', find: '([a-m])', with: '$1$1' }),
  field.map((name) => ({ do: 'from-field', field: name })),
  fc.constant({ do: 'from-key', find: '\\.(\\w+)$', with: 'is $1' }),
)
const condition = fc.oneof(
  fc.constant({}),
  fc.constantFrom('missing', 'present').map((is) => ({ value: { is } })),
  fc.constantFrom('*.css', '*.js').map((glob) => ({ key: { kind: 'glob', glob } })),
)
const rules = fc
  .array(fc.record({ field, where: condition, action }), { maxLength: 3 })
  .map((drawn) => drawn.flatMap((rule) => fieldRules.safeParse([rule]).data ?? []))

const CELL: fc.Arbitrary<string | null> = fc.option(word, { nil: null })
const cells: fc.Arbitrary<FieldValues | undefined> = fc.option(
  fc.dictionary(field, CELL, { maxKeys: 2, noNullPrototype: true }),
  { nil: undefined },
)

function edits(gaps: Gaps): fc.Arbitrary<Asked> {
  const neither = fc.constant({ rules: [], hand: undefined })
  const both = fc.record({ rules, hand: cells })
  return fc
    .tuple(policies(gaps), fc.oneof(neither, both))
    .map(([properties, fields]) => ({ properties, ...fields }))
}

/** All that can be seen of the object, under whichever key it lies. */
interface Seen {
  readonly head: ObjectHead
  readonly tags: Tags
  readonly acl: string
  readonly key: string | undefined
}

async function look({ storage, bucket, gaps }: LawWorld): Promise<Seen> {
  const id = { bucket, key: KEY }
  const keys = gaps.encryption ? [undefined] : [undefined, 'mine', 'other']
  for (const name of keys) {
    const under = name === undefined ? undefined : RING[name]
    try {
      const head = await storage.headObject({
        ...id,
        customerKey: under,
        checksums: storage.habits.checksums,
      })
      const acl = gaps.acls ? '' : describeAcl(await storage.getAcl(id))
      return { head, tags: await storage.getTags(id), acl, key: name }
    } catch (error) {
      if (name === keys.at(-1)) throw error
    }
  }
  throw new Error('no key opens it')
}

/** Tags by a request of their own, as some stores know no other way. */
async function make({ storage, bucket, seeds }: LawWorld, before: Before): Promise<void> {
  const { size, headers, metadata: user, tags: given, ...rest } = before
  await storage.copyObject({
    ...rest,
    bucket,
    key: KEY,
    source: { bucket: seeds.bucket, key: seeds[size] },
    replace: { headers, metadata: user },
  })
  await storage.putTags({ bucket, key: KEY, tags: given })
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

/** S3 gives a content type to what has none, and no object tells an empty header. */
function system(all: object): object {
  return { contentType: 'binary/octet-stream', ...all }
}

interface Shown {
  readonly headers: Record<string, string>
  readonly metadata: Record<string, string>
  readonly tags: Record<string, string>
  readonly [more: string]: unknown
}

function shown({ head, tags: stand, acl, key }: Seen): Shown {
  const all = Object.entries(head.headers).filter(([, value]) => value !== undefined)
  const { kind, kmsKeyId } = head.encryption
  return {
    headers: system(Object.fromEntries(all)) as Record<string, string>,
    metadata: { ...head.metadata },
    tags: { ...stand },
    storageClass: head.storageClass,
    retention: head.retention,
    legalHold: head.legalHold ?? 'OFF',
    acl: acl.split(', ').sort().join(', '),
    encryption: { kind, ...(kmsKeyId !== undefined && { kmsKeyId }) },
    key,
    size: head.size,
  }
}

function expected({ properties: asked, rules: given, hand }: Asked, was: Seen): Shown {
  const { websiteRedirect, ...headers } = was.head.headers
  const given6 = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  const redirect = applied(asked.redirect, websiteRedirect, undefined)
  const { encryption } = asked
  const lies =
    encryption.policy === 'set'
      ? {
          kind: encryption.value.kind,
          ...(encryption.value.kind === 'SSE-KMS' && { kmsKeyId: encryption.value.keyId }),
        }
      : shown(was)['encryption']
  const isKeyed = encryption.policy === 'set' && encryption.value.kind === 'SSE-C'
  const key = encryption.policy === 'set' ? (isKeyed ? 'other' : undefined) : was.key
  const byPolicy = {
    ...shown(was),
    headers: { ...applied(asked.headers, given6, {}) } as Record<string, string>,
    metadata: { ...applied(asked.metadata, was.head.metadata, {}) },
    tags: { ...applied(asked.tags, was.tags, {}) },
    storageClass: applied(asked.storageClass, was.head.storageClass, ''),
    retention: applied(asked.retention, was.head.retention, undefined),
    legalHold: applied(asked.legalHold, was.head.legalHold ?? 'OFF', 'OFF'),
    acl: aclAfter(asked.acl, was),
    encryption: lies,
    key,
  }
  const all = withCells(byPolicy, cellsOf(was, given, hand))
  return {
    ...all,
    headers: system({ ...all.headers, ...(redirect && { websiteRedirect: redirect }) }) as never,
  }
}

function aclAfter(acl: Policy & { readonly value?: unknown }, was: Seen): unknown {
  if (acl.policy === 'copy') return shown(was)['acl']
  const owner = /FULL_CONTROL \S+(?=,|$)/.exec(was.acl)?.[0] ?? ''
  const name = (acl.value as { acl?: string } | undefined)?.acl ?? 'private'
  const group = { 'public-read': 'AllUsers', 'authenticated-read': 'AuthenticatedUsers' }[name]
  return group === undefined ? owner : `${owner}, READ ${GROUPS}${group}`
}

/** Field by field, as the words of the rules say it: all that was written, over what the properties say. */
function cellsOf(was: Seen, given: readonly FieldRule[], hand: FieldValues = {}): Map<string, string | null> {
  const flat = new Map<string, string>()
  for (const [name, column] of Object.entries(HEADER_FIELDS)) {
    const value = was.head.headers[name as keyof typeof HEADER_FIELDS]
    if (value) flat.set(column, value)
  }
  for (const [name, value] of Object.entries(was.head.metadata)) flat.set(`x-amz-meta-${name}`, value)
  for (const [name, value] of Object.entries(was.tags)) flat.set(`tag:${name}`, value)
  const now = new Map(flat)
  const touched = new Set<string>()
  const put = (name: string, value: string | undefined | null): void => {
    touched.add(name)
    if (value == null || (value === '' && name === 'cache-control')) now.delete(name)
    else now.set(name, value)
  }
  for (const { field: name, where, action: what } of given) {
    const stands = now.get(name)
    if (where.value?.is === 'missing' && stands !== undefined) continue
    if (where.value?.is === 'present' && stands === undefined) continue
    if (where.key && (where.key as { glob: string }).glob !== '*.css') continue
    if (what.do === 'set') put(name, what.value)
    else if (what.do === 'remove' && stands !== undefined) put(name, null)
    else if (what.do === 'replace' && /[a-m]/.test(stands ?? '') && stands !== undefined)
      put(name, stands.replace(/[a-m]/g, '$&$&'))
    else if (what.do === 'from-field' && now.has(what.field)) put(name, now.get(what.field))
    else if (what.do === 'from-key') put(name, 'is css')
    else if (what.do === 'rename' && stands !== undefined) {
      put(name, null)
      put(what.to, stands)
    }
  }
  for (const [name, value] of Object.entries(hand)) put(name, value)
  return new Map([...touched].map((name) => [name, now.get(name) ?? null]))
}

/** Tags hold letters, digits, spaces and `+ - = . _ : / @` ("Categorizing your storage using tags", S3 User Guide). */
const TAG_VALUE = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u

/** What is no tag's value is refused before anything is sent, unless it stands there already. */
function hasUnfitTag(was: Seen, { rules: given, hand }: Asked): boolean {
  return [...cellsOf(was, given, hand)].some(
    ([name, value]) =>
      name.startsWith('tag:') &&
      value !== null &&
      value !== was.tags[name.slice('tag:'.length)] &&
      !TAG_VALUE.test(value),
  )
}

function withCells<T extends Shown>(all: T, written: ReadonlyMap<string, string | null>): T {
  const changedAll = {
    ...all,
    headers: { ...all.headers },
    metadata: { ...all.metadata },
    tags: { ...all.tags },
  }
  for (const [name, value] of written) {
    const parsed = parseField(name)
    if (!parsed || !('name' in parsed)) throw new Error(`${name} is drawn nowhere`)
    const into = { header: changedAll.headers, metadata: changedAll.metadata, tag: changedAll.tags }[
      parsed.in
    ]
    if (value === null) Reflect.deleteProperty(into, parsed.name)
    else into[parsed.name] = value
  }
  return changedAll
}

/** Throws at the first object and edit for which it does not hold. */
export async function checkEditLaw(world: LawWorld): Promise<void> {
  const { storage, gaps, runs } = world
  const context: WorkContext = {
    source: storage,
    destination: storage,
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 16 }),
    findKey: (name) => Promise.resolve(RING[name] as CustomerKey),
    signal: new AbortController().signal,
  }
  const law = fc.asyncProperty(objects(gaps), edits(gaps), (before, asked) =>
    hold(world, context, before, asked),
  )
  await fc.assert(law, { numRuns: runs, includeErrorInReport: true })
}

async function hold(world: LawWorld, context: WorkContext, before: Before, asked: Asked): Promise<void> {
  await make(world, before)
  const was = await look(world)
  const journal = new MemoryJournal()
  const edit = { properties: asked.properties, fieldRules: asked.rules, fields: asked.hand }
  if (hasUnfitTag(was, asked)) {
    const refused = editObject({ ...workOn(world, was), ...edit }, context, journal, LIMIT)
    await assert.rejects(refused, (error) => {
      const { code, property = '' } = toFailure(error)
      return code === 'bad-input' && property.startsWith('tag:')
    })
    assert.deepEqual(await look(world), was)
    return
  }
  const outcome = await editObject({ ...workOn(world, was), ...edit }, context, journal, LIMIT)
  const now = await look(world)
  assert.deepEqual(shown(now), expected(asked, was))
  assert.equal(outcome.etag, now.head.etag)
  assert.equal(outcome.versionId, now.head.versionId)
  assert.equal(journal.remembered === undefined, outcome.how === 'nothing')
  if (asked.rules.length === 0) {
    // What is as asked is not written again.
    const again = { ...workOn(world, now), ...edit }
    assert.equal((await editObject(again, context, new MemoryJournal(), LIMIT)).how, 'nothing')
  }
  if (journal.remembered) await takeBack(world, context, was, now, journal.remembered)
}

async function takeBack(
  world: LawWorld,
  context: WorkContext,
  was: Seen,
  now: Seen,
  remembered: SomeProperties,
): Promise<void> {
  // A retention is not made shorter, nor taken away, but with the right to bypass it.
  const { retention: _, ...others } = remembered
  const properties = { ...EDIT_DEFAULTS, ...others } as Properties
  await editObject({ ...workOn(world, now), properties }, context, new MemoryJournal(), LIMIT)
  assert.deepEqual(shown(await look(world)), { ...shown(was), retention: now.head.retention })
}

function workOn({ bucket, verify }: LawWorld, { head }: Seen): EditWork {
  const { size, etag, lastModified, storageClass } = head
  const object = { bucket, key: KEY, customerKeys: ['mine', 'other'] }
  return { object, size, etag, lastModified, storageClass, properties: EDIT_DEFAULTS, verify }
}
