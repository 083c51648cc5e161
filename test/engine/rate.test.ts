import { describe, expect, test } from 'vitest'
import { FREE, LEAST_RATE, nextRate, rateOf } from '../../main/engine/pace/rate.ts'
import type { RateMode, RateState, Window } from '../../main/engine/pace/rate.ts'

const WINDOW: Window = { fine: 0, slow: 0, span: 1000, round: 0, isBinding: true, lastSecond: 0 }
const STEADY: RateMode = { is: 'steady', after: 'trial', perMs: 1, growth: 0.01, known: 1, beyond: 0 }

/** Of 1,000 a second 800 got through, so less is tried. */
function trial(more: Partial<Extract<RateMode, { is: 'trial' }>> = {}): RateState {
  const before = { high: 1, sent: 1, passed: 0.8, isGuess: false }
  return { ...FREE, mode: { is: 'trial', step: 1, perMs: 0.78, from: { is: 'free' }, ...before, ...more } }
}

function after(state: RateState | RateMode, window: Partial<Window>): RateState | undefined {
  return nextRate('is' in state ? { ...FREE, mode: state } : state, { ...WINDOW, ...window })
}

describe('a rate goes on', () => {
  test.each<{ name: string; mode: RateMode; window: Partial<Window>; then: Partial<RateMode> | undefined }>([
    {
      name: 'free: few refusals tell nothing',
      mode: FREE.mode,
      window: { fine: 90, slow: 9, span: 100 },
      then: undefined,
    },
    {
      name: 'free: before a round is over nothing is told',
      mode: FREE.mode,
      window: { fine: 40, slow: 20, span: 9, round: 64 },
      then: undefined,
    },
    {
      name: 'free: a fifth refused: less is tried',
      mode: FREE.mode,
      window: { fine: 800, slow: 200 },
      then: { is: 'trial', perMs: 0.784, step: 1 },
    },
    {
      name: 'free: a fifth refused within milliseconds: a guess',
      mode: FREE.mode,
      window: { fine: 160, slow: 40, span: 40 },
      then: { is: 'trial', perMs: 3.92, isGuess: true },
    },
    {
      name: 'free: nearly all refused: stopped',
      mode: FREE.mode,
      window: { fine: 2, slow: 24, lastSecond: 500 },
      then: { is: 'stopped', proven: 500 },
    },
    {
      name: 'stopped: what was in flight told enough',
      mode: { is: 'stopped', proven: 500 },
      window: { fine: 10, slow: 90, span: 20 },
      then: { is: 'seeking', perMs: 0.49 },
    },
    {
      name: 'stopped: it told too little',
      mode: { is: 'stopped', proven: 500 },
      window: { fine: 1, slow: 90, span: 20 },
      then: { is: 'closed', drained: 0.05 },
    },
    {
      name: 'closed: until something gets through',
      mode: { is: 'closed', proven: 500, drained: 0 },
      window: { slow: 9 },
      then: undefined,
    },
    {
      name: 'closed: so many in a time, and then no more',
      mode: { is: 'closed', proven: 500, drained: 0 },
      window: { fine: 1, slow: 9 },
      then: { is: 'steady', perMs: 0.49 },
    },
    {
      name: 'closed: open at once',
      mode: { is: 'closed', proven: 800, drained: 0 },
      window: { fine: 1 },
      then: { is: 'seeking', perMs: 0.1 },
    },
    {
      name: 'seeking: nothing refused: doubled',
      mode: { is: 'seeking', perMs: 1, high: undefined },
      window: { fine: 200, span: 200 },
      then: { is: 'seeking', perMs: 2 },
    },
    {
      name: 'seeking: not what holds us back',
      mode: { is: 'seeking', perMs: 1, high: undefined },
      window: { fine: 200, span: 200, isBinding: false },
      then: { is: 'seeking', perMs: 1 },
    },
    {
      name: 'seeking: the slots let less through than is allowed: twice of that',
      mode: { is: 'seeking', perMs: 9, high: undefined },
      window: { fine: 1000, span: 200 },
      then: { is: 'seeking', perMs: 10 },
    },
    {
      name: 'seeking: some refused of what the slots let through: half of that',
      mode: { is: 'seeking', perMs: 9, high: undefined },
      window: { fine: 380, slow: 20, span: 200 },
      then: { is: 'seeking', perMs: 1, high: 2 },
    },
    {
      name: 'seeking: below what was too much',
      mode: { is: 'seeking', perMs: 1, high: 1.8 },
      window: { fine: 200, span: 200 },
      then: { is: 'seeking', perMs: 1.25 },
    },
    {
      name: 'seeking: close to it',
      mode: { is: 'seeking', perMs: 1, high: 1.1 },
      window: { fine: 200, span: 200 },
      then: { is: 'steady', perMs: 1.05 },
    },
    {
      name: 'seeking: some refused below what was too much: what got through is about the limit',
      mode: { is: 'seeking', perMs: 1, high: 1.8 },
      window: { fine: 190, slow: 10, span: 200 },
      then: { is: 'steady', perMs: 0.931 },
    },
    {
      name: 'seeking: most refused: half',
      mode: { is: 'seeking', perMs: 1, high: undefined },
      window: { fine: 4, slow: 16, span: 20 },
      then: { is: 'seeking', perMs: 0.5, high: 1 },
    },
    {
      name: 'seeking: all refused: stopped',
      mode: { is: 'seeking', perMs: 1, high: undefined },
      window: { slow: 16, span: 20, lastSecond: 3000 },
      then: { is: 'stopped', proven: 3000 },
    },
    {
      name: 'seeking: never below the least rate',
      mode: { is: 'seeking', perMs: LEAST_RATE, high: undefined },
      window: { slow: 16, span: 800 },
      then: { is: 'seeking', perMs: LEAST_RATE },
    },
    {
      name: 'steady: nothing refused: a little more',
      mode: STEADY,
      window: { fine: 1000 },
      then: { is: 'steady', perMs: 1.01, growth: 0.02 },
    },
    {
      name: 'steady: as much as a second in hand explains: it grows on',
      mode: { ...STEADY, growth: 0.08, perMs: 1.2, beyond: 700 },
      window: { fine: 1200 },
      then: { is: 'steady', perMs: 1.296, growth: 0.08, known: 1, beyond: 900 },
    },
    {
      name: 'steady: more than that: the limit is another, and looked for',
      mode: { ...STEADY, growth: 0.08, perMs: 1.2, beyond: 900 },
      window: { fine: 1200 },
      then: { is: 'seeking', perMs: 1.2 },
    },
    {
      name: 'steady: some refused: by so much less',
      mode: { ...STEADY, growth: 0.04, beyond: 50 },
      window: { fine: 980, slow: 20 },
      then: { ...STEADY, perMs: 0.98, known: 0.98 },
    },
    {
      name: 'steady: more refused: what got through',
      mode: STEADY,
      window: { fine: 900, slow: 100 },
      then: { is: 'steady', after: 'cut', perMs: 0.882, known: 0.882 },
    },
    {
      name: 'steady: still more than 3 % refused after a cut: less is tried',
      mode: { ...STEADY, after: 'cut' },
      window: { fine: 900, slow: 100 },
      then: { is: 'trial', perMs: 0.882, from: { ...STEADY, after: 'cut', perMs: 0.882, known: 0.882 } },
    },
    {
      name: 'steady: nearly all refused: stopped',
      mode: STEADY,
      window: { fine: 10, slow: 190, span: 200 },
      then: { is: 'stopped' },
    },
    {
      name: 'trial: too short to tell',
      mode: trial().mode,
      window: { fine: 78, span: 100 },
      then: undefined,
    },
    {
      name: 'trial: as many got through: a limit',
      mode: trial().mode,
      window: { fine: 780 },
      then: { is: 'steady', perMs: 0.78 },
    },
    {
      name: 'trial: as many got through as were guessed: the limit is there or above',
      mode: trial({ isGuess: true }).mode,
      window: { fine: 780 },
      then: { is: 'seeking', perMs: 0.78, high: 1 },
    },
    {
      name: 'trial: the same share: still less is tried',
      mode: trial().mode,
      window: { fine: 624, slow: 156 },
      then: { is: 'trial', step: 2, perMs: 0.39, high: 0.78 },
    },
    {
      name: 'trial: the same share twice: chance',
      mode: trial({ step: 2 }).mode,
      window: { fine: 624, slow: 156 },
      then: { is: 'free' },
    },
    {
      name: 'trial: less helped after all',
      mode: trial({ step: 2 }).mode,
      window: { fine: 780 },
      then: { is: 'seeking', perMs: 0.78, high: 1 },
    },
    {
      name: 'trial: even worse',
      mode: trial().mode,
      window: { fine: 200, slow: 580, lastSecond: 200 },
      then: { is: 'stopped', proven: 200 },
    },
  ])('$name', ({ mode, window, then }) => {
    const next = after(mode, window)?.mode
    if (then === undefined) expect(next).toBeUndefined()
    else expect(next).toMatchObject(close(then))
  })

  test('what is refused by chance is usual from then on, and no reason to look again', () => {
    const state = after(trial({ step: 2 }), { fine: 624, slow: 156 })
    expect(state?.usual).toBeCloseTo(0.2)
    expect(after(state ?? FREE, { fine: 800, slow: 200 })?.mode).toEqual({ is: 'free' })
  })

  test('what is usual is looked at anew after ten seconds', () => {
    const usual = { ...FREE, usual: 0.2 }
    expect(after({ ...usual, age: 8 }, { fine: 800, slow: 200 })?.mode.is).toBe('free')
    expect(after({ ...usual, age: 9 }, { fine: 800, slow: 200 })?.mode).toMatchObject({
      is: 'trial',
      perMs: 0.5,
    })
  })

  test('what is refused less often is less usual', () => {
    expect(after({ ...FREE, usual: 0.2 }, { fine: 950, slow: 50 })?.usual).toBeCloseTo(0.05)
  })

  test('a server that refuses everything still gets the least rate', () => {
    expect(rateOf({ ...FREE, mode: { is: 'stopped', proven: 0 } })).toBe(LEAST_RATE)
    expect(rateOf(FREE)).toBeUndefined()
  })
})

function close(mode: Partial<RateMode>): object {
  const numbers = Object.entries(mode).map(([name, value]) => [
    name,
    typeof value === 'number' ? (expect.closeTo(value, 5) as number) : (value as unknown),
  ])
  return Object.fromEntries(numbers) as object
}
