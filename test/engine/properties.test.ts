import { describe, expect, test } from 'vitest'
import type { ObjectHead } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import {
  classToWrite,
  differingName,
  findDifference,
  owedTags,
  propertiesToWrite,
  tagsToReplace,
} from '../../main/engine/properties.ts'

const SET: Properties = {
  ...COPY_DEFAULTS,
  storageClass: { policy: 'set', value: 'GLACIER_IR' },
  tags: { policy: 'set', value: { team: 'ops' } },
}
const DROP: Properties = { ...COPY_DEFAULTS, tags: { policy: 'drop' } }

describe('invariant 5: every property has its policy', () => {
  test.each([
    { policy: 'copy', properties: COPY_DEFAULTS, source: 'STANDARD_IA', written: 'STANDARD_IA' },
    { policy: 'copy, restored', properties: COPY_DEFAULTS, source: 'GLACIER', written: 'GLACIER' },
    { policy: 'copy, class not told', properties: COPY_DEFAULTS, source: '', written: 'STANDARD' },
    { policy: 'set', properties: SET, source: 'STANDARD', written: 'GLACIER_IR' },
  ])('class, $policy: $written', ({ properties, source, written }) => {
    expect(classToWrite(properties, source)).toBe(written)
  })

  const ofSource = { team: 'web' }
  test.each([
    { policy: 'copy', properties: COPY_DEFAULTS, replace: undefined, parts: ofSource, owed: ofSource },
    {
      policy: 'set',
      properties: SET,
      replace: { team: 'ops' },
      parts: { team: 'ops' },
      owed: { team: 'ops' },
    },
    { policy: 'drop', properties: DROP, replace: {}, parts: undefined, owed: {} },
  ])('tags, $policy: by directive, by parts, and owed by an endpoint that drops them', (row) => {
    const head = { headers: {}, metadata: {}, storageClass: 'STANDARD' } as ObjectHead
    expect(tagsToReplace(row.properties)).toEqual(row.replace)
    expect(propertiesToWrite(row.properties, head, ofSource).tags).toEqual(row.parts)
    expect(owedTags(row.properties, false, ofSource)).toEqual(row.owed)
    expect(owedTags(row.properties, true, ofSource)).toBeUndefined()
  })

  test('headers and metadata go with a write that copies bytes only', () => {
    const headers = { contentType: 'a/b', expires: 'x', websiteRedirect: '/y' }
    const head = { headers, metadata: { k: 'v' }, storageClass: 'GLACIER' } as unknown as ObjectHead
    expect(propertiesToWrite(COPY_DEFAULTS, head, {})).toEqual({
      headers,
      metadata: { k: 'v' },
      tags: undefined,
      storageClass: 'GLACIER',
    })
  })
})

describe('findDifference', () => {
  const source = { headers: { contentType: 'a/b', cacheControl: 'no-cache' }, metadata: { k: 'v' } }
  test.each([
    { name: 'nothing', found: source, differs: undefined },
    { name: 'a header', found: { ...source, headers: { contentType: 'a/b' } }, differs: 'cacheControl' },
    { name: 'a value', found: { ...source, metadata: { k: 'w' } }, differs: 'metadata k' },
    { name: 'one too many', found: { ...source, metadata: { k: 'v', l: '' } }, differs: 'metadata l' },
  ])('$name', ({ found, differs }) => {
    expect(findDifference(source, found)).toBe(differs)
  })

  test('a content type that S3 gave to a source without one is no difference', () => {
    const found = { headers: { contentType: 'binary/octet-stream' }, metadata: {} }
    expect(findDifference({ headers: {}, metadata: {} }, found)).toBeUndefined()
  })

  test('differingName looks in both directions', () => {
    expect(differingName({ a: '1' }, {})).toBe('a')
    expect(differingName({}, { a: '1' })).toBe('a')
    expect(differingName({ a: '1' }, { a: '1' })).toBeUndefined()
  })
})
