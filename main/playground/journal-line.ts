import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { joinContents, piecesOf, realContent, syntheticContent } from './content.ts'
import type { Content, Piece } from './content.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { Kept } from './settings.ts'

/** Bodies above this are kept in files of their own, so that lines stay short. */
const LARGEST_INLINE = 64 * 1024

type EncodedPiece =
  | readonly ['synthetic', size: number, seed: number, offset: number]
  | readonly ['bytes', base64: string]
  | readonly ['file', name: string]

/** Keys as text, contents as lists of pieces; everything else is JSON already. */
export function encodeMutation(mutation: Kept, bodies: string): string {
  const line: Record<string, unknown> = { ...mutation }
  if ('key' in mutation) line['key'] = fromByteKey(mutation.key)
  if ('source' in mutation) line['source'] = { ...mutation.source, key: fromByteKey(mutation.source.key) }
  if ('content' in mutation)
    line['content'] = piecesOf(mutation.content).map((piece) => encodePiece(piece, bodies))
  return JSON.stringify(line)
}

function encodePiece(piece: Piece, bodies: string): EncodedPiece {
  if (piece.kind === 'synthetic') return ['synthetic', piece.size, piece.seed, piece.offset]
  if (piece.size <= LARGEST_INLINE) return ['bytes', piece.bytes.toString('base64')]
  const name = randomUUID()
  writeFileSync(join(bodies, name), piece.bytes, { mode: 0o600 })
  return ['file', name]
}

interface EncodedMutation {
  readonly key?: string
  readonly source?: { readonly key: string }
  readonly content?: readonly EncodedPiece[]
}

/** The journal is ours alone: what fits on a line is what encodeMutation put there. */
export function decodeMutation(line: string, bodies: string): Kept {
  const encoded = JSON.parse(line) as EncodedMutation
  const decoded: Record<string, unknown> = { ...encoded }
  if (encoded.key !== undefined) decoded['key'] = toByteKey(encoded.key)
  if (encoded.source !== undefined)
    decoded['source'] = { ...encoded.source, key: toByteKey(encoded.source.key) }
  if (encoded.content !== undefined) decoded['content'] = decodeContent(encoded.content, bodies)
  return decoded as unknown as Kept
}

function decodeContent(pieces: readonly EncodedPiece[], bodies: string): Content {
  return joinContents(
    pieces.map((piece) => {
      if (piece[0] === 'synthetic') return syntheticContent(piece[1], piece[2], piece[3])
      if (piece[0] === 'bytes') return realContent(Buffer.from(piece[1], 'base64'))
      return realContent(readFileSync(join(bodies, piece[1])))
    }),
  )
}
