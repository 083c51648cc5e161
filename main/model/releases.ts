import { z } from 'zod'

const number = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'must be like 1.2.3')

/** What the releases feed says: the newest version, and where a person can read of it and get it. */
export const releases = z.object({
  v: z.literal(1),
  version: number,
  /** ISO 8601, a day. */
  released: z.iso.date(),
  page: z
    .string()
    .max(2048)
    .refine(
      (text) => URL.canParse(text) && new URL(text).protocol === 'https:',
      'must be a URL that begins with https://',
    ),
  /** One sentence. */
  summary: z.string().max(300),
})
export type Releases = z.infer<typeof releases>

/** A feed as it was fetched. It counts only where the signature (Ed25519, base64) is that of the build's own key. */
export interface SignedReleases {
  /** Its bytes, in base64: they are what is signed. */
  readonly feed: string
  readonly signature: string
  /** SPKI, DER, base64. */
  readonly key: string
}

/** `unknown`: not looked yet, or not told to. A check that failed keeps what was known before it. */
export type UpdateState =
  | { readonly is: 'unknown' }
  | { readonly is: 'newest'; readonly checkedAt: number }
  | { readonly is: 'newer'; readonly checkedAt: number; readonly release: Releases }

/** Whether `offered` is a later version than `own`; of a version with a suffix (1.2.3-beta) its numbers count. */
export function isNewer(offered: string, own: string): boolean {
  const [left, right] = [numbersOf(offered), numbersOf(own)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0)
}

function numbersOf(version: string): number[] {
  return version
    .split(/[-+]/)[0]!
    .split('.')
    .map((part) => Number(part))
}
