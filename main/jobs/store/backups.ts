import type { Database } from '../../sqlite/sqlite.ts'

/** What was kept aside of an object before it was written over. */
export interface Backup {
  /** In the same bucket. */
  readonly key: string
  readonly versionId?: string | undefined
  /** Of the backup. Bytes; milliseconds. */
  readonly etag: string
  readonly size: number
  readonly lastModified: number
  /** Of the object that it is a backup of; the overwrite is bound to that ETag. */
  readonly storageClass: string
  readonly of: { readonly etag: string; readonly lastModified: number }
  /** `intended`: on the disk before its copy is sent, so that it may be there or not. */
  readonly is: 'intended' | 'kept'
}

export interface BackupsTable {
  keep(item: number, backup: Backup): void
  of(item: number): Backup | undefined
  removeRange(from: number, below: number): void
}

export function openBackups(db: Database): BackupsTable {
  const keep = db.prepare('REPLACE INTO backups (item, backup) VALUES (?, ?)')
  const one = db.prepare('SELECT backup FROM backups WHERE item = ?')
  const remove = db.prepare('DELETE FROM backups WHERE item >= ? AND item < ?')
  return {
    keep: (item, backup) => void keep.run(item, JSON.stringify(backup)),
    of: (item) => {
      const found = one.get(item)?.[0]
      return found == null ? undefined : (JSON.parse(String(found)) as Backup)
    },
    removeRange: (from, below) => void remove.run(from, below),
  }
}
