import { createHash } from 'node:crypto'
import type { RequestContext } from '../pace/retry.ts'
import { attempt } from '../pace/retry.ts'
import type { CopySource, Storage } from '../storage.ts'

/** Bytes on their way, and the MD5 of those that have passed. */
export interface Measured {
  readonly body: AsyncIterable<Uint8Array> | Uint8Array
  /** Hexadecimal, as a single-part ETag is. To be called once, when all have passed. */
  digest(): string
}

export function measure(body: AsyncIterable<Uint8Array>): Measured {
  const hash = createHash('md5')
  return {
    body: pass(body, (chunk) => hash.update(chunk)),
    digest: () => hash.digest('hex'),
  }
}

/** The same of bytes that are in memory. */
export function measureWhole(body: Uint8Array): Measured {
  return { body, digest: () => createHash('md5').update(body).digest('hex') }
}

/** A body of known size, in one piece. */
export async function wholeOf(body: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size)
}

/** The MD5 of an object's bytes, read for that: for stores whose ETag is something else. */
export function digestOf(storage: Storage, source: CopySource, context: RequestContext): Promise<string> {
  return attempt(context, async () => {
    const { body } = await storage.getObject(source, context.signal)
    const hash = createHash('md5')
    for await (const chunk of body) hash.update(chunk)
    return hash.digest('hex')
  })
}

async function* pass(
  body: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    see(chunk)
    yield chunk
  }
}
