/** A journal with one finished job of many items in it, written through the store's own code. */
import { mkdirSync } from 'node:fs'
import type { Failure } from '#model/failure.ts'
import { itemId } from '../../../main/jobs/item.ts'
import type { PlannedItem } from '../../../main/jobs/item.ts'
import { openStore } from '../../../main/jobs/store/store.ts'
import { countItem } from '../../../main/jobs/tally.ts'
import { specOf } from '../../helpers/specs.ts'

/** Items of one transaction. */
const BATCH = 20_000
const OLD = Date.UTC(2026, 0, 2)
const RAN = Date.UTC(2026, 9, 1)

const DENIED: Failure = {
  code: 'access-denied',
  reach: 'item',
  message: 'S3 denied CopyObject: Access Denied',
  s3: { code: 'AccessDenied', message: 'Access Denied', status: 403, operation: 'CopyObject' },
}

/** Where the items of the job went between; nothing has to be there. */
const CONNECTION = {
  id: 'elsewhere',
  name: 'Elsewhere',
  config: {
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    addressing: 'path' as const,
    credentials: { kind: 'environment' as const },
  },
}

/** Its key at a place of the plan, from 1: so that a test knows which row it must see. */
export function keyOf(seq: number): string {
  return `exports/2026/part-${String(seq).padStart(8, '0')}.parquet`
}

/** One item in a hundred failed, and one was skipped: rows are not all alike. */
function itemAt(seq: number): PlannedItem {
  const plain: PlannedItem = {
    ...{ leg: 0, key: keyOf(seq), rules: 0, size: 1000 + (seq % 9000), conflict: false },
    ...{ etag: `"${seq.toString(16).padStart(32, '0')}"`, lastModified: OLD + seq * 1000 },
    ...{ storageClass: 'STANDARD', action: 'copy', expect: { is: 'absent' }, state: 'copied' },
  }
  if (seq % 100 === 7) return { ...plain, state: 'failed', failure: DENIED }
  if (seq % 100 === 8) return { ...plain, action: 'skip', skipReason: 'same', state: 'skipped' }
  return plain
}

/** @returns the id of the job "Copy warehouse to archive" */
export function writeJournal(dir: string, items: number): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const store = openStore(dir, 'write')
  try {
    const spec = specOf({
      ...{ v: 1, kind: 'copy', conflict: 'skip', verify: 'auto' },
      sources: [
        {
          connection: CONNECTION,
          bucket: 'warehouse',
          select: [{ kind: 'prefix', prefix: '' }],
          base: '',
        },
      ],
      destinations: [{ connection: CONNECTION, bucket: 'archive', prefix: 'kept/' }],
    })
    const id = 'a-million-items'
    const record = store.jobs.insert(id, spec, false, { is: 'completed' }, RAN)
    for (let from = 1; from <= items; from += BATCH) {
      store.transaction(() => {
        for (let seq = from; seq < Math.min(from + BATCH, items + 1); seq++) {
          const item = itemAt(seq)
          const cause = item.failure ? store.causes.add(record.n, item.failure, item.key) : null
          store.items.insert(itemId(record.n, seq), item, cause)
          countItem(record.tally, item, 1)
        }
      })
    }
    record.listing = undefined
    record.nextSeq = items + 1
    record.sentBelow = items + 1
    record.startedAt = RAN
    record.endedAt = RAN + 250_000
    record.ranFor = 250_000
    store.jobs.save(record)
    return id
  } finally {
    store.close()
  }
}
