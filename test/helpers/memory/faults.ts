import type { S3ErrorCode } from './errors.ts'
import { s3Error, wayError } from './errors.ts'

/** `error-in-200`: S3 had begun to answer before it knew that it could not do it. */
export type FaultKind =
  'slow-down' | 'server-error' | 'error-in-200' | 'conflict' | 'connection' | 'timeout' | 'bad-answer'

/** A rule by which requests fail. All conditions that are named must hold. */
export interface Fault {
  /** `nothing`: the request passes, and only `act` is done. */
  readonly kind: FaultKind | S3ErrorCode | 'nothing'
  /** Whether the server has done its work by then: the answer is lost, not the effect. */
  readonly when: 'before' | 'after'
  readonly operation?: string | undefined
  readonly key?: string | undefined
  readonly part?: number | undefined
  /** Only the nth request that the rule's other conditions match, from 1. */
  readonly nth?: number | undefined
  /** 0 to 1. */
  readonly probability?: number | undefined
  /** At most so often. */
  readonly times?: number | undefined
  /** Only as long as it says so. */
  readonly during?: (() => boolean) | undefined
  /** Done when the rule strikes, e.g. somebody else's write in the midst of ours. */
  readonly act?: (() => void) | undefined
}

interface Counted {
  readonly fault: Fault
  matched: number
  struck: number
}

/** The rules of one server. */
export class Faults {
  #rules: Counted[] = []
  /** How often rules struck, by their kind, and how often after the effect. */
  readonly struck = new Map<string, number>()
  readonly #random: () => number
  constructor(random: () => number) {
    this.#random = random
  }

  add(...faults: Fault[]): void {
    this.#rules.push(...faults.map((fault) => ({ fault, matched: 0, struck: 0 })))
  }

  clear(): void {
    this.#rules = []
  }

  /** The error of the first rule that strikes, or undefined. */
  strike(
    when: Fault['when'],
    request: { operation: string; key?: string; part?: number },
  ): Error | undefined {
    for (const rule of this.#rules) {
      const { fault } = rule
      if (fault.when !== when || !matches(fault, request) || fault.during?.() === false) continue
      rule.matched++
      if (fault.nth !== undefined && rule.matched !== fault.nth) continue
      if (fault.times !== undefined && rule.struck >= fault.times) continue
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue
      rule.struck++
      fault.act?.()
      if (fault.kind === 'nothing') continue
      this.#note(`fault ${fault.kind}`)
      if (when === 'after') this.#note('fault after the effect')
      return errorOf(fault.kind, request.operation)
    }
    return undefined
  }

  #note(what: string): void {
    this.struck.set(what, (this.struck.get(what) ?? 0) + 1)
  }
}

function matches(fault: Fault, request: { operation: string; key?: string; part?: number }): boolean {
  return (
    (fault.operation === undefined || fault.operation === request.operation) &&
    (fault.key === undefined || fault.key === request.key) &&
    (fault.part === undefined || fault.part === request.part)
  )
}

function errorOf(kind: Exclude<Fault['kind'], 'nothing'>, operation: string): Error {
  switch (kind) {
    case 'connection':
    case 'timeout':
    case 'bad-answer':
      return wayError(operation, kind)
    case 'slow-down':
      return s3Error(operation, 'SlowDown')
    case 'server-error':
      return s3Error(operation, 'InternalError')
    case 'error-in-200':
      return s3Error(operation, 'InternalError', 200)
    case 'conflict':
      return s3Error(operation, 'ConditionalRequestConflict')
    default:
      return s3Error(operation, kind)
  }
}
