/**
 * The beginning of an object as it can be shown. Nothing of it is ever obeyed: text is text whatever it calls itself,
 * and an image is one of these kinds by its first bytes, not by what its Content-Type says.
 */
export type ImageType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'image/avif'
  | 'image/bmp'
  | 'image/x-icon'
  | 'image/svg+xml'

export type ObjectPreview =
  | {
      readonly is: 'text'
      /** `json`: set out line by line, values and their order as they are. */
      readonly format: 'text' | 'json'
      readonly text: string
      /** False: it goes on after this. */
      readonly whole: boolean
      /** Characters that stand for bytes that are none of the encoding. */
      readonly replaced: number
      /** It lies packed (gzip), and was unpacked to be shown. */
      readonly unpacked: boolean
    }
  | {
      readonly is: 'image'
      readonly type: ImageType
      readonly base64: string
      /** Pixels, where the first bytes tell. */
      readonly width?: number | undefined
      readonly height?: number | undefined
      readonly unpacked: boolean
    }
  /** `why`: a sentence. */
  | { readonly is: 'none'; readonly why: string }

/** Bytes that a preview reads, and shows, at most. */
export const PREVIEW_LIMITS = {
  text: 256 * 1024,
  image: 5 * 1024 ** 2,
  /** Pixels: a small file can be an image that fills the memory. */
  pixels: 50_000_000,
} as const
