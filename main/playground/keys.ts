declare const byteKey: unique symbol

/**
 * An object key, prefix or marker as its UTF-8 bytes, one character a byte. `<` on two of them is S3's
 * order (UTF-8 bytes), which it is not on ordinary JavaScript strings (UTF-16 units).
 */
export type ByteKey = string & { readonly [byteKey]: true }

const PLAIN_ASCII = /^[ -~]*$/

/** The bytes of `text`. */
export function toByteKey(text: string): ByteKey {
  return (PLAIN_ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')) as ByteKey
}

/** The text of `key`. */
export function fromByteKey(key: ByteKey): string {
  return PLAIN_ASCII.test(key) ? key : Buffer.from(key, 'latin1').toString('utf8')
}

/** `key` up to `end` bytes. */
export function headOf(key: ByteKey, end: number): ByteKey {
  return key.slice(0, end) as ByteKey
}

/** A bound that sorts after every key that starts with `prefix`: no UTF-8 text holds the byte 0xFF. */
export function afterPrefix(prefix: ByteKey): ByteKey {
  return (prefix + '\xff') as ByteKey
}

/** The smallest key after `key`. */
export function justAfter(key: ByteKey): ByteKey {
  return (key + '\0') as ByteKey
}

export const NO_KEY = '' as ByteKey

/** S3's limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const MAX_KEY_BYTES = 1024

const NEEDS_URL_ENCODING = /[^A-Za-z0-9._*/-]/g

/**
 * `key` as a listing with encoding-type=url writes it. AWS encodes as a form does (a space is `+`, a plus is
 * `%2B`), but leaves the slash.
 */
export function urlEncodeKey(key: ByteKey): string {
  return key.replace(NEEDS_URL_ENCODING, (char) =>
    char === ' ' ? '+' : '%' + char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'),
  )
}

const NEEDS_SIGNING_ENCODING = /[^A-Za-z0-9._~-]/g

/** `key` percent-encoded as signature version 4 wants it, slashes kept when `keepSlash`. */
export function signingEncode(key: ByteKey, keepSlash: boolean): string {
  return key.replace(NEEDS_SIGNING_ENCODING, (char) =>
    char === '/' && keepSlash ? char : '%' + char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'),
  )
}
