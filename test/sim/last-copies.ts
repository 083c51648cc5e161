import type { MemoryS3 } from '../helpers/memory/server.ts'

/** Requests that can take a content away, or put another in its place. */
const TAKES: ReadonlySet<string> = new Set([
  'CopyObject',
  'CompleteMultipartUpload',
  'PutObject',
  'DeleteObject',
  'DeleteObjects',
])

/** Which contents lie somewhere, under whatever name or version: an undo takes the last of none of them. */
export class LastCopies {
  readonly #servers: Iterable<MemoryS3>
  #held: ReadonlyMap<string, string>

  constructor(servers: Iterable<MemoryS3>) {
    this.#servers = servers
    this.#held = this.#find()
  }

  /** Somebody else was at work: what is gone by now is not judged. */
  begin(): void {
    this.#held = this.#find()
  }

  /** Where each content lay at the last look that lies nowhere any more, after such a request. */
  lostBy(operation: string): string[] {
    if (!TAKES.has(operation)) return []
    const before = this.#held
    this.#held = this.#find()
    return [...before].flatMap(([digest, place]) => (this.#held.has(digest) ? [] : [place]))
  }

  /** By digest, one of the places. */
  #find(): Map<string, string> {
    const found = new Map<string, string>()
    for (const server of this.#servers)
      for (const [name, bucket] of server.buckets)
        for (const key of bucket.keys())
          for (const version of bucket.versions(key))
            if (!version.isDeleteMarker) found.set(version.content.digest, `${name}/${key}`)
    return found
  }
}
