import { createHash, hash } from 'node:crypto'
import { digestOf, piecesOf, readContent } from './content.ts'
import type { Content, Piece, SyntheticContent } from './content.ts'
import { combineCrcs, crcBytes, crcOfBytes, crcOfSynthetic } from './crc.ts'
import type { CrcName } from './crc.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number]

/** Of all the object's bytes, or of its parts' checksums (then `value` ends in the number of parts). */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** A checksum of some bytes: base64. */
export interface Digest {
  readonly algorithm: ChecksumAlgorithm
  readonly value: string
}

/** What is kept with an object. */
export interface Checksum extends Digest {
  readonly type: ChecksumType
}

/** The algorithm and type that an upload was begun with. */
export type UploadChecksum = Omit<Checksum, 'value'>

/** What AWS computes where nobody names an algorithm. */
export const DEFAULT_ALGORITHM = 'CRC64NVME'

const BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcName {
  return algorithm !== 'SHA1' && algorithm !== 'SHA256'
}

/** Whether parts' checksums of this algorithm can be made that of the whole. */
export const canCombine = isCrc

/** Whether `value` can be a checksum of this algorithm: base64 of the right length. */
export function isChecksum(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === BYTES[algorithm] && bytes.toString('base64') === value
}

/** Whether `value` can be one of parts' checksums: the same, then a hyphen and how many. */
export function isComposite(algorithm: ChecksumAlgorithm, value: string): boolean {
  const match = /^(.*)-[1-9]\d*$/.exec(value)
  return isChecksum(algorithm, match?.[1] ?? '')
}

/** The checksum of bytes that were sent. */
export function checksumOfBytes(algorithm: ChecksumAlgorithm, bytes: Buffer): string {
  return isCrc(algorithm)
    ? crcBytes(algorithm, crcOfBytes(algorithm, bytes)).toString('base64')
    : hash(algorithm.toLowerCase(), bytes, 'base64')
}

/** Synthetic bytes that are really hashed, and up to which byte of a stream a CRC is the true one. */
const MOST_HASHED = 64 * 1024 ** 2
const MOST_TRUE_CRC = 256 * 1024 ** 3

/** Contents are shared by the copies of an object, and so are their checksums. */
const KNOWN = new WeakMap<Content, Map<ChecksumAlgorithm, string>>()

/**
 * The checksum of a content. Synthetic ones cost next to nothing whatever their size:
 *
 * | algorithm | synthetic bytes                  | is                                                         |
 * |-----------|----------------------------------|------------------------------------------------------------|
 * | CRC       | up to byte 256 Gi of the stream  | that of the bytes, see crcOfSynthetic                      |
 * | CRC       | beyond it                        | made up from places in the stream, so that parts combine    |
 * | SHA       | up to 64 MiB in the object       | that of the bytes                                          |
 * | SHA       | more                             | that of their description, as the ETag is; see isTrue      |
 *
 * So equal contents have equal checksums however they were put together, and full-object CRCs of parts
 * combine to that of the whole at any size.
 */
export function checksumOf(algorithm: ChecksumAlgorithm, content: Content): string {
  const known = KNOWN.get(content)?.get(algorithm)
  if (known !== undefined) return known
  const value = computed(algorithm, content)
  const values = KNOWN.get(content) ?? new Map<ChecksumAlgorithm, string>()
  KNOWN.set(content, values.set(algorithm, value))
  return value
}

function computed(algorithm: ChecksumAlgorithm, content: Content): string {
  if (isCrc(algorithm)) return crcBytes(algorithm, crcOfContent(algorithm, content)).toString('base64')
  const digest = createHash(algorithm.toLowerCase())
  if (isTrue(algorithm, content)) {
    for (const chunk of readContent(content, 0, content.size)) digest.update(chunk)
  } else digest.update(digestOf(content))
  return digest.digest('base64')
}

/** Whether the checksum is that of the bytes, so that a client that reads them will find the same. */
export function isTrue(algorithm: ChecksumAlgorithm, content: Content): boolean {
  const synthetic = piecesOf(content).filter((piece) => piece.kind === 'synthetic')
  return isCrc(algorithm)
    ? synthetic.every(({ offset, size }) => offset + size <= MOST_TRUE_CRC)
    : synthetic.reduce((sum, { size }) => sum + size, 0) <= MOST_HASHED
}

function crcOfContent(name: CrcName, content: Content): bigint {
  const [first, ...rest] = piecesOf(content)
  if (first === undefined) return crcOfBytes(name, Buffer.alloc(0))
  return rest.reduce(
    (crc, piece) => combineCrcs(name, crc, crcOfPiece(name, piece), piece.size),
    crcOfPiece(name, first),
  )
}

function crcOfPiece(name: CrcName, piece: Piece): bigint {
  if (piece.kind === 'real') return crcOfBytes(name, piece.bytes)
  const { seed, offset, size } = piece
  const near = Math.max(Math.min(MOST_TRUE_CRC - offset, size), 0)
  if (near === size) return crcOfSynthetic(name, seed, offset, size)
  const far = crcOfFar(name, { ...piece, offset: offset + near, size: size - near })
  return near === 0 ? far : combineCrcs(name, crcOfSynthetic(name, seed, offset, near), far, size - near)
}

/**
 * What is called the CRC of bytes that nobody will ever make: chosen so that neighbours combine, for each is
 * the difference of two numbers that depend on a place in the stream alone.
 */
function crcOfFar(name: CrcName, { seed, offset, size }: SyntheticContent): bigint {
  return combineCrcs(name, crcUpTo(name, seed, offset), crcUpTo(name, seed, offset + size), size)
}

function crcUpTo(name: CrcName, seed: number, place: number): bigint {
  const digits = hash('md5', `${name} ${seed} ${place}`, 'hex').slice(0, BYTES[name] * 2)
  return BigInt(`0x${digits}`)
}

/** A part, as the checksum of the whole is made of them. */
export interface MeasuredPart {
  readonly value: string
  readonly size: number
}

/** The checksum of the parts' checksums, and how many they are. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly MeasuredPart[]): string {
  const digests = Buffer.concat(parts.map(({ value }) => Buffer.from(value, 'base64')))
  return `${checksumOfBytes(algorithm, digests)}-${parts.length}`
}

/** The checksum of the whole object, from its parts'. */
export function combinedChecksum(name: CrcName, parts: readonly MeasuredPart[]): string {
  const [first, ...rest] = parts.map(({ value, size }) => ({
    crc: BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`),
    size,
  }))
  const whole = rest.reduce((crc, part) => combineCrcs(name, crc, part.crc, part.size), first?.crc ?? 0n)
  return crcBytes(name, whole).toString('base64')
}
