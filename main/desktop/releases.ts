import { readFileSync } from 'node:fs'
import path from 'node:path'
import { app, net } from 'electron'
import type { SignedReleases } from '#model/releases.ts'
import { fail } from '#model/failure.ts'

/** Where the feed of a build is, and by which key it is signed: written into its package.json when it is packaged. */
interface Feed {
  readonly url: string
  readonly key: string
}

/** Bytes. A feed names one release. */
const LARGEST = 64 * 1024

export interface ReleasesReader {
  /** Whether this build has a feed. */
  readonly known: boolean
  read(): Promise<SignedReleases | undefined>
}

/** The releases feed of this build, through the system's own proxy. The signature lies beside it, as `URL.sig`. */
export function releasesReader(): ReleasesReader {
  const feed = feedOf(path.join(app.getAppPath(), 'package.json'))
  return {
    known: feed !== undefined,
    async read() {
      if (feed === undefined) return undefined
      const [content, signature] = await Promise.all([fetchSmall(feed.url), fetchSmall(`${feed.url}.sig`)])
      return {
        feed: content.toString('base64'),
        signature: signature.toString('utf8').trim(),
        key: feed.key,
      }
    },
  }
}

function feedOf(manifest: string): Feed | undefined {
  try {
    const { releases } = JSON.parse(readFileSync(manifest, 'utf8')) as { releases?: Partial<Feed> }
    if (typeof releases?.url !== 'string' || typeof releases.key !== 'string') return undefined
    return { url: releases.url, key: releases.key }
  } catch {
    return undefined
  }
}

async function fetchSmall(url: string): Promise<Buffer> {
  let response: Response
  try {
    response = await net.fetch(url, { credentials: 'omit', redirect: 'follow', cache: 'no-store' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail('connection', 'item', `The releases feed ${url} cannot be reached (${why}).`)
  }
  if (!response.ok || response.body === null)
    fail('bad-answer', 'item', `The releases feed ${url} answered ${response.status}.`)
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += piece.length
    if (size > LARGEST) fail('bad-answer', 'item', `The releases feed ${url} is over ${LARGEST} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
