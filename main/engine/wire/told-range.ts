import type { Asked } from './asked.ts'
import { badAnswer } from './errors.ts'

/**
 * What a GET of a range is answered with is that range, or a bad answer: other bytes of the same number would be taken
 * for it, and no size, and no ETag of an object in parts, would show it. RFC 9110, 14.4 and 15.3.7.
 *
 * | status | Content-Range                                              | is that   |
 * |--------|------------------------------------------------------------|-----------|
 * | 206    | from the first byte asked for, to the last or the object's | the range |
 * | 206    | another, or none                                           | a bad answer |
 * | other  | any                                                        | the whole, whose bytes are counted by who reads them |
 */
export function checkRange(
  asked: Asked,
  range: readonly [first: number, last: number] | undefined,
  status: number,
  told: string | undefined,
): void {
  if (range === undefined || status !== 206) return
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(told ?? '') ?? []
  const end = size === '*' ? range[1] : Math.min(range[1], Number(size) - 1)
  if (Number(first) === range[0] && Number(last) === end) return
  throw badAnswer(
    asked,
    `it holds ${told ?? 'some bytes'} where bytes ${range[0]}-${range[1]} were asked for`,
    status,
  )
}
