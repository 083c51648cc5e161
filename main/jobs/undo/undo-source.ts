import { checkStillStands } from '../../engine/still-stands.ts'
import type { CopiedFrom } from '../../engine/still-stands.ts'
import type { Item, OwnUndo } from '../item.ts'
import type { ItemTools } from '../run/item-tools.ts'
import { fail } from '#model/failure.ts'
import type { UndoSpec } from '#model/spec.ts'

/**
 * What has to stand for what a job made to go, or to be written over:
 *
 * | what is taken back | the row                     | last copies | has to stand                                     |
 * |--------------------|-----------------------------|-------------|--------------------------------------------------|
 * | any                | any                         | delete      | nothing                                          |
 * | a copy, a rewind   | takes a delete marker away  | keep        | nothing: it holds nothing                        |
 * | a copy             | any other                   | keep        | its source                                       |
 * | a rewind           | any other                   | keep        | the version that it put on top, where it lay     |
 * | a move             | puts over                   | keep        | what the row before it has put back              |
 * | a move             | any other                   | keep        | what it puts back itself, and looks at there     |
 * | any other          | any                         | keep        | nothing: the object stays, or its marker goes    |
 */
export function needsStanding(
  { what, lastCopies }: Pick<UndoSpec, 'what' | 'lastCopies'>,
  { action, history }: Pick<Item, 'action' | 'history'>,
): 'source' | 'put-back' | 'nothing' {
  if (lastCopies === 'delete' || history === 'delete-marker') return 'nothing'
  const isOver = action === 'put-over'
  if (what === 'move') return isOver ? 'put-back' : 'nothing'
  const goes = isOver || action === 'delete' || action === 'delete-version'
  return goes && (what === 'copy' || what === 'rewind') ? 'source' : 'nothing'
}

/** The look right before it goes; undefined where none is needed. `previous`: the row before it in its chain. */
export function lastLook(
  item: Item,
  undo: OwnUndo,
  tools: ItemTools,
  previous?: Item,
): (() => Promise<void>) | undefined {
  const { spec } = tools
  if (spec.kind !== 'undo') return undefined
  const needs = needsStanding(spec, item)
  if (needs === 'nothing') return undefined
  const from = needs === 'source' ? copiedFrom(item, undo, spec, tools) : putBackBy(item, previous, tools)
  if (from === undefined)
    fail('only-copy', 'item', `${item.key} is kept: nobody noted what it is a copy of. Begin its undo anew.`)
  return () => checkStillStands(from, item.target ?? item.key, tools.of(item).context)
}

/** Undefined: an undo that was planned before sources were looked at. */
function copiedFrom(item: Item, { of }: OwnUndo, spec: UndoSpec, tools: ItemTools): CopiedFrom | undefined {
  if (of === undefined) return undefined
  const { key, versionId, etag, size, place } = of
  if (place === undefined) {
    const { leg, context } = tools.of(item)
    const { bucket, owner, customerKeys } = leg.source
    const object = { bucket, key, versionId, owner, customerKeys }
    return { storage: context.source, object, etag, size, notBy: item.versionId }
  }
  const from = spec.copiedFrom?.[place]
  const storage = tools.copiedFrom(place)
  if (from === undefined || storage === undefined) return undefined
  const { bucket, owner, customerKeys } = from
  return { storage, object: { bucket, key, versionId, owner, customerKeys }, etag, size }
}

/** Where it was before it was moved, as the row before has put it there. */
function putBackBy(item: Item, previous: Item | undefined, tools: ItemTools): CopiedFrom | undefined {
  const { leg, context } = tools.of(item)
  const { target, newEtag, size } = previous ?? {}
  if (target === undefined || newEtag === undefined || size === undefined) return undefined
  const { bucket } = leg.destination ?? leg.source
  const { customerKeys } = leg.source
  return { storage: context.destination, object: { bucket, key: target, customerKeys }, etag: newEtag, size }
}
