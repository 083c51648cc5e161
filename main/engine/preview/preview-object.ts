import type { ObjectHead } from '#model/object.ts'
import { PREVIEW_LIMITS, type ObjectPreview } from '#model/preview.ts'
import { openWith } from '../customer-keys.ts'
import { imageOf } from './preview-image.ts'
import { decodeText, isGzip, prettyJson, unpack } from './preview-bytes.ts'
import { isReadable } from '../restore.ts'
import type { CustomerKey, FindCustomerKey, ObjectId, Storage } from '../storage.ts'

/** The key ring, for what lies under SSE-C. */
export interface Keys {
  readonly names: readonly string[]
  readonly find: FindCustomerKey
}

interface Reading {
  readonly storage: Storage
  readonly id: ObjectId
  readonly head: ObjectHead
  readonly key: CustomerKey | undefined
  readonly signal: AbortSignal
}

/**
 * The beginning of an object, to be shown: a HEAD and a ranged GET bound to its ETag, and a second one for an image
 * that only its bytes give away. Reads no more than `PREVIEW_LIMITS`. Rejects as a HEAD does, and with `source-changed`.
 *
 * | the object                                   | is shown as                            |
 * |----------------------------------------------|----------------------------------------|
 * | archived, empty, or encoded other than gzip  | none, and why                          |
 * | gzip, by its bytes                           | what comes out of it, up to the limit  |
 * | an image by its first bytes, not too large   | image                                  |
 * | text, HTML, JSON, SVG that is cut short, …   | text                                   |
 * | anything else                                | none, and why                          |
 */
export async function previewObject(
  storage: Storage,
  id: ObjectId,
  keys: Keys,
  signal: AbortSignal,
): Promise<ObjectPreview> {
  const { head, key } = await openWith(id.key, keys.names, keys.find, (customerKey) =>
    storage.headObject({ ...id, customerKey }, signal),
  )
  if (!isReadable(head)) return none('It is in the archive, and has to be restored before it can be read.')
  if (head.size === 0) return none('It is empty.')
  const encoding = otherEncoding(head.headers.contentEncoding)
  if (encoding !== undefined) return none(`It is encoded as ${encoding}, which is not unpacked here.`)
  const reading: Reading = { storage, id, head, key, signal }
  const isImage = head.headers.contentType?.startsWith('image/') === true && head.size <= PREVIEW_LIMITS.image
  const most = Math.min(head.size, isImage ? PREVIEW_LIMITS.image : PREVIEW_LIMITS.text)
  const bytes = await read(reading, 0, most)
  const isWhole = bytes.length === head.size
  if (isGzip(bytes)) {
    const unpacked = await unpack(bytes, PREVIEW_LIMITS.text)
    if (unpacked) return shown(unpacked.bytes, unpacked.whole && isWhole, head, true)
  }
  const image = imageOf(bytes)
  if (image === undefined || isWhole || head.size > PREVIEW_LIMITS.image)
    return shown(bytes, isWhole, head, false)
  const rest = await read(reading, most, head.size - most)
  return shown(Buffer.concat([bytes, rest]), true, head, false)
}

/** What was read, as the table above says. `whole`: nothing follows. */
function shown(bytes: Uint8Array, whole: boolean, head: ObjectHead, unpacked: boolean): ObjectPreview {
  const image = imageOf(bytes)
  if (image && whole) {
    const { width = 0, height = 0 } = image
    if (width * height > PREVIEW_LIMITS.pixels)
      return none(
        `It is an image of ${inWords(width)} × ${inWords(height)} pixels, too large to be shown here.`,
      )
    return { is: 'image', ...image, base64: Buffer.from(bytes).toString('base64'), unpacked }
  }
  if (image && image.type !== 'image/svg+xml')
    return none(`It is an image of more than ${unpacked ? '256 KiB, packed' : '5 MiB'}.`)
  const decoded = decodeText(bytes, whole)
  if (decoded === undefined) return none(notText(head, unpacked))
  const pretty = whole ? prettyJson(decoded.text) : undefined
  const { text, replaced } = decoded
  return {
    is: 'text',
    format: pretty === undefined ? 'text' : 'json',
    text: pretty ?? text,
    whole,
    replaced,
    unpacked,
  }
}

function notText({ headers }: ObjectHead, unpacked: boolean): string {
  const claimsGzip = /gzip/i.test(headers.contentEncoding ?? '')
  if (claimsGzip && !unpacked) return 'Its Content-Encoding says gzip, but its bytes are none.'
  return 'Its bytes are neither text nor an image that can be shown.'
}

/** Of Content-Encoding that which is no gzip; aws-chunked is of the way it came in, and means nothing here. */
function otherEncoding(contentEncoding = ''): string | undefined {
  return contentEncoding
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .find((one) => !['', 'gzip', 'x-gzip', 'identity', 'aws-chunked'].includes(one))
}

/** So many bytes from `from` on; no more, even where the server ignores the range. */
async function read(
  { storage, id, head, key, signal }: Reading,
  from: number,
  length: number,
): Promise<Buffer> {
  const range = [from, from + length - 1] as const
  const { body } = await storage.getObject({ ...id, range, ifMatch: head.etag, customerKey: key }, signal)
  const chunks: Uint8Array[] = []
  let left = length
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, left))
    left -= chunk.length
    if (left < 0) break
  }
  body.destroy()
  return Buffer.concat(chunks)
}

function none(why: string): ObjectPreview {
  return { is: 'none', why }
}

function inWords(pixels: number): string {
  return pixels.toLocaleString('en')
}
