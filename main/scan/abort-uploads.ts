import { codeOf } from '../engine/look.ts'
import { attempt } from '../engine/pace/retry.ts'
import type { Scan } from './scan.ts'
import { fail, toFailure } from '#model/failure.ts'
import { NOTHING, plus } from '#model/scan.ts'
import type { UnfinishedUpload, UploadsAborted } from '#model/scan.ts'

export type UploadsToAbort = { readonly rows: readonly number[] } | { readonly olderThanDays: number }

/** Whose upload it is: the title of the job that goes on with it. */
export type UsedBy = (upload: UnfinishedUpload) => string | undefined

const DAY = 24 * 3600 * 1000
const AT_ONCE = 8

/**
 * Aborts uploads that a scan found; their parts are lost, and nothing else is.
 *
 * | the upload                               | is                       |
 * |------------------------------------------|--------------------------|
 * | not meant, or aborted or gone already    | left                     |
 * | younger than asked for                   | left                     |
 * | one that a job of ours goes on with      | left and named           |
 * | gone when it is aborted                  | `gone`: nobody lost more |
 * | any other                                | aborted                  |
 */
export async function abortUploads(
  scan: Scan,
  which: UploadsToAbort,
  usedBy: UsedBy,
  signal: AbortSignal,
): Promise<UploadsAborted> {
  const { rows, storage, place, request } = scan
  if (scan.what.of !== 'uploads' || rows === undefined || storage === undefined)
    return fail('bad-input', 'item', 'id: this scan did not look for uploads', { property: 'id' })
  const { bucket } = place
  const used: { key: string; job: string }[] = []
  let [aborted, failed] = [NOTHING, 0]
  let first: UploadsAborted['failure']
  const context = { ...request, signal }
  const abort = async ({ n, row }: Found): Promise<void> => {
    const { key, uploadId } = row
    try {
      await attempt(context, () => storage.abortUpload({ bucket, key, uploadId }, signal))
      aborted = plus(aborted, row.parts?.bytes ?? 0)
      rows.replace([{ n, row: { ...row, state: 'aborted' } }])
    } catch (error) {
      if (signal.aborted) throw error
      const failure = toFailure(error)
      if (codeOf(error) === 'no-such-upload') return rows.replace([{ n, row: { ...row, state: 'gone' } }])
      if (failure.reach === 'job') throw error
      failed += 1
      first ??= failure
      rows.replace([{ n, row: { ...row, failure } }])
    }
  }
  // Ages are told by the clock that wrote the dates.
  const now = storage.serverTime ?? request.seams.now()
  for (const some of inBatches(
    which,
    rows.length,
    (from, limit) => rows.read(from, limit) as Found[],
    rows.at,
  )) {
    const meant = some.filter(({ row }) => row.state === 'there' && isOld(row, which, now))
    const free = meant.filter(({ row }) => {
      const job = usedBy(row)
      if (job !== undefined) used.push({ key: row.key, job })
      return job === undefined
    })
    await Promise.all(free.map(abort))
    scan.changed()
  }
  return { aborted, used, failed, failure: first }
}

interface Found {
  readonly n: number
  readonly row: UnfinishedUpload
}

function isOld({ initiatedAt }: UnfinishedUpload, which: UploadsToAbort, now: number): boolean {
  return 'rows' in which || initiatedAt <= now - which.olderThanDays * DAY
}

function* inBatches(
  which: UploadsToAbort,
  length: number,
  read: (from: number, limit: number) => Found[],
  at: (n: number) => unknown,
): Generator<Found[]> {
  const total = 'rows' in which ? which.rows.length : length
  for (let from = 0; from < total; from += AT_ONCE) {
    yield 'rows' in which
      ? which.rows.slice(from, from + AT_ONCE).flatMap((n) => {
          const row = at(n) as UnfinishedUpload | undefined
          return row === undefined ? [] : [{ n, row }]
        })
      : read(from, AT_ONCE)
  }
}
