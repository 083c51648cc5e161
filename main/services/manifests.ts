import { createHash } from 'node:crypto'
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { HostPort } from '#contract/host.ts'
import type { Parsed } from '#contract/methods.ts'
import type { CoreOptions } from '#contract/transport.ts'
import { fail } from '#model/failure.ts'
import type { ManifestAt, ManifestFound } from '#model/manifest.ts'
import type { Seams } from '#model/seams.ts'
import { createPace } from '../engine/pace.ts'
import { inspectManifest } from '../manifest/inspect.ts'
import { isKept, keptName, manifestFolder } from '../manifest/kept.ts'
import { readGrants, refuseOutside } from './file-grants.ts'
import { diskFailure } from './files.ts'
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
