import type { ObjectHead, Tags } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import type { ObjectProperties } from './storage.ts'

const NO_TAGS: Tags = {}
/** What S3 means where a listing or a HEAD names no class. */
const DEFAULT_CLASS = 'STANDARD'

/**
 * The class to name in every write: CopyObject's own default is STANDARD, not the source's. A restored GLACIER
 * object goes on as GLACIER, as its class is still that.
 */
export function classToWrite(properties: Properties, sourceClass: string): string {
  if (properties.storageClass.policy === 'set') return properties.storageClass.value
  return sourceClass || DEFAULT_CLASS
}

/**
 * Tags for a CopyObject, which copies them by itself:
 *
 * | policy | directive | sent      |
 * |--------|-----------|-----------|
 * | copy   | COPY      | nothing   |
 * | set    | REPLACE   | the value |
 * | drop   | REPLACE   | none      |
 */
export function tagsToReplace(properties: Properties): Tags | undefined {
  switch (properties.tags.policy) {
    case 'copy':
      return undefined
    case 'set':
      return properties.tags.value
    case 'drop':
      return NO_TAGS
  }
}

/** Tags as they have to stand in the end. `ofSource` is only looked at where they are copied. */
export function tagsToWrite(properties: Properties, ofSource: Tags): Tags {
  return tagsToReplace(properties) ?? ofSource
}

/**
 * Everything a write that copies bytes only (multipart, PUT) has to be told (invariant 5): system headers, user
 * metadata, tags, class. An empty set of tags is not sent.
 */
export function propertiesToWrite(properties: Properties, source: ObjectHead, tags: Tags): ObjectProperties {
  const toWrite = tagsToWrite(properties, tags)
  return {
    headers: source.headers,
    metadata: source.metadata,
    tags: Object.keys(toWrite).length > 0 ? toWrite : undefined,
    storageClass: classToWrite(properties, source.storageClass),
  }
}

/**
 * The first header or piece of user metadata in which a copy differs from its source, or undefined. A source without
 * a content type is given one by S3, so that is no difference.
 */
export function findDifference(
  source: Pick<ObjectHead, 'headers' | 'metadata'>,
  found: Pick<ObjectHead, 'headers' | 'metadata'>,
): string | undefined {
  for (const name of HEADERS) {
    if (name === 'contentType' && source.headers.contentType === undefined) continue
    if ((source.headers[name] ?? '') !== (found.headers[name] ?? '')) return name
  }
  const metadata = differingName(source.metadata, found.metadata)
  return metadata === undefined ? undefined : `metadata ${metadata}`
}

/** The first name whose value differs, in either direction. */
export function differingName(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): string | undefined {
  for (const name of Object.keys(left)) if (left[name] !== right[name]) return name
  for (const name of Object.keys(right)) if (!(name in left)) return name
  return undefined
}

const HEADERS = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'expires',
  'websiteRedirect',
] as const

/** The tags that a write was told and that an endpoint with `keepsTags: false` drops; undefined if none are owed. */
export function owedTags(
  properties: Properties,
  keepsTags: boolean,
  ofSource: Tags | undefined,
): Tags | undefined {
  if (keepsTags) return undefined
  return tagsToReplace(properties) ?? ofSource
}
