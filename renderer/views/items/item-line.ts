import type { JobSnapshot } from '#model/job.ts'
import type { ItemView } from '#model/plan.ts'
import type { JobSpec } from '#model/spec.ts'
import { itemDetail, itemLook, itemName, itemWay } from '../../components/item-look.ts'
import { formatBytes, formatExactBytes } from '../../format/bytes.ts'
import { visible } from '../../format/visible.ts'
import { fileWay } from '../../state/local-words.ts'
import type { Place } from '../../state/rows-in-sight.ts'
import { STATE_LOOKS, toneColour } from '../../ui/state-look.ts'
import { fitted, type Fit } from '../../ui/width.ts'

/** What is to be known of an item before anything can be said of it. */
export interface ItemLineOf {
  /** Undefined while it is still to come. */
  readonly item: ItemView | undefined
  /** Which of the rows it is, and what of it is to be seen. */
  readonly place: Place
  readonly kind: JobSnapshot['kind']
  readonly spec: JobSpec | undefined
  readonly found: string | undefined
  /** What a key has that stands alone. */
  readonly fit: Fit | undefined
  /** The table is not being scrolled: what only tooltips say is written then, and not with every frame. */
  readonly still: boolean
  /** Rows can be chosen: whether this one is, and whether it is under the cursor. */
  readonly chosen: boolean
  readonly cursor: boolean
}

/** All that one row shows, in one value: many rows change with each frame of a table that is scrolled. */
export interface ItemLine extends ItemLineOf {
  readonly name: Name
  readonly rest: Rest
  readonly titles: Titles
}

interface Name {
  readonly text: string
  readonly way: string
  readonly anew: ItemView['anew']
  /** As it is shown, where it stands alone and nothing of it is marked. */
  readonly fitted: string | undefined
}

interface Rest {
  readonly size: string
  readonly plan: string
  readonly word: string
  readonly colour: string | undefined
  readonly image: string | undefined
  readonly detail: string
}

interface Titles {
  readonly name: string
  readonly size: string | undefined
  readonly does: string | undefined
  readonly detail: string | undefined
}

const BLANK: Pick<ItemLine, 'name' | 'rest' | 'titles'> = {
  name: { text: '', way: '', anew: undefined, fitted: '' },
  rest: { size: '', plan: '', word: '', colour: undefined, image: undefined, detail: '' },
  titles: { name: '', size: undefined, does: undefined, detail: undefined },
}

/**
 * The row that an element shows now, the same as before where nothing of it has changed. Words that cannot be seen cost
 * nothing to leave where they are, and much to take away and write anew:
 *
 * | what   | where                                      | else                            |
 * | ------ | ------------------------------------------ | ------------------------------- |
 * | name   | the item is there                          | as it was, and none of it seen  |
 * | rest   | the item is there and the row shows whole  | nothing; or, if not there, so   |
 * | titles | the item is there and the table stands still | as they were, not seen        |
 */
export function itemLineOf(was: ItemLine | undefined, given: ItemLineOf): ItemLine {
  if (was !== undefined && isSame(was, given)) return was
  const { item, place, spec, kind, still } = given
  const { name, rest, titles } = was ?? BLANK
  if (item === undefined) return { ...given, name, rest, titles }
  return {
    ...given,
    name: nameOf(item, given),
    rest: place.shows === 'partly' ? BLANK.rest : restOf(item, kind, spec),
    titles: still ? titlesOf(item, spec) : titles,
  }
}

function isSame(was: ItemLineOf, given: ItemLineOf): boolean {
  return (
    was.item === given.item &&
    was.place === given.place &&
    was.kind === given.kind &&
    was.spec === given.spec &&
    was.found === given.found &&
    was.fit === given.fit &&
    was.still === given.still &&
    was.chosen === given.chosen &&
    was.cursor === given.cursor
  )
}

function nameOf(item: ItemView, { spec, found = '', fit }: ItemLineOf): Name {
  const [text, way, { anew }] = [itemName(item, spec), itemWay(item, spec), item]
  const alone = way === '' && anew === undefined && found === '' && fit !== undefined
  return { text, way, anew, fitted: alone ? fitted(visible(text), fit) : undefined }
}

function restOf(item: ItemView, kind: JobSnapshot['kind'], spec: JobSpec | undefined): Rest {
  const { plan, word, state } = itemLook(item, kind, spec && fileWay(spec))
  return {
    ...{ size: formatBytes(item.size), plan, word, detail: itemDetail(item) },
    ...{ colour: toneColour(STATE_LOOKS[state].tone), image: `var(--image-${state})` },
  }
}

function titlesOf(item: ItemView, spec: JobSpec | undefined): Titles {
  return {
    name: visible(itemName(item, spec)),
    size: formatExactBytes(item.size),
    does: item.failure?.message,
    detail: itemDetail(item) || undefined,
  }
}
