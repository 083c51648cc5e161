/** How header lines become one text. */
export interface HeaderStyle {
  /** Between name and value. */
  readonly between: string
  /** Behind the value. */
  readonly end: string
  /** Which of the headers stand in the text, as places among `names`, in their order there. */
  readonly order: (names: readonly string[]) => readonly number[]
  /** What stands in the text for a value; may throw for one that cannot. */
  readonly value: (name: string, value: string) => string
}

/** Kinds of requests that are remembered: a job sends two or three. */
const KINDS = 8

/**
 * Headers as one text, for requests of which most say mostly the same. What stays from one to the next is kept as it was
 * written, so a text is put together of as many pieces as there are values that change: half of what a copy allocated
 * were the pieces of these texts.
 */
export class HeaderTexts {
  readonly #style: HeaderStyle
  #kinds: Kind[] = []

  constructor(style: HeaderStyle) {
    this.#style = style
  }

  /** Throws what the style's `value` throws. */
  of(headers: readonly string[]): { readonly names: string; text(headers: readonly string[]): string } {
    const kinds = this.#kinds
    for (let n = 0; n < kinds.length; n++) {
      const kind = kinds[n] as Kind
      if (kind.isOf(headers)) return kind
    }
    const kind = new Kind(headers, this.#style)
    this.#kinds = [kind, ...kinds.slice(0, KINDS - 1)]
    return kind
  }
}

/** Requests with the same names in the same places. */
class Kind {
  /** Of those that stand in the text, joined by `;`. */
  readonly names: string
  readonly #style: HeaderStyle
  readonly #given: readonly string[]
  /** Where the values stand in the list, in the order of the text. */
  readonly #places: readonly number[]
  /** Of each the value that it has had so far; undefined once it was another. */
  readonly #same: (string | undefined)[]
  /** Places of the values that change, what goes before each of them, and what comes behind the last. */
  #changing: readonly number[] = []
  #before: readonly string[] = []
  #after: string | undefined

  constructor(headers: readonly string[], style: HeaderStyle) {
    this.#style = style
    this.#given = headers.filter((_, at) => at % 2 === 0)
    const order = style.order(this.#given)
    this.names = order.map((n) => this.#given[n]).join(';')
    this.#places = order.map((n) => 2 * n + 1)
    this.#same = this.#places.map((place) => headers[place])
  }

  isOf(headers: readonly string[]): boolean {
    const given = this.#given
    if (given.length * 2 !== headers.length) return false
    for (let n = 0; n < given.length; n++) if (given[n] !== headers[2 * n]) return false
    return true
  }

  text(headers: readonly string[]): string {
    const places = this.#places
    const same = this.#same
    for (let n = 0; n < places.length; n++) {
      const known = same[n]
      if (known === undefined || known === headers[places[n] as number]) continue
      same[n] = undefined
      this.#after = undefined
    }
    const after = this.#after ?? this.#divide(headers)
    const { value } = this.#style
    const changing = this.#changing
    let text = ''
    for (let n = 0; n < changing.length; n++) {
      const place = changing[n] as number
      text += this.#before[n] as string
      text += value(headers[place - 1] as string, headers[place] as string)
    }
    return text + after
  }

  /** What stays, cut where something changes. Returns the last piece. */
  #divide(headers: readonly string[]): string {
    const { between, end, value } = this.#style
    const changing: number[] = []
    const before: string[] = []
    let piece = ''
    for (const [n, place] of this.#places.entries()) {
      const name = headers[place - 1] as string
      piece += name + between
      const known = this.#same[n]
      if (known === undefined) {
        before.push(piece)
        changing.push(place)
        piece = end
      } else piece += value(name, known) + end
    }
    this.#changing = changing
    this.#before = before
    this.#after = piece
    return piece
  }
}
