import type { ObjectHead, Tags } from '#model/object.ts'
import type { Acl } from '#model/properties.ts'
import type { Opened } from './customer-keys.ts'
import { openWith } from './customer-keys.ts'
import { checkSource, headOrMissing, readAcl, readTags } from './look.ts'
import type { KnownSource, Wanted, Way } from './properties.ts'
import { checkWanted, sourceNeeds, wantedOf, withoutSpentLock } from './properties.ts'
import type { CustomerKey, EncryptionToWrite } from './storage.ts'
import { encryptionToWrite } from './told.ts'
import type { CopyWork, WorkContext } from './work.ts'

/** All that a write, and the look at what it made, are put together from. */
export interface Prepared {
  readonly known: KnownSource
  readonly wanted: Wanted
  /** That the source lies under, and that the copy shall lie under. */
  readonly sourceKey?: CustomerKey | undefined
  readonly destinationKey?: CustomerKey | undefined
  readonly encryption?: EncryptionToWrite | undefined
}

const NOTHING_KNOWN: KnownSource = {}
const KMS_CONTEXT =
  'Encryption under KMS was copied with its key but without its encryption context, which S3 tells nobody.'

/**
 * Reads what has to be known of the source, and decides what its copy shall carry; no request at all for a copy
 * by the defaults. `head`: read it in any case. Throws `source-missing`, `source-changed`, `customer-key`, and
 * `bad-input` for what S3 would not take.
 */
export async function prepare(
  work: CopyWork,
  context: WorkContext,
  way: Way,
  head: 'always' | 'as-needed',
): Promise<Prepared> {
  const needs = sourceNeeds(work.properties, way, context.destination.habits, work.purpose)
  const { customerKeys } = work.source
  const opened =
    needs.head || head === 'always' || customerKeys.length > 0 ? await openSource(work, context) : undefined
  const tags = needs.tags ? await tagsOf(work, context, opened?.head) : undefined
  const acl = needs.acl ? await readAcl(context.source, work.source, context) : undefined
  return preparedFrom(work, context, opened, tags, acl)
}

/**
 * The same for work of which nothing has to be read first, as a copy by the defaults: at once, without a promise.
 * Undefined for any other.
 */
export function preparedUnread(work: CopyWork, context: WorkContext, way: Way): Prepared | undefined {
  if (work.source.customerKeys.length > 0) return undefined
  const needs = sourceNeeds(work.properties, way, context.destination.habits, work.purpose)
  if (needs.head || needs.tags || needs.acl) return undefined
  const prepared = assembled(work, context, undefined, undefined, undefined)
  return prepared.wanted.encryption?.kind === 'SSE-C' ? undefined : prepared
}

/** The same from what is known already: a relay gets the HEAD with its GET. */
export async function preparedFrom(
  work: CopyWork,
  context: WorkContext,
  opened: Opened | undefined,
  tags: Tags | undefined,
  acl: Acl | undefined,
): Promise<Prepared> {
  const prepared = assembled(work, context, opened, tags, acl)
  const { encryption: wanted } = prepared.wanted
  if (wanted?.kind !== 'SSE-C') return prepared
  const destinationKey = wanted.key === opened?.name ? prepared.sourceKey : await context.findKey(wanted.key)
  return { ...prepared, destinationKey, encryption: encryptionToWrite(wanted, destinationKey) }
}

/** All of it but the customer key that the copy shall lie under: that is looked up. */
function assembled(
  work: CopyWork,
  context: WorkContext,
  opened: Opened | undefined,
  tags: Tags | undefined,
  acl: Acl | undefined,
): Prepared {
  const { properties } = work
  const isKnown = opened !== undefined || tags !== undefined || acl !== undefined
  const known = isKnown ? { head: opened?.head, tags, acl, customerKey: opened?.name } : NOTHING_KNOWN
  const sourceKey = opened?.key
  // A file carries its bytes, its name and its date.
  if (context.destination.habits.holds === 'files') return { known, wanted: {}, sourceKey }
  const now = context.destination.serverTime ?? context.seams.now()
  const wanted = withoutSpentLock(wantedOf(properties, known, work.storageClass), properties, now)
  checkWanted(wanted, work.destination.key, now)
  if (properties.encryption.policy === 'copy' && wanted.encryption?.kind.endsWith('KMS'))
    context.note?.(KMS_CONTEXT)
  const encryption =
    wanted.encryption?.kind === 'SSE-C' ? undefined : encryptionToWrite(wanted.encryption, undefined)
  return { known, wanted, sourceKey, encryption }
}

/** The source as it was planned, with the customer key that it lies under. */
export async function openSource(work: CopyWork, context: WorkContext): Promise<Opened> {
  const { source } = work
  const checksums = context.source.habits.checksums
  const opened = await openWith(source.key, source.customerKeys, context.findKey, (customerKey) =>
    headOrMissing(context.source, { ...source, customerKey, checksums }, context),
  )
  checkSource(work, opened.head)
  return opened
}

async function tagsOf(work: CopyWork, context: WorkContext, head: ObjectHead | undefined): Promise<Tags> {
  return head?.tagCount === 0 ? {} : readTags(context.source, work.source, context)
}
