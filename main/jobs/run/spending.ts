import type { JobRecord } from '../record.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Budget } from '#model/orders.ts'
import { pricesAt } from '#model/price-file.ts'
import type { Prices } from '#model/price-file.ts'
import { placesOf } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'
import { bytesDone, moneyOf } from '#model/spent.ts'
import type { Money } from '#model/spent.ts'

/** Requests that are granted at once, at most: each grant is a commit. */
const GRANT = 256

/** The budget that counts: what was said last, else the spec's. */
export function budgetOf({ more, spec }: Pick<JobRecord, 'more' | 'spec'>): Budget | undefined {
  return more.budget === null ? undefined : (more.budget ?? spec.budget)
}

/** Requests of all runs, with those that a killed process may have sent besides. */
function requestsSent({ requests, more }: Pick<JobRecord, 'requests' | 'more'>): number {
  return Object.values(requests).reduce((all, count) => all + count, 0) + (more.unaccounted ?? 0)
}

/** Without those that S3 does not bill. */
function billed(
  { more: { unbilled } }: Pick<JobRecord, 'more'>,
  requests: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  if (unbilled === undefined) return requests
  const left = { ...requests }
  // A killed process may have kept these, and not the requests themselves.
  for (const operation in unbilled)
    left[operation] = Math.max(0, (left[operation] ?? 0) - (unbilled[operation] ?? 0))
  return left
}

/** US dollars so far, by the price file; undefined where nobody knows the prices. */
export function usdSpent(
  record: Pick<JobRecord, 'spec' | 'quantities' | 'expected' | 'tally' | 'more'>,
  requests: Readonly<Record<string, number>>,
  prices: Prices | undefined,
): number | undefined {
  const money = prices && moneyFor(record, prices)
  return money && money.spent(billed(record, requests), bytesDone(record.tally), record.more.unaccounted ?? 0)
}

/** A limit of money needs prices. Throws `bad-input`, naming the field. */
export function checkBudget(spec: JobSpec, budget: Budget | undefined, prices: Prices | undefined): void {
  if (budget?.usd === undefined) return
  const isPriced = prices && placesOf(spec).some(({ connection }) => pricesAt(prices.file, connection.config))
  if (isPriced) return
  const message = `budget.usd: must be left out, as the price file has nothing for the places of this job, not ${budget.usd}`
  fail('bad-input', 'item', message, { property: 'budget.usd' })
}

function moneyFor(
  { spec, quantities, expected }: Pick<JobRecord, 'spec' | 'quantities' | 'expected'>,
  prices: Prices,
): Money | undefined {
  return moneyOf({ spec, quantities, requests: expected.requests, prices })
}

/** Why a job with this budget has no room for anything more; undefined: it has. */
export function whyNoRoom(record: JobRecord, prices: Prices | undefined): string | undefined {
  const budget = budgetOf(record)
  if (budget === undefined) return undefined
  const sent = requestsSent(record)
  if (budget.requests !== undefined && sent >= budget.requests)
    return `its budget of ${requestsWords(budget.requests)} is used up`
  const usd = usdSpent(record, record.requests, prices)
  if (budget.usd !== undefined && usd !== undefined && usd >= budget.usd)
    return `its budget of ${usdWords(budget.usd)} is used up`
  return undefined
}

export interface SpendingOptions {
  readonly record: JobRecord
  readonly prices: Prices | undefined
  /** Durable when it returns; throws what it could not be written for. */
  readonly save: () => void
  /** Of all runs, this one included. */
  readonly requests: () => Readonly<Record<string, number>>
  /** Nothing further is to be begun. */
  readonly isStopped: () => boolean
}

/**
 * Keeps a run within its job's budget: asked before each request leaves, and before each object is begun. Nothing is
 * counted where there is no budget. With one of requests, more are granted in the journal before they are sent, so that
 * a process that is killed is taken to have sent all that it might have: the server never sees more than the budget.
 */
export class Spending {
  readonly #options: SpendingOptions
  #sent: number
  /** Of items that earlier runs, and this one, are done with; and those that are under way. */
  #bytes: number
  readonly #open = { items: 0, bytes: 0 }
  readonly #waiting: (() => void)[] = []
  #money: { readonly of: Money | undefined; readonly at: number } | undefined

  constructor(options: SpendingOptions) {
    this.#options = options
    const { record } = options
    const { granted } = record.more
    const known = requestsSent(record)
    if (granted !== undefined) {
      if (granted > known) record.more.unaccounted = (record.more.unaccounted ?? 0) + granted - known
      record.more.granted = undefined
    }
    this.#sent = requestsSent(record)
    this.#bytes = bytesDone(record.tally)
  }

  /** Before a request leaves; throws `budget` where there is no room for it. */
  request(operation: string): void {
    const { record } = this.#options
    const budget = budgetOf(record)
    if (budget !== undefined) {
      if (budget.requests !== undefined) this.#grant(budget.requests)
      if (budget.usd !== undefined) this.#checkUsd(budget.usd, operation)
    }
    this.#sent += 1
  }

  /**
   * Before an object is begun: whether what it costs fits in beside those that are under way. Where it does not, they are
   * waited for first, as one may have cost less than was taken for it. Undefined where there is room, at once where there
   * is no limit of money; whoever began calls `ended`.
   */
  begins(size: number): Promise<Failure | undefined> | undefined {
    const limit = budgetOf(this.#options.record)?.usd
    if (limit === undefined || this.#fits(size, limit)) {
      this.#open.items += 1
      this.#open.bytes += size
      return undefined
    }
    return this.#waitForRoom(size)
  }

  ended(size: number): void {
    this.#open.items -= 1
    this.#open.bytes -= size
    this.#bytes += size
    for (const look of this.#waiting.splice(0)) look()
  }

  async #waitForRoom(size: number): Promise<Failure | undefined> {
    for (;;) {
      const limit = budgetOf(this.#options.record)?.usd
      const fits = limit === undefined || this.#fits(size, limit)
      if (fits && !this.#options.isStopped()) {
        this.#open.items += 1
        this.#open.bytes += size
        return undefined
      }
      if (limit === undefined || this.#open.items === 0 || this.#options.isStopped())
        return usedUp(usdWords(limit ?? 0))
      await new Promise<void>((look) => this.#waiting.push(look))
    }
  }

  #fits(size: number, limit: number): boolean {
    const money = this.#moneyNow()
    if (money === undefined) return true
    return this.#usd(money, size) + (this.#open.items + 1) * money.perItem <= limit
  }

  /** What was granted and not sent is given back, as this run is over and all of it is counted. */
  end(): void {
    this.#options.record.more.granted = undefined
  }

  #grant(limit: number): void {
    const { record, save } = this.#options
    const next = this.#sent + 1
    if (next > limit) throw new DecantError(usedUp(requestsWords(limit)))
    if (next <= (record.more.granted ?? 0)) return
    const ahead = Math.min(GRANT, Math.ceil((limit - next) / 8))
    record.more.granted = Math.min(limit, next + ahead)
    save()
  }

  #checkUsd(limit: number, operation: string): void {
    const money = this.#moneyNow()
    if (money === undefined) return
    if (this.#usd(money, 0) + money.rate(operation) > limit) throw new DecantError(usedUp(usdWords(limit)))
  }

  /** What was sent, and the bytes of what is done or under way, with `more` of them. */
  #usd(money: Money, more: number): number {
    const { record, requests } = this.#options
    const bytes = this.#bytes + this.#open.bytes + more
    return money.spent(billed(record, requests()), bytes, record.more.unaccounted ?? 0)
  }

  /** The plan grows while it is carried out, and what a request costs on the whole with it. */
  #moneyNow(): Money | undefined {
    const { record, prices } = this.#options
    if (prices === undefined) return undefined
    if (this.#money?.at !== record.nextSeq) this.#money = { of: moneyFor(record, prices), at: record.nextSeq }
    return this.#money.of
  }
}

function usedUp(budget: string): Failure {
  return {
    code: 'budget',
    reach: 'job',
    message: `The budget of ${budget} is used up: what is left would go beyond it.`,
  }
}

export function budgetWords({ usd, requests }: Budget): string {
  const words = [
    usd === undefined ? undefined : usdWords(usd),
    requests === undefined ? undefined : requestsWords(requests),
  ]
  return words.filter((word) => word !== undefined).join(' and ')
}

function requestsWords(requests: number): string {
  return `${requests.toLocaleString('en')} ${requests === 1 ? 'request' : 'requests'}`
}

function usdWords(usd: number): string {
  const digits = usd < 0.1 ? 6 : 2
  return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`
}
