import type { Accounts } from './accounts.ts'
import type { Bucket, Entry } from './bucket.ts'
import { ATTRIBUTES, differences } from './differences.ts'
import type { Comparable, Placed } from './differences.ts'
import { Fields, InputError, show } from './input.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { KeyCursor } from './ordered-map.ts'
import type { Store } from './store.ts'

/** How two places differ. Lists hold the first hundred, counts all. Keys are relative to the prefixes. */
export interface Comparison {
  readonly equal: boolean
  /** Keys that are in both. */
  readonly compared: number
  /** In a and not in b. */
  readonly missing: readonly string[]
  readonly missingCount: number
  /** In b and not in a. */
  readonly extra: readonly string[]
  readonly extraCount: number
  readonly different: readonly { readonly key: string; readonly fields: readonly string[] }[]
  readonly differentCount: number
}

export interface Place {
  readonly bucket: string
  readonly prefix: string
}

const MOST_LISTED = 100

/**
 * Compares the current objects under two prefixes: contents, with `attributes` all that is kept with them, and
 * with `checksums` those.
 */
export function comparePlaces(
  context: { readonly store: Store; readonly accounts: Accounts },
  input: unknown,
): Comparison {
  const fields = new Fields(input, 'compare')
  const left = readPlace(context.store, fields, 'a')
  const right = readPlace(context.store, fields, 'b')
  const asked = readAsked(fields)
  fields.end()
  const tally = new Tally()
  let one = nextObject(left)
  let other = nextObject(right)
  while (one !== undefined || other !== undefined) {
    if (other === undefined || (one !== undefined && one.key < other.key)) {
      if (one !== undefined) tally.missing(one.key)
      one = nextObject(left)
    } else if (one === undefined || other.key < one.key) {
      tally.extra(other.key)
      other = nextObject(right)
    } else {
      tally.compared(one.key, differences(context, one, other, asked))
      one = nextObject(left)
      other = nextObject(right)
    }
  }
  return tally.result()
}

/** `attributes` is true for all of them, or a list of their names. */
function readAsked(fields: Fields): readonly Comparable[] {
  const named = fields.raw('attributes')
  const checksums: readonly Comparable[] = fields.flag('checksums') === true ? ['checksums'] : []
  if (named === undefined || named === false) return checksums
  if (named === true) return [...ATTRIBUTES, ...checksums]
  const attributes = ATTRIBUTES.filter((each) => Array.isArray(named) && named.includes(each))
  if (!Array.isArray(named) || attributes.length !== named.length) {
    throw new InputError(
      `${fields.at('attributes')} must be true, false or a list of ${ATTRIBUTES.join(', ')}, not ${show(named)}`,
    )
  }
  return [...attributes, ...checksums]
}

interface Walk {
  readonly bucket: Bucket
  readonly cursor: KeyCursor<Entry>
  readonly prefix: ByteKey
}

function readPlace(store: Store, fields: Fields, name: string): Walk {
  const place = new Fields(fields.raw(name), fields.at(name))
  const bucketName = place.requiredText('bucket')
  const prefix = toByteKey(place.text('prefix') ?? '')
  place.end()
  const bucket: Bucket | undefined = store.buckets.get(bucketName)
  if (bucket === undefined) throw new InputError(`${place.at('bucket')} names no bucket: ${show(bucketName)}`)
  return { bucket, cursor: bucket.objects.seek(prefix), prefix }
}

interface Found extends Placed {
  /** Relative to the prefix. */
  readonly key: ByteKey
}

function nextObject({ bucket, cursor, prefix }: Walk): Found | undefined {
  for (let key = cursor.key; key?.startsWith(prefix) === true; key = cursor.key) {
    const entry = cursor.value
    cursor.next()
    if (entry?.kind === 'object') return { key: key.slice(prefix.length) as ByteKey, bucket, version: entry }
  }
  return undefined
}

class Tally {
  readonly #missing: string[] = []
  readonly #extra: string[] = []
  readonly #different: { key: string; fields: readonly string[] }[] = []
  #missingCount = 0
  #extraCount = 0
  #differentCount = 0
  #compared = 0

  missing(key: ByteKey): void {
    this.#missingCount += 1
    if (this.#missing.length < MOST_LISTED) this.#missing.push(fromByteKey(key))
  }

  extra(key: ByteKey): void {
    this.#extraCount += 1
    if (this.#extra.length < MOST_LISTED) this.#extra.push(fromByteKey(key))
  }

  compared(key: ByteKey, fields: readonly string[]): void {
    this.#compared += 1
    if (fields.length === 0) return
    this.#differentCount += 1
    if (this.#different.length < MOST_LISTED) this.#different.push({ key: fromByteKey(key), fields })
  }

  result(): Comparison {
    return {
      equal: this.#missingCount + this.#extraCount + this.#differentCount === 0,
      compared: this.#compared,
      missing: this.#missing,
      missingCount: this.#missingCount,
      extra: this.#extra,
      extraCount: this.#extraCount,
      different: this.#different,
      differentCount: this.#differentCount,
    }
  }
}
