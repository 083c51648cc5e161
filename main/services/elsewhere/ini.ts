/** One section of a settings file, in its order; two of one name are two. */
export interface IniSection {
  readonly title: string
  /** By names in lower case; of a name said twice the last counts. */
  readonly values: ReadonlyMap<string, string>
}

/** Sections and `name = value`. Comments begin a line; lines that say nothing are passed over. */
export function readIni(text: string): IniSection[] {
  const sections: { title: string; values: Map<string, string> }[] = []
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const title = /^\s*\[(.*)\]\s*$/.exec(line)?.[1]
    if (title !== undefined) {
      sections.push({ title: title.trim(), values: new Map() })
      continue
    }
    const equals = line.indexOf('=')
    if (equals < 1) continue
    sections.at(-1)?.values.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim())
  }
  return sections
}
