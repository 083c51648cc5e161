import { constants, ftruncate } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { fail } from '#model/failure.ts'
import { isUnfinishedName, unfinishedName } from '#model/local-names.ts'
import type {
  CompleteUpload,
  CreateUpload,
  Digest,
  ListParts,
  PartPage,
  PartResult,
  UploadPart,
  UploadRef,
  UploadSummary,
  WriteResult,
} from '../engine/storage.ts'
import { closeFile, flushFile, fstatOf, openFile, readAt, writeBody } from './descriptors.ts'
import { checkDigest, etagOfParts, measuring, measuringPart } from './digests.ts'
import { checkNotCancelled, errnoOf, translated } from './errors.ts'
import { isAbsent } from './paths.ts'
import { publish } from './publish.ts'
import type { PlacedPart, UploadState } from './upload-log.ts'
import { addToLog, beginLog, readLog } from './upload-log.ts'
import type { Tools } from './write-file.ts'
import { checkSize, dateAndFlush, remove } from './write-file.ts'

const truncateFile = promisify(ftruncate)
const PARTS_A_PAGE = 1000
/** Bytes read at a time. */
const CHUNK = 1024 ** 2

interface OpenUpload {
  readonly ref: UploadRef
  /** The finished file's, the unfinished one's, and that of the log. */
  readonly path: string
  readonly data: string
  readonly log: string
  readonly state: UploadState
  /** The unfinished file is made once, whoever asks for it first. */
  making?: Promise<void> | undefined
}

/**
 * Files written in parts: each part straight to its place in one unfinished file, so that nothing is written twice, and
 * noted when it is safe on the disk. All that is needed to go on after a kill lies beside the file to be.
 */
export class Uploads {
  readonly #tools: Tools
  readonly #open = new Map<string, OpenUpload>()

  constructor(tools: Tools) {
    this.#tools = tools
  }

  async create(request: CreateUpload, signal?: AbortSignal): Promise<{ uploadId: string }> {
    checkNotCancelled(signal)
    const { paths, seams } = this.#tools
    const { bucket, key } = request
    const path = paths.of(bucket, key)
    if (key.endsWith('/')) {
      const message = `${key} holds bytes, and its name is that of a folder, which holds none.`
      fail('not-possible', 'item', message, { property: 'name' })
    }
    await paths.make(bucket, dirname(path))
    const uploadId = seams.id()
    const ref = { bucket, key, uploadId }
    await translated('write', path, async () => {
      const places = this.#placesOf(ref)
      const state = await beginLog(places.log, key, seams.now())
      const upload: OpenUpload = { ref, ...places, state }
      this.#open.set(uploadId, upload)
      await ready(upload)
    })
    return { uploadId }
  }

  async put(request: UploadPart, signal?: AbortSignal): Promise<PartResult> {
    checkNotCancelled(signal)
    const { part, size, body, offset } = request
    if (offset === undefined) fail('invalid-request', 'item', `Part ${part} of a file needs its place in it.`)
    const upload = await this.#find(request)
    return translated('write', upload.path, async () => {
      await ready(upload)
      if (upload.state.parts.delete(part)) await addToLog(upload.log, { is: 'again', part })
      const measured = measuringPart(request.checksum)
      await this.#withFile(upload, async (fd) => {
        const count = await writeBody(fd, body, offset, (piece) => {
          checkNotCancelled(signal)
          measured.see(piece)
        })
        checkSize(count, size, `Part ${part} of ${upload.ref.key}`)
        await flushFile(fd)
      })
      const { md5, checksums } = measured.told()
      const etag = md5 ?? Object.entries(checksums ?? {}).join('')
      const placed: PlacedPart = { part, size, offset, etag, checksums }
      await addToLog(upload.log, { is: 'part', ...placed })
      upload.state.parts.set(part, placed)
      return { etag, checksums }
    })
  }

  async parts(request: ListParts, signal?: AbortSignal): Promise<PartPage> {
    checkNotCancelled(signal)
    const { state } = await this.#find(request)
    const { after = 0 } = request
    const parts = [...state.parts.values()].filter(({ part }) => part > after).sort((a, b) => a.part - b.part)
    const page = parts
      .slice(0, PARTS_A_PAGE)
      .map(({ part, etag, size, checksums }) => ({ part, etag, size, checksums }))
    return parts.length > PARTS_A_PAGE ? { parts: page, next: page.at(-1)?.part } : { parts: page }
  }

  /** Those of the folder that the prefix ends in; deeper ones have folders of their own. */
  async list(bucket: string, prefix: string, signal?: AbortSignal): Promise<UploadSummary[]> {
    checkNotCancelled(signal)
    const { paths } = this.#tools
    const key = `${prefix.slice(0, prefix.lastIndexOf('/') + 1)}x`
    if (!paths.isPossible(key)) return []
    const folder = dirname(paths.of(bucket, key))
    if (!(await paths.isInside(bucket, folder))) return []
    return translated('list', folder, async () => {
      const logs = (await readdir(folder)).filter((name) => isUnfinishedName(name) && name.endsWith('.parts'))
      const states = await Promise.all(logs.map((name) => readLog(join(folder, name)).catch(nothing)))
      return logs.flatMap((name, at) => {
        const state = states[at]
        if (!state?.key.startsWith(prefix)) return []
        return [{ key: state.key, uploadId: idOf(name), initiatedAt: state.initiatedAt }]
      })
    })
  }

  async complete(request: CompleteUpload, signal?: AbortSignal): Promise<WriteResult> {
    checkNotCancelled(signal)
    const upload = await this.#find(request)
    const { path, data, log, ref } = upload
    const placed = placedParts(upload, request)
    const size = placed.reduce((sum, part) => sum + part.size, 0)
    if (request.size !== undefined) checkWhole(size, request.size, ref.key)
    const digest = placed.every(isByMd5) ? etagOfParts(placed.map(({ etag }) => etag)) : undefined
    const { seams, flush } = this.#tools
    return translated('write', path, async () => {
      const mustBe = request.asFile?.mustBe
      const isOfParts = mustBe?.etag?.includes('-') === true
      if (isOfParts) checkDigest(mustBe, digest, undefined, ref.key)
      const { etag } = await this.#withFile(upload, async (fd) => {
        await truncateFile(fd, size)
        if (mustBe && !isOfParts) await checkWholeFile(fd, mustBe, ref, size, signal)
        return dateAndFlush(fd, request.asFile?.lastModified, seams)
      })
      await publish(data, path, ref.key, request)
      await remove(log)
      this.#open.delete(ref.uploadId)
      await flush.flush(dirname(path))
      return { etag, digest, serverTime: seams.now() }
    })
  }

  async abort(ref: UploadRef, signal?: AbortSignal): Promise<void> {
    checkNotCancelled(signal)
    const { data, log } = this.#open.get(ref.uploadId) ?? (await this.#find(ref))
    this.#open.delete(ref.uploadId)
    await remove(data)
    await remove(log)
  }

  /** What is on the disk counts: it may have been taken away. */
  async #find(ref: UploadRef): Promise<OpenUpload> {
    const known = this.#open.get(ref.uploadId)
    if (known?.ref.key === ref.key && known.ref.bucket === ref.bucket) return known
    if (!/^[0-9a-z]{26}$/.test(ref.uploadId)) noSuchUpload(ref)
    const places = this.#placesOf(ref)
    if (!(await this.#tools.paths.isInside(ref.bucket, dirname(places.path)))) noSuchUpload(ref)
    const state = await translated('read', places.log, () => readLog(places.log)).catch((error: unknown) => {
      if (isAbsent(error instanceof Error ? error.cause : error)) return undefined
      throw error
    })
    if (state?.key !== ref.key) noSuchUpload(ref)
    const { bucket, key, uploadId } = ref
    const upload: OpenUpload = { ref: { bucket, key, uploadId }, ...places, state }
    if (state.ino !== undefined) await this.#withFile(upload, () => Promise.resolve())
    this.#open.set(uploadId, upload)
    return upload
  }

  #placesOf({ bucket, key, uploadId }: UploadRef): { path: string; data: string; log: string } {
    const path = this.#tools.paths.of(bucket, key)
    const folder = dirname(path)
    const data = join(folder, unfinishedName(uploadId, 'part'))
    return { path, data, log: join(folder, unfinishedName(uploadId, 'parts')) }
  }

  /**
   * With the unfinished file open. One that is gone, or another in its place, is an upload that is lost: it is begun
   * again. So it is, too, where a kill came between its getting its name and the end of its log.
   */
  async #withFile<T>(upload: OpenUpload, act: (fd: number) => Promise<T>): Promise<T> {
    const { data, log, ref, state } = upload
    let fd: number | undefined
    try {
      fd = await openFile(data, constants.O_RDWR | ((constants.O_NOFOLLOW as number | undefined) ?? 0))
      if (String((await fstatOf(fd)).ino) === state.ino) return await act(fd)
    } catch (error) {
      if (fd !== undefined || !isAbsent(error)) throw error
    } finally {
      if (fd !== undefined) await closeFile(fd)
    }
    this.#open.delete(ref.uploadId)
    await remove(log)
    return noSuchUpload(ref)
  }
}

/** Its parts' digests say nothing of a digest of the whole: it is read once more, from the first byte. */
async function checkWholeFile(
  fd: number,
  mustBe: Digest,
  { key }: UploadRef,
  size: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const measured = measuring(undefined, mustBe)
  for (let at = 0; at < size; at += CHUNK) {
    checkNotCancelled(signal)
    measured.see(await readAt(fd, at, Math.min(CHUNK, size - at)))
  }
  const { md5, checksums } = measured.told()
  checkDigest(mustBe, md5, checksums, key)
}

function ready(upload: OpenUpload): Promise<void> {
  return (upload.making ??= upload.state.ino === undefined ? makeData(upload) : Promise.resolve())
}

/** A kill may have come between the file and its line in the log: then it is there already. */
async function makeData({ data, log, state }: OpenUpload): Promise<void> {
  const fd = await openFile(data, 'wx', 0o666).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error
    return openFile(data, 'r+')
  })
  try {
    state.ino = String((await fstatOf(fd)).ino)
  } finally {
    await closeFile(fd)
  }
  await addToLog(log, { is: 'file', ino: state.ino })
}

function isByMd5({ etag }: PlacedPart): boolean {
  return /^[0-9a-f]{32}$/.test(etag)
}

/** The parts that were named, one behind the other without a gap. */
function placedParts({ state, ref }: OpenUpload, { parts }: CompleteUpload): PlacedPart[] {
  let end = 0
  return parts.map(({ part, etag }) => {
    const placed = state.parts.get(part)
    if (placed?.etag !== etag || placed.offset !== end) {
      fail('invalid-request', 'item', `Part ${part} of ${ref.key} is not there as it was sent.`)
    }
    end += placed.size
    return placed
  })
}

function checkWhole(size: number, wanted: number, key: string): void {
  if (size === wanted) return
  fail('invalid-request', 'item', `The parts of ${key} are ${size} bytes, and it was to have ${wanted}.`)
}

function noSuchUpload({ key }: UploadRef): never {
  fail('no-such-upload', 'item', `The unfinished file of ${key} is no longer there.`)
}

function idOf(name: string): string {
  return name.slice('.decant-'.length, -'.parts'.length)
}

function nothing(): undefined {
  return undefined
}
