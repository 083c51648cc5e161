import { sameContents } from './content.ts'
import { encryptionFields } from './encryption.ts'
import { Fields, InputError, show } from './input.ts'
import { fromByteKey, toByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import { checksumHeaders, checksumOfVersion } from './object-checksums.ts'
import type { Cursor } from './ordered-map.ts'
import type { Bucket, Entry, ObjectVersion, Store } from './store.ts'

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
export function comparePlaces(store: Store, input: unknown): Comparison {
  const fields = new Fields(input, 'compare')
  const left = readPlace(store, fields, 'a')
  const right = readPlace(store, fields, 'b')
  const withAttributes = fields.flag('attributes') ?? false
  const withChecksums = fields.flag('checksums') ?? false
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
      const found = differences(one.version, other.version, withAttributes)
      const checksums = withChecksums ? checksumDifferences(one.version, other.version) : []
      tally.compared(one.key, [...found, ...checksums])
      one = nextObject(left)
      other = nextObject(right)
    }
  }
  return tally.result()
}

interface Walk {
  readonly cursor: Cursor<Entry>
  readonly prefix: ByteKey
}

function readPlace(store: Store, fields: Fields, name: string): Walk {
  const place = new Fields(fields.raw(name), fields.at(name))
  const bucketName = place.requiredText('bucket')
  const prefix = toByteKey(place.text('prefix') ?? '')
  place.end()
  const bucket: Bucket | undefined = store.buckets.get(bucketName)
  if (bucket === undefined) throw new InputError(`${place.at('bucket')} names no bucket: ${show(bucketName)}`)
  return { cursor: bucket.objects.seek(prefix), prefix }
}

interface Found {
  /** Relative to the prefix. */
  readonly key: ByteKey
  readonly version: ObjectVersion
}

function nextObject({ cursor, prefix }: Walk): Found | undefined {
  for (let key = cursor.key; key?.startsWith(prefix) === true; key = cursor.key) {
    const entry = cursor.value
    cursor.next()
    if (entry?.kind === 'object') return { key: key.slice(prefix.length) as ByteKey, version: entry }
  }
  return undefined
}

function differences(left: ObjectVersion, right: ObjectVersion, withAttributes: boolean): readonly string[] {
  const fields: string[] = []
  if (left.content.size !== right.content.size) fields.push('size')
  else if (!sameContents(left.content, right.content)) fields.push('content')
  if (!withAttributes) return fields
  const [ours, theirs] = [left.attributes, right.attributes]
  if (ours !== theirs) {
    fields.push(...namesThatDiffer(ours.headers, theirs.headers, ''))
    fields.push(...namesThatDiffer(ours.metadata, theirs.metadata, 'x-amz-meta-'))
    if (ours.redirect !== theirs.redirect) fields.push('x-amz-website-redirect-location')
  }
  if (left.tags !== right.tags) fields.push(...namesThatDiffer(left.tags, right.tags, 'tag '))
  if (left.encryption !== right.encryption) {
    const [one, other] = [encryptionFields(left.encryption), encryptionFields(right.encryption)]
    fields.push(...namesThatDiffer(one, other, ''))
  }
  if (left.storageClass !== right.storageClass) fields.push('x-amz-storage-class')
  return fields
}

/** Apart from the attributes: a copy in parts may rightly have another algorithm than its source. */
function checksumDifferences(left: ObjectVersion, right: ObjectVersion): readonly string[] {
  const [one, other] = [checksumOfVersion(left), checksumOfVersion(right)]
  return namesThatDiffer(checksumHeaders(one), checksumHeaders(other), '')
}

function namesThatDiffer(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
  prefix: string,
): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].filter((name) => left[name] !== right[name]).map((name) => prefix + name)
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
