import { LARGE } from '../../engine/ask-twice.ts'
import { copyObject } from '../../engine/copy-object.ts'
import { copyParts } from '../../engine/copy-parts.ts'
import { deleteSource, readCopy } from '../../engine/deletes/delete-source.ts'
import { deleteVersion } from '../../engine/versions/delete-version.ts'
import { countParts } from '../../engine/parts.ts'
import { relay } from '../../engine/relay.ts'
import { chooseAction } from '../../engine/route.ts'
import { attempt } from '../../engine/pace/retry.ts'
import { settleCopy } from '../../engine/settle.ts'
import { abandonUpload } from '../../engine/upload.ts'
import type { CopyOutcome, CopyWork, UploadJournal, WorkContext } from '../../engine/work.ts'
import { markerOf } from './delete-item.ts'
import { keepBackup, keepsBackups } from './backup-item.ts'
import { broughtBack, classesAside, keysOf } from '../undo/bring-back.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import type { PlanRules } from '../plan/plan-rules.ts'
import { deletesSource, isWithinBucket } from '../plan/legs.ts'
import type { Leg } from '../plan/legs.ts'
import { whyNotOnTop } from '../checks/keeps-versions.ts'
import { targetOf } from '../plan/plan-item.ts'
import type { KnownUpload } from '../store/uploads.ts'
import { DecantError, fail, toFailure } from '#model/failure.ts'
import type { JobSpec, PourSpec, RewindSpec } from '#model/spec.ts'

/**
 * Copies one object, and where the item says so deletes its source. `reached`: told once the copy is journaled and the
 * source still stands.
 */
export function copyItem(task: ItemTask, tools: ItemTools, reached: (item: Item) => void): Promise<void> {
  return isPlain(task, tools) ? copyPlain(task, tools) : copyAnyItem(task, tools, reached)
}

/** One request and its outcome, and nothing before, between or after them: nearly all that is ever copied. */
function isPlain({ item, doubt }: ItemTask, tools: ItemTools): boolean {
  if (item.action !== 'copy' || item.state !== 'planned' || doubt !== undefined) return false
  const { leg } = tools.of(item)
  const isAlone = item.versionId === undefined && item.history === undefined
  return isAlone && !keepsBackups(tools) && !takesSource(tools.spec, leg, item)
}

/** Not a promise more than it needs. */
function copyPlain({ item, previous }: ItemTask, tools: ItemTools): Promise<void> {
  const { context } = tools.of(item)
  return copyObject(copyWork(item, previous, tools), context, journalOfCopy(item, tools)).then(
    ({ etag, versionId }) => tools.journal.settle(item, 'copied', etag, versionId),
  )
}

/** Of the parts by which one that hangs is made; small ones are not. */
function journalOfCopy(item: Item, tools: ItemTools): UploadJournal | undefined {
  return item.size < LARGE ? undefined : uploadJournal(item, undefined, tools)
}

async function copyAnyItem(task: ItemTask, tools: ItemTools, reached: (item: Item) => void): Promise<void> {
  const { journal } = tools
  const { leg } = tools.of(task.item)
  const item = task.item.action === 'bring-back' ? await broughtBack(task.item, tools) : task.item
  if (item.history === 'noncurrent') await checkBringsBack(item, tools)
  const isHalfMoved = item.state === 'copied-not-deleted'
  const planned = copyWork(item, task.previous, tools)
  const isKept = !isHalfMoved && keepsBackups(tools)
  const work = isKept ? await keepBackup({ ...task, item }, planned, tools, copy) : planned
  const outcome = isHalfMoved ? remembered(item) : await copy({ ...task, item }, work, tools)
  const { etag, versionId } = outcome
  if (goesByVersion(leg, item)) await checkKept(work, versionId, tools.of(item).context)
  if (!takesSource(tools.spec, leg, item)) return journal.settle(item, 'copied', etag, versionId)
  let half = item
  if (!isHalfMoved) {
    // Invariant 1: the verified copy is on the disk before its source is touched.
    journal.settle(item, 'copied-not-deleted', etag, versionId)
    half = { ...item, state: 'copied-not-deleted', newEtag: etag, newVersionId: versionId }
    reached(half)
    await journal.durable()
  }
  const { stands, marker } = await removeSource(half, work, outcome, tools)
  journal.settle(half, 'moved', stands.etag, stands.versionId, marker)
}

/** An older version copied onto its own key: what is current there now must not be written over. */
async function checkBringsBack(item: Item, { spec, of }: ItemTools): Promise<void> {
  const { leg, versioning } = of(item)
  const isOntoItself = isWithinBucket(leg) && targetOf(spec, item) === item.key
  if (spec.kind !== 'copy' || !isOntoItself) return
  // Whose keys may not read it have said what they want.
  const failure = whyNotOnTop(leg.source.bucket, (await versioning()) ?? 'enabled')
  if (failure) throw new DecantError(failure)
}

/**
 * Whether the source goes once its copy stands:
 *
 * | job  | action     | leg                     | the source |
 * |------|------------|-------------------------|------------|
 * | any  | set-aside  | any                     | stays      |
 * | any  | bring-back | any                     | goes       |
 * | copy | any other  | any                     | stays      |
 * | move | any other  | to the last destination | goes       |
 * | move | any other  | to another one          | stays      |
 */
export function takesSource(spec: JobSpec, leg: Leg, { action }: Pick<Item, 'action'>): boolean {
  if (action === 'set-aside') return false
  return action === 'bring-back' || deletesSource(spec, leg)
}

/** Versions go by their id only where a whole history is moved; else a delete is S3's own, which keeps what it can. */
export function goesByVersion(leg: Leg, item: Pick<Item, 'versionId'>): boolean {
  return leg.source.versions.take === 'all' && item.versionId !== undefined
}

/**
 * Of a history the next version is written over this one: where the destination gave it no id of its own, it keeps
 * none, whatever was known of it before, and this one would be gone, of a move for good. Nothing further of the key is sent.
 */
async function checkKept(
  { destination: { bucket, key } }: CopyWork,
  versionId: string | undefined,
  context: WorkContext,
): Promise<void> {
  if (versionId !== undefined && versionId !== 'null') return
  // Some stores do not tell the id in the answer to a copy.
  const ask = () => context.destination.getVersioning(bucket, context.signal)
  if (versionId === undefined && (await attempt(context, ask)) === 'enabled') return
  const message = `${bucket} kept no version of ${key}: its versioning is not enabled, so no history can be copied there.`
  fail('not-possible', 'item', message, { property: 'versions' })
}

/** The copy that stands in the end, and the delete marker over its source. */
async function removeSource(
  item: Item,
  work: CopyWork,
  outcome: CopyOutcome,
  tools: ItemTools,
): Promise<{ readonly stands: CopyOutcome; readonly marker?: string | undefined }> {
  const { context, leg } = tools.of(item)
  if (!goesByVersion(leg, item)) {
    const deleted = await deleteSource(work, outcome, context, (copy) => {
      tools.journal.settle(item, 'copied-not-deleted', copy.etag, copy.versionId)
      return tools.journal.durable()
    })
    return { stands: deleted.mended ?? outcome, marker: markerOf(deleted) }
  }
  await readCopy(work, outcome, context)
  const { bucket, key, versionId = '' } = work.source
  const { etag, lastModified } = item
  await deleteVersion({ bucket, key, versionId, etag, lastModified, mode: 'version' }, context)
  return { stands: outcome }
}

/** What may have been sent is settled first. `context`: where it is not between the two ends of the item's leg. */
export async function copy(
  { item, doubt }: Omit<ItemTask, 'previous'>,
  work: CopyWork,
  tools: ItemTools,
  context: WorkContext = tools.of(item).context,
): Promise<CopyOutcome> {
  const { rules } = tools.of(item)
  const how = item.action === 'copy' ? 'copy' : howTo(item, rules)
  const known = mayHaveUpload(how, doubt, work) ? tools.knownUpload(item) : undefined
  // With a journaled upload the engine finds out by itself how far it came; of a copy it was begun beside the request.
  if (doubt !== undefined && (known === undefined || how === 'copy')) {
    const settled = await settleCopy(work, context, doubt.since, how)
    if (settled.is === 'done') {
      if (known) await forget(item, known, work, context, tools)
      return settled.outcome
    }
  }
  try {
    if (how === 'copy' && known === undefined)
      return await copyObject(work, context, journalOfCopy(item, tools))
    const journal = uploadJournal(item, known, tools)
    return await (how === 'relay' ? relay : copyParts)(work, context, journal)
  } catch (error) {
    // What was sent before the kill may have reached the server only now, and stands where nothing stood.
    const { code } = toFailure(error)
    if (doubt === undefined || (code !== 'destination-exists' && code !== 'destination-changed')) throw error
    const settled = await settleCopy(work, context, doubt.since, how)
    if (settled.is === 'done') return settled.outcome
    throw error
  }
}

/** A copy has one only where it hung in an earlier run, and was to have other parts than its source (`besideCopy`). */
function mayHaveUpload(
  how: 'copy' | 'copy-parts' | 'relay',
  doubt: ItemTask['doubt'],
  { size, partLayout }: CopyWork,
): boolean {
  return how !== 'copy' || (doubt !== undefined && size >= LARGE && partLayout !== 'same')
}

/** Parts that nobody needs any more (invariant 10). */
async function forget(
  item: Item,
  known: KnownUpload,
  work: CopyWork,
  context: WorkContext,
  tools: ItemTools,
): Promise<void> {
  await abandonUpload(work.destination, known, context)
  await uploadJournal(item, known, tools).ended()
}

/** The plan says it of most; what comes from the archive, or steps aside, is carried as its size and its route want. */
export function howTo(
  { action, size, etag }: Pick<Item, 'action' | 'size' | 'etag'>,
  { route, copyLimit, spec }: Pick<PlanRules, 'route' | 'copyLimit' | 'spec'>,
): 'copy' | 'copy-parts' | 'relay' {
  if (action === 'copy' || action === 'copy-parts' || action === 'relay') return action
  return chooseAction(route, { size, etag }, partLayoutOf(copyingOf(spec)), copyLimit)
}

export function uploadJournal(item: Item, known: KnownUpload | undefined, tools: ItemTools): UploadJournal {
  let partSize = known?.partSize ?? 0
  let done = known?.parts.length ?? 0
  return {
    known,
    intend: (size, at) => {
      partSize = size
      done = 0
      return tools.journal.intend(item, size, at)
    },
    begun: (uploadId) => tools.journal.begun(item, uploadId),
    part: (part) => {
      done += 1
      tools.journal.part(item, part)
      tools.progress(item, `part ${done} of ${countParts(item.size, partSize)}`, part.size)
    },
    ended: () => {
      tools.journal.ended(item)
      return Promise.resolve()
    },
  }
}

/** A move's copy as the journal has it: it was verified before it was written there. */
function remembered(item: Item): CopyOutcome {
  return { etag: item.newEtag ?? '', versionId: item.newVersionId, verified: 'head', settled: true }
}

export function copyWork(item: Item, previous: Item | undefined, tools: ItemTools): CopyWork {
  const { leg } = tools.of(item)
  const spec = copyingOf(tools.spec)
  const { bucket, owner } = leg.source
  const to = whereTo(tools.spec, leg, item)
  const isMoved = takesSource(spec, leg, item)
  const all = tools.propertiesOf(item)
  const properties = classesAside(item, all)
  const customerKeys = keysOf(item, leg, all)
  return {
    source: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    destination: to,
    size: item.size,
    etag: item.etag,
    lastModified: item.lastModified,
    storageClass: item.storageClass,
    expect: item.expect,
    above: isStepOf(item, previous) ? previous?.newVersionId : undefined,
    properties,
    partLayout: partLayoutOf(spec),
    // A copy within a history is right from the start: made once more, it would be one version too many.
    purpose: isMoved && !goesByVersion(leg, item) ? 'move' : 'copy',
    // Invariant 1: `head` at least, before anything is deleted, now or by a later item.
    verify:
      (isMoved || spec.kind === 'move' || item.action === 'set-aside') && spec.verify !== 'full'
        ? 'head'
        : spec.verify,
  }
}

/** The next version of the same key, on its way to the same place. */
function isStepOf(item: Item, previous: Item | undefined): boolean {
  return item.versionId !== undefined && previous?.key === item.key && previous.leg === item.leg
}

function partLayoutOf(spec: CopyingSpec): PourSpec['partLayout'] {
  return spec.kind === 'rewind' ? 'chosen' : spec.partLayout
}

/** A rewind copies onto the key itself. */
function whereTo(spec: JobSpec, { source, destination }: Leg, item: Item): CopyWork['destination'] {
  if (spec.kind === 'rewind') return { bucket: source.bucket, key: item.key }
  return { bucket: destination?.bucket ?? '', key: targetOf(spec, item) ?? '' }
}

type CopyingSpec = PourSpec | RewindSpec

function copyingOf(spec: JobSpec): CopyingSpec {
  if (spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'rewind') return spec
  return fail('internal', 'item', `A job of the kind ${spec.kind} copies nothing.`)
}
