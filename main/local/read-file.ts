import type { BigIntStats } from 'node:fs'
import { close, constants } from 'node:fs'
import { dirname } from 'node:path'
import { DecantError, fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { GetObject, ObjectBody, ObjectId } from '../engine/storage.ts'
import { closeFile, fstatOf, openFile, readAt } from './descriptors.ts'
import { asFailure, checkNotCancelled } from './errors.ts'
import { etagOf, headOf, lookAt } from './files.ts'
import type { Found } from './files.ts'
import { isAbsent } from './paths.ts'
import type { Paths } from './paths.ts'

/** Not behind a link that was put there meanwhile, and not waiting for the other end of a pipe. Windows has neither. */
const READ_ONLY =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0)
/** Bytes read at a time. */
const CHUNK = 1024 ** 2

/** What stands under a key. Throws `no-such-key`, or `folder-missing`. */
export async function findFile(paths: Paths, { bucket, key }: ObjectId): Promise<Found> {
  const path = paths.of(bucket, key)
  if (!(await paths.isInside(bucket, dirname(path)))) return missing(paths, key, bucket)
  try {
    return await lookAt(paths, bucket, key, path)
  } catch (error) {
    if (isAbsent(error)) return missing(paths, key, bucket)
    throw asFailure(error, 'read', path)
  }
}

/** Where the folder itself is away nothing is known of the file. */
async function missing(paths: Paths, key: string, bucket: string): Promise<never> {
  await paths.identity(bucket, paths.folder(bucket))
  fail('no-such-key', 'item', `There is no ${key} in ${bucket}.`)
}

export async function headFile(paths: Paths, id: ObjectId, signal?: AbortSignal): Promise<ObjectHead> {
  checkNotCancelled(signal)
  return headOf(id.key, (await findFile(paths, id)).stats)
}

/**
 * A file's bytes, or a range of them; `ifMatch`: only of that very file. Each piece is handed on when a look at the
 * open file has shown, after it was read, that nobody wrote meanwhile: so the last piece of a file that changes never
 * comes, and no mixture of two is ever whole.
 */
export async function readFile(paths: Paths, request: GetObject, signal?: AbortSignal): Promise<ObjectBody> {
  checkNotCancelled(signal)
  const { key, ifMatch, range } = request
  const found = await findFile(paths, request)
  if (found.stats.isDirectory()) return { head: headOf(key, found.stats), body: new FileBody(undefined, key) }
  const { path } = found
  let fd: number | undefined
  try {
    fd = await openFile(path, READ_ONLY)
    const stats = await fstatOf(fd)
    if (!stats.isFile()) fail('not-possible', 'item', `${path} is no file any more.`)
    if (ifMatch !== undefined && etagOf(stats) !== ifMatch) changed(key)
    const size = Number(stats.size)
    const [first, last] = range ?? [0, size - 1]
    if (range && (first >= size || last < first))
      fail('invalid-request', 'item', `${key} has ${size} bytes; the range ${first}-${last} is not in it.`)
    const reading = { fd, path, stats, from: first, end: Math.min(last + 1, size), signal }
    return { head: headOf(key, stats), body: new FileBody(reading, key) }
  } catch (error) {
    if (fd !== undefined) await closeFile(fd)
    throw asFailure(error, 'read', path)
  }
}

function changed(key: string): never {
  fail('source-changed', 'item', `${key} changed since it was planned.`)
}

interface Reading {
  readonly fd: number
  readonly path: string
  readonly stats: BigIntStats
  readonly from: number
  readonly end: number
  readonly signal: AbortSignal | undefined
}

/** To be read once, or destroyed. The file is closed when both the reader and the system are done with it. */
class FileBody implements AsyncIterable<Uint8Array> {
  readonly #reading: Reading | undefined
  readonly #key: string
  #is: 'open' | 'busy' | 'to be closed' | 'closed' = 'open'

  constructor(reading: Reading | undefined, key: string) {
    this.#reading = reading
    this.#key = key
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const reading = this.#reading
    if (!reading) return
    try {
      for (let at = reading.from; at < reading.end && this.#is === 'open';) {
        const chunk = await this.#readAt(reading, at)
        at += chunk.length
        // A small file is closed before anybody takes its bytes.
        if (at >= reading.end) this.destroy()
        yield chunk
      }
    } finally {
      this.destroy()
    }
  }

  destroy(): void {
    if (this.#is === 'busy') this.#is = 'to be closed'
    if (this.#is !== 'open') return
    this.#is = 'closed'
    if (this.#reading) close(this.#reading.fd, () => {})
  }

  async #readAt(reading: Reading, at: number): Promise<Uint8Array> {
    const { fd, path, end, signal } = reading
    checkNotCancelled(signal)
    this.#is = 'busy'
    try {
      const size = Math.min(CHUNK, end - at)
      const chunk = await readAt(fd, at, size)
      if (chunk.length < size) changed(this.#key)
      if (etagOf(await fstatOf(fd)) !== etagOf(reading.stats)) changed(this.#key)
      return chunk
    } catch (error) {
      throw error instanceof DecantError ? error : asFailure(error, 'read', path)
    } finally {
      const isToBeClosed = (this.#is as string) === 'to be closed'
      this.#is = 'open'
      if (isToBeClosed) this.destroy()
    }
  }
}
