import type { Entry, ObjectVersion } from './bucket.ts'
import { afterPrefix, headOf, justAfter } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { KeyMap } from './ordered-map.ts'

export interface Window {
  readonly prefix: ByteKey
  /** Empty for none. */
  readonly delimiter: ByteKey
  readonly maxKeys: number
}

export interface ObjectPage {
  readonly objects: readonly (readonly [key: ByteKey, version: ObjectVersion])[]
  readonly prefixes: readonly ByteKey[]
  /** The last key or common prefix of the page. */
  readonly last: ByteKey | undefined
  /** Where the next page begins; undefined at the end. */
  readonly next: ByteKey | undefined
}

/** The current objects of one page, from the key `from` on. Keys under a common prefix are skipped, not read. */
export function pageOfObjects(map: KeyMap<Entry>, window: Window, from: ByteKey): ObjectPage {
  const { prefix, delimiter, maxKeys } = window
  const objects: (readonly [ByteKey, ObjectVersion])[] = []
  const prefixes: ByteKey[] = []
  let last: ByteKey | undefined
  const cursor = map.seek(from > prefix ? from : prefix)
  for (let key = cursor.key; key?.startsWith(prefix) === true; key = cursor.key) {
    const entry = cursor.value
    if (entry?.kind !== 'object') {
      cursor.next()
      continue
    }
    if (objects.length + prefixes.length >= maxKeys) {
      return { objects, prefixes, last, next: maxKeys === 0 ? undefined : key }
    }
    const common = commonPrefix(key, prefix, delimiter)
    last = common ?? key
    if (common === undefined) {
      objects.push([key, entry])
      cursor.next()
    } else {
      prefixes.push(common)
      cursor.seek(afterPrefix(common))
    }
  }
  return { objects, prefixes, last, next: undefined }
}

/** `key` up to the first delimiter after `prefix`. */
export function commonPrefix(key: ByteKey, prefix: ByteKey, delimiter: ByteKey): ByteKey | undefined {
  if (delimiter === '') return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : headOf(key, at + delimiter.length)
}

/** Where a listing goes on after `marker`, which may be a common prefix: then all keys under it are past. */
export function afterMarker(marker: ByteKey, { prefix, delimiter }: Window): ByteKey {
  const common = marker.startsWith(prefix) ? commonPrefix(marker, prefix, delimiter) : undefined
  return common === undefined ? justAfter(marker) : afterPrefix(common)
}

export interface ListedVersion {
  readonly key: ByteKey
  readonly entry: Entry
  readonly isLatest: boolean
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[]
  readonly prefixes: readonly ByteKey[]
  /** Whether more follow, and the last thing listed: the next page's markers. */
  readonly isTruncated: boolean
  readonly last: { readonly key: ByteKey; readonly versionId: string | undefined } | undefined
}

/**
 * The versions and delete markers of one page, newest first within a key. `versionIdMarker` is the last
 * version listed of the key `keyMarker`.
 */
export function pageOfVersions(
  map: KeyMap<Entry>,
  window: Window,
  keyMarker: ByteKey | undefined,
  versionIdMarker: string | undefined,
): VersionPage {
  const { prefix, delimiter, maxKeys } = window
  const versions: ListedVersion[] = []
  const prefixes: ByteKey[] = []
  let last: VersionPage['last']
  const from = versionsStart(window, keyMarker, versionIdMarker)
  const cursor = map.seek(from > prefix ? from : prefix)
  for (let key = cursor.key; key?.startsWith(prefix) === true; key = cursor.key) {
    const common = commonPrefix(key, prefix, delimiter)
    if (common !== undefined) {
      if (versions.length + prefixes.length >= maxKeys) break
      prefixes.push(common)
      last = { key: common, versionId: undefined }
      cursor.seek(afterPrefix(common))
      continue
    }
    const newest = cursor.value
    let entry =
      key === keyMarker && versionIdMarker !== undefined ? olderThan(newest, versionIdMarker) : newest
    for (; entry !== undefined && versions.length + prefixes.length < maxKeys; entry = entry.older) {
      versions.push({ key, entry, isLatest: entry === newest })
      last = { key, versionId: entry.versionId }
    }
    if (entry !== undefined) break
    cursor.next()
  }
  const isTruncated = maxKeys > 0 && cursor.key?.startsWith(prefix) === true
  return { versions, prefixes, isTruncated, last }
}

function versionsStart(
  window: Window,
  keyMarker: ByteKey | undefined,
  versionIdMarker: string | undefined,
): ByteKey {
  if (keyMarker === undefined) return window.prefix
  return versionIdMarker === undefined ? afterMarker(keyMarker, window) : keyMarker
}

function olderThan(newest: Entry | undefined, versionId: string): Entry | undefined {
  let entry = newest
  while (entry !== undefined && entry.versionId !== versionId) entry = entry.older
  return entry?.older
}
