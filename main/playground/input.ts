/** Input that is not what it should be; the message names the field and the value. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** The fields of a JSON object, read one by one; what is left over at the end is refused. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #left: Set<string>

  /** `path` names the object in messages. @throws InputError if `value` is no object */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InputError(`${path} must be an object, not ${show(value)}`)
    }
    this.#values = value as Record<string, unknown>
    this.#path = path
    this.#left = new Set(Object.keys(value))
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined
  }

  /** A field as it is. */
  raw(name: string): unknown {
    this.#left.delete(name)
    return this.#values[name]
  }

  text(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.#wrong(name, 'text', value)
  }

  requiredText(name: string): string {
    const value = this.text(name)
    if (value === undefined || value === '') throw this.#wrong(name, 'text', value)
    return value
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    const word = words.find((each) => each === value)
    if (word === undefined) throw this.#wrong(name, `one of ${words.join(', ')}`, value)
    return word
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.#wrong(name, 'true or false', value)
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    throw this.#wrong(name, `a whole number from ${least} to ${most}`, value)
  }

  /** A number above 0, up to `most`. */
  positive(name: string, most: number): number | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && value > 0 && value <= most) return value
    throw this.#wrong(name, `a number above 0, up to ${most}`, value)
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name)
    if (value === undefined || Array.isArray(value)) return value as readonly unknown[] | undefined
    throw this.#wrong(name, 'a list', value)
  }

  /** Names with text values. */
  texts(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    const fields = new Fields(value, this.at(name))
    return Object.fromEntries(Object.keys(value as object).map((each) => [each, fields.text(each) ?? '']))
  }

  /** The full name of a field, for messages. */
  at(name: string): string {
    return `${this.#path}.${name}`
  }

  /** @throws InputError for a field that nobody read */
  end(): void {
    const [unknown] = this.#left
    if (unknown !== undefined) throw new InputError(`${this.at(unknown)} is not known`)
  }

  #wrong(name: string, expected: string, value: unknown): InputError {
    return new InputError(`${this.at(name)} must be ${expected}, not ${show(value)}`)
  }
}

/** A value in a message, short. */
export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
