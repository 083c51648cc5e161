import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { CopyWork, WorkContext } from '../../main/engine/work.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { noKeys } from '../helpers/specs.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { inProcessPlayground } from '../helpers/playground.ts'

export const MIB = 1024 ** 2

/** A folder of this machine and a playground with the bucket `there`. */
export interface LocalWorld {
  readonly folder: string
  readonly local: Storage
  readonly store: Storage
  /** The same as a store whose ETags are known to be digests, as AWS's are. */
  readonly keeps: Storage
  readonly playground: TestPlayground
  readonly up: WorkContext
  readonly down: WorkContext
  readonly notes: string[]
  /** The work on what stands there now, as a listing would have planned it. */
  uploadOf(key: string, more?: Partial<CopyWork>): Promise<CopyWork>
  downloadOf(key: string, more?: Partial<CopyWork>): Promise<CopyWork>
  write(key: string, body: string | Uint8Array): Promise<void>
  /** The same folder, by a process that knows nothing of what was. */
  anew(): Storage
  close(): Promise<void>
}

export async function createLocalWorld(): Promise<LocalWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'decant-local-'))
  const playground = await inProcessPlayground()
  const { endpoint, accessKeyId, secretAccessKey } = playground
  const store = createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
  await store.createBucket('there')
  const anew = (): Storage => createLocalStorage({ seams: systemSeams })
  const local = anew()
  const notes: string[] = []
  const context = (source: Storage, destination: Storage): WorkContext => ({
    source,
    destination,
    seams: systemSeams,
    pace: createPace({ seams: systemSeams, ceiling: 16 }),
    findKey: noKeys,
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
  })
  const planned = async (from: Storage, bucket: string, to: string, key: string, more: Partial<CopyWork>) => {
    const page = await from.listObjects({ bucket, prefix: key })
    const found = page.objects.find((object) => object.key === key)
    if (!found) throw new Error(`${key} is not there`)
    const { size, etag, lastModified, storageClass } = found
    return {
      source: { bucket, key, customerKeys: [] },
      destination: { bucket: to, key },
      ...{ size, etag, lastModified, storageClass },
      expect: { is: 'absent' },
      properties: COPY_DEFAULTS,
      verify: 'auto',
      partLayout: 'chosen',
      purpose: 'copy',
      ...more,
    } satisfies CopyWork
  }
  return {
    ...{ folder, local, store, playground, notes, anew },
    keeps: withHabits(store, { etags: undefined }),
    up: context(local, store),
    down: context(store, local),
    uploadOf: (key, more = {}) => planned(local, folder, 'there', key, more),
    downloadOf: (key, more = {}) => planned(store, 'there', folder, key, more),
    write: (key, body) => writeFile(join(folder, key), body),
    async close() {
      store.close()
      local.close()
      await playground.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function withHabits(storage: Storage, habits: Partial<Storage['habits']>): Storage {
  return new Proxy(storage, {
    get: (target, name) =>
      name === 'habits' ? { ...target.habits, ...habits } : (Reflect.get(target, name, target) as unknown),
  })
}

export function md5(body: string | Uint8Array): string {
  return createHash('md5').update(body).digest('hex')
}

/** Bytes that are nowhere the same. */
export function noise(size: number): Buffer {
  const body = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) body.writeUInt32LE((at * 2_654_435_761) >>> 0, at)
  return body
}
