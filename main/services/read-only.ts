import type { Storage } from '../engine/storage.ts'
import { withoutWrites } from '../engine/without-writes.ts'

/** The same storage, through which nothing can be written. What a connection may not do, no job can make it do. */
export function readOnly(storage: Storage, name: string): Storage {
  return withoutWrites(storage, {
    code: 'read-only',
    reach: 'job',
    message: `The connection "${name}" is read-only. Switch that off under Connections to write through it.`,
  })
}
