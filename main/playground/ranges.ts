import { S3Error } from './errors.ts'

export interface ByteRange {
  readonly start: number
  readonly length: number
}

/**
 * The bytes that a Range header asks of an object of `size` bytes; undefined for the whole object, which is
 * also the answer to a header that S3 does not understand or that asks for several ranges.
 * @throws S3Error InvalidRange
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    if (length === 0) throw unsatisfiable(header, size)
    return { start: size - length, length }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw unsatisfiable(header, size)
  return { start, length: end - start + 1 }
}

function unsatisfiable(header: string | undefined, size: number): S3Error {
  return new S3Error('InvalidRange', {
    elements: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
    headers: { 'Content-Range': `bytes */${size}` },
  })
}

/**
 * The bytes that x-amz-copy-source-range asks of a source of `size` bytes. Unlike Range both ends are
 * required and must lie inside.
 * @throws S3Error InvalidArgument
 */
export function parseCopySourceRange(header: string, size: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header.trim())
  const start = Number(match?.[1])
  const last = Number(match?.[2])
  if (match === null || last < start) {
    throw new S3Error('InvalidArgument', {
      message:
        'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      elements: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    })
  }
  if (last >= size) {
    throw new S3Error('InvalidArgument', {
      message: `Range specified is not valid for source object of size: ${size}`,
      elements: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    })
  }
  return { start, length: last - start + 1 }
}
