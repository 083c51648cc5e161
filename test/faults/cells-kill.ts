import type { Act, Cell, Event, Life } from './cell.ts'
import { FROM, TO } from './stage.ts'
import type { Fate, Moment } from './tap.ts'

const kill = (on: Moment, fate: Fate = 'lost'): Event => ({ on, act: { do: 'kill', fate } })
const killed = (on: Moment, fate: Fate = 'lost'): Life => ({ events: [kill(on, fate)] })
const at = (on: Moment, act: Act): Event => ({ on, act })
const RESUMED: Life = {}

/** More keys than a page of a listing has. */
const PAGES = 1100
/** Deletes of a move: at the source. */
const DELETE: Pick<Moment, 'op' | 'bucket'> = { op: 'DeleteObject', bucket: FROM.bucket }
const COMPLETE = 'CompleteMultipartUpload'
const LOOK_AT_COPY: Pick<Moment, 'op' | 'bucket'> = { op: 'HeadObject', bucket: TO.bucket }

/** SIGKILL at each point of a job's life, and again while it is resumed. */
export const KILL_CELLS: readonly Cell[] = [
  {
    name: 'copy: after a page of the plan',
    job: 'copy',
    items: PAGES,
    lives: [killed({ at: 'arrives', op: 'ListObjectsV2', bucket: FROM.bucket, nth: 2 }), RESUMED],
  },
  {
    name: 'copy: after a page of the plan, and again',
    job: 'copy',
    items: PAGES,
    lives: [
      killed({ at: 'arrives', op: 'ListObjectsV2', bucket: FROM.bucket, nth: 2 }),
      killed({ at: 'done', op: 'ListObjectsV2', bucket: FROM.bucket, nth: 1 }),
      RESUMED,
    ],
  },
  {
    name: 'copy: before send',
    job: 'copy',
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 1 }), RESUMED],
  },
  {
    name: 'copy: sent, and done when nobody listens any more',
    job: 'copy',
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 9 }, 'go'), RESUMED],
  },
  {
    name: 'copy: sent, and done only when the next process has looked',
    job: 'copy',
    quick: true,
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 9 }, 'late'), RESUMED],
  },
  {
    name: 'copy over what stands: sent, and done only when the next process has looked',
    job: 'copy',
    args: ['--conflict', 'overwrite'],
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 5 }, 'late'), RESUMED],
  },
  {
    name: 'copy: done, not answered',
    job: 'copy',
    lives: [killed({ at: 'done', op: 'CopyObject', nth: 9 }), RESUMED],
  },
  {
    name: 'copy: answered, not journaled',
    job: 'copy',
    lives: [killed({ at: 'read', op: 'CopyObject', nth: 1 }), RESUMED],
  },
  {
    name: 'copy: made, not verified',
    job: 'copy',
    args: ['--verify', 'head'],
    lives: [killed({ at: 'arrives', ...LOOK_AT_COPY, nth: 3 }), RESUMED],
  },
  {
    name: 'copy: done, not answered; and again while it is settled',
    job: 'copy',
    lives: [
      killed({ at: 'done', op: 'CopyObject', nth: 9 }),
      killed({ at: 'arrives', ...LOOK_AT_COPY, nth: 2 }),
      RESUMED,
    ],
  },
  {
    name: 'copy: done, not answered; and again when it is sent on',
    job: 'copy',
    items: 200,
    lives: [
      killed({ at: 'done', op: 'CopyObject', nth: 5 }),
      killed({ at: 'done', op: 'CopyObject', nth: 4 }),
      killed({ at: 'read', op: 'CopyObject', nth: 1 }),
      RESUMED,
    ],
  },
  ...multipartCells(),
  {
    name: 'move: copied, not verified',
    job: 'move',
    lives: [killed({ at: 'done', ...LOOK_AT_COPY, nth: 3 }), RESUMED],
  },
  {
    name: 'move: verified, before the look at the source',
    job: 'move',
    lives: [killed({ at: 'arrives', op: 'HeadObject', bucket: FROM.bucket, nth: 4 }), RESUMED],
  },
  {
    name: 'move: before the delete',
    job: 'move',
    quick: true,
    lives: [killed({ at: 'arrives', ...DELETE, nth: 3 }), RESUMED],
  },
  {
    name: 'move: the delete sent, and done only when the next process has looked',
    job: 'move',
    lives: [killed({ at: 'arrives', ...DELETE, nth: 3 }, 'late'), RESUMED],
  },
  {
    name: 'move: the delete done, not answered; and again',
    job: 'move',
    lives: [killed({ at: 'done', ...DELETE, nth: 3 }), killed({ at: 'done', ...DELETE, nth: 2 }), RESUMED],
  },
  {
    name: 'move: the delete answered, not journaled',
    job: 'move',
    lives: [killed({ at: 'read', ...DELETE, nth: 2 }), RESUMED],
  },
  {
    name: 'move in buckets with versions: the delete done, not answered',
    job: 'move',
    versioning: 'Enabled',
    lives: [killed({ at: 'done', ...DELETE, nth: 3 }), RESUMED],
  },
  {
    name: 'move-parts: completed, not verified; and before the delete',
    job: 'move-parts',
    lives: [killed({ at: 'done', ...LOOK_AT_COPY, nth: 2 }), killed({ at: 'arrives', ...DELETE }), RESUMED],
  },
  {
    name: 'edit: remembered, before send',
    job: 'edit',
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 2 }), RESUMED],
  },
  {
    name: 'edit: done, not answered; and again',
    job: 'edit',
    lives: [
      killed({ at: 'done', op: 'CopyObject', nth: 5 }),
      killed({ at: 'done', op: 'CopyObject', nth: 3 }),
      RESUMED,
    ],
  },
  {
    name: 'edit: sent, and done only when the next process has looked',
    job: 'edit',
    lives: [killed({ at: 'arrives', op: 'CopyObject', nth: 5 }, 'late'), RESUMED],
  },
  {
    name: 'edit: answered, not journaled',
    job: 'edit',
    lives: [killed({ at: 'read', op: 'CopyObject', nth: 2 }), RESUMED],
  },
  {
    name: 'relay: done, not answered',
    job: 'relay',
    lives: [killed({ at: 'done', op: 'PutObject', nth: 5 }), RESUMED],
  },
  {
    name: 'relay: sent, and done only when the next process has looked',
    job: 'relay',
    lives: [killed({ at: 'arrives', op: 'PutObject', nth: 5 }, 'late'), RESUMED],
  },
  {
    name: 'relay-parts: a part done, not answered; and again as it is completed',
    job: 'relay-parts',
    items: 1,
    lives: [
      killed({ at: 'done', op: 'UploadPart', nth: 2 }),
      killed({ at: 'done', op: 'CompleteMultipartUpload' }),
      RESUMED,
    ],
  },
  {
    name: 'upload: before send, and done but not answered',
    job: 'upload',
    lives: [
      killed({ at: 'arrives', op: 'PutObject', nth: 2 }),
      killed({ at: 'done', op: 'PutObject', nth: 3 }),
      RESUMED,
    ],
  },
  {
    name: 'upload-parts: a part done, not answered; and again as it is completed',
    job: 'upload-parts',
    items: 1,
    lives: [
      killed({ at: 'done', op: 'UploadPart', nth: 2 }),
      killed({ at: 'arrives', op: 'CompleteMultipartUpload' }),
      RESUMED,
    ],
  },
  {
    name: 'undo-copy: the delete done, not answered',
    job: 'undo-copy',
    lives: [killed({ at: 'done', op: 'DeleteObject', nth: 3 }), RESUMED],
  },
  {
    name: 'undo-move: brought back, before the copy goes; and after',
    job: 'undo-move',
    lives: [
      killed({ at: 'arrives', op: 'DeleteObject', nth: 3 }),
      killed({ at: 'done', op: 'DeleteObject', nth: 2 }),
      RESUMED,
    ],
  },
  {
    name: 'undo-edit: done, not answered',
    job: 'undo-edit',
    lives: [killed({ at: 'done', op: 'CopyObject', nth: 3 }), RESUMED],
  },
  {
    name: 'copy: cancelled in its midst',
    job: 'copy',
    items: 200,
    status: 'cancelled',
    lives: [{ events: [at({ at: 'done', op: 'CopyObject', nth: 20 }, { do: 'cancel' })], exit: 3 }],
  },
  {
    name: 'move: cancelled in its midst',
    job: 'move',
    items: 200,
    status: 'cancelled',
    lives: [{ events: [at({ at: 'done', ...DELETE, nth: 10 }, { do: 'cancel' })], exit: 3 }],
  },
  {
    name: 'copy-parts: cancelled in its midst, and killed as its uploads are taken away',
    job: 'copy-parts',
    status: 'cancelled',
    lives: [
      {
        events: [
          at({ at: 'done', op: 'UploadPartCopy', nth: 5 }, { do: 'cancel' }),
          kill({ at: 'arrives', op: 'AbortMultipartUpload' }),
        ],
      },
      RESUMED,
    ],
  },
  {
    name: 'copy: cancelled while the server hangs over some, done and not done',
    job: 'copy',
    items: 40,
    status: 'cancelled',
    lives: [
      {
        faults: [
          { op: 'CopyObject', keyPattern: '[37]$', do: 'hang', when: 'after' },
          { op: 'CopyObject', keyPattern: '[5]$', do: 'hang' },
        ],
        events: [at({ at: 'arrives', op: 'CopyObject', nth: 14 }, { do: 'cancel' })],
        exit: 3,
      },
    ],
  },
  {
    name: 'move: cancelled while the server hangs over its deletes',
    job: 'move',
    items: 40,
    status: 'cancelled',
    lives: [
      {
        faults: [
          { op: 'DeleteObject', keyPattern: '[37]$', do: 'hang', when: 'after' },
          { op: 'DeleteObject', keyPattern: '[5]$', do: 'hang' },
        ],
        events: [at({ at: 'arrives', ...DELETE, nth: 6 }, { do: 'cancel' })],
        exit: 3,
      },
    ],
  },
  {
    name: 'copy-parts: cancelled while the server hangs over a part and over the aborts; resumed',
    job: 'copy-parts',
    status: 'cancelled',
    lives: [
      {
        faults: [
          { op: 'UploadPartCopy', every: 5, do: 'hang' },
          { op: 'AbortMultipartUpload', do: 'hang' },
        ],
        events: [at({ at: 'arrives', op: 'UploadPartCopy', nth: 7 }, { do: 'cancel' })],
        exit: 3,
      },
      RESUMED,
    ],
  },
  {
    name: 'copy: killed with some done and not answered, and cancelled as they are looked at',
    job: 'copy',
    items: 40,
    status: 'cancelled',
    lives: [
      killed({ at: 'done', op: 'CopyObject', nth: 9 }),
      { events: [at({ at: 'arrives', ...LOOK_AT_COPY, nth: 2 }, { do: 'cancel' })], exit: 3 },
    ],
  },
  {
    name: 'copy: cancelled, and killed while what was cut off is looked at',
    job: 'copy',
    items: 40,
    status: 'cancelled',
    lives: [
      {
        faults: [{ op: 'CopyObject', keyPattern: '[37]$', do: 'hang', when: 'after' }],
        events: [
          at({ at: 'arrives', op: 'CopyObject', nth: 14 }, { do: 'cancel' }),
          kill({ at: 'arrives', ...LOOK_AT_COPY, nth: 2 }),
        ],
      },
      RESUMED,
    ],
  },
  {
    name: 'copy: paused by Ctrl+C, resumed, killed, resumed',
    job: 'copy',
    items: 200,
    lives: [
      { events: [at({ at: 'done', op: 'CopyObject', nth: 20 }, { do: 'pause' })], exit: 130 },
      killed({ at: 'done', op: 'CopyObject', nth: 20 }),
      RESUMED,
    ],
  },
  {
    name: 'copy-parts: paused by Ctrl+C amid its parts, and resumed',
    job: 'copy-parts',
    items: 1,
    lives: [
      { events: [at({ at: 'done', op: 'UploadPartCopy', nth: 5 }, { do: 'pause' })], exit: 130 },
      RESUMED,
    ],
  },
]

/** A copy over the limit of CopyObject: before and after each of its requests. */
function multipartCells(): readonly Cell[] {
  const steps = [
    { step: 'create', op: 'CreateMultipartUpload', nth: 1 },
    { step: 'part', op: 'UploadPartCopy', nth: 7 },
    { step: 'complete', op: COMPLETE, nth: 1 },
  ] as const
  const before = steps.map(({ step, op, nth }): Cell => ({
    name: `copy-parts: before ${step}`,
    job: 'copy-parts',
    lives: [killed({ at: 'arrives', op, nth }), RESUMED],
  }))
  const after = steps.map(({ step, op, nth }): Cell => ({
    name: `copy-parts: ${step} done, not answered; and again while it goes on`,
    job: 'copy-parts',
    lives: [
      killed({ at: 'done', op, nth }),
      // Once all may be completed, what is left to do is to look.
      killed(step === 'complete' ? { at: 'arrives', ...LOOK_AT_COPY } : { at: 'arrives', op: COMPLETE }),
      RESUMED,
    ],
  }))
  const late = steps.slice(1).map(({ step, op, nth }): Cell => ({
    name: `copy-parts: ${step} sent, and done only when the next process has looked`,
    job: 'copy-parts',
    items: 1,
    lives: [killed({ at: 'arrives', op, nth }, 'late'), RESUMED],
  }))
  return [...before, ...after, ...late]
}
