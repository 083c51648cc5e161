import { isErrorCode } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import { Fields, InputError, show } from './input.ts'
import { OPERATIONS, WRITES } from './operations.ts'
import type { Operation } from './operations.ts'
import { seededRandom } from './random.ts'

const ACTIONS = [
  '503',
  '500',
  'error',
  'reset',
  'error-body-200',
  'truncated-xml',
  'malformed-xml',
  'truncated-body',
  'slow',
  'hang',
  'strip-headers',
  'expired-credentials',
  'clock-skew',
] as const

/**
 * What goes wrong:
 * - `503`, `500`: SlowDown, InternalError
 * - `error`: the S3 error `code`
 * - `reset`: the connection is broken off
 * - `error-body-200`: status 200 with an InternalError document
 * - `truncated-xml`: half of the answer's document, well framed
 * - `malformed-xml`: the whole of the document, well framed, with something in its middle that is no XML
 * - `truncated-body`: half of the answer's body, then the connection is broken off
 * - `slow`: waits `ms`
 * - `hang`: waits until released
 * - `strip-headers`: the request's `headers` are not seen, as on servers that ignore conditions
 * - `expired-credentials`: ExpiredToken
 * - `clock-skew`: the server's clock is ahead by `seconds` (behind, if they are below 0). What is signed more
 *   than 15 minutes off is RequestTimeTooSkewed; the Date of the answer tells the server's time
 */
export type FaultAction = (typeof ACTIONS)[number]

/** A fault and the requests that it befalls: those that meet all that is given. */
export interface FaultRule {
  readonly op?: Operation | readonly Operation[]
  readonly bucket?: string
  /** The whole key, or … */
  readonly key?: string
  /** … a regular expression that it matches. */
  readonly keyPattern?: string
  /** Only the nth such request (from 1). */
  readonly nth?: number
  /** Every nth such request. */
  readonly every?: number
  /** Each such request with this probability, repeatable by `seed`. */
  readonly probability?: number
  readonly seed?: number
  /** At most so often. */
  readonly times?: number
  /** Before the request takes effect (the default), or after. */
  readonly when?: 'before' | 'after'
  /** Left out only with writesPerSecond. */
  readonly do?: FaultAction
  /** For `slow`. */
  readonly ms?: number
  /** For `clock-skew`. */
  readonly seconds?: number
  /** For `error`. */
  readonly code?: string
  /** For `error`: instead of S3's own sentence for the code. */
  readonly message?: string
  /** For `strip-headers`, by lower-case names. */
  readonly headers?: readonly string[]
  /** Answers SlowDown to all writes above this rate. */
  readonly writesPerSecond?: number
}

/** A request as rules see it. */
export interface Subject {
  readonly operation: Operation
  readonly bucket: string | undefined
  /** As text. */
  readonly key: string | undefined
}

export type Fault =
  | {
      readonly do: 'error' | 'error-body-200'
      readonly code: ErrorCode
      readonly message?: string | undefined
    }
  | { readonly do: 'reset' | 'truncated-xml' | 'malformed-xml' | 'truncated-body' }
  | { readonly do: 'hang' }
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'clock-skew'; readonly seconds: number }
  | { readonly do: 'strip-headers'; readonly headers: readonly string[] }

/** `clock` is before the signature is checked. */
export type FaultPhase = 'clock' | 'before' | 'after'

interface Rule {
  readonly id: string
  readonly phase: FaultPhase
  readonly fault: Fault
  /** Whether this request is one of the rule's kind. */
  matches(subject: Subject): boolean
  /** Whether the rule strikes this one of them; counts. */
  strikes(): boolean
}

const NO_FAULTS: readonly Fault[] = []

/** The rules in force. */
export class Faults {
  readonly #now: () => number
  #rules: Rule[] = []
  #ids = 0

  /** `now` in milliseconds, for the limit of writes. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Adds rules from untrusted input. @returns their ids @throws InputError; none is added then */
  add(rules: readonly unknown[]): readonly string[] {
    const added = rules.map((rule, index) => {
      this.#ids += 1
      return readRule(rule, `rules[${index}]`, `fault-${this.#ids}`, this.#now)
    })
    this.#rules.push(...added)
    return added.map(({ id }) => id)
  }

  clear(): void {
    this.#rules = []
  }

  /** Whether nothing can befall any request. */
  get areNone(): boolean {
    return this.#rules.length === 0
  }

  /** By how many seconds the server's clock is ahead for this request. */
  skew(subject: Subject): number {
    let seconds = 0
    for (const fault of this.take('clock', subject)) if (fault.do === 'clock-skew') seconds += fault.seconds
    return seconds
  }

  /** The faults that befall this request in this phase, in the order of their rules. */
  take(phase: FaultPhase, subject: Subject): readonly Fault[] {
    let struck: Fault[] | undefined
    for (const rule of this.#rules) {
      if (rule.phase === phase && rule.matches(subject) && rule.strikes()) (struck ??= []).push(rule.fault)
    }
    return struck ?? NO_FAULTS
  }
}

function readRule(value: unknown, path: string, id: string, now: () => number): Rule {
  const fields = new Fields(value, path)
  const matches = readMatch(fields)
  const limit = fields.positive('writesPerSecond', 1_000_000)
  if (limit !== undefined) {
    fields.end()
    return {
      id,
      phase: 'before',
      fault: { do: 'error', code: 'SlowDown' },
      matches: (subject) => WRITES.has(subject.operation) && matches(subject),
      strikes: writeLimit(limit, now),
    }
  }
  const strikes = readChoice(fields)
  const when = fields.oneOf('when', ['before', 'after']) ?? 'before'
  const fault = readFault(fields)
  fields.end()
  return { id, phase: PHASES[fault.do] ?? when, fault, matches, strikes }
}

/** Faults that have a time of their own. */
const PHASES: Readonly<Partial<Record<Fault['do'], FaultPhase>>> = {
  'truncated-xml': 'after',
  'malformed-xml': 'after',
  'truncated-body': 'after',
  'clock-skew': 'clock',
}

function readMatch(fields: Fields): Rule['matches'] {
  const named = fields.raw('op')
  const operations =
    named === undefined ? undefined : [named].flat().map((each) => readOperation(fields, each))
  const bucket = fields.text('bucket')
  const key = fields.text('key')
  const pattern = fields.text('keyPattern')
  const expression = pattern === undefined ? undefined : readExpression(fields, pattern)
  return (subject) =>
    (operations === undefined || operations.includes(subject.operation)) &&
    (bucket === undefined || subject.bucket === bucket) &&
    (key === undefined || subject.key === key) &&
    (expression === undefined || (subject.key !== undefined && expression.test(subject.key)))
}

function readOperation(fields: Fields, name: unknown): Operation {
  const operation = OPERATIONS.find((each) => each === name)
  if (operation === undefined)
    throw new InputError(`${fields.at('op')} must be an operation, not ${show(name)}`)
  return operation
}

function readExpression(fields: Fields, pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    throw new InputError(`${fields.at('keyPattern')} must be a regular expression, not ${show(pattern)}`)
  }
}

function readChoice(fields: Fields): Rule['strikes'] {
  const most = 2 ** 31
  const nth = fields.integer('nth', 1, most)
  const every = fields.integer('every', 1, most)
  const probability = fields.positive('probability', 1)
  const random = seededRandom(fields.integer('seed', 0, most) ?? 1)
  const times = fields.integer('times', 1, most) ?? Infinity
  let seen = 0
  let struck = 0
  return () => {
    seen += 1
    const chosen =
      (nth === undefined || seen === nth) &&
      (every === undefined || seen % every === 0) &&
      (probability === undefined || random() < probability)
    if (!chosen || struck >= times) return false
    struck += 1
    return true
  }
}

function readFault(fields: Fields): Fault {
  const action = fields.oneOf('do', ACTIONS)
  switch (action) {
    case undefined:
      throw new InputError(`${fields.at('do')} must be given: one of ${ACTIONS.join(', ')}`)
    case '503':
      return { do: 'error', code: 'SlowDown' }
    case '500':
      return { do: 'error', code: 'InternalError' }
    case 'expired-credentials':
      return { do: 'error', code: 'ExpiredToken' }
    case 'clock-skew':
      return { do: action, seconds: readSkew(fields) }
    case 'error':
      return { do: 'error', code: readCode(fields), message: fields.text('message') }
    case 'error-body-200':
      return { do: action, code: fields.has('code') ? readCode(fields) : 'InternalError' }
    case 'slow':
      return { do: action, ms: fields.integer('ms', 0, 600_000) ?? 1000 }
    case 'strip-headers':
      return { do: action, headers: (fields.list('headers') ?? []).map((each) => String(each).toLowerCase()) }
    default:
      return { do: action }
  }
}

const DAY = 24 * 3600

function readSkew(fields: Fields): number {
  const seconds = fields.integer('seconds', -DAY, DAY)
  if (seconds === undefined) throw new InputError(`${fields.at('seconds')} must be given`)
  return seconds
}

function readCode(fields: Fields): ErrorCode {
  const code = fields.requiredText('code')
  if (!isErrorCode(code))
    throw new InputError(`${fields.at('code')} must be an S3 error code, not ${show(code)}`)
  return code
}

/** A bucket of tokens that fills at `perSecond` and holds a second's worth; strikes when it is empty. */
function writeLimit(perSecond: number, now: () => number): () => boolean {
  const most = Math.max(1, perSecond)
  let tokens = most
  let last = now()
  return () => {
    const time = now()
    tokens = Math.min(most, tokens + ((time - last) / 1000) * perSecond)
    last = time
    if (tokens < 1) return true
    tokens -= 1
    return false
  }
}
