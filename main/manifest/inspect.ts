import type { ManifestReach } from './bytes.ts'
import { MANIFEST_START, openManifest } from './manifest.ts'
import type { BadRow, ManifestAt, ManifestFound } from '#model/manifest.ts'

/** Bad rows that are told one by one; the others are in the job's side file. */
export const TOLD_BAD = 20
/** Buckets that are counted one by one, and of these so many told: a hostile file has another one in each row. */
const MOST_BUCKETS = 10_000
const TOLD_BUCKETS = 100
const PAGE = 2000

/** Reads a manifest through. */
export async function inspectManifest(at: ManifestAt, reach: ManifestReach): Promise<ManifestFound> {
  const manifest = await openManifest(at, reach)
  try {
    const buckets = new Map<string, number>()
    const firstBad: BadRow[] = []
    let rows = 0
    let bad = 0
    let versions = false
    for await (const page of manifest.pages(MANIFEST_START, PAGE)) {
      reach.request.signal.throwIfAborted()
      rows += page.rows.length
      bad += page.bad.length
      for (const { bucket, versionId } of page.rows) {
        const known = buckets.get(bucket)
        if (known !== undefined || buckets.size < MOST_BUCKETS) buckets.set(bucket, (known ?? 0) + 1)
        versions ||= versionId !== undefined
      }
      for (const { line, reason } of page.bad) if (firstBad.length < TOLD_BAD) firstBad.push({ line, reason })
    }
    const { name, format, columns } = manifest
    const told = [...buckets]
      .sort(([, left], [, right]) => right - left)
      .slice(0, TOLD_BUCKETS)
      .map(([bucket, count]) => ({ bucket, rows: count }))
    return { at, name, format, rows, buckets: told, versions, columns, bad, firstBad }
  } finally {
    await manifest.close()
  }
}
