import type { Client } from '#contract/client.ts'
import type { JobSpec } from '#model/spec.ts'

/** Rows that are asked for at a time, and at most. More than that a page should not hold; the report has them all. */
const AT_ONCE = 500
const MOST = 100_000

export interface Manifest {
  readonly text: string
  readonly rows: number
  /** Every failed item is in it. */
  readonly whole: boolean
}

/**
 * The failed items of a job as a manifest of S3 Batch Operations: `Bucket,Key,VersionId`, without a head, keys
 * URL-encoded. Source: "Specifying a manifest". The version stands only where all rows have one.
 */
export async function failedManifest(client: Client, id: string, spec: JobSpec): Promise<Manifest> {
  const rows: { bucket: string; key: string; versionId: string | undefined }[] = []
  for (let offset = 0; offset < MOST; offset += AT_ONCE) {
    const page = await client.call('jobs.items', { id, filter: 'failed', offset, limit: AT_ONCE })
    for (const { source, key, versionId } of page.items)
      rows.push({ bucket: spec.sources[source]?.bucket ?? '', key: encodeURIComponent(key), versionId })
    if (page.items.length < AT_ONCE) return { ...lines(rows), whole: true }
  }
  return { ...lines(rows), whole: false }
}

function lines(
  rows: readonly { readonly bucket: string; readonly key: string; readonly versionId: string | undefined }[],
): Omit<Manifest, 'whole'> {
  const versions = rows.every(({ versionId }) => versionId !== undefined)
  const text = rows
    .map(({ bucket, key, versionId }) => [bucket, key, ...(versions ? [versionId] : [])].join(',') + '\n')
    .join('')
  return { text, rows: rows.length }
}
