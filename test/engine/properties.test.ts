import { describe, expect, test } from 'vitest'
import { toFailure } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { Acl, Grant, Properties } from '#model/properties.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import type { KnownSource, Wanted } from '../../main/engine/properties.ts'
import {
  checkWanted,
  classToWrite,
  isPrivate,
  sourceNeeds,
  wantedOf,
  withoutSpentLock,
} from '../../main/engine/properties.ts'
import { CEPH_16_HABITS, GOOD_HABITS } from '../helpers/memory/server.ts'

const DROP = { policy: 'drop' } as const
const COPY = { policy: 'copy' } as const
const NOTHING = { head: false, tags: false, acl: false }
const NOW = Date.UTC(2026, 0, 1)
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one'

const HEAD: ObjectHead = {
  key: 'a',
  size: 1,
  etag: 'e',
  lastModified: 0,
  storageClass: 'STANDARD_IA',
  headers: { contentType: 'text/css', cacheControl: 'no-cache', expires: undefined, websiteRedirect: '/b' },
  metadata: { owner: 'ada', team: 'web' },
  encryption: { kind: 'SSE-S3' },
  checksums: { CRC32: 'x', SHA256: 'y' },
  retention: { mode: 'GOVERNANCE', until: NOW + 1 },
  legalHold: 'ON',
}
const OWNER: Grant = { grantee: { kind: 'account', id: 'me' }, permission: 'FULL_CONTROL' }
const GUEST: Grant = { grantee: { kind: 'account', id: 'you' }, permission: 'READ' }
const OPEN: Acl = { owner: 'me', grants: [OWNER, GUEST] }

const asked = (more: Partial<Properties>): Properties => ({ ...COPY_DEFAULTS, ...more })
const head = (more: Partial<ObjectHead>): KnownSource => ({ head: { ...HEAD, ...more } })

describe('what must be read of the source before it is written', () => {
  type Row = [name: string, more: Partial<Properties>, needs: Partial<typeof NOTHING>]
  const rows: Row[] = [
    ['the defaults', {}, {}],
    ['headers alone dropped, metadata copied', { headers: DROP }, { head: true }],
    ['headers and metadata dropped', { headers: DROP, metadata: DROP }, {}],
    [
      'headers set, metadata changed',
      { headers: { policy: 'set', value: {} }, metadata: { policy: 'change', set: {}, remove: [] } },
      { head: true },
    ],
    ['tags set', { tags: { policy: 'set', value: {} } }, {}],
    ['tags dropped', { tags: DROP }, {}],
    ['tags changed', { tags: { policy: 'change', set: {}, remove: [] } }, { tags: true }],
    ['ACL copied', { acl: COPY }, { acl: true }],
    ['redirect copied', { redirect: COPY }, { head: true }],
    ['redirect set', { redirect: { policy: 'set', value: '/x' } }, {}],
    ['lock copied', { retention: COPY }, { head: true }],
    ['hold copied', { legalHold: COPY }, { head: true }],
    ['hold set', { legalHold: { policy: 'set', value: 'ON' } }, {}],
    ['encryption copied', { encryption: COPY }, { head: true }],
    ['encryption set', { encryption: { policy: 'set', value: { kind: 'SSE-S3' } } }, {}],
    ['checksum algorithm copied', { checksum: COPY }, {}],
    ['class set', { storageClass: { policy: 'set', value: 'GLACIER_IR' } }, {}],
    ['annotations dropped', { annotations: DROP }, {}],
  ]
  test.each(rows)('CopyObject, %s', (_name, more, needs) => {
    expect(sourceNeeds(asked(more), 'copy-object', GOOD_HABITS, 'copy')).toEqual({ ...NOTHING, ...needs })
  })

  test('a move looks for a redirect before it deletes, and so not before it copies', () => {
    expect(sourceNeeds(MOVE_DEFAULTS, 'copy-object', GOOD_HABITS, 'move')).toEqual(NOTHING)
    expect(sourceNeeds(MOVE_DEFAULTS, 'copy-object', GOOD_HABITS, 'copy')).toEqual({ ...NOTHING, head: true })
  })

  test('where a REPLACE loses the tags, they are read', () => {
    const replaced = asked({ headers: DROP })
    const needs = sourceNeeds(replaced, 'copy-object', CEPH_16_HABITS, 'copy')
    expect(needs).toEqual({ head: true, tags: true, acl: false })
    expect(sourceNeeds(COPY_DEFAULTS, 'copy-object', CEPH_16_HABITS, 'copy')).toEqual(NOTHING)
  })

  test.each([
    { properties: COPY_DEFAULTS, tags: true, acl: false },
    { properties: asked({ tags: DROP }), tags: false, acl: false },
    { properties: EDIT_DEFAULTS, tags: true, acl: true },
  ])('bytes alone: the HEAD always; tags $tags, ACL $acl', ({ properties, tags, acl }) => {
    expect(sourceNeeds(properties, 'bytes', GOOD_HABITS, 'copy')).toEqual({ head: true, tags, acl })
  })
})

describe('invariant 5: what an object shall carry follows from every policy', () => {
  const known: KnownSource = { head: HEAD, tags: { team: 'web' }, acl: OPEN }

  test('nothing known: what is copied is not said', () => {
    expect(wantedOf(COPY_DEFAULTS, {}, 'STANDARD_IA')).toEqual({
      redirect: { to: 'none' },
      storageClass: 'STANDARD_IA',
    })
  })

  test('everything copied', () => {
    expect(wantedOf(EDIT_DEFAULTS, known, '')).toEqual({
      headers: { contentType: 'text/css', cacheControl: 'no-cache' },
      metadata: HEAD.metadata,
      tags: { team: 'web' },
      redirect: { to: '/b' },
      storageClass: 'STANDARD_IA',
      encryption: { kind: 'SSE-S3' },
      acl: { kind: 'grants', grants: OPEN.grants },
      retention: HEAD.retention,
      legalHold: 'ON',
      checksum: 'SHA256',
    })
  })

  test('everything dropped', () => {
    const dropped = asked({ headers: DROP, metadata: DROP, tags: DROP, storageClass: COPY })
    expect(wantedOf(dropped, known, '')).toEqual({
      headers: {},
      metadata: {},
      tags: {},
      redirect: { to: 'none' },
      storageClass: 'STANDARD_IA',
    })
  })

  test('some of it changed: one value keeps all the others (invariant 4)', () => {
    const changed = asked({
      headers: { policy: 'change', set: { contentType: 'a/b' }, remove: ['cacheControl', 'expires'] },
      metadata: { policy: 'change', set: { owner: 'eve' }, remove: ['none'] },
      tags: { policy: 'change', set: { tier: '1' }, remove: ['team'] },
    })
    expect(wantedOf(changed, known, '')).toMatchObject({
      headers: { contentType: 'a/b' },
      metadata: { owner: 'eve', team: 'web' },
      tags: { tier: '1' },
    })
    expect(wantedOf(changed, known, '').headers).toEqual({ contentType: 'a/b' })
  })

  test.each([
    { policy: 'copy', properties: COPY_DEFAULTS, source: 'STANDARD_IA', written: 'STANDARD_IA' },
    { policy: 'copy, restored', properties: COPY_DEFAULTS, source: 'GLACIER', written: 'GLACIER' },
    { policy: 'copy, class not told', properties: COPY_DEFAULTS, source: '', written: 'STANDARD' },
    {
      policy: 'set',
      properties: asked({ storageClass: { policy: 'set', value: 'GLACIER_IR' } }),
      source: 'STANDARD',
      written: 'GLACIER_IR',
    },
  ])('class, $policy: $written', ({ properties, source, written }) => {
    expect(classToWrite(properties, source)).toBe(written)
  })

  const kms = { kind: 'SSE-KMS', kmsKeyId: KEY, bucketKey: true } as const
  test.each([
    { stands: { kind: 'none' } as const, wanted: undefined },
    { stands: { kind: 'SSE-S3' } as const, wanted: { kind: 'SSE-S3' } },
    { stands: kms, wanted: { kind: 'SSE-KMS', keyId: KEY, bucketKey: true } },
    { stands: { ...kms, kind: 'DSSE-KMS' } as const, wanted: { kind: 'DSSE-KMS', keyId: KEY } },
    { stands: { kind: 'SSE-C' } as const, wanted: { kind: 'SSE-C', key: 'mine' } },
  ])('encryption copied from $stands.kind', ({ stands, wanted }) => {
    const source = { ...head({ encryption: stands }), customerKey: 'mine' }
    expect(wantedOf(asked({ encryption: COPY }), source, '').encryption).toEqual(wanted)
    expect(wantedOf(COPY_DEFAULTS, source, '').encryption).toBeUndefined()
  })

  test.each([
    { name: 'the owner alone', acl: { owner: 'me', grants: [OWNER] }, isSent: false },
    { name: 'the owner, whom nobody names', acl: { grants: [OWNER] }, isSent: false },
    { name: 'a guest too', acl: OPEN, isSent: true },
    { name: 'another than the owner', acl: { owner: 'you', grants: [OWNER] }, isSent: true },
  ])('an ACL that lets in $name is sent: $isSent', ({ acl, isSent }) => {
    expect(isPrivate(acl)).toBe(!isSent)
    expect(wantedOf(asked({ acl: COPY }), { acl }, '').acl !== undefined).toBe(isSent)
  })

  test.each([
    { name: 'a hold that is off', known: head({ legalHold: 'OFF' }), legalHold: undefined },
    { name: 'a hold that is on', known: head({ legalHold: 'ON' }), legalHold: 'ON' },
  ])('$name, copied', ({ known: source, legalHold }) => {
    expect(wantedOf(asked({ legalHold: COPY }), source, '').legalHold).toBe(legalHold)
  })

  test.each([
    { until: NOW + 1, kept: true },
    { until: NOW, kept: false },
  ])('a lock until $until is copied: $kept', ({ until, kept }) => {
    const properties = asked({ retention: COPY })
    const wanted = wantedOf(properties, head({ retention: { mode: 'COMPLIANCE', until } }), '')
    expect(withoutSpentLock(wanted, properties, NOW).retention !== undefined).toBe(kept)
  })
})

describe('what S3 would not take is bad-input, and names its property', () => {
  const many = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, 'v']))
  const rows: { property: string | undefined; wanted: Wanted }[] = [
    { property: undefined, wanted: { tags: many(10), metadata: { a: 'x'.repeat(2047) } } },
    { property: 'tags', wanted: { tags: many(11) } },
    { property: 'metadata', wanted: { metadata: { a: 'x'.repeat(2048) } } },
    { property: 'metadata', wanted: { metadata: { a: 'ü'.repeat(1024) } } },
    { property: 'retention', wanted: { retention: { mode: 'GOVERNANCE', until: NOW } } },
  ]
  test.each(rows)('$property', ({ property, wanted }) => {
    const check = (): void => checkWanted(wanted, 'a/b', NOW)
    if (property === undefined) {
      expect(check).not.toThrow()
      return
    }
    const failures: unknown[] = []
    try {
      check()
    } catch (error) {
      failures.push(toFailure(error))
    }
    expect(failures).toEqual([
      { code: 'bad-input', reach: 'item', property, message: expect.stringContaining('a/b') as string },
    ])
  })
})
