import { S3Error } from './errors.ts'
import { childText, element, parseXml, xmlDocument } from './xml.ts'

/** An object's tags by name, in the order given. Shared between objects, never changed. */
export type Tags = Readonly<Record<string, string>>

export const NO_TAGS: Tags = {}

/** S3's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MOST_TAGS = 10
const MOST_BUCKET_TAGS = 50
const LONGEST_NAME = 128
const LONGEST_VALUE = 256
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * The tags of an x-amz-tagging header, which has the form of a query string.
 * @throws S3Error InvalidArgument, InvalidTag, BadRequest
 */
export function tagsFromHeader(header: string | undefined): Tags {
  if (header === undefined || header === '') return NO_TAGS
  const pairs = [...new URLSearchParams(header)]
  if (pairs.some(([name]) => name === '')) {
    throw new S3Error('InvalidArgument', {
      message: "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters",
      elements: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    })
  }
  return checkedTags(pairs)
}

/**
 * The tags of a Tagging document.
 * @throws S3Error MalformedXML, InvalidTag, BadRequest
 */
export function tagsFromXml(document: string, most = MOST_TAGS): Tags {
  const set = parseXml(document, 'Tagging').children.find((each) => each.name === 'TagSet')
  if (set === undefined) throw new S3Error('MalformedXML')
  return checkedTags(
    set.children.map((tag) => {
      const name = childText(tag, 'Key')
      const value = childText(tag, 'Value')
      if (tag.name !== 'Tag' || name === undefined || value === undefined) throw new S3Error('MalformedXML')
      return [name, value] as const
    }),
    most,
  )
}

/**
 * The tags of a bucket, of which there may be more.
 * @throws S3Error MalformedXML, InvalidTag, BadRequest
 */
export function bucketTagsFromXml(document: string): Tags {
  return tagsFromXml(document, MOST_BUCKET_TAGS)
}

/** Tags as a GetObjectTagging answer. */
export function tagsToXml(tags: Tags): string {
  const set = Object.entries(tags).map(
    ([name, value]) => `<Tag>${element('Key', name)}${element('Value', value)}</Tag>`,
  )
  return xmlDocument('Tagging', `<TagSet>${set.join('')}</TagSet>`)
}

function checkedTags(pairs: readonly (readonly [string, string])[], most = MOST_TAGS): Tags {
  if (pairs.length > most) {
    throw new S3Error('BadRequest', { message: `Object tags cannot be greater than ${most}` })
  }
  const tags: Record<string, string> = {}
  for (const [name, value] of pairs) {
    if (name === '' || name.length > LONGEST_NAME || !ALLOWED.test(name) || name.startsWith('aws:')) {
      throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid' })
    }
    if (value.length > LONGEST_VALUE || !ALLOWED.test(value)) {
      throw new S3Error('InvalidTag', { message: 'The TagValue you have provided is invalid' })
    }
    if (Object.hasOwn(tags, name)) {
      throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' })
    }
    tags[name] = value
  }
  return tags
}
