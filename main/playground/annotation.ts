import type { Checksum } from './checksums.ts'
import type { Content } from './content.ts'

/** A named text kept with a version, which is no part of it: its date and ETag stay. */
export interface Annotation {
  readonly content: Content
  readonly etag: string
  /** Seconds since 1970. */
  readonly modified: number
  readonly checksum: Checksum
}
