import { createHash } from 'node:crypto'
import type { FailureCode } from '#model/failure.ts'
import { DecantError } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { checksumOf } from './compare/checksum.ts'
import { createPace } from './pace/pace.ts'
import { attempt } from './pace/retry.ts'
import type { RequestContext } from './pace/retry.ts'
import type {
  CopyObject,
  CustomerKey,
  EndpointHabits,
  Storage,
  UploadRef,
  WriteCondition,
} from './storage.ts'
import type { HabitFlag } from './habits.ts'

export interface ProbeContext {
  readonly seams: Seams
  readonly signal: AbortSignal
}

/**
 * What an endpoint keeps its word on, found by asking for each thing with objects of a few bytes under a prefix of
 * their own, which are gone afterwards, also where it fails. What cannot be seen (it is denied, or the bucket has no
 * versions to tell of) stays as it was presumed. Some eighty requests.
 */
export async function probeEndpoint(
  storage: Storage,
  bucket: string,
  context: ProbeContext,
): Promise<Omit<EndpointHabits, 'holds' | 'etags' | 'copies'>> {
  const { seams, signal } = context
  const prefix = `.decant-probe-${seams.id()}/`
  const request = { seams, signal, pace: createPace({ seams, ceiling: 1 }) }
  const probe = new Probe(storage, bucket, prefix, request)
  try {
    const { holds: _, etags: __, copies: ___, ...habits } = storage.habits
    return { ...habits, ...(await probe.run()) }
  } finally {
    // The caller may have had enough of it; what was made goes all the same.
    await probe.clean({ ...request, signal: new AbortController().signal })
  }
}

const BODY = Buffer.from('decant')
const OTHER = '0123456789abcdef0123456789abcdef'
const NO_KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000'

/**
 * In UTF-8 order: other than without regard to case, than in folders, and than by UTF-16 units (the last two).
 */
const IN_ORDER = ['B', 'a', 'a-b', 'a/b', 'a0', '\uFFEE', '\u{1F600}']

/** Seen to be so, or not to be so; undefined: it could not be seen. */
type Seen = boolean | undefined

class Probe {
  readonly #storage: Storage
  readonly #bucket: string
  readonly #prefix: string
  readonly #context: RequestContext
  #made = 0

  constructor(storage: Storage, bucket: string, prefix: string, context: RequestContext) {
    this.#storage = storage
    this.#bucket = bucket
    this.#prefix = prefix
    this.#context = context
  }

  async run(): Promise<Partial<Record<HabitFlag, boolean>>> {
    const looks: Readonly<Record<HabitFlag, () => Promise<Seen>>> = {
      copySourceIfMatch: () => this.#copySourceIfMatch(),
      partSourceIfMatch: () => this.#partSourceIfMatch(),
      writeConditions: () => this.#writeConditions(),
      deleteIfMatch: () => this.#deleteIfMatch(),
      deletesByEtag: () => this.#deletesByEtag(),
      taggingDirective: () => this.#taggingDirective(),
      selfCopyKeepsTags: () => this.#selfCopyKeepsTags(),
      createUploadTagging: () => this.#createUploadTagging(),
      copyEncrypts: () => this.#copyEncrypts(),
      checksums: () => this.#checksums(),
      annotations: () => this.#annotations(),
      updateEncryption: () => this.#updateEncryption(),
      answersInFull: () => this.#answersInFull(),
      listsInOrder: () => this.#listsInOrder(),
    }
    // Where nothing can be written, that is the answer.
    await this.#put()
    const seen: Partial<Record<HabitFlag, boolean>> = {}
    for (const [flag, look] of Object.entries(looks)) {
      const found = await look().catch(unseen)
      if (found !== undefined) seen[flag as HabitFlag] = found
    }
    return seen
  }

  /** Versions, markers and uploads under the prefix. */
  async clean(context: RequestContext): Promise<void> {
    const [bucket, prefix] = [this.#bucket, this.#prefix]
    const uploads = await attempt(context, () => this.#storage.listUploads({ bucket, prefix })).catch(none)
    for (const { key, uploadId } of uploads) {
      await attempt(context, () => this.#storage.abortUpload({ bucket, key, uploadId }))
    }
    for (;;) {
      const { versions, next } = await attempt(context, () => this.#storage.listVersions({ bucket, prefix }))
      for (const { key, versionId } of versions) {
        await attempt(context, () => this.#storage.deleteObject({ bucket, key, versionId }))
      }
      if (!next) return
    }
  }

  async #copySourceIfMatch(): Promise<Seen> {
    const source = await this.#put()
    return isKept(this.#copy(source, { source: { ...source, ifMatch: OTHER } }))
  }

  async #partSourceIfMatch(): Promise<Seen> {
    const source = await this.#put()
    const upload = await this.#upload()
    const bound = { ...upload, part: 1, source: { ...source, ifMatch: OTHER } }
    return isKept(this.#send((signal) => this.#storage.uploadPartCopy(bound, signal)))
  }

  /** All of them, or they are no guard. */
  async #writeConditions(): Promise<Seen> {
    const conditions: readonly WriteCondition[] = [{ ifAbsent: true }, { ifMatch: OTHER }]
    const source = await this.#put()
    for (const condition of conditions) {
      const taken = await this.#put()
      const copied = await isKept(this.#copy(source, { ...taken, ...condition }))
      if (copied !== true) return copied
      const upload = await this.#upload(taken.key)
      const part = { ...upload, part: 1, body: BODY, size: BODY.length }
      const { etag } = await this.#send((signal) => this.#storage.uploadPart(part, signal))
      const complete = { ...upload, parts: [{ part: 1, etag }], ...condition }
      const completed = await isKept(this.#send((signal) => this.#storage.completeUpload(complete, signal)))
      if (completed !== true) return completed
    }
    return true
  }

  async #deleteIfMatch(): Promise<Seen> {
    const id = { ...(await this.#put()), ifMatch: OTHER }
    return isKept(this.#send((signal) => this.#storage.deleteObject(id, signal)))
  }

  async #deletesByEtag(): Promise<Seen> {
    const { bucket, key } = await this.#put()
    const asked = { bucket, objects: [{ key, ifMatch: OTHER }] }
    const [result] = await this.#send((signal) => this.#storage.deleteObjects(asked, signal))
    return isKept(result instanceof Error ? Promise.reject(result) : Promise.resolve())
  }

  async #taggingDirective(): Promise<Seen> {
    const source = await this.#put({ is: 'old' })
    const target = this.#id()
    await this.#copy(source, { ...target, replaceTags: { is: 'new' } })
    return (await this.#tagOf(target)) === 'new'
  }

  async #selfCopyKeepsTags(): Promise<Seen> {
    const source = await this.#put({ is: 'old' })
    if ((await this.#tagOf(source)) !== 'old') return undefined
    await this.#copy(source, { ...source, replace: { headers: { contentType: 'text/plain' }, metadata: {} } })
    return (await this.#tagOf(source)) === 'old'
  }

  async #createUploadTagging(): Promise<Seen> {
    const target = this.#id()
    const asked = { ...target, tags: { is: 'here' } }
    const upload = {
      ...target,
      ...(await this.#send((signal) => this.#storage.createUpload(asked, signal))),
    }
    const part = { ...upload, part: 1, body: BODY, size: BODY.length }
    const { etag } = await this.#send((signal) => this.#storage.uploadPart(part, signal))
    const complete = { ...upload, parts: [{ part: 1, etag }] }
    await this.#send((signal) => this.#storage.completeUpload(complete, signal))
    return (await this.#tagOf(target)) === 'here'
  }

  /**
   * Under a key of our own, for then a HEAD without it tells. Where that is refused, SSE-S3 is asked for: that may
   * be what the bucket gives anyway, so that only a copy in plain tells something.
   */
  async #copyEncrypts(): Promise<Seen> {
    const source = await this.#put()
    const target = this.#id()
    const key = customerKeyOf(this.#prefix)
    const refused = await failureCode(this.#copy(source, { ...target, encryption: { kind: 'SSE-C', key } }))
    if (refused === undefined) {
      const head = this.#send((signal) => this.#storage.headObject(target, signal))
      return (await failureCode(head)) !== undefined
    }
    const other = this.#id()
    await this.#copy(source, { ...other, encryption: { kind: 'SSE-S3' } })
    const { encryption } = await this.#send((signal) => this.#storage.headObject(other, signal))
    return encryption.kind === 'none' ? false : undefined
  }

  /** SHA256, for CRC64NVME is what S3 gives unasked. */
  async #checksums(): Promise<Seen> {
    const source = await this.#put()
    const target = this.#id()
    await this.#copy(source, { ...target, checksum: 'SHA256' })
    const asked = { ...target, checksums: true }
    const { checksums } = await this.#send((signal) => this.#storage.headObject(asked, signal))
    return checksums['SHA256'] === checksumOf('SHA256', BODY)
  }

  /** Storages do not even send it where they presume that it is not there: then nothing is to be seen but that. */
  async #annotations(): Promise<Seen> {
    const id = await this.#put()
    const code = await failureCode(this.#send((signal) => this.#storage.listAnnotations(id, signal)))
    if (code === undefined) return true
    return code === 'not-supported' ? false : undefined
  }

  /** With a key that cannot be there: a refusal for the key's sake is one by somebody who knows the request. */
  async #updateEncryption(): Promise<Seen> {
    const id = await this.#put()
    const before = await this.#send((signal) => this.#storage.headObject(id, signal))
    const asked = { ...id, encryption: { kind: 'SSE-KMS', keyId: NO_KEY } } as const
    const code = await failureCode(this.#send((signal) => this.#storage.updateEncryption(asked, signal)))
    if (code === 'not-supported') return false
    const after = await this.#send((signal) => this.#storage.headObject(id, signal))
    return after.etag === before.etag && (code !== undefined || after.encryption.kind === 'SSE-KMS')
  }

  /** A copy's answer beside its HEAD. A bucket without versions has no ids to tell. */
  async #answersInFull(): Promise<Seen> {
    const source = await this.#put()
    const target = this.#id()
    const told = await this.#copy(source, target)
    const head = await this.#send((signal) => this.#storage.headObject(target, signal))
    if (told.encryption === undefined || told.encryption.kind !== head.encryption.kind) return false
    if (head.versionId === undefined) return undefined
    return told.versionId === head.versionId
  }

  /** All of them, and from a place on that is none of their keys. */
  async #listsInOrder(): Promise<Seen> {
    const [bucket, prefix] = [this.#bucket, `${this.#prefix}order/`]
    const names = IN_ORDER.map((name) => `${prefix}${name}`)
    // The last one first, so that no server gets by with the order in which they came.
    for (const key of names.toReversed()) {
      const request = { bucket, key, body: BODY, size: BODY.length }
      await this.#send((signal) => this.#storage.putObject(request, signal))
    }
    const list = async (startAfter?: string): Promise<string> => {
      const request = { bucket, prefix, startAfter }
      const page = await this.#send((signal) => this.#storage.listObjects(request, signal))
      return JSON.stringify(page.objects.map(({ key }) => key))
    }
    const [all, rest] = [await list(), await list(`${prefix}a.`)]
    return all === JSON.stringify(names) && rest === JSON.stringify(names.slice(3))
  }

  #id(): { readonly bucket: string; readonly key: string } {
    return { bucket: this.#bucket, key: `${this.#prefix}${++this.#made}` }
  }

  async #put(tags?: Record<string, string>): Promise<{ readonly bucket: string; readonly key: string }> {
    const id = this.#id()
    const request = { ...id, body: BODY, size: BODY.length, ...(tags && { tags }) }
    await this.#send((signal) => this.#storage.putObject(request, signal))
    return id
  }

  async #upload(key = this.#id().key): Promise<UploadRef> {
    const target = { bucket: this.#bucket, key }
    return {
      ...target,
      ...(await this.#send((signal) => this.#storage.createUpload(target, signal))),
    }
  }

  #copy(
    source: { readonly bucket: string; readonly key: string },
    asked: Partial<CopyObject>,
  ): ReturnType<Storage['copyObject']> {
    const request = { ...this.#id(), source, storageClass: 'STANDARD', ...asked }
    return this.#send((signal) => this.#storage.copyObject(request, signal))
  }

  async #tagOf(id: { readonly bucket: string; readonly key: string }): Promise<string | undefined> {
    return (await this.#send((signal) => this.#storage.getTags(id, signal)))['is']
  }

  #send<T>(operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return attempt(this.#context, () => operation(this.#context.signal))
  }
}

/** 412 is how a condition is kept, going through is how it is ignored; another refusal tells nothing. */
async function isKept(work: Promise<unknown>): Promise<Seen> {
  try {
    await work
    return false
  } catch (error) {
    if (error instanceof DecantError && error.failure.s3?.status === 412) return true
    return unseen(error)
  }
}

/** Of a refusal of this one request; everything that concerns more than it goes on its way. */
async function failureCode(work: Promise<unknown>): Promise<FailureCode | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    unseen(error)
    return (error as DecantError).failure.code
  }
}

function unseen(error: unknown): undefined {
  if (!(error instanceof DecantError) || error.failure.reach !== 'item') throw error
  if (error.failure.code === 'cancelled') throw error
}

function none(error: unknown): readonly never[] {
  unseen(error)
  return []
}

/** Of nobody and for nothing: what lies under it is thrown away. */
function customerKeyOf(text: string): CustomerKey {
  const key = createHash('sha256').update(text).digest()
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}
