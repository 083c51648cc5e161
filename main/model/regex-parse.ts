/**
 * A regular expression of JavaScript, with the flag `u`, taken apart. Its source has compiled already, so what is wrong
 * with one need not be found here; what a piece means beyond one character is looked up in V8 itself (see `char`).
 */
export type RegexNode =
  /** One character: itself, a class, an escape, a dot. `source` by itself is an expression for it. */
  | { readonly is: 'char'; readonly source: string }
  | { readonly is: 'assert'; readonly what: '^' | '$' | '\\b' | '\\B' }
  | { readonly is: 'group'; readonly slot: number | undefined; readonly body: RegexNode }
  | { readonly is: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly body: RegexNode }
  /** A back reference: what it matches is known only while matching. */
  | { readonly is: 'back' }
  | { readonly is: 'all' | 'either'; readonly parts: readonly RegexNode[] }
  | {
      readonly is: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }

export interface ParsedRegex {
  readonly root: RegexNode
  /** Groups that capture, and their names by number. */
  readonly groups: number
  readonly names: ReadonlyMap<number, string>
}

/** Throws `RangeError` for syntax that came after this was written. */
export function parseRegex(source: string): ParsedRegex {
  const parser = new Parser(source)
  const root = parser.either()
  return { root, groups: parser.groups, names: parser.names }
}

/** What a group may begin with. The order counts: `(?<=` before `(?<name>`. */
const GROUP = /\((?:\?(?:(:)|(=|!|<=|<!)|<([^>]*)>))?/y
const ESCAPE =
  /\\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/uy
const BACK = /\\(?:[1-9]\d*|k<[^>]*>)/y
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/uy
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/y

class Parser {
  groups = 0
  readonly names = new Map<number, string>()
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  either(): RegexNode {
    const parts = [this.#all()]
    while (this.#take('|')) parts.push(this.#all())
    return parts.length === 1 ? (parts[0] as RegexNode) : { is: 'either', parts }
  }

  #all(): RegexNode {
    const parts: RegexNode[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#atom()))
    }
    return { is: 'all', parts }
  }

  #atom(): RegexNode {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    if (character === '(') return this.#group()
    if (character === '^' || character === '$') return this.#assert(character)
    if (character === '[') return { is: 'char', source: this.#match(CLASS)[0] }
    if (character === '\\') return this.#escape()
    this.#at += character.length
    return { is: 'char', source: character }
  }

  #group(): RegexNode {
    const [whole, plain, look, name] = this.#match(GROUP)
    if (whole === '(' && this.#source[this.#at] === '?')
      throw new RangeError('a kind of group that is not known')
    const captures = plain === undefined && look === undefined
    const slot = captures ? ++this.groups : undefined
    if (slot !== undefined && name !== undefined) this.names.set(slot, name)
    const body = this.either()
    this.#take(')')
    if (look === undefined) return { is: 'group', slot, body }
    return { is: 'look', ahead: !look.startsWith('<'), negated: look.endsWith('!'), body }
  }

  #escape(): RegexNode {
    const next = this.#source[this.#at + 1]
    if (next === 'b' || next === 'B') return this.#assert(`\\${next}`)
    BACK.lastIndex = this.#at
    if (BACK.test(this.#source)) {
      this.#at = BACK.lastIndex
      return { is: 'back' }
    }
    return { is: 'char', source: this.#match(ESCAPE)[0] }
  }

  #assert(what: '^' | '$' | '\\b' | '\\B'): RegexNode {
    this.#at += what.length
    return { is: 'assert', what }
  }

  #repeated(body: RegexNode): RegexNode {
    QUANTIFIER.lastIndex = this.#at
    const found = QUANTIFIER.exec(this.#source)
    if (found === null) return body
    this.#at = QUANTIFIER.lastIndex
    const [, sign, from, range, to, lazy] = found
    const min = sign === undefined ? Number(from) : sign === '+' ? 1 : 0
    const max =
      sign === undefined ? (range === undefined ? min : Number(to || Infinity)) : sign === '?' ? 1 : Infinity
    return { is: 'repeat', body, min, max, lazy: lazy === '?' }
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found === null) throw new RangeError(`not known: ${this.#source.slice(this.#at, this.#at + 10)}`)
    this.#at = pattern.lastIndex
    return found
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false
    this.#at += 1
    return true
  }
}
