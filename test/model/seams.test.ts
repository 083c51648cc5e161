import { describe, expect, it, test } from 'vitest'
import { steadyClock } from '#model/seams.ts'

const HOUR = 3_600_000

/** A machine whose clock is set by `shift`, while time passes. */
function machine() {
  let passed = 0
  let shift = 1_800_000_000_000
  const now = steadyClock(
    () => passed + shift,
    () => passed,
  )
  return {
    now,
    pass: (ms: number) => (passed += ms),
    set: (by: number) => (shift += by),
    wall: () => passed + shift,
  }
}

describe('the clock', () => {
  it('is the machine’s, also where that one leaps ahead', () => {
    const { now, pass, set, wall } = machine()
    expect(now()).toBe(wall())
    pass(7)
    expect(now()).toBe(wall())
    set(HOUR)
    expect(now()).toBe(wall())
  })

  it('goes on where the machine’s is set back, and is the same again once that one has caught up', () => {
    const { now, pass, set, wall } = machine()
    let before = now()
    set(-HOUR)
    expect(now()).toBe(before)
    for (let minutes = 0; minutes < 9 * 60; minutes++) {
      pass(60_000)
      const at = now()
      expect(at - before).toBe(54_000)
      before = at
    }
    pass(HOUR)
    expect(now()).toBe(wall())
    pass(HOUR)
    expect(now()).toBe(wall())
  })

  test('set back again while it catches up, it never goes back', () => {
    const { now, pass, set, wall } = machine()
    let before = now()
    for (const by of [-HOUR, HOUR / 2, -1, -HOUR, 3 * HOUR, -24 * HOUR]) {
      set(by)
      const seen = now()
      expect(seen).toBeGreaterThanOrEqual(before)
      before = seen
      for (let n = 0; n < 5; n++) {
        pass(1000)
        const at = now()
        expect(at - before).toBeGreaterThanOrEqual(900)
        expect(at).toBeGreaterThanOrEqual(wall())
        before = at
      }
    }
  })
})
