import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Events } from '#contract/events.ts'
import type { ScanPage } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import type { ScanSnapshot, UploadsAborted } from '#model/scan.ts'
import type { Seams } from '#model/seams.ts'
import type { Jobs } from '../jobs/api.ts'
import { Changes } from '../jobs/changes.ts'
import type { UsedBy } from '../scan/abort-uploads.ts'
import type { Scans } from '../scan/scans.ts'
import { namedConnection } from './named-connection.ts'
import type { SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'

/** The scans of this process, loaded when the first one is asked for. */
export interface ScanService {
  use(): Promise<Scans>
  onChange(listener: (change: Events['scans.changed']) => void): () => void
  close(): Promise<void>
}

export function createScanService({
  dataDir,
  seams,
  storages,
}: {
  readonly dataDir: string
  readonly seams: Seams
  readonly storages: Storages
}): ScanService {
  let loading: Promise<Scans> | undefined
  let scans: Scans | undefined
  const changes = new Changes<ScanSnapshot>(seams, (id) => scans?.snapshot(id))
  const load = async (): Promise<Scans> => {
    const { Scans } = await import('../scan/scans.ts')
    scans = new Scans({
      ...{ dir: dataDir, seams, openStorage: storages.open },
      changed: (id) => changes.note(id),
      removed: (id) => changes.noteRemoved(id),
    })
    return scans
  }
  // What an earlier start left is of no use to anybody.
  if (existsSync(path.join(dataDir, 'scans'))) loading = load()
  return {
    use: () => (loading ??= load()),
    onChange: (listener) => changes.listen(({ changed, removed }) => listener({ scans: changed, removed })),
    async close() {
      await (await loading)?.closeAll()
      changes.flush()
    },
  }
}

interface Needs {
  readonly scans: ScanService
  readonly settings: SettingsStore
  readonly storages: Storages
}

export async function startScan(
  { scans, ...needs }: Needs,
  { bucket, prefix, what, ...named }: Parsed<'scans.start'>,
): Promise<ScanSnapshot> {
  const connection = namedConnection(needs, named)
  const { owner, requesterPays } = named.as ?? {}
  return (await scans.use()).start(what, { connection, owner, requesterPays, bucket, prefix })
}

export async function scanRows(
  { scans, jobs }: Pick<Needs, 'scans'> & { readonly jobs: Jobs },
  { id, offset, limit }: Parsed<'scans.rows'>,
): Promise<ScanPage> {
  const all = await scans.use()
  const page = all.rows(id, offset, limit)
  const { what, place } = all.find(id)
  if (what.of !== 'uploads') return page
  const usedBy = ownersOf(jobs, place.bucket)
  const rows = page.rows.map((row) =>
    row.is === 'upload' ? { ...row, upload: { ...row.upload, usedBy: usedBy(row.upload) } } : row,
  )
  return { ...page, rows }
}

export async function abortFound(
  { scans, jobs }: Pick<Needs, 'scans'> & { readonly jobs: Jobs },
  { id, which }: Parsed<'uploads.abort'>,
  signal: AbortSignal,
): Promise<UploadsAborted> {
  const scan = (await scans.use()).find(id)
  const { abortUploads } = await import('../scan/abort-uploads.ts')
  return abortUploads(scan, which, ownersOf(jobs, scan.place.bucket), signal)
}

/**
 * Which uploads of a bucket a job of ours goes on with. The bucket's name alone counts: the same store may be known by
 * two connections, and one too many that is left does less harm than one that is lost.
 */
function ownersOf(jobs: Jobs, bucket: string): UsedBy {
  const used = jobs.uploadsInUse().filter((upload) => upload.bucket === bucket)
  return ({ key, uploadId }) =>
    used.find((one) => one.key === key && (one.uploadId ?? uploadId) === uploadId)?.job
}
