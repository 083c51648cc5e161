import { expect, test } from 'vitest'
import { isMadeBy, mayStand } from '../../main/jobs/run/again.ts'
import type { Item } from '../../main/jobs/item.ts'
import type { FailureCode } from '#model/failure.ts'

const PLANNED: Item = {
  ...{ id: 1, leg: 0, key: 'a', rules: 0, size: 1, etag: 'was', lastModified: 0, storageClass: 'STANDARD' },
  ...{ action: 'copy', expect: { is: 'absent' }, conflict: false, state: 'again' },
}

test.each<[code: FailureCode, operation: string | undefined, more: Partial<Item>, may: boolean]>([
  ['access-denied', 'HeadObject', {}, true],
  ['access-denied', 'PutObjectTagging', { action: 'relay' }, true],
  ['access-denied', 'CopyObject', {}, false],
  ['access-denied', 'CompleteMultipartUpload', { action: 'copy-parts' }, false],
  ['invalid-request', 'HeadObject', { action: 'restore-then-copy' }, true],
  ['server-error', 'HeadObject', {}, true],
  ['server-error', 'CopyObject', {}, true],
  ['timeout', undefined, {}, true],
  ['not-verified', undefined, {}, false],
  ['source-changed', 'CopyObject', {}, false],
  ['server-error', 'HeadObject', { newEtag: 'copy' }, false],
  ['server-error', 'HeadObject', { action: 'refuse' }, false],
  ['server-error', 'HeadObject', { action: 'rewrite' }, false],
  ['server-error', 'HeadObject', { etag: '' }, false],
])('after %s of %s and %o the copy may stand: %s', (code, operation, more, may) => {
  const s3 = operation === undefined ? undefined : { operation, status: 400, code: '', message: '' }
  const failure = { code, reach: 'item', message: '', s3 } as const
  expect(mayStand({ ...PLANNED, failure, ...more })).toBe(may)
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
