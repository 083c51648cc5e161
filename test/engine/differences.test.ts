import { describe, expect, test } from 'vitest'
import type { Encryption, ObjectHead } from '#model/object.ts'
import type { AclToSet, Grant } from '#model/properties.ts'
import {
  aclDiffers,
  compareWholeChecksums,
  differingName,
  differsFromWanted,
  encryptionDiffers,
} from '../../main/engine/compare/differences.ts'
import type { EncryptionWanted, Wanted } from '../../main/engine/properties.ts'

const HEAD: ObjectHead = {
  key: 'a',
  size: 1,
  etag: 'e',
  lastModified: 0,
  storageClass: 'STANDARD',
  headers: { contentType: 'a/b', cacheControl: 'no-cache' },
  metadata: { k: 'v' },
  encryption: { kind: 'SSE-S3' },
  checksums: {},
}

describe('a property that is not as it was wanted is named', () => {
  const rows: { name: string; wanted: Wanted; found?: Partial<ObjectHead>; differs?: string }[] = [
    { name: 'nothing wanted', wanted: {} },
    { name: 'headers', wanted: { headers: HEAD.headers } },
    { name: 'a header', wanted: { headers: { contentType: 'a/b' } }, differs: 'cacheControl' },
    { name: 'a content type that S3 gave', wanted: { headers: { cacheControl: 'no-cache' } } },
    { name: 'metadata', wanted: { metadata: { k: 'v' } } },
    { name: 'a value', wanted: { metadata: { k: 'w' } }, differs: 'metadata k' },
    { name: 'one too few', wanted: { metadata: { k: 'v', l: '' } }, differs: 'metadata l' },
    { name: 'no redirect', wanted: { redirect: { to: 'none' } } },
    { name: 'a redirect that is not there', wanted: { redirect: { to: '/x' } }, differs: 'redirect' },
    {
      name: 'a redirect that should not be there',
      wanted: { redirect: { to: 'none' } },
      found: { headers: { websiteRedirect: '/x' } },
      differs: 'redirect',
    },
    { name: 'the class', wanted: { storageClass: 'STANDARD_IA' }, differs: 'storage class' },
    { name: 'encryption', wanted: { encryption: { kind: 'SSE-KMS' } }, differs: 'encryption' },
    { name: 'a lock', wanted: { retention: { mode: 'GOVERNANCE', until: 5000 } }, differs: 'retention' },
    {
      name: 'a lock, in whole seconds',
      wanted: { retention: { mode: 'GOVERNANCE', until: 5999 } },
      found: { retention: { mode: 'GOVERNANCE', until: 5000 } },
    },
    { name: 'a hold', wanted: { legalHold: 'ON' }, differs: 'legal hold' },
    { name: 'no hold', wanted: { legalHold: 'OFF' } },
    { name: 'tags nobody counts', wanted: { tags: { a: 'b' } } },
    { name: 'one tag of two', wanted: { tags: { a: 'b', c: 'd' } }, found: { tagCount: 1 }, differs: 'tags' },
  ]
  test.each(rows)('$name: $differs', ({ wanted, found, differs }) => {
    expect(differsFromWanted(wanted, { ...HEAD, ...found })).toBe(differs)
  })

  test('differingName looks in both directions', () => {
    expect(differingName({ a: '1' }, {})).toBe('a')
    expect(differingName({}, { a: '1' })).toBe('a')
    expect(differingName({ a: '1' }, { a: '1' })).toBeUndefined()
  })
})

describe('encryption', () => {
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
  const arn = `arn:aws:kms:eu-west-1:111122223333:key/${id}`
  const kms: Encryption = { kind: 'SSE-KMS', kmsKeyId: arn, bucketKey: false }
  const rows: [EncryptionWanted | undefined, Encryption | undefined, boolean][] = [
    [undefined, { kind: 'none' }, false],
    [{ kind: 'SSE-S3' }, { kind: 'SSE-S3' }, false],
    [{ kind: 'SSE-S3' }, { kind: 'none' }, true],
    [{ kind: 'SSE-S3' }, undefined, true],
    [{ kind: 'SSE-S3' }, kms, true],
    [{ kind: 'SSE-C', key: 'k' }, { kind: 'SSE-C' }, false],
    [{ kind: 'SSE-C', key: 'k' }, { kind: 'none' }, true],
    [{ kind: 'SSE-KMS' }, kms, false],
    [{ kind: 'SSE-KMS', keyId: arn }, kms, false],
    [{ kind: 'SSE-KMS', keyId: id }, kms, false],
    [{ kind: 'SSE-KMS', keyId: 'alias/mine' }, kms, false],
    [{ kind: 'SSE-KMS', keyId: `${arn}c` }, kms, true],
    [{ kind: 'SSE-KMS', bucketKey: true }, kms, true],
    [{ kind: 'SSE-KMS', bucketKey: true }, { ...kms, bucketKey: true }, false],
    [{ kind: 'DSSE-KMS', keyId: arn }, kms, true],
    [{ kind: 'DSSE-KMS', keyId: arn }, { ...kms, kind: 'DSSE-KMS' }, false],
  ]
  test.each(rows)('asked for %o, lies under %o: differs %s', (wanted, found, differs) => {
    expect(encryptionDiffers(wanted, found)).toBe(differs)
  })
})

describe('ACL', () => {
  const full = (id: string): Grant => ({ grantee: { kind: 'account', id }, permission: 'FULL_CONTROL' })
  const everybody: Grant = {
    grantee: { kind: 'group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' },
    permission: 'READ',
  }
  const guest: Grant = { grantee: { kind: 'account', id: 'guest' }, permission: 'READ' }
  const grants = (...all: Grant[]): AclToSet => ({ kind: 'grants', grants: all })
  const byMail: Grant = { grantee: { kind: 'email', address: 'a@b' }, permission: 'READ' }
  const rows: { name: string; wanted: AclToSet; found: Grant[]; differs: boolean }[] = [
    {
      name: 'the same, in another order',
      wanted: grants(full('us'), guest),
      found: [guest, full('them')],
      differs: false,
    },
    { name: 'one missing', wanted: grants(full('us'), guest), found: [full('them')], differs: true },
    { name: 'one too many', wanted: grants(full('us')), found: [full('them'), guest], differs: true },
    { name: 'an e-mail address', wanted: grants(byMail), found: [full('them')], differs: false },
    {
      name: 'public-read',
      wanted: { kind: 'canned', acl: 'public-read' },
      found: [full('them'), everybody],
      differs: false,
    },
    {
      name: 'public-read, not done',
      wanted: { kind: 'canned', acl: 'public-read' },
      found: [full('them')],
      differs: true,
    },
    {
      name: 'private, not done',
      wanted: { kind: 'canned', acl: 'private' },
      found: [full('them'), guest],
      differs: true,
    },
    {
      name: 'one that depends',
      wanted: { kind: 'canned', acl: 'bucket-owner-read' },
      found: [full('them')],
      differs: false,
    },
  ]
  test.each(rows)('$name: differs $differs', ({ wanted, found, differs }) => {
    expect(aclDiffers(wanted, { owner: 'them', grants: found }, 'us')).toBe(differs)
  })
})

describe('full-object checksums of one algorithm', () => {
  const whole = (checksums: Record<string, string>) => ({ checksums, checksumType: 'FULL_OBJECT' as const })
  const parts = (checksums: Record<string, string>) => ({ checksums, checksumType: 'COMPOSITE' as const })
  test.each([
    { source: undefined, found: whole({ CRC32: 'a' }), is: undefined },
    { source: whole({ CRC32: 'a' }), found: whole({ CRC32: 'a' }), is: 'equal' },
    { source: whole({ CRC32: 'a' }), found: whole({ CRC32: 'b' }), is: 'differ' },
    { source: whole({ CRC32: 'a' }), found: whole({ SHA1: 'a' }), is: undefined },
    { source: parts({ CRC32: 'a' }), found: whole({ CRC32: 'b' }), is: undefined },
    { source: whole({ CRC32: 'a' }), found: parts({ CRC32: 'b' }), is: undefined },
    { source: { checksums: {} }, found: whole({ CRC32: 'b' }), is: undefined },
  ])('$source, $found: $is', ({ source, found, is }) => {
    expect(compareWholeChecksums(source, found)?.is).toBe(is)
  })
})
