import type { Line, LinePlace } from './lines.ts'

/** Lines that one cell in quotes may go over; after so many its quotes are taken for forgotten. */
const MOST_LINES = 64
/** Characters of such a record. */
const LONGEST_RECORD = 64 * 1024

/** One record of a CSV; `raw` is how it stands there. */
export interface CsvRecord extends LinePlace {
  readonly cells: readonly string[]
  readonly raw: string
  /** Where the next one begins. */
  readonly next: LinePlace
  /** It cannot be read: a sentence without its subject. */
  readonly problem?: string | undefined
}

/**
 * Lines as records (RFC 4180; empty lines are none). Quotes count where a cell begins with them. A cell in quotes may go
 * over several lines; where its quotes do not end, its first line alone is lost, and the next one is read by itself.
 */
export async function* recordsOf(lines: AsyncIterable<readonly Line[]>): AsyncGenerator<CsvRecord[]> {
  const open: Line[] = []
  let isOdd = false
  let length = 0
  for await (const page of lines) {
    const records: CsvRecord[] = []
    for (const line of page) take(line, records)
    yield records
  }
  const left: CsvRecord[] = []
  while (open.length > 0) giveUp(left)
  if (left.length > 0) yield left

  function take(line: Line, records: CsvRecord[]): void {
    if (open.length === 0) {
      if (line.text === '' && line.problem === undefined) return
      if (line.problem !== undefined || !opensQuotes(line.text)) {
        records.push(plain(line))
        return
      }
    }
    if (line.problem !== undefined) {
      while (open.length > 0) giveUp(records)
      records.push(plain(line))
      return
    }
    open.push(line)
    length += line.text.length
    if (hasOddQuotes(line.text)) isOdd = !isOdd
    if (!isOdd) {
      const cells = quoted(open)
      if (cells !== undefined) {
        records.push(joined(open, cells))
        open.length = 0
        length = 0
      } else if (open.length > 1) giveUp(records)
      else {
        const [only] = open.splice(0)
        if (only) records.push(broken(only, 'something stands behind its quotes'))
        length = 0
      }
    } else if (open.length >= MOST_LINES || length > LONGEST_RECORD) giveUp(records)
  }

  /** The first of the open lines is lost, and the others are read anew. */
  function giveUp(records: CsvRecord[]): void {
    const [first, ...rest] = open.splice(0)
    isOdd = false
    length = 0
    if (first) records.push(broken(first, 'its quotes do not end'))
    for (const line of rest) take(line, records)
  }
}

function plain(line: Line): CsvRecord {
  const { text, offset, problem } = line
  const cells = problem === undefined ? text.split(',') : []
  return { line: line.line, offset, next: after(line), raw: text, cells, problem }
}

function broken(line: Line, problem: string): CsvRecord {
  return { line: line.line, offset: line.offset, next: after(line), raw: line.text, cells: [], problem }
}

function after({ line, end }: Line): LinePlace {
  return { line: line + 1, offset: end }
}

function joined(lines: readonly Line[], cells: readonly string[]): CsvRecord {
  const [first] = lines as readonly [Line]
  const raw = lines.length === 1 ? first.text : lines.map(({ text }) => text).join('\n')
  return { line: first.line, offset: first.offset, next: after(lines.at(-1) ?? first), raw, cells }
}

function opensQuotes(text: string): boolean {
  return text.charCodeAt(0) === 34 || text.includes(',"')
}

function hasOddQuotes(text: string): boolean {
  let odd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd
  return odd
}

/** The cells of a whole record, or undefined where something stands behind closing quotes. */
function quoted(lines: readonly Line[]): string[] | undefined {
  const text = lines.length === 1 ? (lines[0]?.text ?? '') : lines.map((line) => line.text).join('\n')
  return allQuoted(text) ?? readCells(text)
}

/** As S3 Inventory writes it: every cell in quotes, and none within. */
function allQuoted(text: string): string[] | undefined {
  if (text.length < 2 || text.charCodeAt(0) !== 34 || text.charCodeAt(text.length - 1) !== 34)
    return undefined
  const cells = text.slice(1, -1).split('","')
  return cells.some((cell) => cell.includes('"')) ? undefined : cells
}

function readCells(text: string): string[] | undefined {
  const cells: string[] = []
  for (let at = 0; ;) {
    if (text.charCodeAt(at) === 34) {
      let cell = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0) return undefined
        cell += text.slice(from, quote)
        at = quote + 1
        if (text.charCodeAt(at) !== 34) break
        cell += '"'
        from = at + 1
      }
      cells.push(cell)
      if (at < text.length && text.charCodeAt(at) !== 44) return undefined
    } else {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      cells.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return cells
    at += 1
  }
}
