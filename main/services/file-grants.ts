import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { FileGrant, HostPort } from '#contract/host.ts'
import type { EndpointConfig } from '#model/connection.ts'
import { fail, toFailure } from '#model/failure.ts'
import { isLocal, isLocalConfig, LOCAL_CONNECTION } from '#model/local.ts'
import { reportPlaces } from '#model/report.ts'
import { destinationsOf } from '#model/spec.ts'
import type { DestinationPlace, JobSpec, SourcePlace, UndoSpec } from '#model/spec.ts'

type Access = FileGrant['access']
type Grants = Readonly<Record<Access, ReadonlySet<string>>>

/** Something below a folder, as keys name it. A folder ends in a slash; what ends within a name is all that begins so. */
interface Named {
  readonly folder: string
  readonly keys: readonly string[]
  /** The field of the input that is refused. */
  readonly field: string
}

/**
 * A window makes no job with a file or folder of this machine that the person did not drop or choose: a page that
 * somebody took over could read and write everything otherwise. Said before anything of the job is kept.
 *
 * | job           | what its source must be granted for | its destination |
 * |---------------|-------------------------------------|-----------------|
 * | copy          | to be read                          | to be written   |
 * | parity        | to be read                          | to be read      |
 * | anything else | to be written, for it deletes there | to be written   |
 *
 * A folder that the report goes to must be granted for writing, whatever the job.
 */
export async function refuseUngranted(host: Pick<HostPort, 'fileGrants'>, spec: JobSpec): Promise<void> {
  const destinations = destinationsOf(spec)
  const reports = reportPlaces(spec)
  if (![...spec.sources, ...destinations, ...reports].some(isOfThisMachine)) return
  const grants = await readGrants(host)
  for (const { bucket, prefix } of reports.filter(isOfThisMachine))
    await refuseOutside(grants, 'write', { folder: bucket, keys: [folderOf(prefix)], field: 'report.to' })
  const reads = spec.kind === 'copy' || spec.kind === 'parity'
  for (const [index, place] of spec.sources.entries()) {
    if (isOfThisMachine(place))
      await refuseOutside(grants, reads ? 'read' : 'write', namedBySource(place, `sources.${index}`))
  }
  for (const [index, place] of destinations.entries()) {
    if (!isOfThisMachine(place)) continue
    if (spec.kind === 'copy' && spec.deleteExtra)
      fail(
        'bad-input',
        'item',
        'deleteExtra: a window mirrors nothing into a folder, for that deletes files',
        {
          property: 'deleteExtra',
        },
      )
    const named = { folder: place.bucket, keys: [folderOf(place.prefix)], field: `destinations.${index}` }
    await refuseOutside(grants, spec.kind === 'parity' ? 'read' : 'write', named)
  }
}

/**
 * The undo of a download deletes files. A window begins one only where the folder is granted for writing still, and
 * hands in no spec: the sentence names the folder and the way that is left. `undo`: of the job `undo.of`.
 */
export async function refuseUngrantedUndo(host: Pick<HostPort, 'fileGrants'>, undo: UndoSpec): Promise<void> {
  try {
    await refuseUngranted(host, undo)
  } catch (error) {
    if (toFailure(error).code !== 'bad-input') throw error
    const folders = [...undo.sources, ...destinationsOf(undo)].filter(isOfThisMachine)
    const named = folders.map(({ bucket }) => JSON.stringify(bucket)).join(', ')
    fail(
      'not-possible',
      'item',
      `id: this undo deletes files in ${named}, and a window does so only in a folder that was chosen to write to. Choose it once more for a download, or undo it in a terminal: decant undo ${undo.of}`,
      { property: 'id' },
    )
  }
}

/** What a window saves or tries is a store: of the folders of this machine it could list and read anything. */
export function refuseLocalConnection(config: EndpointConfig): void {
  if (!isLocalConfig(config)) return
  const sentence = 'credentials.kind: must be a way to a store, not "local": files are dropped or chosen'
  fail('bad-input', 'item', sentence, { property: 'credentials.kind' })
}

export async function readGrants(host: Pick<HostPort, 'fileGrants'>): Promise<Grants> {
  const all = await host.fileGrants()
  const of = (wanted: Access): Set<string> =>
    new Set(all.filter(({ access }) => access === wanted).map((grant) => withoutEndSlash(grant.path)))
  return { read: of('read'), write: of('write') }
}

/** Links on the way to the folder are followed first: they must not lead out of what was granted. */
export async function refuseOutside(
  grants: Grants,
  access: Access,
  { folder, keys, field }: Named,
): Promise<void> {
  const clean = withoutEndSlash(folder)
  if (!path.isAbsolute(clean) || path.normalize(clean) !== clean) return refuse(folder, field)
  const wrong = keys.find((key) => !staysBelow(key))
  if (wrong !== undefined) return refuse(path.join(clean, wrong), field)
  const real = await realPath(clean)
  // What lies below a granted folder needs no look of its own.
  if (isGranted(real, grants[access])) return
  const outside = keys.find((key) => !isGranted(path.join(real, key), grants[access]))
  if (outside !== undefined) refuse(path.join(clean, outside), field)
}

/** By either of what makes it one, for whoever opens its storage may look at the one or the other. */
function isOfThisMachine(place: SourcePlace | DestinationPlace): boolean {
  return isLocal(place) || place.connection.id === LOCAL_CONNECTION.id
}

function namedBySource({ bucket, base, select }: SourcePlace, field: string): Named {
  const keys = select.map((one) => (one.kind === 'object' ? one.key : folderOf(one.prefix)))
  // The base only cuts names, and must be as clean as they are.
  if (!staysBelow(base)) return { folder: bucket, keys: [base], field }
  return { folder: bucket, keys, field }
}

/** A prefix that ends within a name takes its neighbours, too: the folder that they all lie in. */
function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1)
}

/** No step of a key leads out of the folder, whichever way the system writes it. */
function staysBelow(key: string): boolean {
  const steps = process.platform === 'win32' ? key.split(/[/\\]/) : key.split('/')
  return !key.startsWith('/') && !key.includes('\0') && !steps.some((step) => step === '..' || step === '.')
}

function isGranted(file: string, granted: ReadonlySet<string>): boolean {
  for (let at = withoutEndSlash(file); ; at = path.dirname(at)) {
    if (granted.has(at)) return true
    if (path.dirname(at) === at) return false
  }
}

/** Where it really is. What is not there yet stands in the first folder above it that is. */
async function realPath(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    const parent = path.dirname(file)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === file) return file
    return path.join(await realPath(parent), path.basename(file))
  }
}

/** `/` and `C:\` keep theirs. */
function withoutEndSlash(file: string): string {
  const { root } = path.parse(file)
  const end = process.platform === 'win32' ? /[/\\]+$/ : /\/+$/
  return file.length > root.length ? file.replace(end, '') : file
}

function refuse(file: string, field: string): never {
  const sentence = `${field}: ${JSON.stringify(file)} was neither dropped here nor chosen in a dialog, so the window may not name it. Drop it here, or choose it again.`
  return fail('bad-input', 'item', sentence, { property: field })
}
