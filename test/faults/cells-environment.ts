import type { Act, Cell } from './cell.ts'

/** In the midst of it. */
const amid = (act: Act) => [{ on: { at: 'done', op: 'CopyObject', nth: 100 } as const, act }]

/** What becomes of the journal's disk and file. */
export const ENVIRONMENT_CELLS: readonly Cell[] = [
  {
    name: 'copy: the disk of the journal gets full, and is emptied',
    job: 'copy',
    items: 600,
    lives: [{ events: amid({ do: 'fill-disk' }), exit: 3 }, {}],
  },
  {
    name: 'copy: the disk of the journal fails',
    job: 'copy',
    items: 600,
    lives: [{ events: amid({ do: 'io-errors' }), exit: 3 }, {}],
  },
  {
    name: 'move: the disk of the journal gets full, and is emptied',
    job: 'move',
    items: 400,
    lives: [{ events: amid({ do: 'fill-disk' }), exit: 3 }, {}],
  },
  {
    name: 'copy: another program locks the journal for a moment',
    job: 'copy',
    items: 400,
    lives: [{ events: amid({ do: 'lock-briefly' }) }],
  },
  {
    name: 'copy: another program keeps the journal locked',
    job: 'copy',
    items: 400,
    lives: [{ events: amid({ do: 'lock' }), exit: 3 }, {}],
  },
  {
    name: 'edit: the disk of the journal gets full, and is emptied',
    job: 'edit',
    items: 400,
    lives: [{ events: amid({ do: 'fill-disk' }), exit: 3 }, {}],
  },
  {
    name: 'edit: another program keeps the journal locked; killed as it goes on',
    job: 'edit',
    items: 400,
    lives: [
      { events: amid({ do: 'lock' }), exit: 3 },
      { events: [{ on: { at: 'done', op: 'CopyObject', nth: 9 }, act: { do: 'kill', fate: 'lost' } }] },
      {},
    ],
  },
  {
    name: 'copy-parts: the disk of the journal fails amid its parts',
    job: 'copy-parts',
    lives: [
      { events: [{ on: { at: 'done', op: 'UploadPartCopy', nth: 5 }, act: { do: 'io-errors' } }], exit: 3 },
      {},
    ],
  },
]
