import { createHash } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail } from '#model/failure.ts'
import { FOLDER_ETAG } from '#model/file-etag.ts'
import { unfinishedName } from '#model/local-names.ts'
import type { Seams } from '#model/seams.ts'
import type { ObjectId, PutObject, WriteResult } from '../engine/storage.ts'
import { closeFile, flushFile, fstatOf, openFile, setTimes, writeBody } from './descriptors.ts'
import { checkDigest, measuring } from './digests.ts'
import { asFailure, checkNotCancelled, errnoOf, translated } from './errors.ts'
import { etagOf, lstatOf } from './files.ts'
import { isAbsent } from './paths.ts'
import type { Paths } from './paths.ts'
import type { FolderFlush } from './publish.ts'
import { publish } from './publish.ts'

/** What all writes into folders need. */
export interface Tools {
  readonly paths: Paths
  readonly seams: Seams
  readonly flush: FolderFlush
}

/** An unfinished file that nobody wrote to for so long is what a process that was killed left behind. Milliseconds. */
const ABANDONED = 15 * 60_000
const NO_DATES = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EINVAL'])
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Writes a file whole. It is made beside its place under a name of ours, flushed, dated, and only then gets its own
 * name; what fails or is cancelled leaves nothing, and what is killed leaves a file that `clearUnfinished` finds.
 */
export async function writeFile(
  tools: Tools,
  request: PutObject,
  signal?: AbortSignal,
): Promise<WriteResult> {
  checkNotCancelled(signal)
  const { bucket, key } = request
  const { paths, seams } = tools
  const path = paths.of(bucket, key)
  if (key.endsWith('/')) return makeFolder(tools, request, path)
  const folder = dirname(path)
  await paths.make(bucket, folder)
  return translated('write', path, async () => {
    const { fd, temporary } = await openUnfinished(tools, bucket, path, key)
    try {
      const written = await fill(fd, request, seams, signal)
      await publish(temporary, path, key, request)
      await tools.flush.flush(folder)
      return written
    } catch (error) {
      await remove(temporary)
      throw error
    }
  })
}

/** Writes, checks, dates, flushes and closes. */
async function fill(
  fd: number,
  request: PutObject,
  seams: Seams,
  signal: AbortSignal | undefined,
): Promise<WriteResult> {
  const { body, size, key, asFile } = request
  try {
    const measured = measuring(request.checksum, asFile?.mustBe)
    const count = await writeBody(fd, body, 0, (piece) => {
      checkNotCancelled(signal)
      measured.see(piece)
    })
    checkSize(count, size, key)
    checkNotCancelled(signal)
    const { md5, checksums } = measured.told()
    checkDigest(asFile?.mustBe, md5, checksums, key)
    const { etag } = await dateAndFlush(fd, asFile?.lastModified, seams)
    return { etag, digest: md5, checksums, checksumType: checksums && 'FULL_OBJECT', serverTime: seams.now() }
  } finally {
    await closeFile(fd)
  }
}

export function checkSize(count: number, size: number, key: string): void {
  if (count === size) return
  fail('bad-answer', 'attempt', `${key} came with ${count} bytes, and was to have ${size}.`)
}

/** The date goes before the flush, which then makes both last. */
export async function dateAndFlush(
  fd: number,
  lastModified: number | undefined,
  seams: Seams,
): Promise<{ etag: string }> {
  if (lastModified !== undefined) await setDate(fd, lastModified, seams)
  await flushFile(fd)
  return { etag: etagOf(await fstatOf(fd)) }
}

/** Some shares let nobody set a date; the file is as good with the one that it has. */
async function setDate(fd: number, lastModified: number, seams: Seams): Promise<void> {
  try {
    await setTimes(fd, seams.now() / 1000, lastModified / 1000)
  } catch (error) {
    if (!NO_DATES.has(errnoOf(error) ?? '')) throw error
  }
}

/** A key that ends in a slash is a folder: it holds no bytes, and is as good where it stands already. */
async function makeFolder(tools: Tools, request: PutObject, path: string): Promise<WriteResult> {
  const { bucket, key, size, body } = request
  if (size > 0) {
    const message = `${key} holds ${size} bytes, and its name is that of a folder, which holds none.`
    fail('not-possible', 'item', `${message} A rule for names can give it another one.`, { property: 'name' })
  }
  if (!(body instanceof Uint8Array)) for await (const _ of body) continue
  await tools.paths.make(bucket, path.replace(/[\\/]+$/, ''))
  const digest = createHash('md5').digest('hex')
  return { etag: FOLDER_ETAG, digest, serverTime: tools.seams.now() }
}

/**
 * A new file under the name that the key's unfinished file has in its folder: so that it is found again after a kill.
 * Where that is taken by somebody at work, under a name of its own.
 */
async function openUnfinished(
  tools: Tools,
  bucket: string,
  path: string,
  key: string,
): Promise<{ fd: number; temporary: string }> {
  const folder = dirname(path)
  const usual = unfinishedOf(path, key)
  for (let tries = 1; ; tries++) {
    const temporary = tries < 3 ? usual : join(folder, unfinishedName(tools.seams.id(), 'part'))
    try {
      return { fd: await openFile(temporary, 'wx', 0o666), temporary }
    } catch (error) {
      const errno = errnoOf(error)
      if (tries === 5) throw error
      if (errno === 'EEXIST') await removeAbandoned(temporary, tools.seams)
      else if (errno === 'ENOENT') {
        // Somebody took the folder away since it was made.
        tools.paths.forget(folder)
        await tools.paths.make(bucket, folder)
      } else throw error
    }
  }
}

/** 130 bits of the key, so that no two keys of a folder share it. */
export function unfinishedOf(path: string, key: string): string {
  const hash = createHash('sha256').update(key).digest()
  const id = Array.from(hash.subarray(0, 26), (byte) => DIGITS.charAt(byte & 31)).join('')
  return join(dirname(path), unfinishedName(id, 'part'))
}

async function removeAbandoned(path: string, seams: Seams): Promise<void> {
  try {
    const { mtimeMs } = await lstatOf(path)
    if (seams.now() - Number(mtimeMs) > ABANDONED) await remove(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** What a write that was killed has left of this key. */
export async function clearUnfinished(paths: Paths, { bucket, key }: ObjectId): Promise<void> {
  if (key.endsWith('/') || !paths.isPossible(key)) return
  const path = paths.of(bucket, key)
  if (await paths.isInside(bucket, dirname(path))) await remove(unfinishedOf(path, key))
}

export async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isAbsent(error)) throw asFailure(error, 'delete', path)
  }
}
