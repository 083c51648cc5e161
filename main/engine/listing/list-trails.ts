import type {
  ListObjects,
  ListParts,
  ListUploads,
  ListVersions,
  ObjectPage,
  PartPage,
  UploadsPage,
  VersionPage,
} from '../storage.ts'
import type { Asked } from '../wire/asked.ts'
import { badAnswer } from '../wire/errors.ts'

/**
 * Holds lists to their end. A server that lies, or is broken, can name the same place to go on from again and again, or
 * places in a circle, or new ones for ever with the same page behind each, or with nothing; and it can list what was
 * not asked for. Whoever goes through a list would never come back, and fill the disk meanwhile.
 *
 * | a page                                             | is                                     |
 * |----------------------------------------------------|----------------------------------------|
 * | with a name that does not begin with the prefix    | a bad answer                           |
 * | whose next place was a next place before           | a bad answer, at the latest three circles on |
 * | that begins as a page before did                   | the same                               |
 * | without anything, after 10,000 such pages          | a bad answer                           |
 * | whose next part is not behind the one asked for    | a bad answer                           |
 * | else                                               | as it is                               |
 *
 * It costs no memory that grows with a list: the trail of each is followed by one page that is remembered, and exchanged
 * after 1, 2, 4, … pages (Brent's way to find a cycle). Keys in a wrong order, or new ones for ever, are no lie by
 * themselves: directory buckets list in no order, and a bucket may grow.
 */
export class ListTrails {
  /** Where the lists that are gone through at the moment stand, each by the place that it goes on from. */
  readonly #trails = new Map<string, Trail>()

  objects(request: ListObjects, page: ObjectPage): ObjectPage {
    const { bucket, prefix, delimiter, token } = request
    const asked = { operation: 'ListObjectsV2', bucket }
    demandPrefix(asked, prefix, page.objects, page.prefixes)
    const list = JSON.stringify([bucket, prefix, delimiter])
    const name = page.objects[0]?.key ?? several(page.prefixes)[0]
    this.#follow(asked, list, token, page.token, isEmpty(page.objects, page.prefixes), name)
    return page
  }

  versions(request: ListVersions, page: VersionPage): VersionPage {
    const { bucket, prefix, delimiter, keyMarker, versionIdMarker } = request
    const asked = { operation: 'ListObjectVersions', bucket }
    demandPrefix(asked, prefix, page.versions, page.prefixes)
    const list = JSON.stringify(['versions', bucket, prefix, delimiter])
    const from = keyMarker === undefined ? undefined : JSON.stringify([keyMarker, versionIdMarker])
    const next = page.next && JSON.stringify([page.next.keyMarker, page.next.versionIdMarker])
    const [first] = page.versions
    const name = first ? JSON.stringify([first.key, first.versionId]) : several(page.prefixes)[0]
    this.#follow(asked, list, from, next, isEmpty(page.versions, page.prefixes), name)
    return page
  }

  uploads(request: ListUploads, page: UploadsPage): UploadsPage {
    const { bucket, prefix, next: from } = request
    const asked = { operation: 'ListMultipartUploads', bucket }
    demandPrefix(asked, prefix, page.uploads, [])
    const list = JSON.stringify(['uploads', bucket, prefix])
    const [first] = page.uploads
    const name = first && JSON.stringify([first.key, first.uploadId])
    const before = from && JSON.stringify(from)
    this.#follow(asked, list, before, page.next && JSON.stringify(page.next), first === undefined, name)
    return page
  }

  parts({ bucket, key, after = 0 }: ListParts, page: PartPage): PartPage {
    if (page.next !== undefined && page.next <= after) {
      throw badAnswer({ operation: 'ListParts', bucket, key }, `it does not go on after part ${after}`, 200)
    }
    return page
  }

  /** A list of anything else that is gone through by tokens. */
  tokens(asked: Asked, from: string | undefined, next: string | undefined): void {
    this.#follow(asked, asked.operation, from, next, false, undefined)
  }

  #follow(
    asked: Asked,
    list: string,
    from: string | undefined,
    next: string | undefined,
    empty: boolean,
    name: string | undefined,
  ): void {
    if (next === undefined) return
    const known = from === undefined ? undefined : this.#trails.get(`${list} ${from}`)
    const trail = known ?? { ...BEGUN, place: from }
    if (next === from || next === trail.place)
      throw badAnswer(asked, 'it goes on where it went on before', 200)
    if (name !== undefined && name === trail.name) {
      throw badAnswer(asked, 'it begins as a page before it did', 200)
    }
    const empties = empty ? trail.empties + 1 : 0
    if (empties > MOST_EMPTY) throw badAnswer(asked, `it is page ${empties} with nothing on it`, 200)
    this.#remember(`${list} ${next}`, stepOn(trail, next, name, empties))
  }

  #remember(at: string, trail: Trail): void {
    this.#trails.delete(at)
    this.#trails.set(at, trail)
    if (this.#trails.size <= MOST_TRAILS) return
    const [oldest] = this.#trails.keys()
    if (oldest !== undefined) this.#trails.delete(oldest)
  }
}

/** A store may look through a million deleted names and find nothing; one a thousand of these is a page. */
const MOST_EMPTY = 10_000
/** Places that lists may go on from, of all that are gone through at once. */
const MOST_TRAILS = 1000

interface Trail {
  /** The place to go on from, and the first name, of the page that is remembered. */
  readonly place: string | undefined
  readonly name: string | undefined
  /** Pages since then, and how many it will be until the next is remembered. */
  readonly steps: number
  readonly power: number
  /** Pages without anything, one after the other. */
  readonly empties: number
}
const BEGUN: Trail = { place: undefined, name: undefined, steps: 0, power: 1, empties: 0 }

function stepOn(trail: Trail, place: string, name: string | undefined, empties: number): Trail {
  if (trail.steps + 1 < trail.power) return { ...trail, steps: trail.steps + 1, empties }
  return { place, name, steps: 0, power: trail.power * 2, empties }
}

function demandPrefix(
  asked: Asked,
  prefix: string,
  named: readonly { readonly key: string }[],
  prefixes: readonly string[],
): void {
  if (prefix === '') return
  const stranger =
    named.find(({ key }) => !key.startsWith(prefix))?.key ?? prefixes.find((one) => !one.startsWith(prefix))
  if (stranger === undefined) return
  const [name, wanted] = [stranger.slice(0, 100), prefix].map((one) => JSON.stringify(one))
  throw badAnswer(asked, `it lists ${name}, which does not begin with ${wanted}`, 200)
}

function isEmpty(named: readonly unknown[], prefixes: readonly unknown[]): boolean {
  return named.length === 0 && prefixes.length === 0
}

/** One prefix alone may stand on two pages: some servers cut a page within it. */
function several(prefixes: readonly string[]): readonly string[] {
  return prefixes.length > 1 ? prefixes : []
}
