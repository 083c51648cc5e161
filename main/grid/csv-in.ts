import { parse } from 'csv-parse'
import type { Parser } from 'csv-parse'
import { fail } from '#model/failure.ts'

/** One line of a table; `line` counts from 1, as a text editor does. */
export interface TableLine {
  readonly line: number
  readonly cells: readonly string[]
}

/** Characters that are parsed at a time: some milliseconds. */
const PIECE = 16_384
/** Characters of one record. */
const LONGEST_RECORD = 1_000_000

/**
 * Reads a table that comes in pieces, cut anywhere. Throws `bad-input`, naming the line, where its quotes do not fit.
 * A table's own separator is known with its first line: the one of comma, semicolon and tab that is there most often.
 */
export class TableReader {
  #parser: Parser | undefined
  readonly #separator: string | undefined
  /** What came before the separator was known, and half a character at the end of a piece. */
  #rest = ''

  /** `separator`: absent where the first line shall tell. */
  constructor(separator?: string) {
    this.#separator = separator
  }

  /** The lines that are whole with this text, a few at a time. */
  *write(text: string): Generator<TableLine[]> {
    // Of what is kept no line has ended: with each piece only the piece is looked through.
    if (this.#parser === undefined && !/[\r\n]/.test(text)) {
      this.#rest += text
      if (this.#rest.length > LONGEST_RECORD) refuse(new Error('its first line does not end'))
      return
    }
    let all = this.#rest + text
    this.#rest = ''
    const last = all.charCodeAt(all.length - 1)
    if (last >= 0xd800 && last <= 0xdbff) {
      this.#rest = all.slice(-1)
      all = all.slice(0, -1)
    }
    yield* this.#parse(all)
  }

  /** The lines that are left at the end. */
  async end(): Promise<TableLine[]> {
    const left = [...this.#parse(this.#rest)].flat()
    const parser = this.#parser
    if (parser === undefined) return left
    parser.end()
    try {
      for await (const record of parser) left.push(toLine(record))
    } catch (error) {
      refuse(error)
    }
    return left
  }

  *#parse(text: string): Generator<TableLine[]> {
    if (text === '') return
    this.#parser ??= open(this.#separator ?? separatorOf(text))
    for (let at = 0; at < text.length;) {
      let end = Math.min(text.length, at + PIECE)
      const cut = text.charCodeAt(end - 1)
      // Never between the halves of a character.
      if (end < text.length && cut >= 0xd800 && cut <= 0xdbff) end++
      yield this.#piece(this.#parser, text.slice(at, end))
      at = end
    }
  }

  #piece(parser: Parser, text: string): TableLine[] {
    const lines: TableLine[] = []
    parser.write(text)
    if (parser.errored) refuse(parser.errored)
    for (let record: unknown = parser.read(); record !== null; record = parser.read()) {
      lines.push(toLine(record))
    }
    return lines
  }
}

function open(separator: string): Parser {
  const parser = parse({
    bom: true,
    delimiter: separator,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_RECORD,
  })
  // Told by `errored` at once; without a listener it would be thrown besides.
  parser.on('error', () => {})
  return parser
}

function toLine(record: unknown): TableLine {
  const { record: cells, info } = record as { record: string[]; info: { lines: number } }
  return { line: info.lines, cells }
}

function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const count = (separator: string): number => first.split(separator).length
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
}

function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  return fail('bad-input', 'item', `text: this is no table that can be read: ${message}`, {
    property: 'text',
  })
}
