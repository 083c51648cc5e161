import { expect, test } from 'vitest'
import { isMadeBy, wasDeniedLater } from '../../main/jobs/run/again.ts'
import type { Item } from '../../main/jobs/item.ts'
import type { FailureCode } from '#model/failure.ts'

const PLANNED: Item = {
  ...{ id: 1, leg: 0, key: 'a', rules: 0, size: 1, etag: 'was', lastModified: 0, storageClass: 'STANDARD' },
  ...{ action: 'copy', expect: { is: 'absent' }, conflict: false, state: 'again' },
}

test.each<[operation: string, more: Partial<Item>, later: boolean]>([
  ['HeadObject', {}, true],
  ['PutObjectTagging', { action: 'relay' }, true],
  ['CopyObject', {}, false],
  ['CompleteMultipartUpload', { action: 'copy-parts' }, false],
  ['HeadObject', { newEtag: 'copy' }, false],
  ['HeadObject', { action: 'refuse' }, false],
  ['HeadObject', { action: 'rewrite' }, false],
  ['HeadObject', { etag: '' }, false],
])('a denied %s of %o came after the copy: %s', (operation, more, later) => {
  const s3 = { operation, status: 403, code: 'AccessDenied', message: '' }
  const failure = { code: 'access-denied', reach: 'item', message: '', s3 } as const
  expect(wasDeniedLater({ ...PLANNED, failure, ...more })).toBe(later)
})

test.each<[what: string, failure: FailureCode, newEtag: string | undefined, standing: string, ours: boolean]>(
  [
    ['its copy, half moved', 'access-denied', 'copy', 'copy', true],
    ['another, half moved', 'access-denied', 'copy', 'other', false],
    ['the source as it was, half moved into parts', 'access-denied', 'copy', 'was', false],
    ['the source as it was', 'source-changed', undefined, 'was', true],
    ['another', 'source-changed', undefined, 'other', false],
    ['the source as it was', 'destination-exists', undefined, 'was', false],
    ['the source as it was', 'connection', undefined, 'was', false],
  ],
)('%s stands there, after %s: %s', (_what, code, newEtag, standing, ours) => {
  const failure = { code, reach: 'item', message: '' } as const
  expect(isMadeBy({ ...PLANNED, newEtag, failure }, { etag: standing })).toBe(ours)
})
