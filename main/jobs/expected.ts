import type { Requests } from '../engine/expected-requests.ts'
import type { ExpectedRequests } from '#model/job.ts'

/** The requests that a plan will send, counted with its items. */
export interface Expected {
  /** `unknown`: of some item nobody can tell. */
  is: 'exact' | 'at-most' | 'unknown'
  requests: Record<string, number>
  /** Those of which there is something to edit: each asks once for the traits of its bucket. */
  legs: number[]
}

export function nothingExpected(): Expected {
  return { is: 'exact', requests: {}, legs: [] }
}

/** What one item of the plan will send. */
export interface ExpectedItem {
  readonly is: Expected['is']
  readonly requests: Requests
  readonly isEdit: boolean
}

/** Asked of a bucket once a run, as soon as something in it is edited. */
const TRAITS: Requests = {
  GetBucketVersioning: 1,
  GetObjectLockConfiguration: 1,
  GetBucketOwnershipControls: 1,
  GetBucketEncryption: 1,
}

/** Counts an item in. */
export function countExpected(
  expected: Expected,
  { leg }: { readonly leg: number },
  item: ExpectedItem,
): void {
  for (const operation in item.requests)
    expected.requests[operation] = (expected.requests[operation] ?? 0) + (item.requests[operation] ?? 0)
  if (item.is === 'unknown') expected.is = 'unknown'
  else if (item.is === 'at-most' && expected.is === 'exact') expected.is = 'at-most'
  if (!item.isEdit || expected.legs.includes(leg)) return
  expected.legs.push(leg)
  for (const operation in TRAITS) expected.requests[operation] = (expected.requests[operation] ?? 0) + 1
}

export function toldExpected({ is, requests }: Expected): ExpectedRequests | undefined {
  return is === 'unknown' ? undefined : { is, requests: { ...requests } }
}
