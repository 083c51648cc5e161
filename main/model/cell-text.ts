/**
 * How a cell stands in a CSV or in a pasted table. A table cannot tell a value that is not there from one that is
 * empty, so both have a word:
 *
 * | in the table      | means                                         | written for              |
 * |-------------------|-----------------------------------------------|--------------------------|
 * | nothing           | leave it as it is                             | what is not set          |
 * | `(none)`          | take it away                                  | what an edit takes away  |
 * | `(empty)`         | set it to nothing (metadata and tags)         | a value that is empty    |
 * | `\(none)`, …      | exactly this, without the first backslash     | a value that is a word   |
 * | anything else     | exactly this                                  | exactly this             |
 *
 * Values are never changed for a spreadsheet's sake (`=1+1` stays that): what goes out must come back.
 */

const WORD = /^\\*\((none|empty)\)$/

/** Undefined: leave it; null: take it away. */
export function readCell(text: string): string | null | undefined {
  if (text === '') return undefined
  if (text === '(none)') return null
  if (text === '(empty)') return ''
  return WORD.test(text) ? text.slice(1) : text
}

/** `value`: null where an edit takes it away, undefined where it is not set. */
export function writeCell(value: string | null | undefined): string {
  if (value === undefined) return ''
  if (value === null) return '(none)'
  if (value === '') return '(empty)'
  return WORD.test(value) ? `\\${value}` : value
}
