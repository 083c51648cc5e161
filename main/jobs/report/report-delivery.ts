import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createPace } from '../../engine/pace/pace.ts'
import { isOpaque } from '../../engine/properties.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { OpenStorage, Storage } from '../../engine/storage.ts'
import { WHOLE_WRITE } from '../../engine/to-file.ts'
import { fail } from '#model/failure.ts'
import { isLocal, pathBelow } from '#model/local.ts'
import { S3_LIMITS } from '#model/object.ts'
import { reportKey } from '#model/report.ts'
import type { ReportOrder } from '#model/report.ts'
import type { Seams } from '#model/seams.ts'
import type { ReportFormat } from '#model/spec.ts'

/** Says what the file is also to a browser, which then shows the page and the table as what they are. */
const TYPES: Readonly<Record<ReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
}

export interface DeliveryNeeds {
  readonly seams: Seams
  readonly openStorage: OpenStorage
  /** The data directory. */
  readonly dir: string
  /** Writes the report to a file of this machine. */
  readonly write: (format: ReportFormat, path: string) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Writes a report and puts it where it was ordered to, in every format; gives the places. Done twice, it is the same
 * key with the same report: whoever was killed before it was noted does no harm by doing it again.
 */
export async function deliver(
  order: ReportOrder,
  jobId: string,
  { seams, openStorage, dir, write, signal }: DeliveryNeeds,
): Promise<string[]> {
  const { to, formats } = order
  const storage = await openStorage(to.connection, { owner: to.owner, requesterPays: to.requesterPays })
  const folder = join(dir, 'reports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const context = { seams, signal, pace: createPace({ seams, ceiling: 1 }) }
  const files: string[] = []
  for (const format of new Set(formats)) {
    const file = join(folder, `${jobId}-delivery.${format}`)
    const key = reportKey(order, jobId, format)
    try {
      await write(format, file)
      const whole = await measured(file)
      await attempt(context, () => put(storage, to.bucket, key, format, whole, signal))
    } finally {
      await rm(file, { force: true })
    }
    files.push(isLocal(to) ? pathBelow(to.bucket, key) : `s3://${to.bucket}/${key}`)
  }
  return files
}

interface ReportFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** MD5, hexadecimal. */
  readonly digest: string
}

async function measured(path: string): Promise<ReportFile> {
  const hash = createHash('md5')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return { path, size: (await stat(path)).size, digest: hash.digest('hex') }
}

/** One PUT, with a checksum where the endpoint compares one; what arrived is compared with what was sent. */
async function put(
  storage: Storage,
  bucket: string,
  key: string,
  format: ReportFormat,
  { path, size, digest }: ReportFile,
  signal: AbortSignal,
): Promise<void> {
  if (size > S3_LIMITS.copyObject)
    fail('too-large', 'item', `The report as ${format} is larger than one PUT takes (5 GiB): ${size} bytes.`)
  // What a process that was killed in the midst of it has left beside it.
  if (storage.habits.holds === 'files')
    await storage.abortUpload({ bucket, key, uploadId: WHOLE_WRITE }, signal)
  const body = createReadStream(path)
  try {
    const checksum = storage.habits.checksums ? ('CRC32' as const) : undefined
    const headers = { contentType: TYPES[format] }
    const written = await storage.putObject({ bucket, key, body, size, headers, checksum }, signal)
    const arrived = written.digest ?? (isOpaque(written.encryption) ? undefined : written.etag)
    if (arrived !== undefined && storage.habits.etags !== 'opaque' && arrived !== digest)
      fail('not-verified', 'attempt', `The report at ${key} is not the one that was sent.`)
  } finally {
    body.destroy()
  }
}
