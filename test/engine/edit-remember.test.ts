import { expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import type { Acl, Properties, SomeProperties } from '#model/properties.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { EditConditions, KnownObject } from '../../main/engine/edit/edit.ts'
import { decideEdit } from '../../main/engine/edit/edit.ts'
import { rememberedOf } from '../../main/engine/edit/edit-remember.ts'
import { CEPH_16_HABITS, GOOD_HABITS } from '../helpers/memory/server.ts'

const NOW = Date.UTC(2026, 0, 1)
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/one'
const OWNER = { kind: 'account', id: 'me' } as const
const PRIVATE: Acl = { owner: 'me', grants: [{ grantee: OWNER, permission: 'FULL_CONTROL' }] }
const ALL_USERS = { kind: 'group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } as const
const PUBLIC: Acl = { owner: 'me', grants: [...PRIVATE.grants, { grantee: ALL_USERS, permission: 'READ' }] }
const HEAD: ObjectHead = {
  key: 'a',
  size: 1,
  etag: 'e',
  lastModified: 0,
  storageClass: 'STANDARD_IA',
  headers: { contentType: 'text/css', cacheControl: 'no-cache' },
  metadata: { owner: 'ada' },
  encryption: { kind: 'SSE-S3' },
  checksums: { CRC32: 'x' },
}
const KNOWN: KnownObject = { head: HEAD, tags: { team: 'web' }, acl: PRIVATE }
const AWS: EditConditions = { habits: { ...GOOD_HABITS, updateEncryption: true }, now: NOW }
const CEPH: EditConditions = { habits: CEPH_16_HABITS, now: NOW }
const change = <T extends object>(set: T, remove: string[] = []) =>
  ({ policy: 'change', set, remove }) as never
const set = (value: unknown) => ({ policy: 'set', value }) as never
const DROP = { policy: 'drop' } as const
const header = { headers: change({ cacheControl: 'x' }) }
const until = NOW + 1000

test.each<[string, Partial<Properties>, Partial<KnownObject>, EditConditions, SomeProperties]>([
  ['a header', header, {}, AWS, { headers: set(HEAD.headers) }],
  ['metadata', { metadata: DROP }, {}, AWS, { metadata: set({ owner: 'ada' }) }],
  [
    'metadata, and headers as they are',
    { metadata: DROP, headers: change({ contentType: 'text/css' }) },
    {},
    AWS,
    { metadata: set({ owner: 'ada' }) },
  ],
  ['a first redirect', { redirect: set('/b') }, {}, AWS, { redirect: DROP }],
  [
    'another redirect',
    { redirect: set('/b') },
    { head: { ...HEAD, headers: { websiteRedirect: '/a' } } },
    AWS,
    { redirect: set('/a') },
  ],
  ['class', { storageClass: set('STANDARD') }, {}, AWS, { storageClass: set('STANDARD_IA') }],
  ['checksum', { checksum: set('SHA256') }, {}, AWS, { checksum: set('CRC32') }],
  ['tags in place', { tags: DROP }, {}, AWS, { tags: set({ team: 'web' }) }],
  [
    'tags with a copy',
    { ...header, tags: change({ team: 'x' }) },
    {},
    AWS,
    { headers: set(HEAD.headers), tags: set({ team: 'web' }) },
  ],
  ['tags that a copy loses', header, {}, CEPH, { headers: set(HEAD.headers), tags: set({ team: 'web' }) }],
  ['no tags to lose', header, { tags: {} }, CEPH, { headers: set(HEAD.headers) }],
  [
    'tags that are as asked',
    { ...header, tags: change({ team: 'web' }) },
    {},
    AWS,
    { headers: set(HEAD.headers) },
  ],
  [
    'private, in place',
    { acl: set({ kind: 'canned', acl: 'public-read' }) },
    {},
    AWS,
    { acl: set({ kind: 'canned', acl: 'private' }) },
  ],
  [
    'grants, with a copy',
    { ...header, acl: DROP },
    { acl: PUBLIC },
    AWS,
    { headers: set(HEAD.headers), acl: set({ kind: 'grants', grants: PUBLIC.grants }) },
  ],
  ['private, as it is, with a copy', { ...header, acl: DROP }, {}, AWS, { headers: set(HEAD.headers) }],
  [
    'to KMS, re-encrypted',
    { encryption: set({ kind: 'SSE-KMS', keyId: ARN }) },
    {},
    AWS,
    { encryption: set({ kind: 'SSE-S3' }) },
  ],
  [
    'from KMS',
    { encryption: set({ kind: 'SSE-S3' }) },
    { head: { ...HEAD, encryption: { kind: 'SSE-KMS', kmsKeyId: ARN } } },
    AWS,
    { encryption: set({ kind: 'SSE-KMS', keyId: ARN, bucketKey: false }) },
  ],
  [
    'from a customer key',
    { encryption: set({ kind: 'SSE-S3' }) },
    { head: { ...HEAD, encryption: { kind: 'SSE-C' } }, customerKey: 'mine' },
    AWS,
    { encryption: set({ kind: 'SSE-C', key: 'mine' }) },
  ],
  [
    'from plain',
    { encryption: set({ kind: 'SSE-S3' }) },
    { head: { ...HEAD, encryption: { kind: 'none' } } },
    CEPH,
    { encryption: DROP, tags: set({ team: 'web' }) },
  ],
  [
    'a first lock',
    { retention: set({ mode: 'GOVERNANCE', until }), legalHold: set('ON') },
    {},
    AWS,
    { retention: DROP, legalHold: set('OFF') },
  ],
  [
    'a longer lock',
    { retention: set({ mode: 'GOVERNANCE', until: until + 5000 }) },
    { head: { ...HEAD, retention: { mode: 'GOVERNANCE', until } } },
    AWS,
    { retention: set({ mode: 'GOVERNANCE', until }) },
  ],
])('%s', (_name, asked, stands, conditions, expected) => {
  const known = { ...KNOWN, ...stands }
  const properties = { ...EDIT_DEFAULTS, ...asked }
  const way = decideEdit(known, properties, conditions)
  if (way.how === 'nothing') throw new Error('it changes nothing')
  expect(rememberedOf(known, properties, way, conditions)).toEqual(expected)
})
