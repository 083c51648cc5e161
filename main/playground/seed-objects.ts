import { hash } from 'node:crypto'
import { NULL_VERSION } from './bucket.ts'
import type { Bucket, Entry, ObjectVersion } from './bucket.ts'
import { DescribedMap } from './described-map.ts'
import { hidesEtag } from './encryption.ts'
import { guarded } from './guard.ts'
import { keyPattern, numberIn, seededContent, seededTime } from './seed.ts'
import type { SeedPlan } from './seed.ts'
import { putVersion } from './version-chain.ts'

/** Puts the objects of `plan` into `bucket`, or their description where nothing is kept. */
export function seedObjects(bucket: Bucket, plan: SeedPlan): void {
  const keyOf = keyPattern(plan.prefix, plan.pattern)
  const versionIdOf = (index: number): string =>
    bucket.versioning === 'Enabled' ? seededVersionId(plan, index) : NULL_VERSION
  if (bucket.objects instanceof DescribedMap) {
    const { count, prefix, pattern } = plan
    const numberOf = numberIn(prefix, pattern, count)
    const valueOf = (index: number): Entry => seededVersion(plan, index, versionIdOf(index))
    return bucket.objects.describe({ count, keyOf, numberOf, valueOf })
  }
  for (let index = 0; index < plan.count; index += 1) {
    putVersion(bucket, keyOf(index), seededVersion(plan, index, versionIdOf(index)))
  }
}

function seededVersion(plan: SeedPlan, index: number, versionId: string): ObjectVersion {
  return {
    kind: 'object',
    versionId,
    modified: seededTime(plan, index),
    content: seededContent(plan, index),
    attributes: plan.attributes,
    tags: plan.tags,
    storageClass: plan.storageClass,
    ...seededEncryption(plan, index),
    ...guarded(plan),
    older: undefined,
  }
}

/** Where the ETag says nothing of the bytes, it follows from the plan too. */
function seededEncryption(
  plan: SeedPlan,
  index: number,
): Pick<ObjectVersion, 'etag' | 'encryption'> | undefined {
  const { encryption, versionPrefix } = plan
  if (encryption === undefined) return undefined
  return hidesEtag(encryption)
    ? { encryption, etag: hash('md5', `${versionPrefix} ${index}`, 'hex') }
    : { encryption }
}

/** The ids of seeded objects follow from their plan and are as long as all others. */
function seededVersionId({ versionPrefix }: SeedPlan, index: number): string {
  return `${versionPrefix}.${index}.`.padEnd(32, '0')
}
