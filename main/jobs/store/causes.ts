import type { DeniedRight, Failure, FailureCode } from '#model/failure.ts'
import { FAILURE_CODES } from '#model/failure.ts'
import { bucketNamed } from '#model/rights-arns.ts'
import { parseFailure } from './items.ts'
import type { Database } from '../../sqlite/sqlite.ts'

/** Failed items of one job that failed in the same way. Counted with every change, so a view of them scans nothing. */
export interface Cause {
  readonly id: number
  readonly code: FailureCode
  /** See `kindOf`. */
  readonly s3Code?: string | undefined
  readonly items: number
  /** The first one's. */
  readonly example: Failure
  readonly exampleKey: string
}

/**
 * What tells failures of one code apart:
 *
 * | failure                        | by                                                  | for example              |
 * |--------------------------------|-----------------------------------------------------|--------------------------|
 * | access-denied, named by AWS    | S3's code, the right, and the bucket or key that it is on | AccessDenied s3:GetObject on photos |
 * | access-denied, S3 says no more | S3's code, the operation, and whether it was about encryption | AccessDenied CopyObject |
 * | anything else that S3 said     | S3's code                                           | InvalidRequest           |
 * | differs, not-verified          | the properties; of `metadata NAME` and `tag NAME` the first word, so that there are as many groups as properties | headers, tags |
 * | anything else                  | the code alone                                      |                          |
 */
export function kindOf({ code, property, denied, s3 }: Failure): string | undefined {
  if (s3 !== undefined && code === 'access-denied') {
    const about = denied
      ? named(denied)
      : `${s3.operation}${property === 'encryption' ? ' (encryption)' : ''}`
    return `${s3.code} ${about}`.trim()
  }
  if (s3 !== undefined) return s3.code
  if ((code !== 'differs' && code !== 'not-verified') || property === undefined) return undefined
  return [...new Set(property.split(', ').map((name) => name.replace(/^(metadata|tag) .*/, '$1')))].join(', ')
}

/** Another bucket's, or another key's, is another policy's to grant. */
function named({ action, resource }: DeniedRight): string {
  if (resource === undefined) return action
  return `${action} on ${bucketNamed(resource) ?? resource}`.slice(0, LONGEST)
}

/** Characters, less than a method's input takes. */
const LONGEST = 180

export interface CausesTable {
  /** Counts an item in, and gives the id that its row names. */
  add(job: number, failure: Failure, key: string): number
  /** Counts an item out. */
  take(id: number): void
  /** Most items first. */
  list(job: number): Cause[]
  removeJob(job: number): void
}

export function openCauses(db: Database): CausesTable {
  const find = db.prepare('SELECT id FROM causes WHERE job = ? AND code = ? AND s3_code = ?')
  const insert = db.prepare(
    'INSERT INTO causes (job, code, s3_code, items, example, example_key) VALUES (?, ?, ?, 1, ?, ?)',
  )
  const more = db.prepare('UPDATE causes SET items = items + 1 WHERE id = ?')
  // The first one after none is the example.
  const again = db.prepare('UPDATE causes SET example = ?, example_key = ? WHERE id = ? AND items = 0')
  const less = db.prepare('UPDATE causes SET items = items - 1 WHERE id = ?')
  const list = db.prepare(
    'SELECT id, code, s3_code, items, example, example_key FROM causes WHERE job = ? AND items > 0 ORDER BY items DESC, id',
  )
  const remove = db.prepare('DELETE FROM causes WHERE job = ?')
  return {
    add: (job, failure, key) => {
      const s3Code = kindOf(failure) ?? ''
      const found = find.get(job, failure.code, s3Code)
      if (found === undefined)
        return insert.run(job, failure.code, s3Code, JSON.stringify(failure), key).rowid
      const id = Number(found[0])
      again.run(JSON.stringify(failure), key, id)
      more.run(id)
      return id
    },
    take: (id) => void less.run(id),
    list: (job) =>
      list.all(job).flatMap(([id, code, s3Code, items, example, exampleKey]) => {
        const known = FAILURE_CODES.find((candidate) => candidate === code)
        const failure = parseFailure(example)
        if (known === undefined || failure === undefined) return []
        return [
          {
            id: Number(id),
            code: known,
            s3Code: s3Code ? String(s3Code) : undefined,
            items: Number(items),
            example: failure,
            exampleKey: String(exampleKey),
          },
        ]
      }),
    removeJob: (job) => void remove.run(job),
  }
}
