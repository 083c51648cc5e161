import { expect, test } from 'vitest'
import type { VersionSummary } from '#model/object.ts'
import { findCover } from '../../main/engine/versions/uncover-version.ts'

const version = (versionId: string, etag: string, more: Partial<VersionSummary> = {}): VersionSummary => ({
  ...{ key: 'a', versionId, etag, size: 1, lastModified: 5000, storageClass: 'STANDARD' },
  ...{ isLatest: false, isDeleteMarker: false },
  ...more,
})
const OURS = version('ours', 'new')
const BELOW = version('below', 'old', { lastModified: 1000 })
const MARKER = version('marker', '', { isDeleteMarker: true })

test.each<[string, readonly VersionSummary[], string]>([
  ['ours over what it was made over', [OURS, BELOW], 'on-top'],
  ['ours over something else', [OURS, version('x', 'other')], 'bare'],
  ['ours over a delete marker', [OURS, MARKER], 'bare'],
  ['ours alone', [OURS], 'bare'],
  ['what it was made over, alone', [BELOW], 'gone'],
  ['the same bytes, written since', [version('x', 'old', { lastModified: 9000 }), OURS], 'covered'],
  ['another version over ours', [version('x', 'other'), OURS], 'covered'],
  ['a delete marker over ours', [MARKER, OURS], 'covered'],
  ['nothing', [], 'covered'],
])('a version that shall go, where there is %s', (_, versions, is) => {
  const object = { bucket: 'b', key: 'a', versionId: 'ours', customerKeys: [] }
  const below = { etag: 'old', lastModified: 1000 }
  expect(findCover({ object, etag: 'new', below }, versions)).toBe(is)
})
