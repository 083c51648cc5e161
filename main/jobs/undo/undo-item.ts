import { openWith } from '../../engine/customer-keys.ts'
import { codeOf, headOrNothing } from '../../engine/look.ts'
import { checkMade, removeMade } from '../../engine/deletes/remove-made.ts'
import type { Below, MadeWork } from '../../engine/deletes/remove-made.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { chooseAction } from '../../engine/route.ts'
import type { ObjectId } from '../../engine/storage.ts'
import type { CopyWork, WorkContext } from '../../engine/work.ts'
import { copy } from '../run/copy-item.ts'
import { editItem } from '../run/edit-item.ts'
import type { Item, OwnUndo } from '../item.ts'
import type { ItemTask, ItemTools } from '../run/item-tools.ts'
import { targetOf } from '../plan/plan-item.ts'
import { lastLook } from './undo-source.ts'
import { undoVersion } from './undo-version-item.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { ObjectHead } from '#model/object.ts'
import { EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'

/** What is told once something is journaled of an item on its way. */
type Reached = (item: Item) => void

/**
 * One step that takes back what another job did.
 *
 * | action                     | is done                                                                    |
 * |----------------------------|----------------------------------------------------------------------------|
 * | delete, delete-version     | what the job made goes, if it is what stands there                         |
 * | put-back                   | the source of a move is uncovered where it was, and then its copy goes     |
 * | copy, copy-parts, relay    | the same, by a verified copy to where nothing stands                       |
 * | put-over                   | the backup is copied over what the job made, and then the backup goes      |
 * | rewrite, re-encrypt, in-place, and delete-version of an edit | the object gets its remembered values    |
 */
export function undoItem(task: ItemTask, tools: ItemTools, reached: Reached): Promise<void> {
  const undo = tools.own(task.item)?.undo
  switch (task.item.action) {
    case 'delete':
    case 'delete-version':
      return undo ? unmake(task, undo, tools) : undoVersion(task, tools, reached)
    case 'put-back':
    case 'copy':
    case 'copy-parts':
    case 'relay':
      return putBack(task, undoOf(undo), tools, reached)
    case 'put-over':
      return putOver(task, undoOf(undo), tools, reached)
    default:
      return editItem(task, tools)
  }
}

function undoOf(undo: OwnUndo | undefined): OwnUndo {
  return undo ?? fail('internal', 'item', 'Nothing is known of what it takes back.')
}

async function unmake({ item, doubt }: ItemTask, undo: OwnUndo, tools: ItemTools): Promise<void> {
  const made = { ...(await madeWork(item, undo, tools)), lastLook: lastLook(item, undo, tools) }
  const removed = await removeMade(made, tools.of(item).context)
  // In doubt, it was an earlier request of this undo that took it away.
  if (removed === 'removed' || doubt !== undefined) return tools.journal.settle(item, 'deleted')
  tools.journal.change(item, { ...item, state: 'skipped', skipReason: 'nothing-to-do' })
}

/** What the job made, at the item's own key. */
async function madeWork(item: Item, { below, since, until }: OwnUndo, tools: ItemTools): Promise<MadeWork> {
  const { leg } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  const { key, etag, expect } = item
  const versionId = item.versionId ?? (await nullVersion(item, tools))
  const under: Below = below !== 'planned' ? { is: below } : expect.is === 'etag' ? expect : { is: 'object' }
  return {
    object: { bucket, key, versionId, owner, customerKeys },
    isMarker: item.history === 'delete-marker',
    ...{ etag, since, until, below: under },
  }
}

/**
 * What was written without a version id is called `null` wherever versions were ever kept, also where the store does not
 * say so; there a DELETE of the key would put a marker in its place, or over it.
 */
async function nullVersion(item: Pick<Item, 'leg'>, tools: ItemTools): Promise<'null' | undefined> {
  const { leg, versioning } = tools.of(item)
  if (isLocal(leg.source)) return undefined
  const is = await versioning()
  return is === 'enabled' || is === 'suspended' ? 'null' : undefined
}

/**
 * Invariant 1, the other way round: what the move made goes only once the source stands again where it was, verified and
 * journaled, and it is looked at both just before. Where what the move made is another by now, nothing is touched.
 */
async function putBack(task: ItemTask, undo: OwnUndo, tools: ItemTools, reached: Reached): Promise<void> {
  const { item } = task
  const { journal } = tools
  const { context } = tools.of(item)
  const made: MadeWork = {
    ...(await madeWork(item, undo, tools)),
    below: { is: undo.below === 'object' ? 'object' : 'anything' },
  }
  let half = item
  if (item.state !== 'copied-not-deleted') {
    if (task.doubt === undefined) await checkMade(made, context)
    const back = (await uncover(item, undo, tools)) ?? (await moveBack(task, tools))
    if (undo.leaves) return journal.settle(item, 'copied', back.etag, back.versionId)
    journal.settle(item, 'copied-not-deleted', back.etag, back.versionId)
    half = { ...item, state: 'copied-not-deleted', newEtag: back.etag, newVersionId: back.versionId }
    reached(half)
    await journal.durable()
  }
  await checkStands(half, tools)
  await removeMade(made, context)
  journal.settle(half, 'moved', half.newEtag, half.newVersionId)
}

/** Where it was, and goes back to. */
function oldPlace(item: Item, { spec, of }: ItemTools): ObjectId {
  const { leg } = of(item)
  return {
    bucket: (leg.destination ?? leg.source).bucket,
    key: targetOf(spec, item) ?? item.target ?? item.key,
  }
}

/**
 * Undefined: it has to be moved back. In a bucket whose versioning is suspended a marker called `null` lies over the
 * source, or has taken the place of it.
 *
 * | planned as | the marker is | stands where it was | under the marker | is done                                |
 * |------------|---------------|---------------------|------------------|----------------------------------------|
 * | moved back | none          | any                 |                  | it has to be moved back                |
 * | any other  | any           | the object itself   |                  | nothing: it is back                    |
 * | any other  | any           | another one         |                  | destination-changed                    |
 * | put-back   | none          | none                |                  | source-missing                         |
 * | put-back   | known         | none                | the object       | the marker goes                        |
 * | put-back   | known         | none                | anything else    | not-possible                           |
 * | moved back | `null`        | none                | the object       | the marker goes                        |
 * | moved back | `null`        | none                | anything else    | it has to be moved back                |
 */
async function uncover(item: Item, undo: OwnUndo, tools: ItemTools): Promise<ObjectHead | undefined> {
  const { marker, was, since, until } = undo
  const isPutBack = item.action === 'put-back'
  if (!isPutBack && was === undefined) return undefined
  const wanted = was ?? (item.expect.is === 'etag' ? item.expect : { etag: '', lastModified: 0 })
  const { context } = tools.of(item)
  const place = oldPlace(item, tools)
  const standing = await lookAt(place, item, tools)
  const isIt = (head: ObjectHead): boolean => head.etag === wanted.etag && head.size === item.size
  if (standing !== undefined) return isIt(standing) ? standing : occupied(place)
  if (marker === undefined)
    fail('source-missing', 'item', `${place.key} does not stand where it was any more: its copy is left.`)
  const object = { ...place, versionId: marker, customerKeys: [] }
  const there = { ...context, source: context.destination }
  const below = { is: 'etag', etag: wanted.etag, lastModified: wanted.lastModified } as const
  try {
    await removeMade({ object, isMarker: true, etag: '', since, until, below }, there)
  } catch (error) {
    if (!isPutBack && codeOf(error) === 'not-possible') return undefined
    throw error
  }
  const back = await lookAt(place, item, tools)
  if (back === undefined || !isIt(back))
    fail(
      'not-verified',
      'item',
      `${place.key} does not come back where it was: ${whatLies(back)}. Its copy is kept.`,
    )
  return back
}

/** Where no delete marker lies any more, in place of what was moved. */
function whatLies(head: ObjectHead | undefined): string {
  return head === undefined
    ? 'none of its versions is left'
    : 'another version lies there than the one that was moved'
}

function occupied({ key }: ObjectId): never {
  fail(
    'destination-changed',
    'item',
    `${key} was written anew since it was moved away: it is kept, and so is its copy.`,
  )
}

/** Everything that the object carries goes along; its class is the one that it had before it was moved. */
function moveBack(task: ItemTask, tools: ItemTools): ReturnType<typeof copy> {
  const { item } = task
  const { bucket, owner, customerKeys } = tools.of(item).leg.source
  const { key, versionId } = item
  const work: CopyWork = {
    ...copyOf(item, tools),
    source: { bucket, key, versionId, owner, customerKeys },
    destination: oldPlace(item, tools),
    properties: MOVE_DEFAULTS,
  }
  return copy(task, work, tools)
}

function copyOf(
  { size, etag, lastModified, storageClass, expect }: Item,
  { spec }: ItemTools,
): Omit<CopyWork, 'source' | 'destination' | 'properties'> {
  const verify = 'verify' in spec && spec.verify === 'full' ? 'full' : 'head'
  return { size, etag, lastModified, storageClass, expect, partLayout: 'same', purpose: 'copy', verify }
}

async function checkStands(half: Item, tools: ItemTools): Promise<void> {
  const place = oldPlace(half, tools)
  const head = await lookAt(place, half, tools)
  if (head?.etag === half.newEtag && head?.size === half.size) return
  fail(
    'delete-refused',
    'item',
    `${half.key} was not deleted: ${place.key} does not stand where it was any more.`,
  )
}

async function lookAt(place: ObjectId, item: Item, tools: ItemTools): Promise<ObjectHead | undefined> {
  const { context, leg } = tools.of(item)
  try {
    const { head } = await openWith(
      place.key,
      leg.source.customerKeys,
      context.findKey,
      async (customerKey) => {
        const found = await headOrNothing(context.destination, { ...place, customerKey }, context)
        return found ?? fail('source-missing', 'item', `${place.key} is not there.`)
      },
    )
    return head
  } catch (error) {
    if (codeOf(error) === 'source-missing') return undefined
    throw error
  }
}

/** Only once what was kept stands again, verified and journaled, does the backup go. */
async function putOver(task: ItemTask, undo: OwnUndo, tools: ItemTools, reached: Reached): Promise<void> {
  const { item, doubt } = task
  const { journal } = tools
  const { context, leg, rules } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  const here: WorkContext = { ...context, destination: context.source }
  const { key, versionId, target = item.key } = item
  let half = item
  if (item.state !== 'copied-not-deleted') {
    await checkWritten(task, target, undo, tools, here)
    const work: CopyWork = {
      ...copyOf(item, tools),
      source: { bucket, key, versionId, owner, customerKeys },
      destination: { bucket, key: target },
      properties: EDIT_DEFAULTS,
    }
    const action = chooseAction('server-side', item, 'same', rules.copyLimit)
    const { etag, versionId: made } = await copy({ item: { ...item, action }, doubt }, work, tools, here)
    journal.settle(item, 'copied-not-deleted', etag, made)
    half = { ...item, state: 'copied-not-deleted', newEtag: etag, newVersionId: made }
    reached(half)
    await journal.durable()
  }
  const stands = await headOrNothing(here.source, { bucket, key: target }, here)
  if (stands?.etag !== half.newEtag)
    fail('delete-refused', 'item', `The backup ${key} was not deleted: ${target} is another by now.`)
  const version = versionId ?? (await nullVersion(item, tools))
  const backup = { bucket, key, versionId: version, owner, customerKeys }
  const { etag, lastModified: since } = item
  const below = { is: 'anything' } as const
  await removeMade({ object: backup, isMarker: false, etag, since, until: undefined, below }, here)
  journal.settle(half, 'moved', half.newEtag, half.newVersionId)
}

/** What the job wrote there still stands, and what it is a copy of. In doubt it may be written over already. */
async function checkWritten(
  { item, doubt, previous }: ItemTask,
  target: string,
  undo: OwnUndo,
  tools: ItemTools,
  here: WorkContext,
): Promise<void> {
  const { since, until } = undo
  const { bucket, owner, customerKeys } = tools.of(item).leg.source
  const object = { bucket, key: target, owner, customerKeys }
  const etag = item.expect.is === 'etag' ? item.expect.etag : ''
  const look = lastLook(item, undo, tools, previous)
  const made: MadeWork = { object, isMarker: false, etag, since, until, below: { is: 'anything' } }
  const there = await checkMade(made, here).catch((error: unknown) => {
    if (doubt !== undefined && codeOf(error) === 'source-changed') return 'over' as const
    throw error
  })
  if (there === 'over' || (there === 'gone' && doubt !== undefined)) return
  if (there === 'gone') fail('source-changed', 'item', `${target} was deleted since: its backup is left.`)
  if (look) await attempt(here, look)
}
