/**
 * A spreadsheet takes a cell for a formula that begins with one of these, or with its full-width twin, and some trim a
 * tab or a line break before it. Source: "CSV Injection", OWASP.
 *
 * Every CSV of ours, and who opens it:
 *
 * | file                       | read by                    | what stands in the way of a formula                      |
 * |----------------------------|----------------------------|----------------------------------------------------------|
 * | a plan (a file)            | people                     | an apostrophe, `defused`                                 |
 * | a plan (standard output)   | programs                   | nothing: exact                                           |
 * | a completion report        | people; again as manifest  | keys are URL-encoded, a first `-` too; an apostrophe     |
 * |                            |                            | elsewhere, taken off where it is read again (`exact`)    |
 * | a manifest                 | programs, as manifest      | keys are URL-encoded, a first `-` too                    |
 * | rows that made no sense    | people                     | an apostrophe                                            |
 * | a grid's table             | people; again as table     | a backslash, taken off where it is read (`cell-text.ts`) |
 * | a table made by others     | Decant                     | not ours: keys are read as they are                      |
 */
const FORMULA = /^[=+@\t\r\n＝＋－＠-]/
/** A number, which a spreadsheet shows as it is. */
const NEGATIVE = /^-\d+(?:\.\d+)?$/

/** What of a cell is quoted besides what has to be: a spreadsheet that parts cells or lines by these would part it. */
export const SPLITS = /[;\t\r\n]/

export function couldBeFormula(cell: string): boolean {
  return FORMULA.test(cell) && !NEGATIVE.test(cell)
}

/**
 * Where a formula could begin: at the beginning, and, since a spreadsheet may part cells by semicolons or tabs instead of
 * commas, behind one of these and behind a line break. Apostrophes before it count along, so that one can be taken off.
 */
const BEGINNINGS = /^(?='*[=+@\t\r\n＝＋－＠-])|(?<=[;\t\r\n])(?='*[=+@＝＋－＠-])/g
const APOSTROPHES = /^'(?='*[=+@\t\r\n＝＋－＠-])|(?<=[;\t\r\n])'(?='*[=+@＝＋－＠-])/g

/** A cell for people: an apostrophe wherever a formula could begin, which makes it text. */
export function defused(cell: string): string {
  return NEGATIVE.test(cell) ? cell : cell.replace(BEGINNINGS, "'")
}

/** What `defused` was given. */
export function exact(cell: string): string {
  return cell.replace(APOSTROPHES, '')
}
