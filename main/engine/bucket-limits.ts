import type { Failure } from '#model/failure.ts'
import type { BucketTraits } from '#model/object.ts'
import type { Properties, PropertyName } from '#model/properties.ts'

/** A bucket of the kind that holds EXPRESS_ONEZONE and nothing else. Source: "Directory bucket naming rules". */
export function isDirectoryBucket(bucket: string): boolean {
  return bucket.endsWith('--x-s3')
}

/**
 * What of these properties a bucket cannot hold, whatever the object; undefined: nothing that is known.
 *
 * | asked for                                 | the bucket                 | refused      |
 * |-------------------------------------------|----------------------------|--------------|
 * | class EXPRESS_ONEZONE                     | is no directory bucket     | storageClass |
 * | any other class                           | is a directory bucket      | storageClass |
 * | retention                                 | has no object lock         | retention    |
 * | legal hold ON or OFF                      | has no object lock         | legalHold    |
 * | an ACL but bucket-owner-full-control      | is owner-enforced          | acl          |
 * | SSE-C                                     | blocks customer keys       | encryption   |
 *
 * A trait that could not be read refuses nothing: S3 says it then, object by object.
 * Source: "Controlling ownership of objects", "Object Lock considerations", "Blocking SSE-C", Amazon S3 User Guide.
 */
export function impossibleIn(
  bucket: string,
  traits: BucketTraits,
  properties: Properties,
): Failure | undefined {
  const { storageClass, retention, legalHold, acl, encryption } = properties
  if (storageClass.policy === 'set') {
    const { value } = storageClass
    if (value === 'EXPRESS_ONEZONE' && !isDirectoryBucket(bucket))
      return notPossible('storageClass', `${bucket} is no directory bucket, and no other holds ${value}.`)
    if (value !== 'EXPRESS_ONEZONE' && isDirectoryBucket(bucket))
      return notPossible(
        'storageClass',
        `${bucket} is a directory bucket, which holds EXPRESS_ONEZONE only, not ${value}.`,
      )
  }
  if (traits.objectLock === false) {
    if (retention.policy === 'set')
      return notPossible('retention', `${bucket} has no object lock, so nothing can be retained in it.`)
    if (legalHold.policy === 'set')
      return notPossible('legalHold', `${bucket} has no object lock, so there is no legal hold in it.`)
  }
  if (traits.ownership === 'enforced' && acl.policy === 'set' && !isOwnersAcl(acl.value))
    return notPossible('acl', `${bucket} belongs to its owner with all that is in it: it takes no ACL.`)
  if (traits.blocksCustomerKeys === true && encryption.policy === 'set' && encryption.value.kind === 'SSE-C')
    return notPossible('encryption', `${bucket} refuses objects under customer keys (SSE-C).`)
  return undefined
}

function isOwnersAcl(acl: Extract<Properties['acl'], { policy: 'set' }>['value']): boolean {
  return acl.kind === 'canned' && acl.acl === 'bucket-owner-full-control'
}

function notPossible(property: PropertyName, message: string): Failure {
  return { code: 'not-possible', reach: 'item', property, message }
}
