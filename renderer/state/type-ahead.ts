import type { Row } from './rows.ts'

/** Letters typed within this many milliseconds of each other are one word. */
export const TYPING_PAUSE = 900

/** What has been typed in a list so far, and when. */
export interface Typed {
  readonly text: string
  readonly at: number
}

export const NOT_TYPED: Typed = { text: '', at: -Infinity }

export function typed(before: Typed, letter: string, now: number): Typed {
  return { text: now - before.at < TYPING_PAUSE ? before.text + letter : letter, at: now }
}

/**
 * The row to jump to, or -1. One letter, also typed again and again, goes on to the next name that begins with
 * it; a word stays where it is as long as that fits. The search goes round.
 */
export function jump(rows: readonly Row[], cursor: number, text: string): number {
  const lower = text.toLowerCase()
  const repeated = [...lower].every((letter) => letter === lower[0])
  const wanted = repeated ? (lower[0] ?? '') : lower
  const start = repeated ? cursor + 1 : Math.max(cursor, 0)
  for (let step = 0; step < rows.length; step += 1) {
    const index = (start + step) % rows.length
    if (rows[index]?.name.toLowerCase().startsWith(wanted)) return index
  }
  return -1
}
