import type { ImageType } from '#model/preview.ts'

export interface FoundImage {
  readonly type: ImageType
  /** Pixels, where the first bytes tell. */
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/**
 * What image the bytes begin, by their signature; undefined for none.
 *
 * | begins with                      | is           | its size stands                   |
 * |----------------------------------|--------------|-----------------------------------|
 * | 89 "PNG"                         | PNG          | in IHDR, at 16                    |
 * | FF D8 FF                         | JPEG         | in the first SOFn segment         |
 * | "GIF8"                           | GIF          | at 6, little endian               |
 * | "RIFF" … "WEBP"                  | WebP         | by VP8X, VP8L or VP8              |
 * | … "ftyp" "avif" or "avis"        | AVIF         | in the box `ispe`                 |
 * | "BM"                             | BMP          | at 18, little endian              |
 * | 00 00 01 00                      | icon         | not asked: 256 pixels at most     |
 * | `<svg`, after a prologue at most | SVG          | not asked: it is drawn to fit     |
 */
export function imageOf(bytes: Uint8Array): FoundImage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12) return undefined
  if (ascii(bytes, 1, 3) === 'PNG' && bytes[0] === 0x89) return sized('image/png', view, 16, 20, 4)
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff)
    return { type: 'image/jpeg', ...jpeg(view) }
  if (ascii(bytes, 0, 4) === 'GIF8') return sized('image/gif', view, 6, 8, 2)
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP')
    return { type: 'image/webp', ...webp(bytes, view) }
  if (/^ftypavi[fs]$/.test(ascii(bytes, 4, 8))) return { type: 'image/avif', ...avif(bytes, view) }
  if (ascii(bytes, 0, 2) === 'BM' && view.getUint32(6, true) === 0)
    return sized('image/bmp', view, 18, 22, -4)
  if (view.getUint32(0) === 0x100) return { type: 'image/x-icon' }
  return isSvg(bytes) ? { type: 'image/svg+xml' } : undefined
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length))
}

/** `width`: bytes of each number; GIF and BMP (negative: may be, for top-down rows) are little endian. */
function sized(type: ImageType, view: DataView, at: number, then: number, width: 2 | 4 | -4): FoundImage {
  if (view.byteLength < then + Math.abs(width)) return { type }
  const read = (from: number): number =>
    width === 4
      ? view.getUint32(from)
      : width === 2
        ? view.getUint16(from, true)
        : Math.abs(view.getInt32(from, true))
  return { type, width: read(at), height: read(then) }
}

type Size = Pick<FoundImage, 'width' | 'height'>

/** Segments: FF, marker, length (with its own two bytes). SOF0 to SOF15 tell the size; C4, C8 and CC are none. */
function jpeg(view: DataView): Size {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return {}
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at += 1
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    else at += 2 + view.getUint16(at + 2)
  }
  return {}
}

function webp(bytes: Uint8Array, view: DataView): Size {
  if (bytes.length < 30) return {}
  const kind = ascii(bytes, 12, 4)
  const three = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16)
  if (kind === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 }
  if (kind === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  if (kind !== 'VP8L') return {}
  const bits = view.getUint32(21, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

function avif(bytes: Uint8Array, view: DataView): Size {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('ispe')
  return at < 0 || at + 16 > bytes.length
    ? {}
    : { width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
}

/** Byte order mark, XML declaration, comments and a DOCTYPE may come before. */
function isSvg(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096))
  return /^\s*(?:<\?xml[^>]*>\s*|<!--[^]*?-->\s*|<!DOCTYPE\s+svg[^[>]*(?:\[[^\]]*\])?\s*>\s*)*<svg[\s>]/i.test(
    text,
  )
}
