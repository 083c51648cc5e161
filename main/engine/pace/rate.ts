/**
 * How a rate goes on: pure decisions over what came back in a window of answers. S3 limits requests a second (3,500 writes
 * and 5,500 reads a prefix, "Best practices design patterns", S3 User Guide) and says so by 503 SlowDown; but servers also
 * refuse for reasons of their own, whatever the rate. Only a change of the rate tells the two apart: where fewer
 * requests are refused no less often, the rate is not why.
 */

/** Answers since the last decision, but those to requests that were sent before it: they cannot know of it. */
export interface Window {
  readonly fine: number
  readonly slow: number
  /** Milliseconds. */
  readonly span: number
  /** Requests that were in flight when it began: it is no whole round before as many were answered. */
  readonly round: number
  /** Somebody waited for the rate. */
  readonly isBinding: boolean
  /** What got through in the last second, whenever decisions were made. */
  readonly lastSecond: number
}

/**
 * - `free`: no limit was met.
 * - `stopped`: nearly all was refused. What is in flight tells how much gets through; next to nothing is sent meanwhile.
 * - `closed`: nothing of it got through. Next to nothing is sent until something does. `proven` got through in the second
 *   before; `drained` is a guess by too little.
 * - `seeking`: the limit is somewhere above, and below `high` where that is known.
 * - `trial`: less is sent, to see whether less is refused; before, of `sent` requests a millisecond `passed` got through.
 * - `steady`: about the limit, which was `known` when something was refused last. `beyond`: requests that got through since
 *   then more than that. `growth` is what is added next, as long as nothing is refused. `after` a cut, only less can tell.
 */
export type RateMode =
  | { readonly is: 'free' }
  | { readonly is: 'stopped'; readonly proven: number }
  | { readonly is: 'closed'; readonly proven: number; readonly drained: number }
  | { readonly is: 'seeking'; readonly perMs: number; readonly high: number | undefined }
  | {
      readonly is: 'trial'
      readonly step: 1 | 2
      readonly perMs: number
      /** Too much was refused there. */
      readonly high: number
      readonly sent: number
      readonly passed: number
      /** `perMs` was found in less time than a rate can be told by. */
      readonly isGuess: boolean
      readonly from: Exclude<RateMode, { is: 'trial' | 'stopped' | 'closed' }>
    }
  | {
      readonly is: 'steady'
      readonly after: 'trial' | 'cut'
      readonly perMs: number
      readonly growth: number
      readonly known: number
      readonly beyond: number
    }

type Trial = Extract<RateMode, { is: 'trial' }>
type Steady = Extract<RateMode, { is: 'steady' }>
type From = Trial['from']

export interface RateState {
  readonly mode: RateMode
  /** The share that is refused at any rate, 0 to 1. */
  readonly usual: number
  /** Windows of a second since that was looked at. */
  readonly age: number
}

export const FREE: RateState = { mode: { is: 'free' }, usual: 0, age: 0 }

const SECOND = 1000
/** Requests a millisecond that are sent even to a server that refuses everything: 20 a second. */
export const LEAST_RATE = 20 / SECOND
const SEEKING_WINDOW = 200
const LONGEST_TRIAL = 3 * SECOND
/** Refusals that a decision is made by; half of them would be an accident once in fifty times. */
const TELLING = 16
/** Refusals that a trial should come to: what it finds is believed for long. */
const SURE = 40
/** So much is refused only far above a limit: nothing to look into. */
const FLOOD = 0.7
const FLOOD_REFUSALS = 24
/** Good answers that a rate can be told by. */
const ENOUGH = 8
/** A share of refusals beyond the usual that is worth a cut. */
const WORTH_A_CUT = 0.03
/** Just below what got through. */
const BELOW = 0.98
/** Below a rate that was too much, a quarter more at a time. */
const STEP = 1.25
const FIRST_GROWTH = 0.01
const MOST_GROWTH = 0.08
/** Milliseconds of the limit that a server may have in hand: what got through beyond them says that the limit is gone. */
const IN_HAND = SECOND
/** Chance lets more through than this; where less gets through in a trial, it is no chance. */
const LEAST_USUAL_PASS = 0.4
/** A usual share that is looked at anew now and then: less is not worth the trial. */
const WORTH_A_LOOK = 0.02
/** So many windows after it was looked at last. */
const LOOK_AFTER = 10

/**
 * What follows the window; undefined while it tells nothing yet.
 *
 * | mode     | refused beyond the usual   | then                                                          |
 * |----------|----------------------------|---------------------------------------------------------------|
 * | free     | nearly all                 | stopped                                                       |
 * | free     | for certain                | trial, at what got through                                    |
 * | stopped  | (something got through)    | seeking, from what got through in the second before           |
 * | seeking  | most                       | half of it; stopped where nothing got through                 |
 * | seeking  | much                       | trial                                                         |
 * | seeking  | some                       | half of it; the second time steady at what got through        |
 * | seeking  | none                       | doubled, or half the way to what was too much; steady near it |
 * | trial    | less, as a limit would have it | steady; seeking from it where it was guessed in milliseconds |
 * | trial    | as before                  | back to where it was: that share is usual                     |
 * | steady   | more than 3 %              | cut to what got through; right after a cut trial              |
 * | steady   | some                       | by so much less                                               |
 * | steady   | none                       | grows by 1, 2, 4, 8 %, where it was used                      |
 * | steady   | none, and far beyond it    | seeking                                                       |
 */
export function nextRate(state: RateState, window: Window): RateState | undefined {
  switch (state.mode.is) {
    case 'free':
      return afterFree(state, window)
    case 'stopped':
      return { ...state, mode: afterStop(state.mode.proven, window) }
    case 'closed':
      return window.fine === 0 ? undefined : { ...state, mode: afterOpening(state.mode, window) }
    case 'seeking':
      return afterSeeking(state, state.mode, window)
    case 'trial':
      return afterTrial(state, state.mode, window)
    case 'steady':
      return afterSteady(state, state.mode, window)
  }
}

/** Requests a millisecond; undefined where nothing holds them back. */
export function rateOf({ mode }: RateState): number | undefined {
  if (mode.is === 'free') return undefined
  return mode.is === 'stopped' || mode.is === 'closed' ? LEAST_RATE : mode.perMs
}

function afterFree(state: RateState, window: Window): RateState | undefined {
  const { usual } = state
  if (isFlood(window, usual)) return { ...state, mode: { is: 'stopped', proven: window.lastSecond } }
  if (!isRound(window) || window.span === 0) return undefined
  if (isExcess(window, usual) && excessOf(window, usual) * countOf(window) >= TELLING)
    return tryLess(state, state.mode as From, window)
  if (window.span < SECOND) return undefined
  return lookAnew({ mode: state.mode, usual: lowered(window, usual), age: state.age + 1 }, window)
}

function afterStop(proven: number, { fine, span }: Window): RateMode {
  const drained = fine / Math.max(1, span)
  if (fine < ENOUGH) return { is: 'closed', proven, drained }
  return { is: 'seeking', perMs: Math.max(LEAST_RATE, drained * BELOW), high: undefined }
}

/** Where even next to nothing was refused for a while, so many are let through in a time, and then no more. */
function afterOpening({ proven, drained }: Extract<RateMode, { is: 'closed' }>, { slow }: Window): RateMode {
  const perMs = proven / SECOND
  if (slow > 0) return steadyAt(perMs * BELOW, 'trial')
  return { is: 'seeking', perMs: Math.max(LEAST_RATE, drained, perMs / 8), high: undefined }
}

function afterSeeking(
  state: RateState,
  mode: Extract<RateMode, { is: 'seeking' }>,
  window: Window,
): RateState | undefined {
  const { usual } = state
  const { perMs, high } = mode
  const excess = excessOf(window, usual)
  if (window.slow >= TELLING && excess >= FLOOD) {
    if (window.fine === 0 && perMs > LEAST_RATE)
      return { ...state, mode: { is: 'stopped', proven: window.lastSecond } }
    return { ...state, mode: { is: 'seeking', perMs: Math.max(LEAST_RATE, perMs / 2), high: perMs } }
  }
  if (window.span < SEEKING_WINDOW || !isRound(window)) return undefined
  // What is allowed says nothing where the slots let less through.
  const sent = Math.min(perMs, countOf(window) / window.span)
  if (isExcess(window, usual) && excess > 0.1) return tryLess(state, { ...mode, high: sent }, window)
  if (isExcess(window, usual)) {
    if (high === undefined)
      return { ...state, mode: { is: 'seeking', perMs: Math.max(LEAST_RATE, sent / 2), high: sent } }
    return { ...state, mode: steadyAt(sent * (1 - excess) * BELOW, 'trial') }
  }
  if (!window.isBinding) return { ...state, mode }
  const next = high === undefined ? Math.max(perMs, sent * 2) : Math.min(perMs * STEP, (perMs + high) / 2)
  if (high !== undefined && high < next * 1.1) return { ...state, mode: steadyAt(next, 'trial') }
  return { ...state, mode: { is: 'seeking', perMs: next, high } }
}

function afterTrial(state: RateState, mode: Trial, window: Window): RateState | undefined {
  const least = mode.from.is === 'steady' ? SECOND : SEEKING_WINDOW
  if (!isRound(window) || window.span < least) return undefined
  if (countOf(window) * (1 - mode.passed) < SURE && window.span < LONGEST_TRIAL) return undefined
  const passed = window.fine / countOf(window)
  const sent = countOf(window) / window.span
  switch (whatLessDid(mode, sent, passed)) {
    case 'worse':
      return { ...state, mode: { is: 'stopped', proven: window.lastSecond } }
    case 'helped':
      return { mode: afterHelp(mode), usual: Math.min(state.usual, 1 - passed), age: 0 }
    case 'nothing':
      if (mode.step === 2) return { mode: mode.from, usual: 1 - passed, age: 0 }
      return {
        ...state,
        mode: { ...mode, step: 2, perMs: Math.max(LEAST_RATE, sent / 2), high: sent, sent, passed },
      }
  }
}

/**
 * A limit lets as many through as before, whatever is sent; chance lets the same share through. Where even less gets
 * through, or hardly any, it is no chance either.
 */
function whatLessDid(before: Trial, sent: number, passed: number): 'helped' | 'nothing' | 'worse' {
  if (passed < before.passed * 0.6 || passed < LEAST_USUAL_PASS) return 'worse'
  const byLimit = Math.min(1, (before.passed * before.sent) / Math.min(sent, before.sent))
  return passed > (before.passed + byLimit) / 2 ? 'helped' : 'nothing'
}

/** What got through is about the limit, unless it was told by a few milliseconds; half of what was too much is not. */
function afterHelp({ step, perMs, high, isGuess }: Trial): RateMode {
  if (step === 1 && !isGuess) return steadyAt(perMs, 'trial')
  return { is: 'seeking', perMs, high }
}

function afterSteady(state: RateState, mode: Steady, window: Window): RateState | undefined {
  const { usual } = state
  if (window.span >= SEEKING_WINDOW && isFlood(window, usual))
    return { ...state, mode: { is: 'stopped', proven: window.lastSecond } }
  if (window.span < SECOND || !isRound(window)) return undefined
  const age = state.age + 1
  if (!isExcess(window, usual)) return afterCalm({ ...state, age }, mode, window)
  const excess = excessOf(window, usual)
  if (excess < WORTH_A_CUT) return { mode: steadyAt(mode.perMs * (1 - excess), 'trial'), usual, age }
  const cut = steadyAt(Math.min(mode.perMs, throughOf(window, usual) * BELOW), 'cut')
  // Where a share is usual, or less did not help, only a trial tells.
  return mode.after === 'cut' || usual > 0 ? tryLess(state, cut, window) : { mode: cut, usual, age }
}

/**
 * Nothing was refused. Whatever a server had in hand lets more through than its limit for a while: only what a second in
 * hand does not explain says that the limit is another.
 */
function afterCalm(state: RateState, mode: Steady, window: Window): RateState {
  const through = throughOf(window, state.usual)
  const beyond = Math.max(0, mode.beyond + (through - mode.known) * window.span)
  const next = { ...state, mode: { ...mode, beyond }, usual: lowered(window, state.usual) }
  if (!window.isBinding) return lookAnew(next, window)
  const { perMs, growth, known } = mode
  if (beyond > known * IN_HAND) return { ...next, mode: { is: 'seeking', perMs, high: undefined } }
  const grown = { perMs: perMs * (1 + growth), growth: Math.min(MOST_GROWTH, growth * 2) }
  return lookAnew({ ...next, mode: { ...next.mode, ...grown } }, window)
}

function steadyAt(perMs: number, after: Steady['after']): Steady {
  const known = Math.max(LEAST_RATE, perMs)
  return { is: 'steady', after, perMs: known, growth: FIRST_GROWTH, known, beyond: 0 }
}

function tryLess(state: RateState, from: From, window: Window): RateState {
  const sent = countOf(window) / window.span
  const perMs = Math.max(LEAST_RATE, Math.min(sent, throughOf(window, state.usual)) * BELOW)
  const isGuess = window.span < SEEKING_WINDOW
  return {
    ...state,
    mode: {
      is: 'trial',
      step: 1,
      perMs,
      high: sent,
      sent,
      passed: window.fine / countOf(window),
      isGuess,
      from,
    },
  }
}

/** Servers change: what was usual once is tried at half the rate now and then. */
function lookAnew(state: RateState, window: Window): RateState {
  const { mode, usual, age } = state
  if (
    usual < WORTH_A_LOOK ||
    age < LOOK_AFTER ||
    mode.is === 'trial' ||
    mode.is === 'stopped' ||
    mode.is === 'closed'
  )
    return state
  const sent = countOf(window) / window.span
  return {
    ...state,
    mode: {
      is: 'trial',
      step: 2,
      perMs: sent / 2,
      high: sent,
      sent,
      passed: window.fine / countOf(window),
      isGuess: false,
      from: mode,
    },
  }
}

function isFlood(window: Window, usual: number): boolean {
  return window.slow >= FLOOD_REFUSALS && excessOf(window, usual) >= FLOOD
}

function countOf({ fine, slow }: Window): number {
  return fine + slow
}

function isRound(window: Window): boolean {
  return countOf(window) >= Math.max(2, window.round)
}

/** What a limit let through a millisecond, with what chance took of it. */
function throughOf({ fine, span }: Window, usual: number): number {
  return fine / span / (1 - usual)
}

/** The share that was refused beyond the usual. */
function excessOf(window: Window, usual: number): number {
  const count = countOf(window)
  return count === 0 ? 0 : Math.max(0, (window.slow / count - usual) / (1 - usual))
}

/** Three standard deviations: not by chance. */
function isExcess(window: Window, usual: number): boolean {
  const expected = countOf(window) * usual
  return window.slow > expected + 3 * Math.sqrt(expected * (1 - usual))
}

function lowered(window: Window, usual: number): number {
  const expected = countOf(window) * usual
  return window.slow < expected - 2 * Math.sqrt(expected) ? window.slow / countOf(window) : usual
}
