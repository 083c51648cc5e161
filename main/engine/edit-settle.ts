import type { ObjectHead, VersionSummary } from '#model/object.ts'
import type { Properties, PropertyName, SomeProperties } from '#model/properties.ts'
import { differsFromWanted } from './differences.ts'
import type { EditWay } from './edit.ts'
import { decideEdit } from './edit.ts'
import { putInPlace, versionOf } from './edit-in-place.ts'
import type { Looked } from './edit-look.ts'
import { lookAtObject, openObject, whereItIs } from './edit-look.ts'
import { codeOf, isSameSecond, isWrittenSince, readTags } from './look.ts'
import { wantedOf } from './properties.ts'
import { attempt } from './retry.ts'
import { compareEtags } from './verify.ts'
import type { EditOutcome, EditWork, Settled, WorkContext } from './work.ts'

const NOT_DONE = { is: 'not-done' } as const

/**
 * Whether an edit in doubt was done (invariant 7). `since`: the server's clock when its batch was marked, milliseconds;
 * `remembered`: by the journal, before the first write.
 *
 * | stands there now                     | as asked           | result                                             |
 * |--------------------------------------|--------------------|----------------------------------------------------|
 * | nothing, or other bytes              | any                | not done                                           |
 * | the planned one, unchanged since     | yes, by a way that leaves its date | done                               |
 * | the planned one, unchanged since     | no                 | not done                                           |
 * | rewritten since                      | yes                | done                                               |
 * | rewritten since                      | all but tags, lock | done, once these are put there                     |
 * | rewritten since                      | no                 | not done: the edit will find that it changed       |
 */
export async function settleEdit(
  work: EditWork,
  context: WorkContext,
  since: number,
  _remembered?: SomeProperties,
): Promise<Settled<EditOutcome>> {
  const here = whereItIs(context)
  const opened = await openOrNothing(work, here)
  if (!opened) return NOT_DONE
  const { head } = opened
  if (head.size !== work.size || compareEtags(work.etag, head) === 'differ') return NOT_DONE
  const isPlanned = head.etag === work.etag && isSameSecond(head.lastModified, work.lastModified)
  const looked = await lookAtObject(work, here, opened)
  const way = decideEdit(looked.known, work.properties, looked.conditions)
  if (isPlanned) {
    const how = wayWithoutDate(work.properties)
    return way.how === 'nothing' && how ? done(how, head) : NOT_DONE
  }
  if (!mayRewrite(work.properties) || !isWrittenSince(head.lastModified, since)) return NOT_DONE
  if (!isRewrittenAsAsked(looked, way, work.properties)) return NOT_DONE
  if (way.how === 'in-place') await putInPlace(here, versionOf(work, head), way.inPlace)
  if (work.properties.tags.policy === 'copy') await mendTags(work, here, head)
  return done('rewrite', head)
}

function done(how: EditOutcome['how'], { etag, versionId }: ObjectHead): Settled<EditOutcome> {
  return { is: 'done', outcome: { how, etag, versionId, verified: 'head', settled: true } }
}

async function openOrNothing(work: EditWork, here: WorkContext): Promise<Looked['opened'] | undefined> {
  try {
    return await openObject(work, here)
  } catch (error) {
    if (codeOf(error) === 'source-missing') return undefined
    throw error
  }
}

/** As far as anybody can tell: an alias, a context and the bucket's default prove nothing, and are believed here. */
function isRewrittenAsAsked({ known }: Looked, way: EditWay, properties: Properties): boolean {
  if (way.how === 'nothing' || way.how === 'in-place') return true
  if (way.how !== 'rewrite' || way.because !== 'encryption') return false
  const { encryption } = wantedOf(properties, known, known.head.storageClass)
  return differsFromWanted({ encryption }, known.head) === undefined
}

const IN_PLACE: ReadonlySet<PropertyName> = new Set(['tags', 'acl', 'retention', 'legalHold'])

function asked(properties: Properties): PropertyName[] {
  return (Object.keys(properties) as PropertyName[]).filter((name) => properties[name].policy !== 'copy')
}

/** Something is asked for that may take a copy. */
function mayRewrite(properties: Properties): boolean {
  return asked(properties).some((name) => !IN_PLACE.has(name) || properties.retention.policy === 'drop')
}

/** All that is asked for can have been done without leaving a trace in the date. */
function wayWithoutDate(properties: Properties): 'in-place' | 're-encrypt' | undefined {
  const others = asked(properties).filter((name) => !IN_PLACE.has(name))
  if (others.length === 0) return 'in-place'
  return others.every((name) => name === 'encryption') ? 're-encrypt' : undefined
}

/**
 * Where an endpoint loses the tags of a rewrite, a kill may have come before they were put back. In a versioned
 * bucket the version below still has them.
 */
async function mendTags(work: EditWork, here: WorkContext, head: ObjectHead): Promise<void> {
  const { source, signal } = here
  if (source.habits.selfCopyKeepsTags) return
  const id = versionOf(work, head)
  if (Object.keys(await readTags(source, id, here)).length > 0) return
  const below = head.versionId === undefined ? undefined : await versionBelow(work, here, head.versionId)
  if (!below) {
    here.note?.(
      `${source.habits.name} loses the tags of an object that is copied onto itself, and the process ended before ` +
        `those of ${id.key} were put back: look whether it should have some.`,
    )
    return
  }
  const tags = await readTags(source, { ...id, versionId: below.versionId }, here)
  if (Object.keys(tags).length > 0) await attempt(here, () => source.putTags({ ...id, tags }, signal))
}

async function versionBelow(
  { object, etag }: EditWork,
  here: WorkContext,
  versionId: string,
): Promise<VersionSummary | undefined> {
  const request = { bucket: object.bucket, prefix: object.key }
  const { versions } = await attempt(here, () => here.source.listVersions(request, here.signal))
  const ofKey = versions.filter((version) => version.key === object.key)
  const below = ofKey[ofKey.findIndex((version) => version.versionId === versionId) + 1]
  return below?.etag === etag && !below.isDeleteMarker ? below : undefined
}
