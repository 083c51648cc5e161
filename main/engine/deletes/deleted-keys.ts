import { DecantError } from '#model/failure.ts'
import type { DeletedKey, DeleteObjects, DeleteResult } from '../storage.ts'
import type { Asked } from '../wire/asked.ts'
import { badAnswer, s3Failure } from '../wire/errors.ts'

/** What an answer to DeleteObjects says of one key: it is gone, or S3's words why not. */
export type ToldOfKey = { readonly key: string } & (
  | { readonly is: 'deleted'; readonly result: DeleteResult }
  | { readonly is: 'refused'; readonly code: string; readonly message: string }
)

/**
 * The status that S3 would have answered a request for that key alone with, for a refusal within a 200 has none.
 * Source: "Error responses", Amazon S3 API Reference.
 */
const STATUS: Readonly<Record<string, number>> = {
  PreconditionFailed: 412,
  ConditionalRequestConflict: 409,
  AccessDenied: 403,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  InternalError: 500,
  NotImplemented: 501,
  SlowDown: 503,
  ServiceUnavailable: 503,
}

/**
 * What became of each key, in the order of the request. Of a key that the answer does not speak of nobody knows whether
 * it is gone: a `bad-answer`, after which one looks.
 */
export function deletedKeys({ bucket, objects }: DeleteObjects, told: readonly ToldOfKey[]): DeletedKey[] {
  const byKey = new Map(told.map((one) => [one.key, one]))
  return objects.map(({ key }) => {
    const asked: Asked = { operation: 'DeleteObjects', bucket, key, conditions: { match: true } }
    const one = byKey.get(key)
    if (one === undefined) return badAnswer(asked, 'it does not speak of this key', 200)
    if (one.is === 'deleted') return one.result
    const { code, message } = one
    return new DecantError(
      s3Failure(asked, { operation: asked.operation, status: STATUS[code] ?? 400, code, message }),
    )
  })
}
