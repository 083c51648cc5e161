import type { Failure } from '#model/failure.ts'
import { toFailure } from '#model/failure.ts'
import type { SomeProperties } from '#model/properties.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import type { Part } from '../../main/engine/storage.ts'
import type { CopyWork, EditJournal, UploadJournal, WorkContext } from '../../main/engine/work.ts'
import type { MemoryS3Options } from '../helpers/memory/server.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'
import { noKeys } from '../helpers/specs.ts'
import type { VirtualSeams } from '../helpers/virtual-seams.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

export const MIB = 1024 ** 2

/** One store with the buckets `from` and `to`, and a client that works on both. */
export interface World {
  readonly seams: VirtualSeams
  readonly server: MemoryS3
  readonly context: WorkContext
  readonly stop: AbortController
  readonly notes: string[]
  /** The work on an object of `from`, as a listing would have planned it. */
  work(key: string, more?: Partial<CopyWork>): CopyWork
  finish<T>(promise: Promise<T>): Promise<T>
  failure(promise: Promise<unknown>): Promise<Failure>
}

export function createWorld(options: Omit<MemoryS3Options, 'seams'> = {}, seed = 1): World {
  const seams = virtualSeams(seed)
  const server = new MemoryS3({ seams, latency: 10, ...options })
  server.makeBucket('from')
  server.makeBucket('to')
  const storage = new MemoryStorage(server)
  const stop = new AbortController()
  const notes: string[] = []
  const finish = <T>(promise: Promise<T>): Promise<T> => seams.finish(promise)
  return {
    seams,
    server,
    stop,
    notes,
    finish,
    context: {
      source: storage,
      destination: storage,
      seams,
      pace: createPace({ seams, ceiling: 64 }),
      findKey: noKeys,
      signal: stop.signal,
      note: (text) => notes.push(text),
    },
    work: (key, more) => workOn(server, key, more),
    async failure(promise) {
      return finish(
        promise.then(
          () => {
            throw new Error('it did not fail')
          },
          (error: unknown) => toFailure(error),
        ),
      )
    },
  }
}

function workOn(server: MemoryS3, key: string, more: Partial<CopyWork> = {}): CopyWork {
  const source = server.current('from', key)
  if (!source) throw new Error(`${key} is not there`)
  return {
    source: { bucket: 'from', key, customerKeys: [] },
    destination: { bucket: 'to', key },
    size: source.content.size,
    etag: source.etag,
    lastModified: source.lastModified,
    storageClass: source.storageClass,
    expect: { is: 'absent' },
    properties: COPY_DEFAULTS,
    verify: 'auto',
    partLayout: 'chosen',
    purpose: 'copy',
    ...more,
  }
}

/** A journal in memory: what it was told can be read, and a next run starts from it. */
export class MemoryJournal implements EditJournal {
  known: UploadJournal['known']
  readonly told: string[] = []
  isEnded = false
  remembered: SomeProperties | undefined

  remember(before: SomeProperties): Promise<void> {
    this.told.push('remember')
    this.remembered = before
    return Promise.resolve()
  }

  intend(partSize: number, at: number): Promise<void> {
    this.told.push('intend')
    this.known = { partSize, intendedAt: at, parts: [] }
    return Promise.resolve()
  }

  begun(uploadId: string): Promise<void> {
    this.told.push('begun')
    if (this.known) this.known = { ...this.known, uploadId }
    return Promise.resolve()
  }

  part(part: Part): void {
    this.told.push(`part ${part.part}`)
    if (this.known) this.known = { ...this.known, parts: [...this.known.parts, part] }
  }

  ended(): Promise<void> {
    this.told.push('ended')
    this.isEnded = true
    this.known = undefined
    return Promise.resolve()
  }
}
