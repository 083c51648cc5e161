import { hash } from 'node:crypto'

const BLOCK = 64
const DIGEST = 32

/**
 * HMAC-SHA256 under one key (RFC 2104), with the key's two pads prepared once. Checking signatures is the
 * largest part of a small request's cost, and node:crypto's createHmac spends most of its time on the key.
 */
export class HmacKey {
  readonly #inner: Buffer
  readonly #outer: Buffer

  constructor(key: Buffer) {
    const block = Buffer.alloc(BLOCK)
    const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key
    short.copy(block)
    this.#inner = block.map((byte) => byte ^ 0x36) as Buffer
    this.#outer = Buffer.alloc(BLOCK + DIGEST)
    this.#outer.set(block.map((byte) => byte ^ 0x5c))
  }

  /** The code of `text`, which must be ASCII. */
  sign(text: string): Buffer {
    const message = Buffer.allocUnsafe(BLOCK + text.length)
    message.set(this.#inner)
    message.write(text, BLOCK, 'latin1')
    this.#outer.set(hash('sha256', message, 'buffer'), BLOCK)
    return hash('sha256', this.#outer, 'buffer')
  }
}
