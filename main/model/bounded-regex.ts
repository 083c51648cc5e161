import { parseRegex } from './regex-parse.ts'
import type { ParsedRegex, RegexNode } from './regex-parse.ts'
import { linearRegex } from './regex-run.ts'
import type { LinearRegex } from './regex-run.ts'

/**
 * Regular expressions that a person, or a job file, gave, and keys that anybody may have written. V8 goes back and tries
 * anew: `(a+)+$` takes it longer than a life on thirty letters, and meanwhile the core answers nobody. So it is asked
 * where an upper bound of its tries is small, and elsewhere an engine whose time grows with the text only (regex-run.ts).
 *
 * | tries of V8, at most         | can be run in linear time | is                                          |
 * |------------------------------|---------------------------|---------------------------------------------|
 * | few for any text             | either                    | V8's                                        |
 * | few for a short text         | yes                       | V8's for short ones, linear for long ones   |
 * | many, or without a bound     | yes                       | linear                                      |
 * | few for 200 characters       | no                        | V8's                                        |
 * | many                         | no                        | refused, where it is given (`regexProblem`) |
 */
export function boundedRegex(source: string, flags: 'u' | 'gu' | 'su'): RegExp {
  const plain = new RegExp(source, flags)
  const parsed = parsedOrNothing(source)
  if (parsed === undefined || tries(parsed.root, LONG) <= FEW) return plain
  const linear = linearRegex(parsed, plain.dotAll)
  return linear === undefined ? plain : new BoundedRegex(plain, parsed, linear)
}

/** Why an expression is not taken: V8's words, or that it could take for ever. Undefined for a good one. */
export function regexProblem(source: string): string | undefined {
  try {
    new RegExp(source, 'u')
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '')
  }
  const parsed = parsedOrNothing(source)
  if (parsed === undefined) return 'it has a kind of group that Decant does not know'
  if (tries(parsed.root, SHORT) <= BEARABLE || linearRegex(parsed, false) !== undefined) return undefined
  return 'it repeats what is repeated already, with a back reference, a look behind or what may be empty in it, and could take for ever'
}

/** Tries that take some milliseconds, and some tenths of a second. */
const FEW = 1_000_000
const BEARABLE = 20_000_000
/** Characters: longer than a key may be, and as long as keys often are. */
const LONG = 8192
const SHORT = 200

function parsedOrNothing(source: string): ParsedRegex | undefined {
  try {
    return parseRegex(source)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** How often V8 may try on a text of that length: an upper bound. */
function tries(root: RegexNode, length: number): number {
  return ways(root, length) * (beginsAtStart(root) ? 1 : length + 1)
}

/** In how many ways a node may match from one place on; of repetitions of what varies itself there is no bound. */
function ways(node: RegexNode, length: number): number {
  switch (node.is) {
    case 'char':
    case 'assert':
    case 'back':
      return 1
    case 'group':
    case 'look':
      return ways(node.body, length)
    case 'all':
      return node.parts.reduce((product, part) => product * ways(part, length), 1)
    case 'either':
      return node.parts.reduce((sum, part) => sum + ways(part, length), 0)
    case 'repeat': {
      const { body, min, max } = node
      const once = ways(body, length)
      if (min === max) return once ** max
      if (once > 1) return Infinity
      return Math.min(max - min, length) + 1
    }
  }
}

function beginsAtStart(node: RegexNode): boolean {
  switch (node.is) {
    case 'assert':
      return node.what === '^'
    case 'group':
      return beginsAtStart(node.body)
    case 'all':
      return node.parts[0] !== undefined && beginsAtStart(node.parts[0])
    case 'either':
      return node.parts.every(beginsAtStart)
    default:
      return false
  }
}

/** `test`, `match` and `replace` go by `exec`, so that all that V8 does with a match stays V8's. */
class BoundedRegex extends RegExp {
  readonly #parsed: ParsedRegex
  readonly #linear: LinearRegex
  /** Characters up to which V8 is asked. */
  readonly #short: number

  constructor(plain: RegExp, parsed: ParsedRegex, linear: LinearRegex) {
    super(plain.source, plain.flags)
    this.#parsed = parsed
    this.#linear = linear
    this.#short =
      [2000, 1000, 400, 200, 100, 60, 30].find((length) => tries(parsed.root, length) <= FEW) ?? -1
  }

  override exec(text: string): RegExpExecArray | null {
    if (text.length <= this.#short) return super.exec(text)
    const from = this.global ? this.lastIndex : 0
    const found = from > text.length ? undefined : this.#linear.find(text, from)
    if (this.global) this.lastIndex = found?.[1] ?? 0
    return found === undefined ? null : this.#answer(text, found)
  }

  #answer(text: string, found: readonly number[]): RegExpExecArray {
    const { groups, names } = this.#parsed
    const held = Array.from({ length: groups + 1 }, (_, n) => {
      const [from = -1, to = -1] = found.slice(2 * n, 2 * n + 2)
      return from < 0 || to < 0 ? undefined : text.slice(from, to)
    })
    const named: Record<string, string | undefined> = Object.create(null) as Record<
      string,
      string | undefined
    >
    for (const [slot, name] of names) named[name] ??= held[slot]
    const more = { index: found[0] ?? 0, input: text, groups: names.size > 0 ? named : undefined }
    return Object.assign(held as string[], more) as unknown as RegExpExecArray
  }
}
