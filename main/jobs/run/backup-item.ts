import { isKeyTooLong } from '../../engine/names.ts'
import { codeOf, headOrNothing, isSameSecond } from '../../engine/look.ts'
import { isReadable } from '../../engine/restore.ts'
import { chooseAction } from '../../engine/route.ts'
import type { CopyOutcome, CopyWork, WorkContext } from '../../engine/work.ts'
import { seqOf } from '../item.ts'
import type { Item } from '../item.ts'
import type { ItemTask, ItemTools } from './item-tools.ts'
import type { Backup } from '../store/backups.ts'
import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

/** How `copy` of copy-item is called here; handed in, for that one calls this. */
export type CopyOnce = (
  task: Omit<ItemTask, 'previous'>,
  work: CopyWork,
  tools: ItemTools,
  context: WorkContext,
) => Promise<CopyOutcome>

/** Most jobs keep none, and their items need not ask. */
export function keepsBackups({ spec }: Pick<ItemTools, 'spec'>): boolean {
  return backupPrefix(spec) !== undefined
}

function backupPrefix(spec: JobSpec): string | undefined {
  return spec.kind === 'copy' || spec.kind === 'move' ? spec.backup?.prefix : undefined
}

/**
 * Keeps aside what a write is about to replace, and binds the write to it. Verified and journaled before the write is
 * sent, so that wherever the process is killed what stood there stands, under the one name or the other.
 *
 * | the job keeps backups | the bucket keeps versions | something stood there | stands there now    | is done                                  |
 * |-----------------------|---------------------------|-----------------------|---------------------|------------------------------------------|
 * | no                    | any                       | any                   | any                 | nothing                                  |
 * | yes                   | yes                       | any                   | any                 | nothing: the version stays               |
 * | yes                   | no, or nobody knows       | no                    | not asked           | the write is sent only if nothing stands |
 * | yes                   | no, or nobody knows       | yes                   | nothing             | the same                                 |
 * | yes                   | no, or nobody knows       | yes                   | an object           | it is kept, and exactly it written over  |
 * | yes                   | no, or nobody knows       | yes                   | what is kept already| exactly it is written over, if its backup stands still; else it is kept anew |
 */
export async function keepBackup(
  task: ItemTask,
  work: CopyWork,
  tools: ItemTools,
  copy: CopyOnce,
): Promise<CopyWork> {
  const { item, doubt } = task
  const { spec } = tools
  const prefix = backupPrefix(spec)
  if (prefix === undefined || item.action === 'set-aside') return work
  if ((await tools.of(item).destinationVersioning()) === 'enabled') return work
  if (!item.conflict) return ifAbsent(work)
  const known = tools.backup(item)
  const { context } = tools.of(item)
  const standing = await headOrNothing(context.destination, work.destination, context)
  if (standing === undefined) return ifAbsent(work)
  if (known?.is === 'kept') {
    const isWhatWasKept = isOf(known, standing)
    if (isWhatWasKept && (await standsStill(known, work, context))) return bound(work, known)
    // The write may have been sent already: what stands there may be what it made.
    if (!isWhatWasKept && doubt !== undefined) return bound(work, known)
  }
  checkStanding(work, standing)
  const again = known?.is === 'intended' && known.of.etag === standing.etag ? known : undefined
  const kept = await keep(task, { work, standing, prefix, again }, tools, copy)
  return bound(work, kept)
}

function isOf({ of }: Backup, { etag, lastModified }: ObjectHead): boolean {
  return of.etag === etag && isSameSecond(of.lastModified, lastModified)
}

/** An earlier try made it, and its overwrite failed: since then somebody may have taken it away. */
async function standsStill(
  { key, etag }: Backup,
  { destination: { bucket } }: CopyWork,
  context: WorkContext,
): Promise<boolean> {
  const backup = await headOrNothing(context.destination, { bucket, key }, context)
  return backup?.etag === etag
}

function ifAbsent(work: CopyWork): CopyWork {
  return work.expect.is === 'anything' ? { ...work, expect: { is: 'absent' } } : work
}

function bound(work: CopyWork, { of: { etag, lastModified } }: Backup): CopyWork {
  return { ...work, expect: { is: 'etag', etag, lastModified } }
}

function checkStanding({ expect, destination: { key } }: CopyWork, standing: ObjectHead): void {
  if (expect.is === 'absent')
    fail('destination-exists', 'item', `${key} exists at the destination; it did not when it was planned.`)
  if (expect.is === 'etag' && expect.etag !== standing.etag)
    fail('destination-changed', 'item', `${key} at the destination changed since it was planned.`)
  if (!isReadable(standing))
    fail(
      'archived',
      'item',
      `${key} was not written over: what stands there is archived, and cannot be kept aside.`,
    )
}

interface Keeping {
  readonly work: CopyWork
  readonly standing: ObjectHead
  readonly prefix: string
  /** Begun by an earlier run. */
  readonly again: Backup | undefined
}

async function keep(task: ItemTask, keeping: Keeping, tools: ItemTools, copy: CopyOnce): Promise<Backup> {
  const { again } = keeping
  if (again !== undefined && task.doubt !== undefined) {
    const kept = await tryKeep(task, keeping, again.key, tools, copy)
    if (kept) return kept
  }
  for (const key of namesFor(task.item, keeping)) {
    const kept = await tryKeep({ ...task, doubt: undefined }, keeping, key, tools, copy)
    if (kept) return kept
  }
  const { key } = keeping.work.destination
  return fail(
    'name-taken',
    'item',
    `${key} was not written over: every name for its backup is taken already.`,
    {
      property: 'backup.prefix',
    },
  )
}

/** A name that is taken gets one that no other row and no other job has. */
function namesFor({ id }: Item, { work: { destination }, prefix }: Keeping): readonly string[] {
  const plain = prefix + destination.key
  return [plain, `${plain}.decant-${id.toString(36)}-${seqOf(id)}`]
}

/** Undefined: the name is taken. */
async function tryKeep(
  { item, doubt }: ItemTask,
  { work: { destination }, standing }: Keeping,
  key: string,
  tools: ItemTools,
  copy: CopyOnce,
): Promise<Backup | undefined> {
  if (isKeyTooLong(key))
    fail(
      'key-too-long',
      'item',
      `The key of its backup would be longer than 1,024 bytes: ${key.slice(0, 80)}…`,
    )
  const { context, leg, rules } = tools.of(item)
  const { size, etag, lastModified, storageClass } = standing
  const of = { etag, lastModified }
  const intended: Backup = { key, etag: '', size, lastModified: 0, storageClass, of, is: 'intended' }
  if (doubt === undefined) {
    tools.journal.keep(item, intended)
    await tools.journal.durable()
  }
  const here: WorkContext = { ...context, source: context.destination }
  const { bucket } = destination
  const backup: CopyWork = {
    source: {
      ...destination,
      versionId: standing.versionId,
      owner: leg.destination?.owner,
      customerKeys: [],
    },
    destination: { bucket, key },
    ...{ size, etag, lastModified, storageClass },
    ...{
      expect: { is: 'absent' },
      properties: EDIT_DEFAULTS,
      verify: 'head',
      partLayout: 'same',
      purpose: 'copy',
    },
  }
  const action = chooseAction('server-side', standing, 'same', rules.copyLimit)
  try {
    const made = await copy({ item: { ...item, action }, doubt }, backup, tools, here)
    const head = made.head ?? (await headOrNothing(here.destination, { bucket, key }, here))
    if (head?.etag !== made.etag) fail('not-verified', 'item', `The backup ${key} is another by now.`)
    const kept: Backup = {
      ...intended,
      ...{ etag: made.etag, versionId: made.versionId, lastModified: head.lastModified, is: 'kept' },
    }
    tools.journal.keep(item, kept)
    await tools.journal.durable()
    return kept
  } catch (error) {
    if (codeOf(error) === 'destination-exists') return undefined
    throw error
  }
}
