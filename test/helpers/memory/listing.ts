import type { ObjectSummary, VersionSummary } from '#model/object.ts'
import type { ListObjects, ListVersions, ObjectPage, VersionPage } from '../../../main/engine/storage.ts'
import { restoreStatus } from './archive.ts'
import type { MemoryBucket } from './bucket.ts'
import { summaryOf } from './bucket.ts'

const PAGE = 1000
/** Sorts after every character of a key. */
const AFTER_ALL = '\u{10ffff}'

/** ListObjectsV2. A token is the last key or prefix of the page before. */
export function pageOfObjects(bucket: MemoryBucket, request: ListObjects, now: number): ObjectPage {
  const { prefix, delimiter, maxKeys = PAGE } = request
  const objects: ObjectSummary[] = []
  const prefixes: string[] = []
  const keys = bucket.keys()
  const after = request.token ?? request.startAfter
  let place = bucket.placeOf(prefix)
  if (after !== undefined) {
    const isPrefix = delimiter !== undefined && after.endsWith(delimiter) && after.length > prefix.length
    place = Math.max(place, bucket.placeOf(isPrefix ? after + AFTER_ALL : after))
    if (keys[place] === after) place++
  }
  let last = ''
  while (place < keys.length) {
    const key = keys[place] as string
    if (!key.startsWith(prefix)) break
    const current = bucket.current(key)
    if (!current) {
      place++
      continue
    }
    if (objects.length + prefixes.length === maxKeys) return { objects, prefixes, token: last }
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut < 0) {
      const restore = request.restoreStatus === true ? restoreStatus(current, now) : undefined
      objects.push(restore ? { ...summaryOf(current), restore } : summaryOf(current))
      last = key
      place++
    } else {
      last = key.slice(0, cut + 1)
      prefixes.push(last)
      place = bucket.placeOf(last + AFTER_ALL)
    }
  }
  return { objects, prefixes }
}

/** ListObjectVersions: newest first within a key, markers among them. */
export function pageOfVersions(bucket: MemoryBucket, request: ListVersions): VersionPage {
  const { prefix, delimiter, keyMarker, versionIdMarker, maxKeys = PAGE } = request
  const versions: VersionSummary[] = []
  const prefixes: string[] = []
  let end: VersionPage['next']
  const keys = bucket.keys()
  let place = bucket.placeOf(keyMarker ?? prefix)
  let skip = 0
  if (keyMarker !== undefined && keys[place] === keyMarker) {
    if (versionIdMarker === undefined) place++
    else skip = bucket.versions(keyMarker).findIndex((version) => version.versionId === versionIdMarker) + 1
  }
  for (; place < keys.length; place++, skip = 0) {
    const key = keys[place] as string
    if (!key.startsWith(prefix)) break
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
    if (cut >= 0) {
      const common = key.slice(0, cut + 1)
      if (keyMarker === common || prefixes.at(-1) === common) continue
      if (versions.length + prefixes.length === maxKeys && end) return { versions, prefixes, next: end }
      prefixes.push(common)
      end = { keyMarker: common }
      continue
    }
    const held = bucket.versions(key)
    for (let at = skip; at < held.length; at++) {
      const version = held[at]
      if (!version) continue
      if (versions.length + prefixes.length === maxKeys && end) return { versions, prefixes, next: end }
      const { versionId, isDeleteMarker } = version
      versions.push({ ...summaryOf(version), versionId, isLatest: at === 0, isDeleteMarker })
      end = { keyMarker: key, versionIdMarker: versionId }
    }
  }
  return { versions, prefixes }
}
