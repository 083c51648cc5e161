import type { ObjectPage, Storage, WriteResult } from '../../main/engine/storage.ts'
import { GOOD_HABITS } from '../helpers/memory/server.ts'

const PAGE = 1000
const ETAG = '0123456789abcdef0123456789abcdef'

/** A source of `objects` objects under `a/` and a destination without any; every copy is answered at once. */
export function emptyStorage(objects: number): Storage {
  const requests: Record<string, number> = {}
  const answer: WriteResult = { etag: ETAG, serverTime: 0 }
  const instant: Pick<
    Storage,
    'habits' | 'requests' | 'serverTime' | 'listObjects' | 'copyObject' | 'close' | 'headBucket'
  > = {
    habits: GOOD_HABITS,
    requests,
    serverTime: 0,
    headBucket: () => Promise.resolve({}),
    listObjects: ({ prefix, token }) => Promise.resolve(prefix === 'a/' ? page(objects, token) : EMPTY),
    copyObject: () => Promise.resolve(answer),
    close: () => {},
  }
  // Everything else is bound by who counts requests, and never called.
  return new Proxy(instant as Storage, {
    get: (target, name) =>
      name === 'then'
        ? undefined
        : (Reflect.get(target, name) ?? (() => Promise.reject(new Error('not here')))),
  })
}

const EMPTY: ObjectPage = { objects: [], prefixes: [] }

function page(objects: number, token: string | undefined): ObjectPage {
  const from = Number(token ?? 0)
  const below = Math.min(objects, from + PAGE)
  const rows = Array.from({ length: below - from }, (_, index) => ({
    key: `a/2026/11/events-${String(from + index).padStart(9, '0')}.json`,
    size: 1234,
    etag: ETAG,
    lastModified: 1_750_000_000_000,
    storageClass: 'STANDARD',
  }))
  return { objects: rows, prefixes: [], token: below < objects ? String(below) : undefined }
}
