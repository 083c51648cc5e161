/** How well a text fits what was typed; where it was found, to be marked. */
export interface Match {
  readonly score: number
  readonly from: number
  readonly to: number
}

/**
 * Finds what was typed in a text, whatever the case: at its beginning before at the beginning of a word, that
 * before anywhere. Undefined where it does not occur. Nothing typed fits everything alike.
 */
export function match(text: string, typed: string): Match | undefined {
  if (typed === '') return { score: 0, from: 0, to: 0 }
  const at = text.toLowerCase().indexOf(typed.toLowerCase())
  if (at < 0) return undefined
  const wordBegins = at > 0 && /[\s/._-]/.test(text[at - 1] ?? '')
  return { score: at === 0 ? 3 : wordBegins ? 2 : 1, from: at, to: at + typed.length }
}

/** The entries that fit, the best first within each group; groups keep their order. */
export function search<Entry extends { readonly title: string; readonly group: string }>(
  entries: readonly Entry[],
  typed: string,
  most: number,
): readonly { readonly entry: Entry; readonly match: Match }[] {
  const groups = new Map<string, { entry: Entry; match: Match }[]>()
  for (const entry of entries) {
    const found = match(entry.title, typed)
    if (found === undefined) continue
    const group = groups.get(entry.group) ?? []
    group.push({ entry, match: found })
    groups.set(entry.group, group)
  }
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => b.match.score - a.match.score).slice(0, most),
  )
}
