import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { attempt, type RequestContext } from '../engine/pace/retry.ts'
import type { OpenStorage, Storage } from '../engine/storage.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { ManifestAt } from '#model/manifest.ts'

/** Bytes of a file that are read at a time, and split before anybody else has a turn: a few milliseconds. */
const FILE_PIECE = 64 * 1024
/** Bytes of an object in one request: a stream would stay open for as long as the rows before it are worked on. */
const OBJECT_PIECE = 4 * 1024 ** 2

/** What is needed to read a manifest, wherever it lies. */
export interface ManifestReach {
  readonly openStorage: OpenStorage
  readonly request: RequestContext
}

/** A file or an object, as it was when it was opened. */
export interface ManifestBytes {
  readonly name: string
  /** Tells these bytes from any that stand there later: size and date of a file, the ETag of an object. */
  readonly identity: string
  readonly size: number
  /** In pieces, from this byte on; each is good until the next one is asked for. Rejects when it is not the same any more. `few`: only the beginning is wanted. */
  read(from: number, few?: 'few'): AsyncGenerator<Buffer>
  close(): Promise<void>
}

/** Rejects with a sentence where there is nothing to be read. */
export function openBytes(at: ManifestAt, reach: ManifestReach): Promise<ManifestBytes> {
  return at.is === 'file' ? openFile(at.path, reach) : openObject(at, reach)
}

async function openFile(path: string, { request }: ManifestReach): Promise<ManifestBytes> {
  let handle: FileHandle
  try {
    // A pipe without another end would be waited for, forever; Windows knows no such flag.
    handle = await open(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0))
  } catch (error) {
    return fail('bad-input', 'job', `manifest: ${path} cannot be read (${codeOf(error)}).`, {
      property: 'manifest.at',
    })
  }
  const identityNow = async (): Promise<string> => {
    const { size, mtimeNs } = await handle.stat({ bigint: true })
    return `${size} bytes, ${mtimeNs}`
  }
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    fail('bad-input', 'job', `manifest: ${path} is no file.`, { property: 'manifest.at' })
  }
  const identity = await identityNow()
  return {
    name: basename(path),
    identity,
    size: stats.size,
    async *read(from) {
      const piece = Buffer.allocUnsafeSlow(FILE_PIECE)
      for (let at = from; ;) {
        request.signal.throwIfAborted()
        const { bytesRead } = await handle.read(piece, 0, FILE_PIECE, at)
        // What was read counts only where nobody wrote meanwhile.
        if ((await identityNow()) !== identity) changed(path)
        if (bytesRead === 0) return
        at += bytesRead
        yield piece.subarray(0, bytesRead)
      }
    },
    close: () => handle.close(),
  }
}

async function openObject(
  { connection, bucket, key, versionId }: Extract<ManifestAt, { is: 'object' }>,
  { openStorage, request }: ManifestReach,
): Promise<ManifestBytes> {
  const storage = await openStorage(connection)
  const where = `s3://${bucket}/${key}`
  const id = { bucket, key, versionId }
  const { size, etag } = await named(where, () =>
    attempt(request, () => storage.headObject(id, request.signal)),
  )
  return {
    name: key.slice(key.lastIndexOf('/') + 1) || key,
    identity: etag,
    size,
    async *read(from, few) {
      for (let at = from; at < size;) {
        const last = Math.min(size, at + (few ? FILE_PIECE : OBJECT_PIECE)) - 1
        const range = [at, last] as const
        const piece = await named(where, () =>
          attempt(request, () => readWhole(storage, { ...id, range, ifMatch: etag }, request.signal)),
        )
        if (piece.length !== last - at + 1) fail('bad-answer', 'job', `manifest: ${where} came incomplete.`)
        at = last + 1
        for (let cut = 0; cut < piece.length; cut += FILE_PIECE) yield piece.subarray(cut, cut + FILE_PIECE)
      }
    },
    close: () => Promise.resolve(),
  }
}

async function readWhole(
  storage: Storage,
  request: Parameters<Storage['getObject']>[0],
  signal: AbortSignal,
): Promise<Buffer> {
  const { body } = await storage.getObject(request, signal)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Without its manifest a job cannot go on, however far the failure reaches; and it says which file is meant. */
async function named<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof DecantError) || error.failure.code === 'cancelled') throw error
    const { failure } = error
    if (failure.s3?.status === 412) changed(where)
    throw new DecantError(
      { ...failure, reach: 'job', message: `The manifest ${where}: ${failure.message}` },
      { cause: error },
    )
  }
}

export function changed(where: string): never {
  return fail(
    'source-changed',
    'job',
    `The manifest ${where} is not the one any more that this job was begun with: make a new job of it.`,
    { property: 'manifest.at' },
  )
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
