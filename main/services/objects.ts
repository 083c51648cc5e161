import type { ObjectDetails } from '#contract/answers.ts'
import { DecantError, fail, toFailure, type Failure } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { ObjectPreview } from '#model/preview.ts'
import { openWith } from '../engine/customer-keys.ts'
import { previewObject } from '../engine/preview/preview-object.ts'
import type { CustomerKey, ObjectId, Storage } from '../engine/storage.ts'
import type { CustomerKeys } from './customer-keys.ts'

/** What the inspector asks about one object, or one version of it. A part that may not be read does not hide the rest. */

type KeyRing = Pick<CustomerKeys, 'list' | 'find'>

export async function objectDetails(
  storage: Storage,
  keys: KeyRing,
  id: ObjectId,
  signal: AbortSignal,
): Promise<ObjectDetails> {
  let checksumsFailure: Failure | undefined
  const head = async (customerKey?: CustomerKey): Promise<ObjectHead> => {
    const known = await headWithChecksums(storage, { ...id, customerKey }, signal)
    checksumsFailure = known.checksumsFailure
    return known.head
  }
  const [opened, tags] = await Promise.all([
    openWith(id.key, ringOf(keys), keys.find, head).catch((error: unknown) => notMarker(error, id)),
    storage.getTags(id, signal).then(
      (tags) => ({ tags }),
      // Often only this right is missing: the rest is worth showing.
      (error: unknown) => ({ tagsFailure: toFailure(error) }),
    ),
  ])
  return {
    head: opened.head,
    ...tags,
    ...(checksumsFailure && { checksumsFailure }),
    ...(opened.name !== undefined && { customerKey: opened.name }),
  }
}

export function objectPreview(
  storage: Storage,
  keys: KeyRing,
  id: ObjectId,
  signal: AbortSignal,
): Promise<ObjectPreview> {
  return previewObject(storage, id, { names: ringOf(keys), find: keys.find }, signal)
}

/** Checksums of an object under KMS take kms:Decrypt; a HEAD without them does not ("HeadObject"). */
async function headWithChecksums(
  storage: Storage,
  id: ObjectId & { readonly customerKey?: CustomerKey | undefined },
  signal: AbortSignal,
): Promise<{ readonly head: ObjectHead; readonly checksumsFailure?: Failure }> {
  const { checksums } = storage.habits
  try {
    return { head: await storage.headObject({ ...id, checksums }, signal) }
  } catch (error) {
    const denied = error instanceof DecantError && error.failure.code === 'access-denied'
    // Denied under a customer key: that is another one.
    if (!denied || !checksums || id.customerKey) throw error
    return { head: await storage.headObject(id, signal), checksumsFailure: error.failure }
  }
}

/** A HEAD of a delete marker by its id is answered 405 ("Working with delete markers"). */
function notMarker(error: unknown, { key, versionId }: ObjectId): never {
  const isMarker = error instanceof DecantError && error.failure.code === 'not-supported'
  if (!isMarker || versionId === undefined) throw error
  return fail('no-such-key', 'item', `This version of ${key} is a delete marker: it carries nothing.`)
}

function ringOf(keys: KeyRing): readonly string[] {
  return keys.list().map(({ name }) => name)
}
