import type { ObjectHead } from '#model/object.ts'
import { etagParts, S3_LIMITS } from '#model/object.ts'
import { headOrMissing } from './look.ts'
import type { PartLayout } from './parts.ts'
import { choosePartSize, countParts, nominalPartSize, partBytes, partCount } from './parts.ts'
import { isOpaque } from './properties.ts'
import type { CustomerKey } from './storage.ts'
import { isToFile } from './to-file.ts'
import { notVerified } from './compare/verify.ts'
import type { CopyWork, WorkContext } from './work.ts'

const NOT_KEPT =
  'The ETags of some objects did not stay: their parts are not to be seen, or not to be made again, so they were ' +
  'copied in others.'

/** HEADs in flight while the sizes of parts are read one by one. */
const HEADS_AT_ONCE = 16

export interface Cut {
  readonly layout: PartLayout
  /** It is the source's. */
  readonly keepsEtag: boolean
}

export interface LayoutFacts {
  /** Of an upload that goes on: what its journal says. */
  readonly known?: number | undefined
  /** Milliseconds of a round trip, at the most. */
  readonly latency: number
  /** That the source lies under. */
  readonly sourceKey?: CustomerKey | undefined
}

/**
 * How an object is cut for its copy:
 *
 * | layout asked for | source's parts             | begun before in | cut                               |
 * |------------------|----------------------------|-----------------|-----------------------------------|
 * | chosen           |                            | no parts yet    | by size and latency               |
 * | any              |                            | parts of a size | so                                |
 * | same             | can be seen and made again | these, or none  | as the source, so that its ETag stays |
 * | same             | cannot                     | no parts yet    | by size and latency, and it is said |
 *
 * To a file, `same` is asked for in any case.
 */
export async function layoutOf(
  work: CopyWork,
  context: WorkContext,
  { known, latency, sourceKey }: LayoutFacts,
): Promise<Cut> {
  const { size } = work
  // A download is compared with its source by an ETag of the same parts.
  if (work.partLayout === 'same' || isToFile(context)) {
    const same = await readLayout(work, context, sourceKey)
    if (same && (known === undefined || nominalPartSize(same) === known))
      return { layout: same, keepsEtag: true }
    if (!same && known === undefined && !isToFile(context)) context.note?.(NOT_KEPT)
  }
  const layout = { is: 'even', size, partSize: known ?? choosePartSize(size, latency) } as const
  return { layout, keepsEtag: false }
}

/**
 * A copy in the parts of its source has its ETag:
 *
 * | ETag   | KMS or SSE-C on a side | by         | all parts of the source seen, or even throughout | verdict      |
 * |--------|------------------------|------------|--------------------------------------------------|--------------|
 * | equal  | any                    | any        | any                                              | stayed       |
 * | differs| yes                    | any        | any                                              | no promise   |
 * | differs| no                     | copy       | yes                                              | not verified |
 * | differs| no                     | copy       | no: it was taken for even by its first part      | it is said   |
 * | differs| no                     | relay      | any: two stores need not reckon alike            | it is said   |
 */
export async function checkEtag(
  work: CopyWork,
  context: WorkContext,
  { layout, keepsEtag }: Cut,
  how: 'parts' | 'relay',
  found: ObjectHead | undefined,
  source: { readonly head?: ObjectHead | undefined; readonly key?: CustomerKey | undefined },
): Promise<void> {
  if (!keepsEtag || !found || found.etag === work.etag || isToFile(context)) return
  if (isOpaque(found.encryption) || isOpaque(source.head?.encryption)) return
  if (how === 'parts' && (layout.is === 'own' || (await isEven(work, context, layout, source.key))))
    notVerified('ETag', work.destination.key)
  context.note?.(NOT_KEPT)
}

/**
 * The source's own layout, by a HEAD of its first part. Where parts of that size do not add up to as many as its ETag
 * says, the others are asked for, too.
 *
 * | ETag      | first part                                | layout                              |
 * |-----------|-------------------------------------------|-------------------------------------|
 * | of no parts | not asked for                           | none: one write has no parts        |
 * | of N      | the whole object, and N is not 1          | none: the server does not know them |
 * | of N      | N of that size, the last at most so large | even                                |
 * | of N      | any other                                 | its own: N - 2 HEADs more           |
 */
async function readLayout(
  work: CopyWork,
  context: WorkContext,
  sourceKey: CustomerKey | undefined,
): Promise<PartLayout | undefined> {
  const { size, etag } = work
  const count = etagParts(etag)
  if (count === undefined || count > S3_LIMITS.parts) return undefined
  const first = await partSizeAt(work, context, sourceKey, 1)
  if (first === undefined || (first >= size && count > 1)) return undefined
  if (countParts(size, first) === count) {
    const layout = { is: 'even', size, partSize: first } as const
    return canBeMade(layout) ? layout : undefined
  }
  const sizes = await readSizes(work, context, sourceKey, count)
  const layout = sizes && ownLayout(size, [first, ...sizes])
  return layout && canBeMade(layout) ? layout : undefined
}

/** Undefined where the source is another by now, which the parts themselves will say. */
async function partSizeAt(
  work: CopyWork,
  context: WorkContext,
  customerKey: CustomerKey | undefined,
  part: number,
): Promise<number | undefined> {
  const head = await headOrMissing(context.source, { ...work.source, customerKey, part }, context)
  return head.etag === work.etag ? head.size : undefined
}

/** Of all parts but the first and the last. */
async function readSizes(
  work: CopyWork,
  context: WorkContext,
  sourceKey: CustomerKey | undefined,
  count: number,
): Promise<number[] | undefined> {
  const sizes = new Array<number | undefined>(Math.max(0, count - 2)).fill(undefined)
  let next = 0
  const readSome = async (): Promise<void> => {
    for (let at = next++; at < sizes.length; at = next++)
      sizes[at] = await partSizeAt(work, context, sourceKey, at + 2)
  }
  await Promise.all(Array.from({ length: HEADS_AT_ONCE }, readSome))
  const seen = sizes.filter((size) => size !== undefined)
  return seen.length === sizes.length ? seen : undefined
}

/** The last part is what the others leave. */
function ownLayout(size: number, sizes: readonly number[]): PartLayout | undefined {
  let end = 0
  const ends = sizes.map((each) => (end += each))
  return end < size ? { is: 'own', size, ends: [...ends, size] } : undefined
}

async function isEven(
  work: CopyWork,
  context: WorkContext,
  { size, partSize }: Extract<PartLayout, { is: 'even' }>,
  sourceKey: CustomerKey | undefined,
): Promise<boolean> {
  const sizes = await readSizes(work, context, sourceKey, countParts(size, partSize))
  return sizes?.every((each) => each === partSize) ?? false
}

/** Other stores let parts be smaller than S3 does. */
function canBeMade(layout: PartLayout): boolean {
  const count = partCount(layout)
  for (let part = 1; part <= count; part++) {
    const bytes = partBytes(layout, part)
    if (bytes > S3_LIMITS.maxPart || (part < count && bytes < S3_LIMITS.minPart)) return false
  }
  return true
}
