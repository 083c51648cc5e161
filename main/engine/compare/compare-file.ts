import { createHash } from 'node:crypto'
import { etagParts } from '#model/object.ts'
import type { ObjectHead } from '#model/object.ts'
import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksum } from './checksum.ts'
import type { ContentVerdict } from './compare.ts'
import { digestOf } from './digest.ts'
import { headOrMissing } from '../look.ts'
import { countParts } from '../parts.ts'
import { isOpaque } from '../properties.ts'
import { attempt } from '../pace/retry.ts'
import type { CustomerKey, ObjectId, Storage } from '../storage.ts'
import type { WorkContext } from '../work.ts'

/** One of the two, as a HEAD found it. */
export interface ComparedSide {
  readonly storage: Storage
  readonly id: ObjectId
  readonly head: ObjectHead
  readonly customerKey?: CustomerKey | undefined
}

/** What an object tells of its bytes. */
type Sign =
  | { readonly is: 'checksum'; readonly algorithm: ChecksumAlgorithm; readonly value: string }
  | { readonly is: 'etag'; readonly value: string; readonly partSize?: number | undefined }

/**
 * Whether a file holds the bytes of an object of its size. The file is read for it, and the object only at `full`:
 *
 * | the object tells, the first of these      | the file's comes to | verdict                          |
 * |-------------------------------------------|---------------------|----------------------------------|
 * | an ETag of one part, no KMS or SSE-C      | the same            | same                             |
 * | an ETag of one part, no KMS or SSE-C      | another             | other                            |
 * | a checksum of the whole                   | the same            | same                             |
 * | a checksum of the whole                   | another             | other                            |
 * | an ETag of parts, even ones as it seems   | the same            | same                             |
 * | an ETag of parts, even ones as it seems   | another             | by its bytes: they may be uneven |
 * | neither                                   |                     | by its bytes                     |
 *
 * "By its bytes" is unknown where these are not to be read. Where ETags may be made up (the playground's), they always are.
 */
export async function compareFile(
  file: ComparedSide,
  object: ComparedSide,
  readsObject: boolean,
  context: WorkContext,
): Promise<Exclude<ContentVerdict, 'layout'>> {
  const sign = await signOf(object, context)
  const isSame = sign !== undefined && (await comesTo(file, sign, context))
  if (isSame) return 'same'
  const isMadeUp = object.storage.habits.etags === 'opaque'
  const isSure = sign?.is === 'checksum' || (sign?.is === 'etag' && sign.partSize === undefined && !isMadeUp)
  if (isSure) return 'other'
  if (!readsObject && !isMadeUp) return 'unknown'
  const [ofFile, ofObject] = await Promise.all([read(file, context), read(object, context)])
  return ofFile === ofObject ? 'same' : 'other'
}

/** Those that the system reckons come first: a large file is read at the disk's pace. */
const BY_COST: readonly ChecksumAlgorithm[] = ['CRC32', 'SHA1', 'SHA256', 'CRC32C', 'CRC64NVME']

async function signOf(object: ComparedSide, context: WorkContext): Promise<Sign | undefined> {
  const { checksums, checksumType, etag, encryption, size } = object.head
  const isDigest = !isOpaque(encryption)
  if (isDigest && /^[0-9a-f]{32}$/.test(etag)) return { is: 'etag', value: etag }
  const algorithm = BY_COST.find((name) => checksums[name] !== undefined)
  if (checksumType === 'FULL_OBJECT' && algorithm !== undefined)
    return { is: 'checksum', algorithm, value: checksums[algorithm] ?? '' }
  const count = etagParts(etag)
  if (!isDigest || count === undefined) return undefined
  const { storage, id, customerKey } = object
  const first = await headOrMissing(storage, { ...id, customerKey, part: 1 }, context)
  // A server that does not know `part` tells the whole object's size.
  const isEven = first.size > 0 && countParts(size, first.size) === count
  return isEven ? { is: 'etag', value: etag, partSize: first.size } : undefined
}

/** Reads the file once. Throws `source-changed` for another than was looked at. */
function comesTo(file: ComparedSide, sign: Sign, context: WorkContext): Promise<boolean> {
  return attempt(context, async () => {
    const { storage, id, head } = file
    const { body } = await storage.getObject({ ...id, ifMatch: head.etag }, context.signal)
    if (sign.is === 'checksum') {
      const sum = checksum(sign.algorithm)
      for await (const piece of body) sum.update(piece)
      return sum.digest() === sign.value
    }
    return (await etagOf(body, sign.partSize)) === sign.value
  })
}

/** As S3 makes it: the MD5 of the bytes, or that of the MD5s of its parts and their number. */
async function etagOf(body: AsyncIterable<Uint8Array>, partSize: number | undefined): Promise<string> {
  if (partSize === undefined) {
    const hash = createHash('md5')
    for await (const piece of body) hash.update(piece)
    return hash.digest('hex')
  }
  const whole = createHash('md5')
  let parts = 0
  let part = createHash('md5')
  let left = partSize
  const endPart = (): void => {
    whole.update(part.digest())
    parts += 1
    part = createHash('md5')
    left = partSize
  }
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + left)
      part.update(taken)
      at += taken.length
      left -= taken.length
      if (left === 0) endPart()
    }
  }
  if (left < partSize || parts === 0) endPart()
  return `${whole.digest('hex')}-${parts}`
}

function read({ storage, id, head, customerKey }: ComparedSide, context: WorkContext): Promise<string> {
  return digestOf(storage, { ...id, ifMatch: head.etag, customerKey }, context)
}
