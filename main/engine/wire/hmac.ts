import { hash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64
const DIGEST = 32

/**
 * HMAC-SHA-256 under one key, made of two hashes as RFC 2104 says. `createHmac` has OpenSSL set a MAC up for each text, and
 * the collector take it away again: 0.012 ms, and a tenth of that here.
 */
export class HmacKey {
  /** The key XORed with 0x36, and room for the text. */
  #inner: Buffer
  /** The key XORed with 0x5c, and room for the inner hash. */
  readonly #outer: Buffer
  /** What the text in `#inner` begins with. */
  #beginning = ''

  /** @param key of at most 64 bytes */
  constructor(key: KeyObject) {
    const bytes = Buffer.alloc(BLOCK)
    key.export().copy(bytes)
    this.#inner = Buffer.from(bytes.map((byte) => byte ^ 0x36))
    this.#outer = Buffer.concat([bytes.map((byte) => byte ^ 0x5c)], BLOCK + DIGEST)
  }

  /**
   * In hexadecimal digits, of `beginning + end`: one byte a character. Texts to sign mostly begin as the one before, and
   * are as long.
   */
  sign(beginning: string, end: string): string {
    const from = BLOCK + beginning.length
    const isAsBefore = this.#beginning === beginning && this.#inner.length === from + end.length
    if (!isAsBefore) {
      this.#inner = Buffer.concat([this.#inner.subarray(0, BLOCK)], from + end.length)
      this.#inner.write(beginning, BLOCK, 'latin1')
      this.#beginning = beginning
    }
    this.#inner.write(end, from, 'latin1')
    this.#outer.write(hash('sha256', this.#inner, 'binary'), BLOCK, 'latin1')
    return hash('sha256', this.#outer, 'hex')
  }
}
