import type { Encryption } from './encryption.ts'
import { fromByteKey } from './keys.ts'
import type { ByteKey } from './keys.ts'
import type { LogEntry, Mutation, SourceVersion } from './mutation.ts'

/** The mutations of one playground, numbered; keys stay shared with the store, so a million lines are cheap. */
export class MutationLog {
  readonly #entries: LogLine[] = []

  get length(): number {
    return this.#entries.length
  }

  add(mutation: Mutation): void {
    this.#entries.push(logLine(mutation))
  }

  /** The entries after number `since`. */
  *since(since: number): Generator<LogEntry> {
    for (let index = Math.max(since, 0); index < this.#entries.length; index += 1) {
      const { key, sourceKey, ...rest } = this.#entries[index] as LogLine
      yield {
        seq: index + 1,
        ...rest,
        ...(key === undefined ? undefined : { key: fromByteKey(key) }),
        ...(sourceKey === undefined ? undefined : { sourceKey: fromByteKey(sourceKey) }),
      }
    }
  }
}

type LogLine = Omit<LogEntry, 'seq' | 'key' | 'sourceKey'> & {
  readonly key?: ByteKey
  readonly sourceKey?: ByteKey
}

function logLine(mutation: Mutation): LogLine {
  const { op, bucket, time } = mutation
  if (op === 'CopyObject' && mutation.etag === undefined && mutation.encryption === undefined) {
    return plainCopyLine(mutation)
  }
  if (!('key' in mutation)) {
    return op === 'Seed' ? { op, time, bucket, count: mutation.plan.count } : { op, time, bucket }
  }
  const versionId =
    'versionId' in mutation ? mutation.versionId : 'removed' in mutation ? mutation.removed : undefined
  return {
    time,
    op,
    bucket,
    key: mutation.key,
    ...(versionId === undefined ? undefined : { versionId }),
    ...('etag' in mutation && mutation.etag !== undefined ? { etag: mutation.etag } : undefined),
    ...('marker' in mutation && mutation.marker !== undefined ? { marker: mutation.marker } : undefined),
    ...('uploadId' in mutation ? { uploadId: mutation.uploadId } : undefined),
    ...('partNumber' in mutation ? { partNumber: mutation.partNumber } : undefined),
    ...('name' in mutation ? { annotation: mutation.name } : undefined),
    ...('encryption' in mutation ? encryptionOf(mutation.encryption) : undefined),
    ...('source' in mutation ? sourceOf(mutation.source) : undefined),
  }
}

/** The line of most jobs, as one plain literal: it is made with each copy, and kept. */
function plainCopyLine({
  time,
  op,
  bucket,
  key,
  versionId,
  source,
}: Mutation & { op: 'CopyObject' }): LogLine {
  return {
    time,
    op,
    bucket,
    key,
    versionId,
    sourceBucket: source.bucket,
    sourceKey: source.key,
    sourceVersionId: source.versionId,
  }
}

function encryptionOf(encryption: Encryption | undefined): Partial<LogLine> {
  if (encryption === undefined) return {}
  const { kind } = encryption
  return 'keyId' in encryption ? { encryption: kind, kmsKeyId: encryption.keyId } : { encryption: kind }
}

function sourceOf(source: SourceVersion): Partial<LogLine> {
  return { sourceBucket: source.bucket, sourceKey: source.key, sourceVersionId: source.versionId }
}
