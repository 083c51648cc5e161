import type { ObjectHead, Tags } from '#model/object.ts'
import type { Properties, PropertyName, SomeProperties } from '#model/properties.ts'
import { differingName, differsFromWanted } from '../compare/differences.ts'
import type { EditWay } from './edit.ts'
import { decideEdit } from './edit.ts'
import { hasFields } from './edit-fields.ts'
import { putInPlace, versionOf } from './edit-in-place.ts'
import type { Looked } from './edit-look.ts'
import { lookAtObject, openObject, whereItIs } from './edit-look.ts'
import { codeOf, isSameSecond, isWrittenSince, readTags } from '../look.ts'
import { wantedOf } from '../properties.ts'
import { compareEtags } from '../compare/verify.ts'
import type { EditOutcome, EditWork, Settled, WorkContext } from '../work.ts'

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
 * | the same second, remembered as another | yes              | done: a copy onto itself may leave its ETag and second |
 * | rewritten since                      | yes                | done                                               |
 * | rewritten since                      | all but tags, lock | done, once these are put there                     |
 * | rewritten since                      | no                 | not done: the edit will find that it changed       |
 */
export async function settleEdit(
  given: EditWork,
  context: WorkContext,
  since: number,
  remembered?: SomeProperties,
): Promise<Settled<EditOutcome>> {
  // It is remembered before the first write. What rules made of an object that carries their work already tells nothing.
  if (hasFields(given) && remembered === undefined) return NOT_DONE
  const here = whereItIs(context)
  const opened = await openOrNothing(given, here)
  if (!opened) return NOT_DONE
  const { head } = opened
  if (head.size !== given.size || compareEtags(given.etag, head) === 'differ') return NOT_DONE
  const isPlanned = head.etag === given.etag && isSameSecond(head.lastModified, given.lastModified)
  const looked = await lookAtObject(given, here, opened, remembered)
  const { work, known } = looked
  const way = decideEdit(known, work.properties, looked.conditions)
  if (isPlanned) {
    const how = wayWithoutDate(work.properties)
    if (way.how === 'nothing' && how) return done(how, head)
    const isAsAsked = way.how === 'nothing' || way.how === 'in-place'
    if (remembered === undefined || !isAsAsked) return NOT_DONE
  } else if (!isWrittenSince(head.lastModified, since)) return NOT_DONE
  if (!mayRewrite(work.properties)) return NOT_DONE
  if (!isRewrittenAsAsked(looked, way, work.properties)) return NOT_DONE
  const tags = await tagsLost(looked, here, remembered)
  const inPlace = way.how === 'in-place' ? way.inPlace : {}
  await putInPlace(here, versionOf(work, head), tags ? { ...inPlace, tags } : inPlace)
  if (!tags) return done('rewrite', head)
  here.note?.(
    `${here.source.habits.name} loses the tags of an object that is copied onto itself, and the process ended before ` +
      'some were put back: those objects stood without them until the job went on.',
  )
  return done('rewrite', head, Math.max(0, looked.conditions.now - head.lastModified))
}

function done(
  how: EditOutcome['how'],
  { etag, versionId }: ObjectHead,
  withoutTagsFor?: number,
): Settled<EditOutcome> {
  return { is: 'done', outcome: { how, etag, versionId, verified: 'head', settled: true, withoutTagsFor } }
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
 * Where an endpoint loses the tags of a rewrite, the kill may have come before they were put back: those that are
 * missing, by what was remembered before the copy. Undefined: all are there.
 */
async function tagsLost(
  { work, known }: Looked,
  here: WorkContext,
  remembered: SomeProperties | undefined,
): Promise<Tags | undefined> {
  const { source } = here
  if (source.habits.selfCopyKeepsTags || remembered?.tags?.policy !== 'set') return undefined
  const { tags } = wantedOf(work.properties, { ...known, tags: remembered.tags.value }, '')
  const stand = known.tags ?? (await readTags(source, versionOf(work, known.head), here))
  return tags && differingName(tags, stand) !== undefined ? tags : undefined
}
