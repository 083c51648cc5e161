import { PROPERTY_LIMITS, metadataBytes } from '#model/properties.ts'

/** One line of an editor of headers, metadata or tags, as it is typed. */
export interface PairRow {
  readonly name: string
  readonly text: string
  /** Taken away rather than set. */
  readonly removes: boolean
}

type Pairs = Readonly<Record<string, string | undefined>>

/** What such a property can be, whatever its names. */
export type PairPolicy =
  | { readonly policy: 'copy' }
  | { readonly policy: 'drop' }
  | { readonly policy: 'set'; readonly value: Pairs }
  | { readonly policy: 'change'; readonly set: Pairs; readonly remove: readonly string[] }

export function rowsOf(value: PairPolicy): PairRow[] {
  if (value.policy === 'set') return setRows(value.value)
  if (value.policy !== 'change') return []
  return [...setRows(value.set), ...value.remove.map((name) => ({ name, text: '', removes: true }))]
}

/** Rows without a name count for nothing yet. Of two with one name the later holds; the editor says so. */
export function policyOf(policy: 'set' | 'change', rows: readonly PairRow[]): PairPolicy {
  const named = rows.filter(({ name }) => name !== '')
  const set = Object.fromEntries(
    named.filter(({ removes }) => !removes).map(({ name, text }) => [name, text]),
  )
  if (policy === 'set') return { policy, value: set }
  return { policy, set, remove: named.filter(({ removes }) => removes).map(({ name }) => name) }
}

function setRows(pairs: Pairs): PairRow[] {
  return Object.entries(pairs).map(([name, text]) => ({ name, text: text ?? '', removes: false }))
}

/**
 * What is wrong with the name or value in a row, or undefined. The rules are S3's:
 *
 * | kind     | name                                          | value                 |
 * |----------|-----------------------------------------------|-----------------------|
 * | header   | one of six, once                              | one line              |
 * | metadata | a header's name, no capitals, once            | one line              |
 * | tag      | 1 to 128 characters, not aws:…, once          | at most 256 characters|
 */
export function pairTrouble(
  kind: 'headers' | 'metadata' | 'tags',
  rows: readonly PairRow[],
  index: number,
): { readonly name?: string; readonly text?: string } {
  const row = rows[index]
  if (row === undefined) return {}
  const { name, text } = row
  if (name === '') return text === '' ? {} : { name: 'It needs a name.' }
  if (rows.findIndex((other) => other.name === name) < index) return { name: 'It is there already.' }
  if (kind === 'metadata') {
    if (/[A-Z]/.test(name)) return { name: 'S3 keeps names in small letters.' }
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return { name: 'No spaces or signs like : / ( ).' }
  }
  if (kind === 'tags') {
    if (/^aws:/i.test(name)) return { name: 'aws: belongs to AWS itself.' }
    if (name.length > PROPERTY_LIMITS.tagKey) return { name: `At most ${PROPERTY_LIMITS.tagKey} characters.` }
    if (text.length > PROPERTY_LIMITS.tagValue)
      return { text: `At most ${PROPERTY_LIMITS.tagValue} characters.` }
  }
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (kind !== 'tags' && /[\u0000-\u001f\u007f]/.test(text)) return { text: 'One line only.' }
  return {}
}

/** How much of S3's limit is used: "3 of 10 tags", "120 of 2,048 bytes"; undefined where there is none. */
export function pairUse(
  kind: 'headers' | 'metadata' | 'tags',
  rows: readonly PairRow[],
): { readonly text: string; readonly full: boolean; readonly over: boolean } | undefined {
  if (kind === 'headers') return undefined
  const set = rows.filter(({ name, removes }) => name !== '' && !removes)
  if (kind === 'tags') {
    const { tags } = PROPERTY_LIMITS
    return { text: `${set.length} of ${tags} tags`, full: rows.length >= tags, over: set.length > tags }
  }
  const { metadataBytes: most } = PROPERTY_LIMITS
  const used = metadataBytes(Object.fromEntries(set.map(({ name, text }) => [name, text])))
  return {
    text: `${used.toLocaleString('en')} of ${most.toLocaleString('en')} bytes`,
    full: used >= most,
    over: used > most,
  }
}
