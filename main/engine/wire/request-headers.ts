import type { ObjectHeaders, Tags } from '#model/object.ts'
import type { CopySource, ObjectProperties, WriteCondition } from '../storage.ts'
import { copySource, encodeTags } from './encode.ts'
import { headerBytes } from './sign.ts'
import type { HeaderList } from './sign.ts'

/** What a request says about the object that it makes, as header lines. Each function appends to `to`. */

const SYSTEM: readonly (readonly [name: keyof ObjectHeaders, header: string])[] = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
  ['expires', 'expires'],
  ['websiteRedirect', 'x-amz-website-redirect-location'],
]

export function addHeaders(
  to: HeaderList,
  headers: ObjectHeaders,
  metadata: Readonly<Record<string, string>>,
): void {
  for (const [name, header] of SYSTEM) {
    const value = headers[name]
    if (value !== undefined) to.push(header, headerBytes(value))
  }
  for (const [name, value] of Object.entries(metadata)) {
    to.push(`x-amz-meta-${name.toLowerCase()}`, headerBytes(value))
  }
}

/** For PutObject and CreateMultipartUpload. */
export function addProperties(to: HeaderList, properties: ObjectProperties): void {
  addHeaders(to, properties.headers ?? {}, properties.metadata ?? {})
  if (properties.tags !== undefined) addTags(to, properties.tags)
  if (properties.storageClass !== undefined) to.push('x-amz-storage-class', properties.storageClass)
}

export function addTags(to: HeaderList, tags: Tags): void {
  const encoded = encodeTags(tags)
  if (encoded !== '') to.push('x-amz-tagging', encoded)
}

export function addCondition(to: HeaderList, condition: WriteCondition): void {
  if (condition.ifMatch !== undefined) to.push('if-match', `"${condition.ifMatch}"`)
  else if (condition.ifAbsent === true) to.push('if-none-match', '*')
}

export function addCopySource(to: HeaderList, source: CopySource): void {
  to.push('x-amz-copy-source', copySource(source))
  if (source.ifMatch !== undefined) to.push('x-amz-copy-source-if-match', `"${source.ifMatch}"`)
}

/** Which conditions were sent, for telling what a 412 speaks of. */
export function conditionsOf(
  condition: WriteCondition,
  source?: CopySource,
): { source: boolean; absent: boolean; match: boolean } {
  return {
    source: source?.ifMatch !== undefined,
    absent: condition.ifAbsent === true,
    match: condition.ifMatch !== undefined,
  }
}
