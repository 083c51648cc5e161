/** A word as a POSIX shell reads it, quoted where it has to be. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** A command as one line, or, where it is long, with an option a line. */
export function shellLines(words: readonly string[]): readonly string[] {
  const quoted = words.map(shellWord)
  const line = quoted.join(' ')
  if (line.length <= 100) return [line]
  const lines: string[][] = [[]]
  for (const word of quoted) {
    if (word.startsWith('--')) lines.push([])
    lines.at(-1)?.push(word)
  }
  return lines.map(
    (part, at) => `${at === 0 ? '' : '  '}${part.join(' ')}${at < lines.length - 1 ? ' \\' : ''}`,
  )
}

/** A comment cannot be ended by what is in it. */
export function shellComment(text: string): string {
  return `# ${text.replace(/\p{Cc}+/gu, ' ')}`
}
