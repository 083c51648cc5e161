import { z } from 'zod'

/**
 * What can go wrong, by the name under which it is grouped, explained and retried.
 * Nobody matches message strings: whoever wants to know compares this code.
 */
export const FAILURE_CODES = [
  // the way there
  'connection', // DNS, TCP, TLS: no answer came
  'timeout',
  'bad-answer', // an answer that is not S3's: truncated, not XML, empty where a body is owed
  // who we are
  'credentials-missing',
  'credentials-expired',
  'signature',
  'clock-skew',
  'access-denied',
  'connection-changed', // a connection leads to another store than it did when the job was made
  // what S3 says
  'slow-down',
  'server-error',
  'no-such-bucket',
  'no-such-key',
  'no-such-upload',
  'conflict', // 409: somebody else was at it; try again
  'invalid-request',
  'too-large',
  'not-supported',
  'wrong-region',
  // what we found
  'source-changed',
  'source-missing',
  'destination-exists',
  'destination-changed',
  'same-object',
  'archived',
  'key-too-long',
  'customer-key', // an SSE-C key is missing in the key ring, or is not the one
  'previous-failed', // an earlier step of the same key did not succeed: an older version, or the other half of a swap
  'name-taken', // two objects of the job would have the same name at the destination
  'not-possible', // the bucket or the store cannot hold what was asked for; `property` says what
  'differs', // a comparison found another; `property` says in what
  'not-verified', // what arrived differs from what was sent; `property` says in what
  'only-copy', // what an undo was to delete may be all that is left of an object: what it is a copy of is gone, or another
  'delete-refused', // the source of a move was not deleted; its copy stands
  'read-only',
  // here
  'folder-missing', // a folder of this machine that a job reads or writes is not there: a disk that was unplugged
  'disk-full', // the disk that files are written to
  'storage-full',
  'database',
  'budget', // the job's budget of requests or money is used up
  'bad-input',
  'cancelled',
  'core-lost',
  'internal',
] as const
export const failureCode = z.enum(FAILURE_CODES)
export type FailureCode = z.infer<typeof failureCode>

/** How far it reaches: this attempt (retry), this item (report and go on), or the job (pause and say why). */
export type Reach = 'attempt' | 'item' | 'job'

/** S3's own words, one click away from ours. */
const s3Words = z.object({
  operation: z.string(),
  status: z.int(),
  code: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
})
export type S3Words = z.infer<typeof s3Words>

/** The right that was missing, as AWS's own message names it; other stores say nothing of the kind. */
const deniedRight = z.object({
  /** As IAM has it: `s3:GetObject`, `kms:Decrypt`. */
  action: z.string(),
  /** ARN. */
  resource: z.string().optional(),
  /** Who asked: ARN. */
  principal: z.string().optional(),
  /** `explicit`: a policy denies it, which outdoes whatever another allows. */
  by: z.enum(['silence', 'explicit']),
})
export type DeniedRight = z.infer<typeof deniedRight>

export const failure = z.object({
  code: failureCode,
  reach: z.enum(['attempt', 'item', 'job']),
  /** One sentence, for a person; holds no secret and no presigned URL. */
  message: z.string(),
  /** The field, header or property that is meant, where there is one. */
  property: z.string().optional(),
  /** Of `access-denied`. */
  denied: deniedRight.optional(),
  s3: s3Words.optional(),
})
export type Failure = z.infer<typeof failure>

/** The one error class of main: a failure on its way up. Everything else that is thrown is a bug. */
export class DecantError extends Error {
  readonly failure: Failure
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'DecantError'
    this.failure = failure
  }
}

export function fail(
  code: FailureCode,
  reach: Reach,
  message: string,
  more?: Pick<Failure, 'property' | 'denied' | 's3'>,
): never {
  throw new DecantError({ code, reach, message, ...more })
}

/** What anybody threw, as data. An unknown error is `internal`, and its message is kept. */
export function toFailure(error: unknown): Failure {
  if (error instanceof DecantError) return error.failure
  if (error instanceof z.ZodError) return badInput(error)
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', reach: 'item', message: 'It was cancelled.' }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', reach: 'job', message: `Something went wrong inside Decant: ${message}` }
}

/** A zod error as one sentence that names field and value. */
export function badInput(error: z.ZodError, what = 'input'): Failure {
  const issue = error.issues[0]
  const short = issue !== undefined && isTooShort(issue)
  const path = (short ? issue.path.slice(0, -1) : issue?.path) ?? []
  const field = path.length > 0 ? path.map(String).join('.') : what
  const value = issue === undefined ? undefined : givenValue(issue)
  const given = value === undefined ? '' : `, not ${brief(value)}`
  const wanted = short ? `must hold at least ${Number(issue.path.at(-1)) + 1}` : words(issue?.message)
  return { code: 'bad-input', reach: 'item', message: `${field}: ${wanted}${given}`, property: field }
}

/** A list without an entry that it must have: nothing that comes as JSON holds an entry that is undefined. */
function isTooShort(issue: z.core.$ZodIssue): boolean {
  return typeof issue.path.at(-1) === 'number' && 'input' in issue && issue.input === undefined
}

/** Of a union the field that tells its members apart, and not the whole of what was given. */
function givenValue(issue: z.core.$ZodIssue): unknown {
  const { input } = issue
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return input
  return typeof input === 'object' && input !== null
    ? (input as Record<string, unknown>)[issue.discriminator]
    : input
}

/** zod's messages, in the words that all our refusals use: what it must be. */
function words(message = 'is not valid'): string {
  return message
    .replace(/expected (?:tuple|array)\b/, 'expected a list')
    .replace(/^Invalid discriminator value\. Expected /, 'must be ')
    .replace(/^Invalid (?:input|option): expected (.*?)(?:, received .*)?$/, 'must be $1')
    .replace(/^Too (?:big|small): expected \w+ to (be|have) /, 'must $1 ')
    .replace(/ <=(?=\d)/, ' at most ')
    .replace(/ >=(?=\d)/, ' at least ')
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
