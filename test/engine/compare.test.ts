import { describe, expect, test } from 'vitest'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'
import type { ContentSigns } from '../../main/engine/compare/compare.ts'
import {
  compareContent,
  compareDeep,
  compareHeads,
  compareListed,
  contentDiffers,
  describeAcl,
} from '../../main/engine/compare/compare.ts'

const A = 'a'.repeat(32)
const B = 'b'.repeat(32)
const PLAIN = { kind: 'SSE-S3' } as const
const KMS = { kind: 'SSE-KMS', kmsKeyId: 'arn:aws:kms:eu-west-1:1:key/one' } as const

function signs(etag: string, more: Partial<ContentSigns> = {}): ContentSigns {
  return { size: 10, etag, encryption: PLAIN, ...more }
}
const whole = { checksumType: 'FULL_OBJECT' } as const
const byParts = { checksumType: 'COMPOSITE' } as const

describe('compareContent', () => {
  const rows: [string, ContentSigns, ContentSigns, string][] = [
    ['another size', signs(A), signs(A, { size: 11 }), 'other'],
    ['the same ETag', signs(A), signs(A), 'same'],
    ['the same ETag, under KMS', signs(A, { encryption: KMS }), signs(A, { encryption: KMS }), 'same'],
    [
      'the same checksum',
      signs(A, { checksums: { CRC32C: 'x' } }),
      signs(`${B}-2`, { checksums: { CRC32C: 'x', SHA1: 'y' } }),
      'same',
    ],
    [
      'the same checksum of parts',
      signs(`${A}-2`, { ...byParts, checksums: { SHA256: 'x-2' } }),
      signs(`${B}-2`, { ...byParts, checksums: { SHA256: 'x-2' } }),
      'same',
    ],
    [
      'another checksum of the whole',
      signs(A, { ...whole, checksums: { CRC64NVME: 'x' } }),
      signs(`${B}-2`, { ...whole, checksums: { CRC64NVME: 'y' } }),
      'other',
    ],
    [
      'checksums of the whole and of parts',
      signs(A, { ...whole, checksums: { CRC32: 'x' } }),
      signs(`${B}-2`, { ...byParts, checksums: { CRC32: 'y-2' } }),
      'unknown',
    ],
    [
      'another checksum of an untold kind, by its looks of parts',
      signs(`${A}-2`, { checksums: { CRC32: 'x-2' } }),
      signs(`${B}-3`, { checksums: { CRC32: 'y-3' } }),
      'unknown',
    ],
    [
      'checksums of different algorithms',
      signs(A, { ...whole, checksums: { CRC32: 'x' } }),
      signs(`${B}-2`, { ...whole, checksums: { SHA1: 'y' } }),
      'unknown',
    ],
    ['another plain ETag', signs(A), signs(B), 'other'],
    ['another plain ETag, unencrypted', signs(A, { encryption: { kind: 'none' } }), signs(B), 'other'],
    ['another ETag under KMS on one side', signs(A), signs(B, { encryption: KMS }), 'unknown'],
    [
      'another ETag under SSE-C on the other',
      signs(A, { encryption: { kind: 'SSE-C' } }),
      signs(B),
      'unknown',
    ],
    ['another ETag, encryption untold', signs(A), signs(B, { encryption: undefined }), 'unknown'],
    ['as many parts', signs(`${A}-2`), signs(`${B}-2`), 'layout'],
    ['as many parts under KMS', signs(`${A}-2`), signs(`${B}-2`, { encryption: KMS }), 'unknown'],
    ['another count of parts', signs(`${A}-2`), signs(`${B}-3`), 'unknown'],
    ['parts and none', signs(`${A}-2`), signs(B), 'unknown'],
  ]
  test.each(rows)('%s', (_, source, destination, verdict) => {
    expect(compareContent(source, destination)).toBe(verdict)
    expect(compareContent(destination, source)).toBe(verdict)
  })

  test('the checksum that both have is the one that is named', () => {
    const checksums = { CRC32: 'x', SHA1: 'y' }
    expect(contentDiffers(signs(A, { checksums }), signs(B, { checksums: { SHA1: 'z' } }))).toEqual({
      property: 'content',
      source: 'SHA1 y',
      destination: 'SHA1 z',
    })
    expect(contentDiffers(signs(A), signs(B)).source).toBe(`ETag ${A}`)
  })
})

describe('compareListed', () => {
  const row = (more: Partial<ObjectSummary> = {}): ObjectSummary => ({
    key: 'a',
    size: 1,
    etag: A,
    lastModified: 0,
    storageClass: 'STANDARD',
    ...more,
  })
  test.each([
    ['nothing there', undefined, ['existence']],
    ['another size', row({ size: 2 }), ['size']],
    ['the same', row({ lastModified: 9, storageClass: 'GLACIER' }), []],
    ['another ETag', row({ etag: B }), 'look'],
    ['another layout', row({ etag: `${B}-2` }), 'look'],
  ] as const)('%s', (_, destination, expected) => {
    const found = compareListed(row(), destination)
    expect(found === 'look' ? found : found.map(({ property }) => property)).toEqual(expected)
  })
})

const HEAD: ObjectHead = {
  key: 'a',
  size: 1,
  etag: A,
  lastModified: 0,
  storageClass: 'STANDARD',
  headers: { contentType: 'text/css', cacheControl: 'no-cache', websiteRedirect: '/b' },
  metadata: { owner: 'ada', empty: '' },
  encryption: KMS,
  checksums: {},
}

describe('compareHeads', () => {
  test('what is equal, or no property of the object, is no difference', () => {
    const other = { ...HEAD, key: 'b', lastModified: 9, versionId: 'v', checksums: { CRC32: 'x' } }
    expect(compareHeads(HEAD, other)).toEqual([])
    const untyped = { ...HEAD, headers: {} }
    expect(compareHeads(untyped, { ...HEAD, headers: { contentType: 'binary/octet-stream' } })).toEqual([])
  })

  test('every property by its name, with both values', () => {
    const other: ObjectHead = {
      ...HEAD,
      headers: { contentType: 'text/html', contentEncoding: 'gzip' },
      metadata: { owner: 'bob', more: 'x'.repeat(300) },
      storageClass: 'GLACIER_IR',
      encryption: { kind: 'SSE-KMS', kmsKeyId: 'arn:aws:kms:eu-west-1:1:key/two' },
    }
    const found = compareHeads(HEAD, other)
    expect(found.map(({ property }) => property)).toEqual([
      'contentType',
      'cacheControl',
      'contentEncoding',
      'redirect',
      'metadata owner',
      'metadata empty',
      'metadata more',
      'storage class',
      'KMS key',
    ])
    expect(found[0]).toEqual({ property: 'contentType', source: 'text/css', destination: 'text/html' })
    expect(found[2]).toMatchObject({ source: 'none', destination: 'gzip' })
    expect(found[5]).toMatchObject({ source: 'empty', destination: 'none' })
    expect(found[6]?.destination).toHaveLength(120)
  })

  test('another kind of encryption is one difference, and its key none more', () => {
    const found = compareHeads(HEAD, { ...HEAD, encryption: PLAIN })
    expect(found).toEqual([{ property: 'encryption', source: 'SSE-KMS', destination: 'SSE-S3' }])
  })
})

describe('compareDeep', () => {
  const group = { kind: 'group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } as const
  const until = Date.UTC(2030, 0, 1)

  test('tags, ACL, retention and legal hold', () => {
    const found = compareDeep(
      {
        tags: { team: 'web', tier: '' },
        acl: {
          owner: 'me',
          grants: [{ grantee: { kind: 'account', id: 'me' }, permission: 'FULL_CONTROL' }],
        },
        retention: { mode: 'GOVERNANCE', until },
        legalHold: 'ON',
      },
      { tags: { team: 'ops' }, acl: { owner: 'you', grants: [{ grantee: group, permission: 'READ' }] } },
    )
    expect(found).toEqual([
      { property: 'tag team', source: 'web', destination: 'ops' },
      { property: 'tag tier', source: 'empty', destination: 'none' },
      { property: 'ACL', source: 'FULL_CONTROL owner', destination: `READ ${group.uri}` },
      {
        property: 'retention',
        source: 'GOVERNANCE until Tue, 01 Jan 2030 00:00:00 GMT',
        destination: 'none',
      },
      { property: 'legal hold', source: 'ON', destination: 'OFF' },
    ])
  })

  test('an owner is an owner, the order of grants is none, and a store without ACLs differs in nothing', () => {
    const of = (owner: string, flip: boolean) => {
      const grants = [
        { grantee: { kind: 'account', id: owner }, permission: 'FULL_CONTROL' },
        { grantee: group, permission: 'READ' },
      ] as const
      return { owner, grants: flip ? [...grants].reverse() : grants }
    }
    expect(describeAcl(of('me', false))).toBe(describeAcl(of('you', true)))
    expect(compareDeep({ tags: {}, acl: of('me', false) }, { tags: {} })).toEqual([])
    expect(compareDeep({ tags: {}, legalHold: 'OFF' }, { tags: {} })).toEqual([])
  })
})
