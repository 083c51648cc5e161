import { createHash } from 'node:crypto'

/** Up to here a content's ETag is the MD5 of its bytes; above it, of its description. */
const REAL_DIGEST = 1024 ** 2

/** Something that bytes are cut from: real bytes, or a seed that they follow from. */
interface Blob {
  readonly id: string
  readonly size: number
  readonly bytes?: Uint8Array | undefined
}
interface Span {
  readonly blob: Blob
  readonly from: number
  readonly to: number
}

/** What an object holds. Copies share it, and parts cut from one blob in order become one span again. */
export interface Content {
  readonly size: number
  readonly spans: readonly Span[]
  /** The ETag of an object written in one go. */
  readonly digest: string
}

export function syntheticContent(seed: string, size: number): Content {
  return contentOf(size === 0 ? [] : [{ blob: { id: seed, size }, from: 0, to: size }])
}

export function bytesContent(bytes: Uint8Array): Content {
  const blob = { id: md5(bytes), size: bytes.length, bytes }
  return contentOf(bytes.length === 0 ? [] : [{ blob, from: 0, to: bytes.length }])
}

/** `from` (in) to `to` (out). */
export function sliceContent(content: Content, from: number, to: number): Content {
  const spans: Span[] = []
  let start = 0
  for (const span of content.spans) {
    const end = start + span.to - span.from
    const first = Math.max(from, start)
    const last = Math.min(to, end)
    if (first < last) {
      spans.push({ blob: span.blob, from: span.from + first - start, to: span.from + last - start })
    }
    start = end
  }
  return contentOf(spans)
}

export function joinContents(contents: readonly Content[]): Content {
  const spans: Span[] = []
  for (const span of contents.flatMap((content) => content.spans)) {
    const last = spans.at(-1)
    if (last && last.blob.id === span.blob.id && last.to === span.from) {
      spans[spans.length - 1] = { blob: last.blob, from: last.from, to: span.to }
    } else {
      spans.push(span)
    }
  }
  return contentOf(spans)
}

export function isSameContent(left: Content, right: Content): boolean {
  if (left.size !== right.size) return false
  return left.digest === right.digest || Buffer.from(toBytes(left)).equals(toBytes(right))
}

export function toBytes(content: Content): Uint8Array {
  const bytes = new Uint8Array(content.size)
  let at = 0
  for (const span of content.spans) {
    if (span.blob.bytes) bytes.set(span.blob.bytes.subarray(span.from, span.to), at)
    else fill(bytes, at, span)
    at += span.to - span.from
  }
  return bytes
}

/** ETag of a multipart object: the MD5 of its parts' MD5s, and their count. */
export function multipartEtag(partEtags: readonly string[]): string {
  const digests = partEtags.map((etag) => Buffer.from(etag, 'hex'))
  return `${md5(Buffer.concat(digests))}-${partEtags.length}`
}

function contentOf(spans: readonly Span[]): Content {
  const size = spans.reduce((sum, span) => sum + span.to - span.from, 0)
  let digest: string | undefined
  return {
    size,
    spans,
    get digest() {
      digest ??= wholeBlobDigest(spans) ?? md5(size <= REAL_DIGEST ? toBytes(this) : describe(spans))
      return digest
    },
  }
}

/** Real bytes know their MD5. */
function wholeBlobDigest(spans: readonly Span[]): string | undefined {
  const [span] = spans
  const isWhole = spans.length === 1 && span?.blob.bytes && span.from === 0 && span.to === span.blob.size
  return isWhole ? span.blob.id : undefined
}

function describe(spans: readonly Span[]): string {
  return spans.map((span) => `${span.blob.id} ${span.from} ${span.to}`).join('\n')
}

function fill(bytes: Uint8Array, at: number, span: Span): void {
  let hash = 0x811c9dc5
  for (const char of span.blob.id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  // A block of 256 bytes has one salt, so that megabytes of them are written fast.
  for (let from = span.from; from < span.to;) {
    const end = Math.min(span.to, (from | 0xff) + 1)
    const salt = Math.imul(hash ^ (from >>> 8), 0x9e3779b1) >>> 24
    while (from < end) bytes[at++] = salt ^ from++
  }
}

function md5(data: string | Uint8Array): string {
  return createHash('md5').update(data).digest('hex')
}
