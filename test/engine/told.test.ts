import { describe, expect, test } from 'vitest'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import type { Wanted } from '../../main/engine/properties.ts'
import {
  checksumToBegin,
  directivesOf,
  encryptionToWrite,
  owedTags,
  propertiesToWrite,
  sendsChecksum,
} from '../../main/engine/told.ts'
import { CEPH_16_HABITS, GOOD_HABITS } from '../helpers/memory/server.ts'

const DROP = { policy: 'drop' } as const
const asked = (more: Partial<Properties>): Properties => ({ ...COPY_DEFAULTS, ...more })
const PLAIN: Wanted = { redirect: { to: 'none' }, storageClass: 'STANDARD' }
const KNOWN: Wanted = { ...PLAIN, headers: { contentType: 'a/b' }, metadata: { k: 'v' } }

describe('what a CopyObject is told', () => {
  test('by the defaults: its class, and nothing else', () => {
    const told = directivesOf(COPY_DEFAULTS, PLAIN, undefined, GOOD_HABITS)
    expect(JSON.parse(JSON.stringify(told))).toEqual({ storageClass: 'STANDARD' })
  })

  const to = { redirect: { to: '/x' } }
  const everything = { headers: { contentType: 'a/b', websiteRedirect: '/x' }, metadata: { k: 'v' } }
  const rows = [
    { name: 'none', more: {}, wanted: KNOWN, habits: GOOD_HABITS },
    { name: 'by its header', more: {}, wanted: { ...PLAIN, ...to }, habits: GOOD_HABITS, redirect: '/x' },
    {
      name: 'by its header, though more is known',
      more: {},
      wanted: { ...KNOWN, ...to },
      habits: GOOD_HABITS,
      redirect: '/x',
    },
    {
      name: 'with everything',
      more: {},
      wanted: { ...KNOWN, ...to },
      habits: CEPH_16_HABITS,
      replace: everything,
    },
    {
      name: 'with everything, as headers are set',
      more: { headers: { policy: 'set', value: { contentType: 'a/b' } } } as Partial<Properties>,
      wanted: { ...KNOWN, ...to },
      habits: GOOD_HABITS,
      replace: everything,
    },
  ]
  test.each(rows)('its redirect: $name', ({ more, wanted, habits, replace, redirect }) => {
    const told = directivesOf(asked(more), wanted, undefined, habits)
    expect(told.replace).toEqual(replace)
    expect(told.redirect).toBe(redirect)
  })

  test.each([
    { name: 'copied', more: {}, tags: { a: 'b' }, told: undefined },
    {
      name: 'set',
      more: { tags: { policy: 'set' as const, value: { a: 'b' } } },
      tags: { a: 'b' },
      told: { a: 'b' },
    },
    { name: 'dropped', more: { tags: DROP }, tags: {}, told: {} },
  ])('tags that are $name', ({ more, tags, told }) => {
    expect(directivesOf(asked(more), { ...PLAIN, tags }, undefined, GOOD_HABITS).replaceTags).toEqual(told)
  })

  test('annotations are only spoken of where there are any', () => {
    const annotated = { ...GOOD_HABITS, annotations: true }
    expect(directivesOf(asked({ annotations: DROP }), PLAIN, undefined, annotated).annotations).toBe('drop')
    expect(
      directivesOf(asked({ annotations: DROP }), PLAIN, undefined, CEPH_16_HABITS).annotations,
    ).toBeUndefined()
    expect(directivesOf(COPY_DEFAULTS, PLAIN, undefined, annotated).annotations).toBeUndefined()
  })

  test('a checksum algorithm is only named where one is set: S3 keeps the source’s by itself', () => {
    const set = asked({ checksum: { policy: 'set', value: 'CRC32C' } })
    expect(directivesOf(set, PLAIN, undefined, GOOD_HABITS).checksum).toBe('CRC32C')
    const copied = asked({ checksum: { policy: 'copy' } })
    expect(
      directivesOf(copied, { ...PLAIN, checksum: 'SHA1' }, undefined, GOOD_HABITS).checksum,
    ).toBeUndefined()
  })
})

describe('what a write of bytes is told', () => {
  test('everything, the redirect among the headers, and no empty set of tags', () => {
    const wanted: Wanted = {
      ...KNOWN,
      redirect: { to: '/x' },
      tags: {},
      acl: { kind: 'canned', acl: 'public-read' },
      retention: { mode: 'GOVERNANCE', until: 1 },
      legalHold: 'ON',
      checksum: 'SHA1',
    }
    const encryption = { kind: 'SSE-S3' } as const
    expect(propertiesToWrite(wanted, encryption)).toEqual({
      headers: { contentType: 'a/b', websiteRedirect: '/x' },
      metadata: { k: 'v' },
      storageClass: 'STANDARD',
      encryption,
      acl: { kind: 'canned', acl: 'public-read' },
      retention: { mode: 'GOVERNANCE', until: 1 },
      legalHold: 'ON',
      checksum: 'SHA1',
    })
  })

  test.each([
    { wanted: undefined, checksums: false, begun: {} },
    { wanted: undefined, checksums: true, begun: { checksum: 'CRC64NVME', checksumType: 'FULL_OBJECT' } },
    { wanted: 'CRC32' as const, checksums: false, begun: { checksum: 'CRC32', checksumType: 'FULL_OBJECT' } },
    { wanted: 'SHA256' as const, checksums: true, begun: { checksum: 'SHA256', checksumType: 'COMPOSITE' } },
    { wanted: 'SHA1' as const, checksums: true, begun: { checksum: 'SHA1', checksumType: 'COMPOSITE' } },
  ])('an upload that shall have $wanted, checksums known: $checksums', ({ wanted, checksums, begun }) => {
    expect(checksumToBegin(wanted, { checksums })).toEqual(begun)
  })

  test.each([
    { wanted: PLAIN, sent: false },
    { wanted: { ...PLAIN, checksum: 'SHA1' as const }, sent: true },
    { wanted: { ...PLAIN, legalHold: 'ON' as const }, sent: true },
    { wanted: { ...PLAIN, retention: { mode: 'GOVERNANCE' as const, until: 1 } }, sent: true },
    { wanted: { ...PLAIN, encryption: { kind: 'SSE-KMS' as const } }, sent: true },
    { wanted: { ...PLAIN, encryption: { kind: 'SSE-C' as const, key: 'k' } }, sent: true },
    { wanted: { ...PLAIN, encryption: { kind: 'SSE-S3' as const } }, sent: false },
  ])('bytes of $wanted go with their checksum: $sent', ({ wanted, sent }) => {
    expect(sendsChecksum(wanted)).toBe(sent)
  })

  test('a customer key goes by itself, not by its name', () => {
    const key = { key: 'k', md5: 'm' }
    expect(encryptionToWrite({ kind: 'SSE-C', key: 'name' }, key)).toEqual({ kind: 'SSE-C', key })
    expect(encryptionToWrite({ kind: 'SSE-KMS', keyId: 'one' }, undefined)).toEqual({
      kind: 'SSE-KMS',
      keyId: 'one',
    })
    expect(encryptionToWrite(undefined, undefined)).toBeUndefined()
  })
})

describe('tags that an endpoint drops, and that are put there afterwards', () => {
  const set = asked({ tags: { policy: 'set', value: { a: 'b' } } })
  const wanted: Wanted = { ...PLAIN, tags: { a: 'b' } }
  const replace = { replace: { headers: {}, metadata: {} } }
  const rows = [
    {
      name: 'copied by directive',
      properties: COPY_DEFAULTS,
      habits: CEPH_16_HABITS,
      sent: {},
      owed: undefined,
    },
    {
      name: 'copied with a REPLACE',
      properties: COPY_DEFAULTS,
      habits: CEPH_16_HABITS,
      sent: replace,
      owed: wanted.tags,
    },
    {
      name: 'copied with a REPLACE, kept',
      properties: COPY_DEFAULTS,
      habits: GOOD_HABITS,
      sent: replace,
      owed: undefined,
    },
    { name: 'set, directive ignored', properties: set, habits: CEPH_16_HABITS, sent: {}, owed: wanted.tags },
    { name: 'set, directive kept', properties: set, habits: GOOD_HABITS, sent: {}, owed: undefined },
    {
      name: 'of an upload',
      properties: COPY_DEFAULTS,
      habits: CEPH_16_HABITS,
      sent: 'upload' as const,
      owed: wanted.tags,
    },
    {
      name: 'of an upload, kept',
      properties: COPY_DEFAULTS,
      habits: GOOD_HABITS,
      sent: 'upload' as const,
      owed: undefined,
    },
    { name: 'of a PUT', properties: set, habits: CEPH_16_HABITS, sent: 'put' as const, owed: undefined },
  ]
  test.each(rows)('$name: $owed', ({ properties, habits, sent, owed }) => {
    expect(owedTags(properties, wanted, habits, sent)).toEqual(owed)
  })
})
