import { SvelteMap } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import type { BucketProperties } from '#contract/answers.ts'
import type { Place } from '#model/settings.ts'

/** Region and versioning of the buckets that were looked at. Asked for once each; what fails is asked again. */
export class BucketPropertiesCache {
  #client: Client
  #known = new SvelteMap<string, BucketProperties>()

  constructor(client: Client) {
    this.#client = client
  }

  get(place: Place): BucketProperties | undefined {
    return this.#known.get(`${place.connection}\n${place.bucket}`)
  }

  /** It was changed: it is asked for again. */
  async learnAgain(place: Place): Promise<void> {
    this.#known.delete(`${place.connection}\n${place.bucket}`)
    await this.learn(place)
  }

  /** Asks, where it is not known yet. What cannot be learnt stays unknown: it is an extra, never in the way. */
  async learn(place: Place): Promise<void> {
    const { connection, bucket } = place
    if (bucket === '' || this.get(place) !== undefined) return
    try {
      const properties = await this.#client.call('buckets.properties', { connection, bucket })
      this.#known.set(`${connection}\n${bucket}`, properties)
    } catch {
      return
    }
  }
}
