import type { Part } from '../../engine/storage.ts'
import type { UploadJournal } from '../../engine/work.ts'
import type { Database } from '../../sqlite/sqlite.ts'

export type KnownUpload = NonNullable<UploadJournal['known']>

/** The multipart uploads that jobs of ours began, or were about to begin, and that may still stand. */
export interface UploadsTable {
  intend(item: number, partSize: number, at: number): void
  begun(item: number, uploadId: string): void
  part(item: number, part: Part): void
  known(item: number): KnownUpload | undefined
  remove(item: number): void
  /** The items of a job with such an upload, by id, at most `limit`. */
  items(from: number, below: number, limit: number): number[]
  removeRange(from: number, below: number): void
}

export function openUploads(db: Database): UploadsTable {
  const intend = db.prepare(
    'REPLACE INTO uploads (item, upload_id, part_size, intended_at) VALUES (?, NULL, ?, ?)',
  )
  const begun = db.prepare('UPDATE uploads SET upload_id = ? WHERE item = ?')
  const part = db.prepare('REPLACE INTO parts (item, part, etag, size) VALUES (?, ?, ?, ?)')
  const upload = db.prepare('SELECT upload_id, part_size, intended_at FROM uploads WHERE item = ?')
  const parts = db.prepare('SELECT part, etag, size FROM parts WHERE item = ? ORDER BY part')
  const remove = db.prepare('DELETE FROM uploads WHERE item = ?')
  const removeParts = db.prepare('DELETE FROM parts WHERE item = ?')
  const items = db.prepare('SELECT item FROM uploads WHERE item >= ? AND item < ? ORDER BY item LIMIT ?')
  const removeRange = db.prepare('DELETE FROM uploads WHERE item >= ? AND item < ?')
  const removePartRange = db.prepare('DELETE FROM parts WHERE item >= ? AND item < ?')
  return {
    intend: (item, partSize, at) => {
      removeParts.run(item)
      intend.run(item, partSize, at)
    },
    begun: (item, uploadId) => void begun.run(uploadId, item),
    part: (item, { part: number, etag, size }) => void part.run(item, number, etag, size),
    known: (item) => {
      const row = upload.get(item)
      if (row === undefined) return undefined
      return {
        uploadId: row[0] == null ? undefined : String(row[0]),
        partSize: Number(row[1]),
        intendedAt: Number(row[2]),
        parts: parts
          .all(item)
          .map((found) => ({ part: Number(found[0]), etag: String(found[1]), size: Number(found[2]) })),
      }
    },
    remove: (item) => {
      remove.run(item)
      removeParts.run(item)
    },
    items: (from, below, limit) => items.all(from, below, limit).map((row) => Number(row[0])),
    removeRange: (from, below) => {
      removeRange.run(from, below)
      removePartRange.run(from, below)
    },
  }
}
