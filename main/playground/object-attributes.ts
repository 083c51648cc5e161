import { httpTime, xmlAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { etagOf } from './bucket.ts'
import type { ObjectVersion } from './bucket.ts'
import { header, requireBucket, requireKey, requireObject, versionHeader } from './context.ts'
import type { Context, S3Request } from './context.ts'
import { requireReadable } from './decrypting.ts'
import { S3Error } from './errors.ts'
import { checksumElements, checksumOfVersion } from './object-checksums.ts'
import { element } from './xml.ts'

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const
type Attribute = (typeof ATTRIBUTES)[number]

const LARGEST_PAGE = 1000

/**
 * What x-amz-object-attributes asks for, of an archived object too; with SSE-C the key is needed, with KMS for
 * the checksum.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
 */
export function getObjectAttributes(context: Context, request: S3Request): Answer {
  const { headers, query } = request
  const bucket = requireBucket(context, request)
  const version = requireObject(bucket, requireKey(request), query.get('versionId'))
  const asked = attributesAsked(header(headers, 'x-amz-object-attributes'))
  requireReadable(context, version, headers, asked.has('Checksum') ? 'kms:Decrypt' : undefined)
  const page = pageFrom(request)
  const elements: Readonly<Record<Attribute, () => string>> = {
    ETag: () => element('ETag', etagOf(version)),
    Checksum: () => `<Checksum>${checksumElements(checksumOfVersion(version))}</Checksum>`,
    ObjectParts: () => partsElement(version, page),
    StorageClass: () => element('StorageClass', version.storageClass),
    ObjectSize: () => element('ObjectSize', version.content.size),
  }
  const content = ATTRIBUTES.map((name) => (asked.has(name) ? elements[name]() : '')).join('')
  return xmlAnswer('GetObjectAttributesResponse', content, {
    'Last-Modified': httpTime(version.modified),
    ...versionHeader(bucket, version.versionId),
  })
}

/** @throws S3Error InvalidArgument */
function attributesAsked(list: string | undefined): ReadonlySet<Attribute> {
  const names = (list ?? '').split(',').map((each) => each.trim())
  if (names.every((name) => name === '')) {
    throw invalid(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
      list,
    )
  }
  return new Set(
    names.map((name) => {
      const attribute = ATTRIBUTES.find((each) => each === name)
      if (attribute === undefined) throw invalid('Invalid attribute name specified.', name)
      return attribute
    }),
  )
}

function invalid(message: string, value: string | undefined): S3Error {
  return new S3Error('InvalidArgument', {
    message,
    elements: { ArgumentName: 'x-amz-object-attributes', ArgumentValue: value ?? 'null' },
  })
}

interface Page {
  readonly most: number
  /** The number of the last part before the page. */
  readonly marker: number
}

function pageFrom({ headers }: S3Request): Page {
  const most = numberFrom(header(headers, 'x-amz-max-parts'), 'x-amz-max-parts') ?? LARGEST_PAGE
  const marker = numberFrom(header(headers, 'x-amz-part-number-marker'), 'x-amz-part-number-marker') ?? 0
  return { most: Math.min(most, LARGEST_PAGE), marker }
}

function numberFrom(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new S3Error('InvalidArgument', {
    message: `Provided ${name} not an integer or within integer range`,
    elements: { ArgumentName: name, ArgumentValue: text },
  })
}

/**
 * The number of parts; each of them only where the upload named a checksum algorithm. An object that was sent
 * in one piece has no parts to tell of. Parts are numbered as they lie in the object.
 */
function partsElement({ partSizes, partChecksums, checksum }: ObjectVersion, { most, marker }: Page): string {
  if (partSizes === undefined) return ''
  const count = element('PartsCount', partSizes.length)
  if (partChecksums === undefined || checksum === undefined) return `<ObjectParts>${count}</ObjectParts>`
  const { algorithm } = checksum
  const last = Math.min(marker + most, partSizes.length)
  const parts: string[] = []
  for (let index = marker; index < last; index += 1) {
    const value = partChecksums[index] ?? ''
    parts.push(
      `<Part>${element('PartNumber', index + 1)}${element('Size', partSizes[index])}${checksumElements({ algorithm, value })}</Part>`,
    )
  }
  return (
    `<ObjectParts>${count}${element('PartNumberMarker', marker)}${element('NextPartNumberMarker', last)}` +
    `${element('MaxParts', most)}${element('IsTruncated', last < partSizes.length)}${parts.join('')}</ObjectParts>`
  )
}
