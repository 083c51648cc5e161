import { hash, timingSafeEqual } from 'node:crypto'

const BLOCK = 64
const DIGEST = 32

const GIVEN = Buffer.alloc(2 * DIGEST)
const EXPECTED = Buffer.alloc(2 * DIGEST)

/**
 * HMAC-SHA256 under one key (RFC 2104), with the key's two pads prepared once. Checking signatures is a large
 * part of a small request's cost, and node:crypto's createHmac spends most of its time on the key; digests are
 * taken as text, as each one that is a Buffer costs more than the hashing.
 */
export class HmacKey {
  /** The inner pad and room for a text: those that are signed are mostly as long as the last. */
  #inner: Buffer
  readonly #outer: Buffer

  constructor(key: Buffer) {
    const block = Buffer.alloc(BLOCK)
    const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key
    short.copy(block)
    this.#inner = block.map((byte) => byte ^ 0x36) as Buffer
    this.#outer = Buffer.alloc(BLOCK + DIGEST)
    this.#outer.set(block.map((byte) => byte ^ 0x5c))
  }

  /** The code of `text`, which must be ASCII, in hex digits. */
  sign(text: string): string {
    this.#take(text)
    return hash('sha256', this.#outer, 'hex')
  }

  /** Whether `code` is that of `text`. It takes as long wherever they differ. */
  verifies(text: string, code: string): boolean {
    if (code.length !== GIVEN.length) return false
    GIVEN.write(code, 'latin1')
    EXPECTED.write(this.sign(text), 'latin1')
    return timingSafeEqual(GIVEN, EXPECTED)
  }

  /** The key that is the code of `text`. */
  derive(text: string): HmacKey {
    this.#take(text)
    return new HmacKey(hash('sha256', this.#outer, 'buffer'))
  }

  #take(text: string): void {
    const length = BLOCK + text.length
    if (this.#inner.length !== length) {
      const longer = Buffer.alloc(length)
      this.#inner.copy(longer, 0, 0, BLOCK)
      this.#inner = longer
    }
    this.#inner.write(text, BLOCK, 'latin1')
    this.#outer.write(hash('sha256', this.#inner, 'binary'), BLOCK, 'latin1')
  }
}
