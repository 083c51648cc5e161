import type { HostPort } from '#contract/host.ts'
import type { LinkMade } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import { fail } from '#model/failure.ts'
import type { Storage } from '../engine/storage.ts'

/**
 * Makes a link to an object and hands it to the host, which puts it on the clipboard or gives it out once. Invariant 9:
 * what the window hears is until when it opens, never the link.
 *
 * The HEAD before it finds the Region that the bucket is in, which is part of the signature, and tells a mistyped key
 * from one that is there: a link is signed for anything.
 */
export async function makeLink(
  host: Pick<HostPort, 'handText'>,
  storage: Storage,
  { bucket, key, versionId, expires, download }: Omit<Parsed<'objects.link'>, 'connection'>,
  signal: AbortSignal,
): Promise<LinkMade> {
  await storage.headObject({ bucket, key, versionId }, signal).catch((error: unknown) => unreadable(error))
  const name = key.slice(key.lastIndexOf('/') + 1) || 'object'
  const link = await storage.presign({
    ...{ bucket, key, versionId, expires },
    ...(download && { contentDisposition: attachment(name) }),
  })
  const { url, until, endsWith } = link
  return { ...(await host.handText(url)), until, endsWith }
}

/** Under a customer key a link opens nothing: whoever has it would have to send the key as well. */
function unreadable(error: unknown): never {
  const { failure } = error as { failure?: { code: string } }
  if (failure?.code !== 'customer-key') throw error
  return fail('not-possible', 'item', 'It lies under a customer key (SSE-C): no link opens such an object.')
}

/** For old readers in ASCII, for all others as it is. Source: RFC 6266. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  if (plain === name) return `attachment; filename="${name}"`
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
