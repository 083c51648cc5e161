import type { Requests } from '../../engine/expected-requests.ts'
import type { ExpectedRequests } from '#model/job.ts'
import type { Measure } from '#model/quantities.ts'

/** The requests that a plan will send, counted with its items. */
export interface Expected {
  requests: Record<string, number>
  /** Items that may need less, and those of which nobody can tell. */
  atMost: number
  unknown: number
  /** Legs of which there is something to edit: each asks once for the traits of its bucket. */
  legs: number[]
}

export function nothingExpected(): Expected {
  return { requests: {}, atMost: 0, unknown: 0, legs: [] }
}

/** As the journal has it: an older version counted no items, and of a plan before that there is nothing. */
export function expectedFrom(kept: unknown): Expected {
  const known = kept as (Partial<Expected> & { readonly is?: string }) | undefined
  if (known === undefined) return { ...nothingExpected(), unknown: 1 }
  const { is, ...rest } = known
  const old = is === undefined ? {} : { atMost: is === 'at-most' ? 1 : 0, unknown: is === 'unknown' ? 1 : 0 }
  return { ...nothingExpected(), ...old, ...rest }
}

/** What one item of the plan will send, and what else it takes. */
export interface ExpectedItem {
  readonly is: 'exact' | 'at-most' | 'unknown'
  readonly requests: Requests
  /** Those of them that go to the source; of a job without a destination all do. */
  readonly atSource?: Requests | undefined
  readonly isEdit: boolean
  /** For `countQuantities`. */
  readonly measures?: readonly Measure[] | undefined
}

/** Asked of a bucket once a run, as soon as something in it is edited. */
const OF_BUCKET: Requests = { GetBucketOwnershipControls: 1 }

/** Counts an item in, or with -1 out again; what is asked of its bucket stays. */
export function countExpected(
  expected: Expected,
  { leg }: { readonly leg: number },
  item: ExpectedItem,
  times: 1 | -1 = 1,
): void {
  const { requests } = expected
  for (const operation in item.requests) {
    const now = (requests[operation] ?? 0) + (item.requests[operation] ?? 0) * times
    if (now === 0) delete requests[operation]
    else requests[operation] = now
  }
  if (item.is === 'unknown') expected.unknown += times
  else if (item.is === 'at-most') expected.atMost += times
  if (!item.isEdit || expected.legs.includes(leg)) return
  expected.legs.push(leg)
  for (const operation in OF_BUCKET) requests[operation] = (requests[operation] ?? 0) + 1
}

export function toldExpected({ atMost, unknown, requests }: Expected): ExpectedRequests | undefined {
  if (unknown > 0) return undefined
  return { is: atMost > 0 ? 'at-most' : 'exact', requests: { ...requests } }
}
