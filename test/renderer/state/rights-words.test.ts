import { expect, test } from 'vitest'
import type { MissingRight } from '#model/job.ts'
import { rightsByReason } from '../../../renderer/state/rights-words.ts'

const right = (action: string, known: MissingRight['known'], why: string): MissingRight => ({
  ...{ action, known, why, resource: 'arn:aws:s3:::acme/*', items: 0 },
})

test('a reason is said once for all rights that it holds for', () => {
  const groups = rightsByReason([
    right('s3:GetObject', 'maybe', 'one of these is missing'),
    right('kms:Decrypt', 'denied', 'the key says so'),
    right('s3:PutObject', 'maybe', 'one of these is missing'),
    right('s3:ListBucket', 'read', 'one of these is missing'),
  ])
  expect(groups.map(({ known, rights }) => [known, rights.map(({ action }) => action)])).toEqual([
    ['maybe', ['s3:GetObject', 's3:PutObject']],
    ['denied', ['kms:Decrypt']],
    ['read', ['s3:ListBucket']],
  ])
})
