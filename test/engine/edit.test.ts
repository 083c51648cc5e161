import { describe, expect, test } from 'vitest'
import type { Encryption, ObjectHead } from '#model/object.ts'
import type { Acl, Properties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { EditConditions, KnownObject } from '../../main/engine/edit/edit.ts'
import { decideEdit, editNeeds } from '../../main/engine/edit/edit.ts'
import { isEncryptedAs, isGranted } from '../../main/engine/edit/edit-differences.ts'
import { CEPH_16_HABITS, GOOD_HABITS } from '../helpers/memory/server.ts'

const NOW = Date.UTC(2026, 0, 1)
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/one'
const OTHER_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/two'
const ALL_USERS = { kind: 'group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } as const
const OWNER = { kind: 'account', id: 'me' } as const
const PRIVATE: Acl = { owner: 'me', grants: [{ grantee: OWNER, permission: 'FULL_CONTROL' }] }
const PUBLIC: Acl = { owner: 'me', grants: [...PRIVATE.grants, { grantee: ALL_USERS, permission: 'READ' }] }

const HEAD: ObjectHead = {
  key: 'a',
  size: 1,
  etag: 'e',
  lastModified: 0,
  storageClass: 'STANDARD_IA',
  headers: { contentType: 'text/css', cacheControl: 'no-cache', websiteRedirect: '/b' },
  metadata: { owner: 'ada' },
  encryption: { kind: 'SSE-S3' },
  checksums: { CRC32: 'x' },
  retention: { mode: 'GOVERNANCE', until: NOW - 1 },
}
const KNOWN: KnownObject = { head: HEAD, tags: { team: 'web' }, acl: PRIVATE, annotations: [] }
const AWS: EditConditions = {
  habits: { ...GOOD_HABITS, updateEncryption: true, annotations: true },
  now: NOW,
}

const asked = (more: Partial<Properties>): Properties => ({ ...EDIT_DEFAULTS, ...more })
const change = <T extends object>(set: T, remove: never[] | string[] = []) =>
  ({ policy: 'change', set, remove }) as never
const set = (value: unknown) => ({ policy: 'set', value }) as never
const DROP = { policy: 'drop' } as const

describe('decideEdit', () => {
  const nothing: [string, Partial<Properties>][] = [
    ['all is kept', {}],
    ['headers, as they are', { headers: set({ contentType: 'text/css', cacheControl: 'no-cache' }) }],
    ['a header, as it is', { headers: change({ contentType: 'text/css' }) }],
    ['a header gone that is not there', { headers: change({}, ['expires']) }],
    ['metadata, as it is', { metadata: set({ owner: 'ada' }) }],
    ['the redirect, as it is', { redirect: set('/b') }],
    ['the class, as it is', { storageClass: set('STANDARD_IA') }],
    ['the encryption, as it is', { encryption: set({ kind: 'SSE-S3' }) }],
    ['a checksum that is there', { checksum: set('CRC32') }],
    ['a checksum dropped: S3 may keep it', { checksum: DROP }],
    ['tags, as they are', { tags: set({ team: 'web' }) }],
    ['a tag, as it is', { tags: change({ team: 'web' }, ['none']) }],
    ['private, as it is', { acl: set({ kind: 'canned', acl: 'private' }) }],
    ['the ACL dropped, private already', { acl: DROP }],
    ['a lock dropped that has run out', { retention: DROP }],
    ['a hold off that never was on', { legalHold: set('OFF') }],
    ['annotations dropped, and there are none', { annotations: DROP }],
  ]
  test.each(nothing)('nothing: %s', (_, properties) => {
    expect(decideEdit(KNOWN, asked(properties), AWS)).toEqual({ how: 'nothing' })
  })

  const until = NOW + 1000
  const inPlace: [string, Partial<Properties>, object][] = [
    ['tags', { tags: change({ tier: '1' }) }, { tags: { team: 'web', tier: '1' } }],
    ['no tags', { tags: DROP }, { tags: {} }],
    [
      'ACL',
      { acl: set({ kind: 'canned', acl: 'public-read' }) },
      { acl: { kind: 'canned', acl: 'public-read' } },
    ],
    [
      'retention',
      { retention: set({ mode: 'GOVERNANCE', until }) },
      { retention: { mode: 'GOVERNANCE', until } },
    ],
    ['legal hold', { legalHold: set('ON') }, { legalHold: 'ON' }],
    [
      'all of them',
      { tags: DROP, legalHold: set('ON'), retention: set({ mode: 'COMPLIANCE', until }) },
      { tags: {}, legalHold: 'ON', retention: { mode: 'COMPLIANCE', until } },
    ],
  ]
  test.each(inPlace)('in place: %s', (_, properties, expected) => {
    expect(decideEdit(KNOWN, asked(properties), AWS)).toEqual({ how: 'in-place', inPlace: expected })
  })

  test('in place: a public object is made private, and a hold taken off', () => {
    const known = { ...KNOWN, acl: PUBLIC, head: { ...HEAD, legalHold: 'ON' as const } }
    expect(decideEdit(known, asked({ acl: DROP, legalHold: DROP }), AWS)).toEqual({
      how: 'in-place',
      inPlace: { acl: { kind: 'canned', acl: 'private' }, legalHold: 'OFF' },
    })
  })

  const rewrites: [string, Partial<Properties>, string][] = [
    ['a header', { headers: change({ cacheControl: 'max-age=1' }) }, 'cacheControl'],
    ['a header gone', { headers: change({}, ['cacheControl']) }, 'cacheControl'],
    ['exactly these headers', { headers: set({ contentType: 'text/css' }) }, 'cacheControl'],
    ['no headers', { headers: DROP }, 'contentType'],
    ['metadata', { metadata: change({ owner: 'bob' }) }, 'metadata owner'],
    ['no metadata', { metadata: DROP }, 'metadata owner'],
    ['redirect', { redirect: set('/c') }, 'redirect'],
    ['no redirect', { redirect: DROP }, 'redirect'],
    ['class', { storageClass: set('STANDARD') }, 'storage class'],
    ['checksum', { checksum: set('SHA256') }, 'checksum'],
    [
      'encryption S3 has no other way to',
      { encryption: set({ kind: 'DSSE-KMS', keyId: ARN }) },
      'encryption',
    ],
    ['the bucket’s default encryption', { encryption: DROP }, 'encryption'],
    [
      'a class and tags: one copy with both',
      { storageClass: set('STANDARD'), tags: set({}) },
      'storage class',
    ],
  ]
  test.each(rewrites)('rewrite: %s', (_, properties, because) => {
    expect(decideEdit(KNOWN, asked(properties), AWS)).toEqual({ how: 'rewrite', because })
  })

  test('rewrite: annotations and a lock, where they are', () => {
    const known = {
      ...KNOWN,
      annotations: ['one'],
      head: { ...HEAD, retention: { mode: 'GOVERNANCE', until } as const },
    }
    expect(decideEdit(known, asked({ annotations: DROP }), AWS)).toMatchObject({ because: 'annotations' })
    expect(decideEdit(known, asked({ retention: DROP }), AWS)).toMatchObject({ because: 'retention' })
  })

  test('S3’s own content type is what an object without one has', () => {
    for (const contentType of ['binary/octet-stream', 'application/octet-stream', undefined]) {
      const known = { ...KNOWN, head: { ...HEAD, headers: { contentType } } }
      expect(decideEdit(known, asked({ headers: DROP }), AWS)).toEqual({ how: 'nothing' })
    }
  })

  test('a store that keeps no checksums cannot be asked for one', () => {
    const conditions = { ...AWS, habits: { ...GOOD_HABITS, checksums: false } }
    expect(decideEdit(KNOWN, asked({ checksum: set('SHA256') }), conditions)).toEqual({ how: 'nothing' })
  })

  const kms = { kind: 'SSE-KMS', keyId: ARN } as const
  const reEncrypted: [string, Partial<ObjectHead>, Partial<Properties>, Partial<EditConditions>, string][] = [
    ['from SSE-S3', {}, { encryption: set(kms) }, {}, 're-encrypt'],
    [
      'from another key',
      { encryption: { kind: 'SSE-KMS', kmsKeyId: OTHER_ARN } },
      { encryption: set(kms) },
      {},
      're-encrypt',
    ],
    [
      'a bucket key more',
      { encryption: { kind: 'SSE-KMS', kmsKeyId: ARN } },
      { encryption: set({ ...kms, bucketKey: true }) },
      {},
      're-encrypt',
    ],
    [
      'the same key',
      { encryption: { kind: 'SSE-KMS', kmsKeyId: ARN } },
      { encryption: set(kms) },
      {},
      'nothing',
    ],
    ['archived', { storageClass: 'GLACIER' }, { encryption: set(kms) }, {}, 're-encrypt'],
    ['from DSSE-KMS', { encryption: { kind: 'DSSE-KMS' } }, { encryption: set(kms) }, {}, 'rewrite'],
    ['from SSE-C', { encryption: { kind: 'SSE-C' } }, { encryption: set(kms) }, {}, 'rewrite'],
    ['from plain', { encryption: { kind: 'none' } }, { encryption: set(kms) }, {}, 'rewrite'],
    ['locked', { retention: { mode: 'GOVERNANCE', until } }, { encryption: set(kms) }, {}, 'rewrite'],
    ['held', { legalHold: 'ON' }, { encryption: set(kms) }, {}, 'rewrite'],
    ['under an alias', {}, { encryption: set({ ...kms, keyId: 'alias/mine' }) }, {}, 'rewrite'],
    ['under a bare id', {}, { encryption: set({ ...kms, keyId: 'one' }) }, {}, 'rewrite'],
    ['under the account’s key', {}, { encryption: set({ kind: 'SSE-KMS' }) }, {}, 'rewrite'],
    ['with a context', {}, { encryption: set({ ...kms, context: { a: 'b' } }) }, {}, 'rewrite'],
    ['elsewhere', {}, { encryption: set(kms) }, { habits: CEPH_16_HABITS }, 'rewrite'],
    ['with a header', {}, { encryption: set(kms), headers: change({ expires: '0' }) }, {}, 'rewrite'],
  ]
  test.each(reEncrypted)('to SSE-KMS, %s: %s', (_, head, properties, conditions, how) => {
    const known = { ...KNOWN, head: { ...HEAD, ...head } }
    expect(decideEdit(known, asked(properties), { ...AWS, ...conditions }).how).toBe(how)
  })

  test('to SSE-KMS with tags: both, without a copy', () => {
    expect(decideEdit(KNOWN, asked({ encryption: set(kms), tags: set({ a: 'b' }) }), AWS)).toEqual({
      how: 're-encrypt',
      encryption: kms,
      inPlace: { tags: { a: 'b' } },
    })
  })
})

describe('editNeeds', () => {
  const rewrite = { headers: change({ cacheControl: 'x' }) }
  const LOSING = { ...AWS, habits: CEPH_16_HABITS }
  const rows: [string, Partial<Properties>, EditConditions, string[]][] = [
    ['nothing', {}, AWS, []],
    ['tags set', { tags: set({}) }, AWS, ['tags']],
    ['tags changed', { tags: change({}) }, AWS, ['tags']],
    ['ACL set', { acl: DROP }, AWS, ['acl']],
    ['annotations dropped', { annotations: DROP }, AWS, ['acl', 'annotations']],
    ['annotations, where there are none', { annotations: DROP }, LOSING, []],
    ['a copy: the ACL would be lost', rewrite, AWS, ['acl']],
    ['a copy where there are no ACLs', rewrite, { ...AWS, ownership: 'enforced' }, []],
    ['a copy where tags would be lost', rewrite, LOSING, ['tags', 'acl']],
    ['a copy with tags set', { ...rewrite, tags: set({}) }, AWS, ['tags', 'acl']],
    ['a copy with tags changed', { ...rewrite, tags: change({}) }, AWS, ['tags', 'acl']],
    ['a copy with an ACL set', { ...rewrite, acl: DROP }, AWS, ['acl']],
    ['a copy without annotations', { ...rewrite, annotations: DROP }, AWS, ['acl']],
  ]
  test.each(rows)('%s', (_, properties, conditions, expected) => {
    const needs = editNeeds(HEAD, asked(properties), {}, conditions)
    expect(Object.entries(needs).flatMap(([name, isNeeded]) => (isNeeded ? [name] : []))).toEqual(expected)
  })
})

describe('isEncryptedAs', () => {
  const kms = (more: object = {}): Encryption => ({ kind: 'SSE-KMS', kmsKeyId: ARN, ...more })
  test.each<[string, Parameters<typeof isEncryptedAs>[0], Encryption, boolean]>([
    ['SSE-S3', { kind: 'SSE-S3' }, { kind: 'SSE-S3' }, true],
    ['another kind', { kind: 'SSE-S3' }, kms(), false],
    ['the key by its ARN', { kind: 'SSE-KMS', keyId: ARN }, kms(), true],
    ['the key by its id', { kind: 'DSSE-KMS', keyId: 'one' }, { kind: 'DSSE-KMS', kmsKeyId: ARN }, true],
    ['another key', { kind: 'SSE-KMS', keyId: OTHER_ARN }, kms(), false],
    ['an id that only ends alike', { kind: 'SSE-KMS', keyId: 'ne' }, kms(), false],
    ['an alias proves nothing', { kind: 'SSE-KMS', keyId: 'alias/a' }, kms(), false],
    ['nor does the account’s own key', { kind: 'SSE-KMS' }, kms(), false],
    ['nor does a context', { kind: 'SSE-KMS', keyId: ARN, context: {} }, kms(), false],
    ['without a bucket key, as asked', { kind: 'SSE-KMS', keyId: ARN, bucketKey: false }, kms(), true],
    ['a bucket key is missing', { kind: 'SSE-KMS', keyId: ARN, bucketKey: true }, kms(), false],
    [
      'a bucket key too many',
      { kind: 'SSE-KMS', keyId: ARN, bucketKey: false },
      kms({ bucketKey: true }),
      false,
    ],
    ['the customer key that opened it', { kind: 'SSE-C', key: 'mine' }, { kind: 'SSE-C' }, true],
    ['another customer key', { kind: 'SSE-C', key: 'theirs' }, { kind: 'SSE-C' }, false],
  ])('%s', (_, wanted, stands, expected) => {
    expect(isEncryptedAs(wanted, stands, 'mine')).toBe(expected)
  })
})

describe('isGranted', () => {
  test.each<[string, Parameters<typeof isGranted>[0], Acl, boolean]>([
    ['private', { kind: 'canned', acl: 'private' }, PRIVATE, true],
    ['private, and it is public', { kind: 'canned', acl: 'private' }, PUBLIC, false],
    ['public', { kind: 'canned', acl: 'public-read' }, PUBLIC, true],
    ['public, and it is private', { kind: 'canned', acl: 'public-read' }, PRIVATE, false],
    [
      'what depends on the bucket’s owner',
      { kind: 'canned', acl: 'bucket-owner-full-control' },
      PUBLIC,
      false,
    ],
    ['grants in another order', { kind: 'grants', grants: [...PUBLIC.grants].reverse() }, PUBLIC, true],
    ['fewer grants', { kind: 'grants', grants: [...PRIVATE.grants] }, PUBLIC, false],
    [
      'somebody by e-mail, whom S3 answers by id',
      {
        kind: 'grants',
        grants: [{ grantee: { kind: 'email', address: 'a@b.c' }, permission: 'READ' }],
      },
      PUBLIC,
      false,
    ],
  ])('%s', (_, wanted, stands, expected) => {
    expect(isGranted(wanted, stands)).toBe(expected)
  })
})
