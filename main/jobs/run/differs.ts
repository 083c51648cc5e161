import type { Difference } from '../../engine/compare/compare.ts'
import type { Failure } from '#model/failure.ts'
import { HEADER_NAMES } from '#model/properties.ts'

/** Differences that a sentence names; how many more there are, it says. */
const MOST_NAMED = 6

/** All of them by name, the first ones with their values. */
export function differs(differences: readonly Difference[]): Failure {
  const named = differences
    .slice(0, MOST_NAMED)
    .map(({ property, source, destination }) => `${asSent(property)} (${source}, there ${destination})`)
  const more = differences.length - named.length
  const [first] = differences
  const message =
    first?.property === 'existence'
      ? missingSentence(first.destination)
      : `It differs in ${named.join(', ')}${more > 0 ? `, and in ${more} more` : ''}.`
  const property = differences.map((difference) => difference.property).join(', ')
  return { code: 'differs', reach: 'item', message, property }
}

function missingSentence(destination: string): string {
  return destination === 'missing'
    ? 'It is missing at the destination.'
    : 'It stands at the destination only: nothing at the source goes there.'
}

/** A header by the name it has in a request: `content-type`, not `contentType`. */
function asSent(property: string): string {
  const isHeader = HEADER_NAMES.some((name) => name === property)
  return isHeader ? property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : property
}
