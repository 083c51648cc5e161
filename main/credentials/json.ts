/** The fields of a JSON object that nobody vouches for. */
export type Fields = Readonly<Record<string, unknown>>

/** Undefined where the text is no JSON object. */
export function jsonFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined
  } catch {
    return undefined
  }
}

/** A text that is not empty. */
export function textOf(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberOf(fields: Fields | undefined, name: string): number | undefined {
  const value = fields?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Milliseconds since the epoch, of a date as text. */
export function dateOf(fields: Fields | undefined, name: string): number | undefined {
  const at = Date.parse(textOf(fields, name) ?? '')
  return Number.isNaN(at) ? undefined : at
}
