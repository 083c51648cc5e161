import { lstat, stat } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { typeOfExtension } from '#model/content-type.ts'
import { fail } from '#model/failure.ts'
import { fileEtag, FOLDER_ETAG } from '#model/file-etag.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'
import type { Paths } from './paths.ts'

const WITH_BIGINT = { bigint: true } as const
const NS_A_MS = 1_000_000n

/** A file, or the folder that a key with a slash at its end names. */
export interface Found {
  readonly stats: BigIntStats
  /** Where it really lies: behind a link, where the path is one. */
  readonly path: string
}

/** By callback: half the cost of the promise, and there is one for each file of a listing. */
export function lstatOf(path: string): Promise<BigIntStats> {
  return new Promise((done, failed) => {
    lstat(path, WITH_BIGINT, (error, stats) => (error ? failed(error) : done(stats)))
  })
}

export function statOf(path: string): Promise<BigIntStats> {
  return new Promise((done, failed) => {
    stat(path, WITH_BIGINT, (error, stats) => (error ? failed(error) : done(stats)))
  })
}

/**
 * What stands at a path, of what can be an object:
 *
 * | at the path                              | it is                                            |
 * |------------------------------------------|--------------------------------------------------|
 * | a file                                   | an object                                        |
 * | a folder                                 | an object where the key ends in a slash, of no bytes |
 * | a link to a file inside the folder       | that file                                        |
 * | a link out of the folder, or to a folder | refused: it would be followed out, or in circles |
 * | a device, pipe or socket                 | refused                                          |
 *
 * Throws the system's error where there is nothing.
 */
export async function lookAt(paths: Paths, bucket: string, key: string, path: string): Promise<Found> {
  const own = await lstatOf(path)
  if (own.isFile() && !key.endsWith('/')) return { stats: own, path }
  if (own.isDirectory()) return key.endsWith('/') ? { stats: own, path } : refuse(path, 'is a folder')
  if (own.isSymbolicLink()) return lookBehind(paths, bucket, path)
  return refuse(path, own.isFile() ? 'is a file, and no folder' : `is ${kindOf(own)}, which holds no object`)
}

async function lookBehind(paths: Paths, bucket: string, path: string): Promise<Found> {
  const real = await paths.linked(bucket, path)
  const stats = await statOf(real)
  if (!stats.isFile())
    refuse(
      path,
      `is a symbolic link to ${kindOf(stats)}; only links to files of the same folder are followed`,
    )
  return { stats, path: real }
}

function refuse(path: string, why: string): never {
  fail('not-possible', 'item', `${path} ${why}.`, { property: 'name' })
}

export function kindOf(entry: {
  isDirectory(): boolean
  isSymbolicLink(): boolean
  isFIFO(): boolean
  isSocket(): boolean
}): string {
  if (entry.isDirectory()) return 'a folder'
  if (entry.isSymbolicLink()) return 'a symbolic link'
  if (entry.isFIFO()) return 'a pipe'
  return entry.isSocket() ? 'a socket' : 'a device'
}

export function etagOf(stats: BigIntStats): string {
  return stats.isDirectory() ? FOLDER_ETAG : fileEtag(stats)
}

/** To the nearest millisecond: what was set in seconds comes back a few nanoseconds short. */
function millisecondsOf(ns: bigint): number {
  return Number((ns + NS_A_MS / 2n) / NS_A_MS)
}

/** Files have no class: it is left open, and a write that asks for none gets the store's default. */
export function summaryOf(key: string, stats: BigIntStats): ObjectSummary {
  return {
    key,
    size: stats.isDirectory() ? 0 : Number(stats.size),
    etag: etagOf(stats),
    lastModified: millisecondsOf(stats.mtimeNs),
    storageClass: '',
  }
}

/** As a HEAD tells it: the content type by the name's extension is all that a file has to say of itself. */
export function headOf(key: string, stats: BigIntStats): ObjectHead {
  const contentType = key.endsWith('/') ? undefined : typeOfExtension(key)
  return {
    ...summaryOf(key, stats),
    headers: contentType === undefined ? {} : { contentType },
    metadata: {},
    tagCount: 0,
    encryption: { kind: 'none' },
    checksums: {},
  }
}
