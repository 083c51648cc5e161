import { createHash } from 'node:crypto'
import type { RequestContext } from './retry.ts'
import { attempt } from './retry.ts'
import type { CopySource, Storage } from './storage.ts'

/** Bytes on their way, and the MD5 of those that have passed. */
export interface Measured {
  readonly body: AsyncIterable<Uint8Array>
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
