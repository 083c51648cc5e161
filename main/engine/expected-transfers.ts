import { etagParts } from '#model/object.ts'
import type { ExpectedConditions, Requests } from './expected-requests.ts'
import { choosePartSize, countParts } from './parts.ts'
import { RELAY_PUT_LIMIT } from './relay.ts'
import type { EndpointHabits } from './storage.ts'
import { levelFor } from './compare/verify.ts'

export interface ExpectedTransfer {
  readonly size: number
  /** The source's. */
  readonly etag: string
  readonly purpose: 'copy' | 'move'
  /** What stands at the destination is asked for by the write. */
  readonly condition: boolean
}

export interface TransferRequests {
  readonly is: 'exact' | 'at-most'
  readonly requests: Requests
  /** Those of them that go to the source. */
  readonly atSource?: Requests | undefined
}

/**
 * What a file on its way to a bucket costs; what is read of this machine is no request. Undefined: nobody can tell.
 *
 * | file               | sent                                                                                   |
 * |--------------------|----------------------------------------------------------------------------------------|
 * | up to 32 MiB       | PutObject; HeadObject at `head`, and of a move                                         |
 * | larger             | HeadObject where a condition goes along, CreateMultipartUpload, UploadPart (larger ones, |
 * |                    | and so fewer, over a long way), CompleteMultipartUpload, HeadObject                    |
 */
export function requestsOfUpload(
  { size, purpose, condition }: ExpectedTransfer,
  { habits, verify }: Pick<ExpectedConditions, 'habits' | 'verify'>,
): TransferRequests | undefined {
  if (!keepsWord(habits) || verify === 'full') return undefined
  const asks = { encryption: true, condition }
  const isLookedAt = purpose === 'move' || levelFor(verify, habits, asks) !== 'answer'
  if (size <= RELAY_PUT_LIMIT)
    return { is: 'exact', requests: { PutObject: 1, ...(isLookedAt && { HeadObject: 1 }) } }
  const parts = countParts(size, choosePartSize(size))
  const requests = {
    ...{ CreateMultipartUpload: 1, UploadPart: parts, CompleteMultipartUpload: 1 },
    HeadObject: condition ? 2 : 1,
  }
  return { is: 'at-most', requests }
}

/**
 * The same of an object on its way to a file.
 *
 * | object                     | sent                                                                           |
 * |----------------------------|--------------------------------------------------------------------------------|
 * | up to 32 MiB, of one part  | GetObject                                                                      |
 * | larger, of one part        | HeadObject, GetObject for each range                                           |
 * | of parts                   | HeadObject, one more for the first part's size, or for all; GetObject for each |
 * | of a move                  | HeadObject and DeleteObject more                                               |
 */
export function requestsOfDownload(
  { size, etag, purpose }: ExpectedTransfer,
  { habits }: { readonly habits: EndpointHabits },
): TransferRequests | undefined {
  if (!habits.deleteIfMatch && purpose === 'move') return undefined
  const moved = purpose === 'move' ? 1 : 0
  const deletes = moved > 0 && { DeleteObject: 1 }
  const ownParts = etagParts(etag)
  if (size === 0 || (size <= RELAY_PUT_LIMIT && ownParts === undefined)) {
    const requests = { GetObject: 1, ...(moved > 0 && { HeadObject: 1 }), ...deletes }
    return { is: 'exact', requests, atSource: requests }
  }
  const chosen = countParts(size, choosePartSize(size))
  const heads = ownParts === undefined ? 1 : 2 + Math.max(0, ownParts - 2)
  const requests = { GetObject: Math.max(chosen, ownParts ?? 0), HeadObject: heads + moved, ...deletes }
  return { is: 'at-most', requests, atSource: requests }
}

function keepsWord({ writeConditions, answersInFull, checksums }: EndpointHabits): boolean {
  return writeConditions && answersInFull && checksums
}
