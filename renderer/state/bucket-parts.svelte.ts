import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import type { BucketPartOf, BucketSettingName } from '#model/bucket.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'

export type PartAnswer =
  | { readonly is: 'asked' }
  | { readonly is: 'answered'; readonly part: BucketPartOf }
  | { readonly is: 'failed'; readonly failure: Failure }

/** What is known of the buckets that were looked at: each part is asked for when somebody opens it. */
export class BucketParts {
  readonly #client: Client
  readonly #known = new SvelteMap<string, PartAnswer>()

  constructor(client: Client) {
    this.#client = client
  }

  get(place: Place, part: BucketSettingName): PartAnswer | undefined {
    return this.#known.get(keyOf(place, part))
  }

  /** Asks, where nobody has asked yet; what failed is asked again. */
  async ask(place: Place, part: BucketSettingName, again = false): Promise<void> {
    const key = keyOf(place, part)
    const known = this.#known.get(key)
    if (known !== undefined && known.is !== 'failed' && !again) return
    if (known?.is !== 'answered') this.#known.set(key, { is: 'asked' })
    const { connection, bucket } = place
    try {
      const answer = await this.#client.call('buckets.part', { connection, bucket, part })
      this.#known.set(key, { is: 'answered', part: answer })
    } catch (error) {
      this.#known.set(key, { is: 'failed', failure: toFailure(error) })
    }
  }
}

function keyOf({ connection, bucket }: Place, part: BucketSettingName): string {
  return `${connection}\n${bucket}\n${part}`
}
