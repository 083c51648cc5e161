import { close, fstat, fsync, futimes, open, read, writev } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { promisify } from 'node:util'

/** System calls on open files, by their numbers: a FileHandle costs more than the call for a small file. */
export const openFile = promisify(open)
export const closeFile = promisify(close)
export const flushFile = promisify(fsync)
export const setTimes = promisify(futimes)

export function fstatOf(fd: number): Promise<BigIntStats> {
  return new Promise((done, failed) => {
    fstat(fd, { bigint: true }, (error, stats) => (error ? failed(error) : done(stats)))
  })
}

const readInto: (fd: number, into: Uint8Array, at: number) => Promise<number> = (fd, into, at) =>
  new Promise((done, failed) => {
    read(fd, into, 0, into.length, at, (error, count) => (error ? failed(error) : done(count)))
  })

/** As many bytes of an open file, or fewer where it ends before. */
export async function readAt(fd: number, at: number, size: number): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafe(size)
  let count = 0
  while (count < size) {
    const more = await readInto(fd, chunk.subarray(count), at + count)
    if (more === 0) break
    count += more
  }
  return count === size ? chunk : chunk.subarray(0, count)
}

/** Bytes gathered before they are written: a socket gives them by 64 KiB. */
const GATHERED = 1024 ** 2

/**
 * Writes a body at a place of an open file; `see` is shown every piece. While one mebibyte is written the next is
 * waited for. @returns how many bytes came
 */
export async function writeBody(
  fd: number,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  offset: number,
  see: (piece: Uint8Array) => void,
): Promise<number> {
  const pieces = body instanceof Uint8Array ? [body] : body
  let held: Uint8Array[] = []
  let size = 0
  let at = offset
  let writing: Promise<void> | undefined
  const flush = async (): Promise<void> => {
    const [now, place] = [held, at]
    at += size
    held = []
    size = 0
    await writing
    writing = writeAll(fd, now, place)
    // It is met at the next flush, or at the end.
    writing.catch(() => {})
  }
  try {
    for await (const piece of pieces) {
      if (piece.length === 0) continue
      see(piece)
      held.push(piece)
      size += piece.length
      if (size >= GATHERED) await flush()
    }
    if (size > 0) await flush()
  } finally {
    // The file is closed next: nothing may still be writing to its number.
    await writing
  }
  return at - offset
}

async function writeAll(fd: number, pieces: readonly Uint8Array[], offset: number): Promise<void> {
  let rest = [...pieces]
  let at = offset
  while (rest.length > 0) {
    const written = await writeSome(fd, rest, at)
    at += written
    rest = without(rest, written)
  }
}

function writeSome(fd: number, pieces: readonly Uint8Array[], at: number): Promise<number> {
  return new Promise((done, failed) => {
    writev(fd, pieces as Uint8Array[], at, (error, written) => (error ? failed(error) : done(written)))
  })
}

/** What is left of the pieces behind their first `count` bytes. */
function without(pieces: Uint8Array[], count: number): Uint8Array[] {
  let left = count
  let at = 0
  for (let piece = pieces[at]; piece !== undefined && left >= piece.length; piece = pieces[++at])
    left -= piece.length
  const rest = pieces.slice(at)
  if (left > 0 && rest[0]) rest[0] = rest[0].subarray(left)
  return rest
}
