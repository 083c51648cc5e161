import type { Client } from '#contract/client.ts'
import type { Place } from '#model/settings.ts'
import { History, type HistoryDepth } from './history.svelte.ts'
import { Listing } from './listing.svelte.ts'
import { placeKey } from './place.ts'

const MOST_LISTINGS = 64
const MOST_ROWS_KEPT = 2_000_000

/** The listings of this window, the last used last. Old ones go when there are too many rows. */
export class Listings {
  #client: Client
  #byPlace = new Map<string, Listing>()

  constructor(client: Client) {
    this.#client = client
  }

  /** The listing of a place; both panes at one place share it. */
  at(place: Place): Listing {
    const key = placeKey(place)
    const listing = this.#byPlace.get(key) ?? new Listing(this.#client, place)
    this.#byPlace.delete(key)
    this.#byPlace.set(key, listing)
    this.#forgetOldest(listing)
    return listing
  }

  /** The versions at a place, for the one pane that shows them: they are many, and gone with it. */
  history(place: Place, depth: HistoryDepth): History {
    return new History(this.#client, place, depth)
  }

  /** Those that a change under this place may have made out of date. */
  touchedBy(place: Place): Listing[] {
    return [...this.#byPlace.values()].filter(({ place: listed }) => touches(place, listed))
  }

  ofConnection(connection: string): Listing[] {
    return [...this.#byPlace.values()].filter(({ place }) => place.connection === connection)
  }

  forgetConnection(connection: string): void {
    for (const listing of this.ofConnection(connection)) {
      listing.stop()
      this.#byPlace.delete(placeKey(listing.place))
    }
  }

  #forgetOldest(kept: Listing): void {
    let rows = 0
    for (const listing of this.#byPlace.values()) rows += listing.rowCount
    for (const [key, listing] of this.#byPlace) {
      if (this.#byPlace.size <= MOST_LISTINGS && rows <= MOST_ROWS_KEPT) return
      if (listing === kept || listing.busy) continue
      rows -= listing.rowCount
      this.#byPlace.delete(key)
    }
  }
}

/** A change under a place may be seen at the other. */
export function touches(changed: Place, listed: Place): boolean {
  return (
    listed.connection === changed.connection &&
    listed.bucket === changed.bucket &&
    (listed.prefix.startsWith(changed.prefix) || changed.prefix.startsWith(listed.prefix))
  )
}
