import { PRIORITIES } from '#model/orders.ts'

/** What is offered; others come from the command line. */
export const PRIORITY_CHOICES = [
  { value: PRIORITIES.high, word: 'High' },
  { value: PRIORITIES.normal, word: 'Normal' },
  { value: PRIORITIES.low, word: 'Low' },
] as const

/** `High priority`, `Priority 60`. */
export function priorityWords(priority: number): string {
  const known = PRIORITY_CHOICES.find(({ value }) => value === priority)
  return known === undefined ? `Priority ${priority}` : `${known.word} priority`
}

/** `next in the queue`, `2nd in the queue`. */
export function placeWords(place: number): string {
  return place === 1 ? 'next in the queue' : `${ordinal(place)} in the queue`
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`. */
export function ordinal(count: number): string {
  const teen = count % 100 >= 11 && count % 100 <= 13
  const ending = teen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th')
  return `${count}${ending}`
}
