import type { Ability, Observed } from '../suites/storage/abilities.ts'

/**
 * What is expected of the servers that we know, by what they answered to the probes of
 * test/suites/storage/abilities.ts. A server that does otherwise has changed, or we have.
 */
export const EXPECTATIONS = {
  /** As AWS does, which the playground stands in for. */
  aws: {
    'x-amz-copy-source-if-match on CopyObject': 'honoured',
    'x-amz-copy-source-if-match on UploadPartCopy': 'honoured',
    'If-None-Match on PutObject': 'honoured',
    'If-Match on PutObject': 'honoured',
    'If-None-Match on CopyObject': 'honoured',
    'If-Match on CopyObject': 'honoured',
    'If-None-Match on CompleteMultipartUpload': 'honoured',
    'If-Match on DeleteObject': 'honoured',
    'TaggingDirective REPLACE': 'honoured',
    'tags after a copy onto itself': 'honoured',
    'Tagging on CreateMultipartUpload': 'honoured',
    'version id in the answer to CopyObject': 'honoured',
    'source version id in the answer to CopyObject': 'honoured',
    'a copy onto itself that changes nothing': 'refused: InvalidRequest',
  },
  /** 16.2.15 of Debian 12. */
  'ceph-16': {
    'x-amz-copy-source-if-match on CopyObject': 'ignored',
    'x-amz-copy-source-if-match on UploadPartCopy': 'ignored',
    'If-None-Match on PutObject': 'honoured',
    'If-Match on PutObject': 'honoured',
    'If-None-Match on CopyObject': 'ignored',
    'If-Match on CopyObject': 'ignored',
    'If-None-Match on CompleteMultipartUpload': 'ignored',
    'If-Match on DeleteObject': 'ignored',
    'TaggingDirective REPLACE': 'ignored',
    'tags after a copy onto itself': 'lost',
    'Tagging on CreateMultipartUpload': 'lost',
    'version id in the answer to CopyObject': 'absent',
    'source version id in the answer to CopyObject': 'absent',
    'a copy onto itself that changes nothing': 'refused: InvalidRequest',
  },
  /** 20.2 of Debian testing. */
  'ceph-20': {
    'x-amz-copy-source-if-match on CopyObject': 'honoured',
    'x-amz-copy-source-if-match on UploadPartCopy': 'ignored',
    'If-None-Match on PutObject': 'honoured',
    'If-Match on PutObject': 'honoured',
    'If-None-Match on CopyObject': 'ignored',
    'If-Match on CopyObject': 'ignored',
    'If-None-Match on CompleteMultipartUpload': 'honoured',
    'If-Match on DeleteObject': 'honoured',
    'TaggingDirective REPLACE': 'ignored',
    'tags after a copy onto itself': 'lost',
    'Tagging on CreateMultipartUpload': 'honoured',
    'version id in the answer to CopyObject': 'absent',
    'source version id in the answer to CopyObject': 'absent',
    'a copy onto itself that changes nothing': 'refused: InvalidRequest',
  },
} as const satisfies Record<string, Record<Ability, Observed>>

export type ServerKind = keyof typeof EXPECTATIONS
