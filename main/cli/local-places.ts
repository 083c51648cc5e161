import { fileURLToPath } from 'node:url'
import type { Selection } from '#model/spec.ts'
import type { Machine } from './machine.ts'
import type { S3Url } from './places.ts'
import { UsageError } from './usage.ts'

/** A file or folder that is to be uploaded, as a source of a job: `bucket` is the folder that it is looked for in. */
export interface LocalSource {
  readonly bucket: string
  readonly select: Selection
  readonly base: string
}

/** `./a`, `C:\a`, `file:///a`: anything that is no other address. `-` would be a stream, which no job could resume. */
export function isLocalPath(name: string, given: string): boolean {
  if (given === '-') {
    throw new UsageError(
      `${name}: must be a file, a folder or an S3 place; a stream ("-") could not be resumed`,
    )
  }
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(given)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 's3' && scheme !== 'file')
    throw new UsageError(`${name}: must begin with s3://, or be a path of this computer, not "${given}"`)
  return scheme !== 's3'
}

/**
 * What of this machine is taken, and what becomes of its names:
 *
 *   SOURCE             on the disk    DEST            a file → its object
 *   a/ or .            a folder       z/ or nothing   a/b/c.txt → z/b/c.txt
 *   a --recursive      a folder       z/ or nothing   a/b/c.txt → z/a/b/c.txt     (the folder's name is kept)
 *   a                  a folder       any             refused: one of the two above is meant
 *   a/b.txt            a file         z/ or nothing   a/b.txt → z/b.txt
 *   a/b.txt            a file         z/n.txt         a/b.txt → z/n.txt
 */
export function localSource(
  given: string,
  to: Pick<S3Url, 'key'>,
  recursive: boolean,
  machine: Machine,
): LocalSource {
  const { paths } = machine
  const { path, isFolder } = absolute('SOURCE', given, machine)
  const at = machine.at(path)
  if (at === 'missing')
    throw new UsageError(`SOURCE: there is no file or folder "${given}" (an S3 place begins with s3://)`)
  if (at === 'unreadable') throw new UsageError(`SOURCE: "${given}" may not be read by you`)
  if (at === 'other')
    throw new UsageError(`SOURCE: "${given}" is neither a file nor a folder, and only these can be uploaded`)
  if (at === 'file' && isFolder) throw new UsageError(`SOURCE: "${given}" is a file, not a folder`)
  const intoFolder = isFolderKey(to)
  if (at === 'file') {
    const key = paths.basename(path)
    return { bucket: paths.dirname(path), select: { kind: 'object', key }, base: intoFolder ? '' : key }
  }
  if (!isFolder && !recursive) {
    throw new UsageError(
      `SOURCE: "${given}" is a folder; say "${given}/" for what is in it, or --recursive for the folder with its name`,
    )
  }
  if (!intoFolder)
    throw new UsageError(`DEST: must end in / as the files of a folder go there, not "${to.key}"`)
  const parent = paths.dirname(path)
  if (isFolder || parent === path) return { bucket: path, select: { kind: 'prefix', prefix: '' }, base: '' }
  return { bucket: parent, select: { kind: 'prefix', prefix: `${paths.basename(path)}/` }, base: '' }
}

/** Whether it is a folder of this machine, whose files are many. */
export function isFolderHere(given: string, machine: Machine): boolean {
  return machine.at(absolute('SOURCE', given, machine).path) === 'folder'
}

/**
 * Where files are written: `bucket` is the nearest folder that is there, the rest is made by the job.
 *
 *   DEST            on the disk        `many` go there    becomes
 *   a/, . or ..     a folder, nothing  any                the folder
 *   a               a folder           any                the folder
 *   a               nothing            yes                the folder
 *   a               nothing, a file    no                 the name of the file
 *   a, a/           a file             yes, or with /     refused
 */
export function localDestination(name: string, given: string, many: boolean, machine: Machine): S3Url {
  const { path, isFolder } = absolute(name, given, machine)
  const at = machine.at(path)
  if (at === 'unreadable' || at === 'other')
    throw new UsageError(`${name}: "${given}" is no folder that you may use, and no file`)
  if (at === 'folder') return { bucket: path, key: '' }
  if (at === 'file' && (isFolder || many))
    throw new UsageError(`${name}: "${given}" is a file, and a folder is needed`)
  const folder = nearestFolder(name, given, path, machine)
  const key = machine.paths.relative(folder, path).split(machine.paths.sep).join('/')
  return { bucket: folder, key: isFolder || many ? `${key}/` : key }
}

export function isFolderKey({ key }: Pick<S3Url, 'key'>): boolean {
  return key === '' || key.endsWith('/')
}

function nearestFolder(name: string, given: string, path: string, machine: Machine): string {
  for (let folder = machine.paths.dirname(path); ; folder = machine.paths.dirname(folder)) {
    const at = machine.at(folder)
    if (at === 'folder') return folder
    if (at !== 'missing' || machine.paths.dirname(folder) === folder)
      throw new UsageError(`${name}: "${given}" cannot be made, as "${folder}" is no folder that you may use`)
  }
}

/** `isFolder`: it is written as one, whatever stands there. */
function absolute(name: string, given: string, machine: Machine): { path: string; isFolder: boolean } {
  if (given === '') throw new UsageError(`${name}: must be a path or like s3://bucket/prefix/, not ""`)
  const { paths, cwd } = machine
  const isWindows = paths.sep === '\\'
  const plain = /^file:/i.test(given) ? fromUrl(name, given, isWindows) : given
  const isFolder = (isWindows ? /(^|[\\/])\.{0,2}$/ : /(^|\/)\.{0,2}$/).test(plain)
  return { path: paths.resolve(cwd, plain), isFolder }
}

function fromUrl(name: string, given: string, windows: boolean): string {
  try {
    return fileURLToPath(given, { windows })
  } catch {
    throw new UsageError(`${name}: must be like file:///folder/file, not "${given}"`)
  }
}
