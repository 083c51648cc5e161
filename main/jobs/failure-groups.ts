import type { Cause } from './store/causes.ts'
import type { FailureCode } from '#model/failure.ts'
import type { FailureGroup } from '#model/job.ts'

/** Nothing about another try would be different. */
const HOPELESS: readonly FailureCode[] = [
  'key-too-long',
  'same-object',
  'bad-input',
  'too-large',
  'name-taken',
]
/** What was planned does not fit any more: source and destination are looked at afresh. */
const OUTDATED: readonly FailureCode[] = [
  'source-changed',
  'source-missing',
  'destination-exists',
  'destination-changed',
  'archived',
  'not-verified',
  'no-such-key',
]

export function toGroup({ code, s3Code, items, example, exampleKey }: Cause): FailureGroup {
  return { code, s3Code, items, example, exampleKey, retry: retryOf(code), fix: 'none' }
}

export function retryOf(code: FailureCode): FailureGroup['retry'] {
  if (HOPELESS.includes(code)) return 'none'
  return OUTDATED.includes(code) ? 'plan-again' : 'retry'
}
