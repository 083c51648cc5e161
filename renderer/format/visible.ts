import { visible } from '#model/visible.ts'

/** The primitives of the window know no model: here is what they need of it. */
export { visible }

/** The same in three parts, of which the middle one was found: spaces beside it are not at an end of the text. */
export function visibleParts(
  text: string,
  from: number,
  to: number,
): readonly [before: string, found: string, after: string] {
  const whole = visible(text)
  const lengthOf = (until: number): number => visible(`${text.slice(0, until)}.`).length - 1
  const [start, end] = [lengthOf(from), lengthOf(to)]
  return [whole.slice(0, start), whole.slice(start, end), whole.slice(end)]
}
