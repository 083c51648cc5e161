import { failure } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import { fieldRules } from '#model/field-rules.ts'
import type { FieldRule } from '#model/field-rules.ts'
import { z } from 'zod'

/** What is counted of all rows; the same that a pass over them would give. */
export interface Tally {
  rows: number
  known: number
  unreadable: number
  changedRows: number
  changedCells: number
  invalidRows: number
  invalidCells: number
  cellsByHand: number
  cellsByRule: number[]
}

/** A change of many rows that a kill may interrupt: the next start takes an edit back, and goes on with the rest. */
export interface UnderWay {
  readonly step: number
  readonly what: 'edit' | 'swap'
  /** Of a swap: rows up to and with this one are done. */
  readonly upto: number
  /** Of a swap: the step that is the last done one after it. */
  readonly then: number
}

/** Everything of a grid but its rows; small, and written with each change of them. */
export interface GridState {
  /** Where the listing stands; undefined: all is listed. */
  readonly cursor?: { readonly segment: number; readonly after?: string | undefined } | undefined
  /** Why listing or reading stopped. */
  readonly failure?: Failure | undefined
  readonly ahead: boolean
  readonly rules: readonly FieldRule[]
  /** Counts up with the rules; a row whose number is another was counted under other rules. */
  readonly epoch: number
  /** Rows behind `at`, up to and with `to`, are still to be counted anew. */
  readonly recount?: { readonly at: number; readonly to: number } | undefined
  readonly tally: Tally
  /** Sent in earlier starts, by operation. */
  readonly requests: Readonly<Record<string, number>>
  /** The last step that is done, 0 for none; those behind it can be done again. */
  readonly step: number
  readonly underWay?: UnderWay | undefined
  /** Jobs that still read from it, or may. */
  readonly keptBy: readonly string[]
  /** A job has its whole plan from it. */
  readonly planned: boolean
  /** It was closed while a job still read from it: it goes with that. */
  readonly closing: boolean
}

export function firstState(): GridState {
  const tally: Tally = {
    rows: 0,
    known: 0,
    unreadable: 0,
    changedRows: 0,
    changedCells: 0,
    invalidRows: 0,
    invalidCells: 0,
    cellsByHand: 0,
    cellsByRule: [],
  }
  const nothing = { rules: [], requests: {}, keptBy: [] }
  return {
    cursor: { segment: 0 },
    ahead: false,
    epoch: 1,
    tally,
    step: 0,
    planned: false,
    closing: false,
    ...nothing,
  }
}

const count = z.int().min(0)
const gridState = z.object({
  cursor: z.object({ segment: count, after: z.string().optional() }).optional(),
  failure: failure.optional(),
  ahead: z.boolean(),
  rules: fieldRules,
  epoch: count,
  recount: z.object({ at: count, to: count }).optional(),
  tally: z.object({
    rows: count,
    known: count,
    unreadable: count,
    changedRows: count,
    changedCells: count,
    invalidRows: count,
    invalidCells: count,
    cellsByHand: count,
    cellsByRule: z.array(count),
  }),
  requests: z.record(z.string(), count),
  step: count,
  underWay: z.object({ step: count, what: z.enum(['edit', 'swap']), upto: count, then: count }).optional(),
  keptBy: z.array(z.string()),
  planned: z.boolean(),
  closing: z.boolean(),
})

/** Throws where the file holds another thing. */
export function parseState(text: string): GridState {
  return gridState.parse(JSON.parse(text))
}
