import type { FaultRule } from '../../main/playground/faults.ts'
import type { Cell } from './cell.ts'
import { FROM } from './stage.ts'

const KEY_3 = 'obj-03'
const GIB = 1024 ** 3
const once = (rule: FaultRule): FaultRule => ({ times: 1, ...rule })

/** What a server does wrong, once and for ever. */
export const SERVER_CELLS: readonly Cell[] = [
  {
    name: 'copy: 503 to every third copy',
    job: 'copy',
    lives: [{ faults: [{ op: 'CopyObject', every: 3, do: '503' }] }],
  },
  {
    name: 'copy: 503 for ever to one object',
    job: 'copy',
    failed: { SlowDown: 1 },
    lives: [{ faults: [{ op: 'CopyObject', keyPattern: KEY_3, do: '503' }], exit: 1 }],
  },
  {
    name: 'copy: 503 for ever to every copy: it pauses, and goes on when it is resumed',
    job: 'copy',
    items: 400,
    lives: [{ faults: [{ op: 'CopyObject', do: '503' }], exit: 3 }, {}],
  },
  {
    name: 'copy: 500 before and after the effect',
    job: 'copy',
    lives: [
      {
        faults: [
          { op: 'CopyObject', every: 4, times: 5, do: '500' },
          { op: 'CopyObject', every: 3, times: 5, do: '500', when: 'after' },
        ],
      },
    ],
  },
  {
    name: 'copy: 500 for ever to one object',
    job: 'copy',
    failed: { InternalError: 1 },
    lives: [{ faults: [{ op: 'CopyObject', keyPattern: KEY_3, do: '500' }], exit: 1 }],
  },
  {
    name: 'copy: reset before and after the effect',
    job: 'copy',
    lives: [
      {
        faults: [
          { op: 'CopyObject', every: 4, times: 5, do: 'reset' },
          { op: 'CopyObject', every: 3, times: 5, do: 'reset', when: 'after' },
        ],
      },
    ],
  },
  {
    name: 'copy: 200 with an error in it, once, before and after the effect',
    job: 'copy',
    lives: [
      {
        faults: [
          once({ op: 'CopyObject', keyPattern: KEY_3, do: 'error-body-200', when: 'after' }),
          once({ op: 'CopyObject', keyPattern: 'obj-05', do: 'error-body-200' }),
        ],
      },
    ],
  },
  {
    name: 'copy: 200 with an error in it, for ever',
    job: 'copy',
    failed: { InternalError: 1 },
    lives: [{ faults: [{ op: 'CopyObject', keyPattern: KEY_3, do: 'error-body-200' }], exit: 1 }],
  },
  {
    name: 'copy: a list that is cut off, and one that is no XML',
    job: 'copy',
    items: 1100,
    lives: [
      {
        faults: [
          { op: 'ListObjectsV2', bucket: FROM.bucket, nth: 2, do: 'truncated-xml' },
          { op: 'ListObjectsV2', bucket: FROM.bucket, nth: 3, do: 'malformed-xml' },
          { op: 'ListObjectsV2', bucket: FROM.bucket, nth: 4, do: 'truncated-body' },
        ],
      },
    ],
  },
  {
    name: 'copy: answers that are cut off after the effect',
    job: 'copy',
    lives: [
      {
        faults: [
          { op: 'CopyObject', every: 5, times: 3, do: 'truncated-xml' },
          { op: 'CopyObject', every: 4, times: 3, do: 'truncated-body' },
        ],
      },
    ],
  },
  {
    name: 'copy: everything is slow',
    job: 'copy',
    lives: [{ faults: [{ do: 'slow', ms: 400 }] }],
  },
  {
    name: 'copy: a copy hangs after its effect',
    job: 'copy',
    lives: [{ faults: [once({ op: 'CopyObject', keyPattern: KEY_3, do: 'hang', when: 'after' })] }],
  },
  {
    name: 'copy: large copies hang, before and after the effect, over nothing and over others',
    job: 'copy',
    items: 4,
    size: GIB,
    over: 2,
    args: ['--conflict', 'if-different'],
    lives: [
      {
        faults: [
          once({ op: 'CopyObject', keyPattern: 'obj-00', do: 'hang' }),
          once({ op: 'CopyObject', keyPattern: 'obj-01', do: 'hang', when: 'after' }),
          once({ op: 'CopyObject', keyPattern: 'obj-02', do: 'hang' }),
          once({ op: 'CopyObject', keyPattern: 'obj-03', do: 'hang', when: 'after' }),
        ],
      },
    ],
  },
  {
    name: 'copy: a list hangs',
    job: 'copy',
    lives: [{ faults: [once({ op: 'ListObjectsV2', bucket: FROM.bucket, do: 'hang' })] }],
  },
  {
    name: 'copy: the keys expire in its midst, and others are given',
    job: 'copy',
    items: 200,
    lives: [
      { faults: [{ op: 'CopyObject', keyPattern: 'obj-1\\d\\d', do: 'expired-credentials' }], exit: 3 },
      {},
    ],
  },
  {
    name: 'copy: the clock of the server is an hour ahead',
    job: 'copy',
    lives: [{ faults: [{ do: 'clock-skew', seconds: 3600 }] }],
  },
  {
    name: 'copy-parts: reset before and after the effect of its parts, 503 as it is completed',
    job: 'copy-parts',
    lives: [
      {
        faults: [
          { op: 'UploadPartCopy', every: 9, times: 3, do: 'reset' },
          { op: 'UploadPartCopy', every: 7, times: 3, do: 'reset', when: 'after' },
          once({ op: 'CompleteMultipartUpload', do: '503' }),
        ],
      },
    ],
  },
  {
    name: 'copy-parts: 200 with an error in it as it is completed, after the effect',
    job: 'copy-parts',
    lives: [{ faults: [once({ op: 'CompleteMultipartUpload', do: 'error-body-200', when: 'after' })] }],
  },
  {
    name: 'copy-parts: 200 with an error in it as it is completed, for ever',
    job: 'copy-parts',
    failed: { InternalError: 1 },
    lives: [
      {
        faults: [{ op: 'CompleteMultipartUpload', keyPattern: 'obj-01', do: 'error-body-200' }],
        exit: 1,
      },
    ],
  },
  {
    name: 'copy-parts: parts hang, and completions before and after the effect, over others',
    job: 'copy-parts',
    items: 3,
    over: 3,
    args: ['--conflict', 'if-different'],
    lives: [
      {
        faults: [
          { op: 'UploadPartCopy', keyPattern: 'obj-00', times: 4, do: 'hang' },
          once({ op: 'CompleteMultipartUpload', keyPattern: 'obj-01', do: 'hang' }),
          once({ op: 'CompleteMultipartUpload', keyPattern: 'obj-02', do: 'hang', when: 'after' }),
        ],
      },
    ],
  },
  {
    name: 'copy-parts: every part in flight hangs',
    job: 'copy-parts',
    items: 1,
    lives: [{ faults: [{ op: 'UploadPartCopy', times: 16, do: 'hang' }] }],
  },
  {
    name: 'copy-parts: a part fails for ever',
    job: 'copy-parts',
    failed: { InternalError: 1 },
    lives: [{ faults: [{ op: 'UploadPartCopy', keyPattern: 'obj-01', do: '500' }], exit: 1 }],
  },
  {
    name: 'move: reset before and after the effect of its deletes',
    job: 'move',
    lives: [
      {
        faults: [
          { op: 'DeleteObject', every: 4, times: 3, do: 'reset' },
          { op: 'DeleteObject', every: 3, times: 3, do: 'reset', when: 'after' },
        ],
      },
    ],
  },
  {
    name: 'move: the keys expire between copy and delete, and others are given',
    job: 'move',
    lives: [
      { faults: [{ op: 'DeleteObject', bucket: FROM.bucket, do: 'expired-credentials' }], exit: 3 },
      {},
    ],
  },
  {
    name: 'move: its deletes fail for ever',
    job: 'move',
    items: 5,
    failed: { InternalError: 1 },
    lives: [{ faults: [{ op: 'DeleteObject', keyPattern: KEY_3, do: '500' }], exit: 1 }],
  },
  {
    name: 'move: a large copy over another hangs, and a delete after its effect',
    job: 'move',
    items: 2,
    size: GIB,
    over: 1,
    args: ['--conflict', 'if-different'],
    lives: [
      {
        faults: [
          once({ op: 'CopyObject', keyPattern: 'obj-01', do: 'hang' }),
          once({ op: 'DeleteObject', keyPattern: 'obj-00', do: 'hang', when: 'after' }),
        ],
      },
    ],
  },
  {
    name: 'edit: a large one hangs before its effect, and is killed amid the parts that are made instead',
    job: 'edit',
    items: 3,
    size: GIB,
    lives: [
      {
        faults: [once({ op: 'CopyObject', keyPattern: 'obj-01', do: 'hang' })],
        events: [{ on: { at: 'done', op: 'UploadPartCopy', nth: 3 }, act: { do: 'kill', fate: 'lost' } }],
      },
      {},
    ],
  },
  {
    name: 'edit: a large one hangs before its effect',
    job: 'edit',
    items: 3,
    size: GIB,
    lives: [{ faults: [once({ op: 'CopyObject', keyPattern: 'obj-01', do: 'hang' })] }],
  },
  {
    name: 'edit: a large one hangs after its effect',
    job: 'edit',
    items: 2,
    size: GIB,
    lives: [{ faults: [once({ op: 'CopyObject', keyPattern: 'obj-01', do: 'hang', when: 'after' })] }],
  },
  {
    name: 'edit: reset after the effect, 200 with an error in it',
    job: 'edit',
    lives: [
      {
        faults: [
          { op: 'CopyObject', every: 5, times: 3, do: 'reset', when: 'after' },
          { op: 'CopyObject', every: 4, times: 3, do: 'error-body-200' },
        ],
      },
    ],
  },
  {
    name: 'relay: what is read breaks off, and what is written',
    job: 'relay',
    lives: [
      {
        faults: [
          { op: 'GetObject', every: 5, times: 3, do: 'truncated-body' },
          { op: 'PutObject', every: 4, times: 3, do: 'reset', when: 'after' },
        ],
      },
    ],
  },
  {
    name: 'relay: what is read hangs, and what is written after its effect',
    job: 'relay',
    lives: [
      {
        faults: [
          once({ op: 'GetObject', keyPattern: KEY_3, do: 'hang' }),
          once({ op: 'PutObject', keyPattern: 'obj-05', do: 'hang', when: 'after' }),
        ],
      },
    ],
  },
  {
    name: 'upload-parts: a part hangs, and a completion',
    job: 'upload-parts',
    lives: [
      {
        faults: [
          once({ op: 'UploadPart', keyPattern: 'obj-00', do: 'hang' }),
          once({ op: 'CompleteMultipartUpload', keyPattern: 'obj-01', do: 'hang' }),
        ],
      },
    ],
  },
  {
    name: 'upload-parts: reset before and after the effect of its parts',
    job: 'upload-parts',
    items: 1,
    lives: [
      {
        faults: [
          { op: 'UploadPart', every: 4, times: 2, do: 'reset' },
          { op: 'UploadPart', every: 3, times: 2, do: 'reset', when: 'after' },
        ],
      },
    ],
  },
]
