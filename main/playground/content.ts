import { createHash, hash } from 'node:crypto'
import { fillSeededBytes } from './random.ts'

/** `size` bytes of the endless stream `seed`, from its byte `offset` on. Takes no memory whatever its size. */
export interface SyntheticContent {
  readonly kind: 'synthetic'
  readonly size: number
  readonly seed: number
  readonly offset: number
}

/** Bytes that somebody sent. */
export interface RealContent {
  readonly kind: 'real'
  readonly size: number
  readonly bytes: Buffer
}

/** Two or more pieces one after the other. */
export interface CompositeContent {
  readonly kind: 'composite'
  readonly size: number
  readonly pieces: readonly Piece[]
}

export type Piece = SyntheticContent | RealContent

/**
 * What an object holds. Contents are shared and never change. Each is kept in its canonical form: ranges of
 * one synthetic body put together again are that body, so equal contents have equal digests.
 */
export type Content = Piece | CompositeContent

export const EMPTY: RealContent = { kind: 'real', size: 0, bytes: Buffer.alloc(0) }

export function realContent(bytes: Buffer): RealContent {
  return bytes.length === 0 ? EMPTY : { kind: 'real', size: bytes.length, bytes }
}

export function syntheticContent(size: number, seed: number, offset = 0): Piece {
  return size === 0 ? EMPTY : { kind: 'synthetic', size, seed, offset }
}

/** The pieces of `content`, in order. */
export function piecesOf(content: Content): readonly Piece[] {
  return content.kind === 'composite' ? content.pieces : [content]
}

/** `length` bytes of `content` from byte `start` on, without copying any. */
export function sliceContent(content: Content, start: number, length: number): Content {
  if (start === 0 && length === content.size) return content
  const pieces: Piece[] = []
  let position = 0
  for (const piece of piecesOf(content)) {
    const from = Math.max(start - position, 0)
    const to = Math.min(start + length - position, piece.size)
    if (from < to) pieces.push(slicePiece(piece, from, to))
    position += piece.size
  }
  return joinContents(pieces)
}

function slicePiece(piece: Piece, from: number, to: number): Piece {
  return piece.kind === 'synthetic'
    ? syntheticContent(to - from, piece.seed, piece.offset + from)
    : realContent(piece.bytes.subarray(from, to))
}

/** The contents one after the other. */
export function joinContents(contents: readonly Content[]): Content {
  const pieces: Piece[] = []
  for (const content of contents) {
    for (const piece of piecesOf(content)) {
      if (piece.size === 0) continue
      const merged = pieces.length === 0 ? undefined : merge(pieces[pieces.length - 1] as Piece, piece)
      if (merged === undefined) pieces.push(piece)
      else pieces[pieces.length - 1] = merged
    }
  }
  if (pieces.length <= 1) return pieces[0] ?? EMPTY
  return { kind: 'composite', size: pieces.reduce((sum, piece) => sum + piece.size, 0), pieces }
}

/** Two neighbours as one piece, where that costs no copying of bytes. */
function merge(left: Piece, right: Piece): Piece | undefined {
  if (left.kind === 'synthetic') {
    const continues =
      right.kind === 'synthetic' && right.seed === left.seed && right.offset === left.offset + left.size
    return continues ? { ...left, size: left.size + right.size } : undefined
  }
  if (right.kind !== 'real') return undefined
  const { buffer, byteOffset, length } = left.bytes
  if (right.bytes.buffer !== buffer || right.bytes.byteOffset !== byteOffset + length) return undefined
  return realContent(Buffer.from(buffer, byteOffset, length + right.size))
}

/**
 * The MD5 of the bytes as 32 hex digits, as AWS's ETag of an object that was sent in one piece. Where a part
 * is synthetic its description stands for its bytes, so that a body of terabytes costs nothing.
 */
export function digestOf(content: Content): string {
  if (content.kind === 'real') return hash('md5', content.bytes, 'hex')
  if (content.kind === 'synthetic') return hash('md5', describe(content), 'hex')
  const digest = createHash('md5')
  for (const piece of content.pieces) {
    digest.update(piece.kind === 'real' ? piece.bytes : describe(piece))
  }
  return digest.digest('hex')
}

function describe(piece: SyntheticContent): string {
  return `synthetic ${piece.seed} ${piece.offset} ${piece.size}`
}

/** Whether both hold the same bytes. Bytes are only made where a synthetic piece meets a real one. */
export function sameContents(left: Content, right: Content): boolean {
  if (left === right) return true
  if (left.size !== right.size) return false
  const cuts = [...cutsOf(left), ...cutsOf(right)].sort((a, b) => a - b)
  let start = 0
  for (const end of cuts) {
    if (end === start) continue
    const one = sliceContent(left, start, end - start)
    const other = sliceContent(right, start, end - start)
    if (!samePieces(one as Piece, other as Piece)) return false
    start = end
  }
  return true
}

/** Where each piece of `content` ends. */
function cutsOf(content: Content): number[] {
  let position = 0
  return piecesOf(content).map((piece) => (position += piece.size))
}

function samePieces(left: Piece, right: Piece): boolean {
  if (left.kind === 'synthetic' && right.kind === 'synthetic') {
    return left.seed === right.seed && left.offset === right.offset
  }
  for (let start = 0; start < left.size; start += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, left.size - start)
    if (!bytesAt(left, start, length).equals(bytesAt(right, start, length))) return false
  }
  return true
}

const CHUNK_BYTES = 256 * 1024

/** `length` bytes of `content` from byte `start` on, made in chunks as they are asked for. */
export function* readContent(content: Content, start: number, length: number): Generator<Buffer> {
  for (const piece of piecesOf(sliceContent(content, start, length))) {
    for (let done = 0; done < piece.size; done += CHUNK_BYTES) {
      yield bytesAt(piece, done, Math.min(CHUNK_BYTES, piece.size - done))
    }
  }
}

function bytesAt(piece: Piece, start: number, length: number): Buffer {
  if (piece.kind === 'real') return piece.bytes.subarray(start, start + length)
  const bytes = Buffer.allocUnsafeSlow(length)
  fillSeededBytes(bytes, piece.seed, piece.offset + start)
  return bytes
}
