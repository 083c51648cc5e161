import { findEntry, NULL_VERSION } from './bucket.ts'
import type { Bucket, Entry, ObjectVersion } from './bucket.ts'
import type { ByteKey } from './keys.ts'

/** The version that a mutation names. */
export function requireVersion(bucket: Bucket, key: ByteKey, versionId: string): ObjectVersion {
  const entry = findEntry(bucket, key, versionId)
  if (entry?.kind !== 'object') throw new Error(`a mutation names a version of ${key} that is not there`)
  return entry
}

/** Puts `entry` on top; a null version replaces the one null version that a key can have. */
export function putVersion(bucket: Bucket, key: ByteKey, entry: Entry): void {
  const newest = bucket.objects.get(key)
  entry.older = entry.versionId === NULL_VERSION ? withoutVersion(newest, NULL_VERSION) : newest
  bucket.objects.set(key, entry)
}

/** The chain `newest` with the version `versionId` taken out. */
export function withoutVersion(newest: Entry | undefined, versionId: string): Entry | undefined {
  if (newest?.versionId === versionId) return newest.older
  for (let entry = newest; entry?.older !== undefined; entry = entry.older) {
    if (entry.older.versionId !== versionId) continue
    entry.older = entry.older.older
    break
  }
  return newest
}
