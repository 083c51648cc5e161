import type { Cause } from '../store/causes.ts'
import type { Failure, FailureCode } from '#model/failure.ts'
import type { FailureGroup, Fix } from '#model/job.ts'

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
  return { code, s3Code, items, example, exampleKey, retry: retryOf(code), fix: fixOf(example) }
}

/**
 * What would have to be done before another try makes sense:
 *
 * | failure                                                          | fix          |
 * |------------------------------------------------------------------|--------------|
 * | access-denied, by a store                                        | rights       |
 * | credentials-missing, credentials-expired, signature              | credentials  |
 * | archived                                                         | restore      |
 * | customer-key                                                     | customer-key |
 * | anything else                                                    | none         |
 */
export function fixOf({ code, s3 }: Pick<Failure, 'code' | 's3'>): Fix {
  switch (code) {
    case 'access-denied':
      return s3 === undefined ? 'none' : 'rights'
    case 'credentials-missing':
    case 'credentials-expired':
    case 'signature':
      return 'credentials'
    case 'archived':
      return 'restore'
    case 'customer-key':
      return 'customer-key'
    default:
      return 'none'
  }
}

export function retryOf(code: FailureCode): FailureGroup['retry'] {
  if (HOPELESS.includes(code)) return 'none'
  return OUTDATED.includes(code) ? 'plan-again' : 'retry'
}
