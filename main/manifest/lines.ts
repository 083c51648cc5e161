import { isAscii, isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Bytes of a line. Longer ones are no rows: bucket, key and all that an object carries fit in less. */
export const LONGEST_LINE = 64 * 1024
/** What is kept of a line that is too long, to show it. */
const SHOWN = 200

const NEWLINE = 10

/** A place at the beginning of a line. */
export interface LinePlace {
  /** Of the line that begins there, from 1. */
  readonly line: number
  /** Bytes before it, unpacked. */
  readonly offset: number
}

/** One line, without its end. */
export interface Line extends LinePlace {
  readonly text: string
  /** Where the next one begins. */
  readonly end: number
  /** It cannot be read: a sentence without its subject. `text` is what can be shown of it. */
  readonly problem?: string | undefined
}

/** What lies packed as gzip is unpacked; a stream that ends too soon, or breaks, is told as the last line's problem. */
export async function* linesOf(
  pieces: AsyncIterable<Buffer>,
  isPacked: boolean,
  from: LinePlace,
): AsyncGenerator<Line[]> {
  const splitter = new Splitter(isPacked ? { line: 1, offset: 0 } : from)
  const isPast = ({ offset }: Line): boolean => offset >= from.offset
  try {
    for await (const piece of isPacked ? unpacked(pieces) : pieces) {
      const lines = splitter.split(piece)
      const wanted = lines[0] && !isPast(lines[0]) ? lines.filter(isPast) : lines
      if (wanted.length > 0) yield wanted
    }
  } catch (error) {
    if (!isBroken(error)) throw error
    yield [
      ...splitter.end(),
      splitter.broken('the packed data (gzip) ends too soon or is damaged, and what follows is missing'),
    ]
    return
  }
  const rest = splitter.end().filter(isPast)
  if (rest.length > 0) yield rest
}

async function* unpacked(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 })
  const packed = Readable.from(copied(pieces), { objectMode: true, highWaterMark: 1 })
  let failed: unknown
  pipeline(packed, gunzip, (error) => (failed = error))
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    // What the reading failed with, and not that the pipe was closed for it.
    throw packed.errored ?? failed ?? error
  }
}

/** The next piece is asked for while this one is still being unpacked. */
async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece)
}

function isBroken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code?.startsWith('Z_') === true
}

/** Bytes that come in pieces, cut anywhere, into lines. Holds one line at most. */
class Splitter {
  #line: number
  #offset: number
  #rest: Buffer = Buffer.alloc(0)
  /** The beginning of a line that is too long already, and how much of it was passed over. */
  #long: { readonly shown: string; bytes: number } | undefined

  constructor({ line, offset }: LinePlace) {
    this.#line = line
    this.#offset = offset
  }

  split(piece: Buffer): Line[] {
    const lines: Line[] = []
    let block = piece
    if (this.#long !== undefined) {
      const newline = block.indexOf(NEWLINE)
      if (newline < 0) {
        this.#long.bytes += block.length
        return lines
      }
      this.#long.bytes += newline + 1
      lines.push(this.#tooLong(this.#long))
      this.#long = undefined
      block = block.subarray(newline + 1)
    }
    if (this.#rest.length > 0) block = Buffer.concat([this.#rest, block])
    const last = block.lastIndexOf(NEWLINE)
    if (last >= 0) this.#whole(block.subarray(0, last + 1), lines)
    this.#rest = Buffer.from(block.subarray(last + 1))
    if (this.#rest.length > LONGEST_LINE) {
      this.#long = { shown: this.#rest.toString('latin1', 0, SHOWN), bytes: this.#rest.length }
      this.#rest = Buffer.alloc(0)
    }
    return lines
  }

  end(): Line[] {
    const lines: Line[] = []
    if (this.#long !== undefined) lines.push(this.#tooLong(this.#long))
    else if (this.#rest.length > 0) this.#add(this.#rest, 0, this.#rest.length, this.#rest.length, lines)
    this.#rest = Buffer.alloc(0)
    this.#long = undefined
    return lines
  }

  broken(problem: string): Line {
    const offset = this.#offset
    return { line: this.#line, offset, text: '', end: offset, problem }
  }

  /**
   * One character a byte tells where lines end in one pass, with the offsets of the bytes; a line that is not ASCII is
   * read once more as UTF-8.
   */
  #whole(block: Buffer, lines: Line[]): void {
    const plain = block.toString('latin1')
    const ascii = isAscii(block)
    for (let at = 0; at < plain.length;) {
      const newline = plain.indexOf('\n', at)
      let end = newline
      if (end > at && plain.charCodeAt(end - 1) === 13) end -= 1
      if (ascii && newline - at <= LONGEST_LINE) {
        const offset = this.#offset
        this.#offset += newline + 1 - at
        const text = plain.slice(at, end)
        const problem = text.includes('\0') ? NUL : undefined
        lines.push({ line: this.#line++, offset, text, end: this.#offset, problem })
      } else this.#add(block, at, end, newline + 1, lines)
      at = newline + 1
    }
  }

  #add(block: Buffer, from: number, to: number, next: number, lines: Line[]): void {
    const offset = this.#offset
    this.#offset += next - from
    const bytes = block.subarray(from, to)
    const line = this.#line++
    if (bytes.length > LONGEST_LINE) {
      const problem = tooLong(next - from)
      lines.push({ line, offset, text: bytes.toString('latin1', 0, SHOWN), end: this.#offset, problem })
      return
    }
    // A mark of the encoding, of the whole file or of one that was put behind another.
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    const text = bytes.toString('utf8', hasMark ? 3 : 0)
    const problem = !isUtf8(bytes) ? 'it is not UTF-8' : text.includes('\0') ? NUL : undefined
    const withoutReturn = text.endsWith('\r') ? text.slice(0, -1) : text
    lines.push({ line, offset, text: withoutReturn, end: this.#offset, problem })
  }

  #tooLong({ shown, bytes }: { readonly shown: string; readonly bytes: number }): Line {
    const offset = this.#offset
    this.#offset += bytes
    return { line: this.#line++, offset, text: shown, end: this.#offset, problem: tooLong(bytes) }
  }
}

const NUL = 'it holds a NUL byte'

function tooLong(bytes: number): string {
  return `it is ${bytes.toLocaleString('en')} bytes long, more than the ${LONGEST_LINE.toLocaleString('en')} that a row may have`
}
