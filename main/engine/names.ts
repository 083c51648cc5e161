import { fail } from '#model/failure.ts'
import { S3_LIMITS } from '#model/object.ts'

/**
 * Where a source key goes: `base` is cut off its front and `prefix` put there. With `base` the whole key,
 * `prefix` is the new name. Throws `bad-input` for a key that does not begin with `base`.
 */
export function destinationKey(base: string, prefix: string, key: string): string {
  if (!key.startsWith(base)) {
    fail(
      'bad-input',
      'item',
      `base: ${JSON.stringify(base)} is not the beginning of the key ${JSON.stringify(key)}`,
      {
        property: 'base',
      },
    )
  }
  return prefix + key.slice(base.length)
}

/** Whether S3 would refuse the key: more than 1,024 bytes of UTF-8 (not characters). */
export function isKeyTooLong(key: string): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so most keys need no count.
  return key.length * 3 > S3_LIMITS.keyBytes && Buffer.byteLength(key, 'utf8') > S3_LIMITS.keyBytes
}

/**
 * Orders keys as S3 lists them, by UTF-8 bytes. That is the order of code points; UTF-16, by which `<` goes,
 * differs only in that surrogates (U+10000 and above) stand before U+E000 to U+FFFF.
 */
export function compareKeys(left: string, right: string): number {
  if (left === right) return 0
  const end = Math.min(left.length, right.length)
  for (let at = 0; at < end; at++) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return byCodePoint(a) - byCodePoint(b)
  }
  return left.length - right.length
}

/** Moves surrogates behind the rest of the plane. */
function byCodePoint(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
