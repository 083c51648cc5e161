import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { HostPort } from '#contract/host.ts'
import type { DeliveredFile } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import type { CoreOptions } from '#contract/transport.ts'
import { fail } from '#model/failure.ts'
import type { ManifestAt, ManifestFound } from '#model/manifest.ts'
import type { Seams } from '#model/seams.ts'
import { createPace } from '../engine/pace/pace.ts'
import type { Storage } from '../engine/storage.ts'
import type { Jobs } from '../jobs/api.ts'
import { inspectManifest } from '../manifest/inspect.ts'
import { badRowsFile, isKept, keptName, manifestFolder } from '../manifest/kept.ts'
import { manifestLines } from '../manifest/make.ts'
import { writeLines } from '../manifest/write.ts'
import { readGrants, refuseOutside } from './file-grants.ts'
import { diskFailure, fileName } from './files.ts'
import type { Storages } from './storages.ts'

/** Bytes that are kept of one text. */
const LARGEST = 4 * 1024 ** 3
/** Requests in flight of somebody who waits for an answer. */
const REQUESTS = 8

interface Needs {
  readonly core: CoreOptions
  readonly host: HostPort
  readonly storages: Storages
  readonly seams: Seams
}

/** A text that comes piece by piece; a file once its last piece is there. */
export async function keepManifest(
  { core }: Pick<Needs, 'core'>,
  { id, name, text, last }: Parsed<'manifests.keep'>,
): Promise<ManifestAt | undefined> {
  const folder = manifestFolder(core.dataDir)
  const file = path.join(folder, keptName(createHash('sha256').update(id).digest('hex').slice(0, 16), name))
  const part = `${file}.part`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await appendFile(part, text, { mode: 0o600 })
    if ((await stat(part)).size > LARGEST) {
      await rm(part, { force: true })
      fail('too-large', 'item', 'text: is larger than 4 GiB: open it as a file instead.', {
        property: 'text',
      })
    }
    if (!last) return undefined
    await rename(part, file)
    return { is: 'file', path: file }
  } catch (error) {
    throw diskFailure(error, 'the manifest')
  }
}

/** Reads it through. `caller`: a window names only files that were given to it. */
export async function inspect(
  needs: Needs,
  at: ManifestAt,
  caller: 'window' | 'person',
  signal: AbortSignal,
): Promise<ManifestFound> {
  if (caller === 'window') await refuseUngrantedManifest(needs.host, at, needs.core.dataDir)
  const { storages, seams } = needs
  const request = { seams, pace: createPace({ seams, ceiling: REQUESTS }), signal }
  return inspectManifest(at, { openStorage: storages.open, request })
}

/** Lists a selection into a manifest. */
export async function makeManifest(
  { core, host, seams }: Needs,
  storage: Storage,
  { bucket, select, versions }: Omit<Parsed<'manifests.make'>, 'connection'>,
  signal: AbortSignal,
): Promise<DeliveredFile> {
  const request = { seams, pace: createPace({ seams, ceiling: REQUESTS }), signal }
  const file = path.join(core.dataDir, 'reports', `manifest-${seams.id()}.csv`)
  try {
    await writeLines(manifestLines({ storage, bucket, select, versions, request }), file)
  } catch (error) {
    throw diskFailure(error, 'the manifest')
  }
  return host.deliverFile({ path: file, name: `${fileName(`manifest of ${bucket}`)}.csv` })
}

/** Items of a job, to be worked on by another. */
export async function deliverManifest(
  { core, host, jobs }: Needs & { readonly jobs: Jobs },
  { id, query }: Parsed<'jobs.manifest'>,
): Promise<DeliveredFile> {
  const { snapshot } = jobs.get(id)
  const file = path.join(core.dataDir, 'reports', `${id}.manifest.csv`)
  try {
    const { versions } = await jobs.writeManifest(id, query, file)
    const kind = versions === 'some' ? ' some versions' : ''
    return await host.deliverFile({
      path: file,
      name: `${fileName(`manifest ${snapshot.title}${kind}`)}.csv`,
    })
  } catch (error) {
    throw diskFailure(error, 'the manifest')
  }
}

/** The rows of a job's manifest that it could not use. */
export async function deliverBadRows(
  { core, host, jobs }: Needs & { readonly jobs: Jobs },
  id: string,
): Promise<DeliveredFile> {
  const { snapshot } = jobs.get(id)
  const file = badRowsFile(core.dataDir, id)
  if (!existsSync(file))
    fail('not-possible', 'item', 'There is no row of its manifest that this job could not use.', {
      property: 'id',
    })
  return host.deliverFile({ path: file, name: `${fileName(`${snapshot.title} bad rows`)}.csv` })
}

/** What was kept here is the window's own; any other file must have been dropped or chosen. */
export async function refuseUngrantedManifest(
  host: Pick<HostPort, 'fileGrants'>,
  at: ManifestAt,
  dataDir: string,
): Promise<void> {
  if (at.is === 'object' || isKept(dataDir, at.path)) return
  const named = { folder: path.dirname(at.path), keys: [path.basename(at.path)], field: 'manifest.at' }
  await refuseOutside(await readGrants(host), 'read', named)
}
