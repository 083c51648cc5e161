import type { Act, Cell, Event, Life } from './cell.ts'
import { FROM, TO } from './stage.ts'
import type { Moment } from './tap.ts'

const at = (on: Moment, act: Act): Event => ({ on, act })
const exits = (exit: number, ...events: Event[]): Life => ({ events, exit })

/** Other people, at the very moment in which it hurts. */
export const MEDDLING_CELLS: readonly Cell[] = [
  {
    name: 'copy: the source is rewritten as its copy is sent',
    job: 'copy',
    quick: true,
    failed: { 'source-changed': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'CopyObject', nth: 3 }, { do: 'rewrite' }))],
  },
  {
    name: 'copy: the source is deleted as its copy is sent',
    job: 'copy',
    failed: { 'source-missing': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'CopyObject', nth: 3 }, { do: 'delete' }))],
  },
  {
    name: 'copy-parts: the source is rewritten amid its parts',
    job: 'copy-parts',
    failed: { 'source-changed': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'UploadPartCopy', nth: 40 }, { do: 'rewrite' }))],
  },
  {
    name: 'copy-parts: the source is deleted amid its parts',
    job: 'copy-parts',
    failed: { 'source-missing': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'UploadPartCopy', nth: 40 }, { do: 'delete' }))],
  },
  {
    name: 'copy: somebody writes the destination as the copy is sent',
    job: 'copy',
    lives: [exits(0, at({ at: 'arrives', op: 'CopyObject', nth: 3 }, { do: 'write-there' }))],
  },
  {
    name: 'copy-parts: somebody writes the destination as it is completed',
    job: 'copy-parts',
    args: ['--conflict', 'fail'],
    failed: { 'destination-exists': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'CompleteMultipartUpload' }, { do: 'write-there' }))],
  },
  {
    name: 'move: the source is rewritten between copy and delete',
    job: 'move',
    failed: { 'source-changed': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'DeleteObject', nth: 3 }, { do: 'rewrite' }))],
  },
  {
    name: 'move: the source is rewritten before the look that comes before the delete',
    job: 'move',
    failed: { 'source-changed': 1 },
    lives: [
      exits(1, at({ at: 'arrives', op: 'HeadObject', bucket: FROM.bucket, nth: 5 }, { do: 'rewrite' })),
    ],
  },
  {
    name: 'move: the metadata of the source changes between copy and delete',
    job: 'move',
    failed: { 'source-changed': 1 },
    lives: [
      exits(1, at({ at: 'arrives', op: 'HeadObject', bucket: FROM.bucket, nth: 5 }, { do: 'retouch' })),
    ],
  },
  {
    name: 'move: the source is deleted between copy and delete',
    job: 'move',
    lives: [exits(0, at({ at: 'arrives', op: 'DeleteObject', nth: 3 }, { do: 'delete' }))],
  },
  {
    name: 'move: killed before the delete, and the source is rewritten before the next process looks',
    job: 'move',
    failed: { 'source-changed': 1 },
    lives: [
      {
        events: [
          at({ at: 'arrives', op: 'DeleteObject', nth: 2 }, { do: 'rewrite' }),
          at({ at: 'arrives', op: 'DeleteObject', nth: 1 }, { do: 'kill', fate: 'lost' }),
        ],
      },
      { exit: 1 },
    ],
  },
  {
    name: 'move: somebody writes over the copy before it is verified',
    job: 'move',
    failed: { 'not-verified': 1 },
    lives: [
      exits(1, at({ at: 'arrives', op: 'HeadObject', bucket: TO.bucket, nth: 5 }, { do: 'write-there' })),
    ],
  },
  {
    name: 'copy that must find nothing there: somebody writes the destination as the copy is sent',
    job: 'copy',
    args: ['--conflict', 'fail'],
    failed: { 'destination-exists': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'CopyObject', nth: 3 }, { do: 'write-there' }))],
  },
  {
    name: 'copy: killed with a copy in doubt, and the source is rewritten before the next process looks',
    job: 'copy',
    failed: { 'source-changed': 1 },
    lives: [
      {
        events: [
          at({ at: 'arrives', op: 'CopyObject', nth: 2 }, { do: 'rewrite' }),
          at({ at: 'arrives', op: 'CopyObject', nth: 1 }, { do: 'kill', fate: 'lost' }),
        ],
      },
      { exit: 1 },
    ],
  },
  {
    name: 'edit: the object is rewritten as its edit is sent',
    job: 'edit',
    failed: { 'source-changed': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'CopyObject', nth: 3 }, { do: 'rewrite' }))],
  },
  {
    name: 'relay: the source is rewritten as it is read',
    job: 'relay',
    failed: { 'source-changed': 1 },
    lives: [exits(1, at({ at: 'arrives', op: 'GetObject', nth: 3 }, { do: 'rewrite' }))],
  },
]
