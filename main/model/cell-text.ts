import { couldBeFormula } from './formula.ts'

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
 * | `\=1+1`, …        | exactly this, without the first backslash     | what could be a formula  |
 * | anything else     | exactly this                                  | exactly this             |
 *
 * A spreadsheet would put the result in the place of `=1+1`, and not only that (`formula.ts`). With a backslash it is text
 * to it, and comes back. A table that has `=1+1` as it is, is read as it is.
 */

const WORD = /^\\*\((none|empty)\)$/

/** Undefined: leave it; null: take it away. */
export function readCell(text: string): string | null | undefined {
  if (text === '') return undefined
  if (text === '(none)') return null
  if (text === '(empty)') return ''
  return WORD.test(text) ? text.slice(1) : unshielded(text)
}

/** `value`: null where an edit takes it away, undefined where it is not set. */
export function writeCell(value: string | null | undefined): string {
  if (value === undefined) return ''
  if (value === null) return '(none)'
  if (value === '') return '(empty)'
  return WORD.test(value) ? `\\${value}` : shielded(value)
}

/** A key or an ETag for a table, where no cell has a word: a backslash before what could be a formula. */
export function shielded(text: string): string {
  return couldBeFormula(text.replace(/^\\+/, '')) ? `\\${text}` : text
}

export function unshielded(text: string): string {
  return text.startsWith('\\') && couldBeFormula(text.replace(/^\\+/, '')) ? text.slice(1) : text
}
