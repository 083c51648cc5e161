import { fail } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import { headUnder } from '../customer-keys.ts'
import { aclDiffers, differingName, differsFromWanted } from '../compare/differences.ts'
import type { EditWay, InPlace } from './edit.ts'
import type { Looked } from './edit-look.ts'
import { lookedInSlot } from './edit-look.ts'
import { codeOf, headOrMissing, readAcl, readTags, sourceChanged } from '../look.ts'
import type { Wanted } from '../properties.ts'
import { AS_WRITE, attempt } from '../pace/retry.ts'
import type { ObjectId } from '../storage.ts'
import { levelFor } from '../compare/verify.ts'
import type { EditOutcome, EditWork, WorkContext } from '../work.ts'

/**
 * Tags, ACL and lock through their own requests. S3 has no condition for them: in a versioned bucket they name the
 * version that was looked at, so that nobody else's newer one is met. Sent twice, they do the same.
 */
export async function changeInPlace(
  looked: Looked,
  here: WorkContext,
  inPlace: InPlace,
): Promise<EditOutcome> {
  const { work, opened, known } = looked
  const id = versionOf(work, known.head)
  await putInPlace(here, id, inPlace, lookedInSlot(looked, here, id))
  return checkInPlace(work, here, { opened, head: known.head, inPlace, wanted: inPlace, how: 'in-place' })
}

/**
 * UpdateObjectEncryption, and then what has requests of its own: a lock would refuse it. Undefined where the endpoint
 * turns out not to know it: the object has to be copied.
 */
export async function reEncrypt(
  looked: Looked,
  here: WorkContext,
  { encryption, inPlace }: Extract<EditWay, { how: 're-encrypt' }>,
): Promise<EditOutcome | undefined> {
  const { source, signal } = here
  const { work, opened, known } = looked
  const id = versionOf(work, known.head)
  try {
    await attempt(here, () => source.updateEncryption({ ...id, encryption }, signal), AS_WRITE)
  } catch (error) {
    if (codeOf(error) === 'not-supported') return undefined
    throw error
  }
  await putInPlace(here, id, inPlace, lookedInSlot(looked, here, id))
  const wanted = { ...inPlace, encryption }
  return checkInPlace(work, here, { opened, head: known.head, inPlace, wanted, how: 're-encrypt' })
}

/**
 * Tags and ACL first: a lock does not stand in their way, but whoever may set the one may not the other. `look`: in the
 * slot of what is written from what was read.
 */
export async function putInPlace(
  here: WorkContext,
  id: ObjectId,
  inPlace: InPlace,
  look?: ReturnType<typeof lookedInSlot>,
): Promise<void> {
  const { source, signal } = here
  const { tags, acl, retention, legalHold } = inPlace
  if (tags) {
    const put = async (): Promise<void> => {
      await look?.(['tags'], { tags })
      await source.putTags({ ...id, tags }, signal)
    }
    await attempt(here, put, AS_WRITE)
  }
  if (acl) {
    const put = async (): Promise<void> => {
      await look?.(['acl'], { acl })
      await source.putAcl({ ...id, acl }, signal)
    }
    await attempt(here, put, AS_WRITE)
  }
  if (legalHold) await attempt(here, () => source.putLegalHold({ ...id, legalHold }, signal), AS_WRITE)
  if (retention) await attempt(here, () => source.putRetention({ ...id, retention }, signal), AS_WRITE)
}

/** The version that was looked at; none where the bucket keeps none. */
export function versionOf({ object }: EditWork, head: ObjectHead): ObjectId {
  return { bucket: object.bucket, key: object.key, versionId: object.versionId ?? head.versionId }
}

interface Changed {
  readonly opened: Looked['opened']
  readonly head: ObjectHead
  readonly inPlace: InPlace
  readonly wanted: Wanted
  readonly how: 'in-place' | 're-encrypt'
}

/** At `head` the lock, the encryption and the number of tags; at `full` tags and ACL as well. */
async function checkInPlace(work: EditWork, here: WorkContext, changed: Changed): Promise<EditOutcome> {
  const { source } = here
  const { head: before, inPlace, wanted, how } = changed
  const { key } = work.object
  const id = versionOf(work, before)
  const { etag, versionId } = before
  const verified = levelFor(work.verify, source.habits, {
    encryption: wanted.encryption !== undefined,
    condition: false,
  })
  const outcome: EditOutcome = { how, etag, versionId, verified, settled: false }
  if (verified === 'answer') return outcome
  const head = await headUnder(changed.opened.key, (customerKey) =>
    headOrMissing(source, { ...id, customerKey }, here),
  )
  if (head.etag !== etag) sourceChanged({ source: work.object })
  const property = differsFromWanted(wanted, head)
  if (property !== undefined) notChanged(property, key)
  if (verified !== 'full') return outcome
  const name = inPlace.tags && differingName(inPlace.tags, await readTags(source, id, here))
  if (name !== undefined) notChanged(`tag ${name}`, key)
  const acl = inPlace.acl && (await readAcl(source, id, here))
  if (acl && inPlace.acl && aclDiffers(inPlace.acl, acl, acl.owner)) notChanged('ACL', key)
  return outcome
}

function notChanged(property: string, key: string): never {
  fail('not-verified', 'item', `${key} was not changed as it was asked: its ${property} is another.`, {
    property,
  })
}
