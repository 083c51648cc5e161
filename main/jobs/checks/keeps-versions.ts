import type { Failure } from '#model/failure.ts'
import type { Versioning } from '#model/object.ts'

/**
 * Why nothing may be put on top of a key in this bucket, if older versions of it are not to be lost.
 *
 * | versioning | a write                                             |        |
 * |------------|-----------------------------------------------------|--------|
 * | enabled    | adds a version                                      | may    |
 * | suspended  | takes the place of the version `null`, if there is one | may not |
 * | off        | takes the place of the object                       | may not |
 * | not known  | nobody knows                                        | may not |
 *
 * Source: "Adding objects to versioning-suspended buckets", Amazon S3 User Guide.
 */
export function whyNotOnTop(bucket: string, versioning: Versioning | undefined): Failure | undefined {
  if (versioning === 'enabled') return undefined
  const is = versioning === undefined ? 'may not be read' : `is ${versioning}`
  const message =
    `The versioning of ${bucket} ${is}: what is put on top there could take the place of a version, which would be ` +
    'lost. It has to be enabled first.'
  return { code: 'not-possible', reach: 'item', message, property: 'versions' }
}
