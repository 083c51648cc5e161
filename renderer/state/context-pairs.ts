export type ParsedPairs =
  | { readonly ok: true; readonly pairs: Record<string, string> }
  | { readonly ok: false; readonly reason: string }

/** Pairs on one line, as one types them: `department=press, year=2026`. */
export function parsePairs(text: string): ParsedPairs {
  const pairs: Record<string, string> = {}
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue
    const at = part.indexOf('=')
    if (at <= 0) return { ok: false, reason: `“${part}” is no pair: type name=value.` }
    const name = part.slice(0, at).trim()
    if (name in pairs) return { ok: false, reason: `“${name}” is there twice.` }
    pairs[name] = part.slice(at + 1).trim()
  }
  return { ok: true, pairs }
}

export function pairsText(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
