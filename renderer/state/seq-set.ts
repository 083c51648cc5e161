/** Positions of a plan. */
export function setOf(seqs: readonly number[]): ReadonlySet<number> {
  return new Set(seqs)
}

/** With it, where it was not there; without it, where it was. */
export function toggledIn(seqs: ReadonlySet<number>, seq: number): ReadonlySet<number> {
  const next = new Set(seqs)
  if (!next.delete(seq)) next.add(seq)
  return next
}
