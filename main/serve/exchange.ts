import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, realpathSync } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm, statfs, utimes } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileGrant } from '#contract/host.ts'
import { DecantError, fail } from '#model/failure.ts'

/**
 * Two folders below the data directory through which files go to and from a browser: what it sends lies in one of
 * `uploads` until its job is done, what it wants in one of `downloads` until it was fetched. Each in a folder of its
 * own, under a name that cannot be guessed.
 */
export interface Exchange {
  readonly uploads: string
  readonly downloads: string
  readonly grants: readonly FileGrant[]
  /** A new folder for what a browser is about to send; refuses what the disk has no room for. */
  begin(expected: { readonly files: number; readonly bytes: number }): Promise<Begun>
  /** Takes one file in, whole or not at all. Sending it again replaces it. */
  take(id: string, file: SentFile, body: Readable): Promise<void>
  /** A new folder for a download. */
  newDownload(): Promise<string>
  /** The folder of a download, where there is one. */
  downloadFolder(id: string): string | undefined
  /** When somebody last had to do with it, in this run; milliseconds since the epoch. */
  lastUse(folder: string): number | undefined
  touch(folder: string): void
  remove(folder: string): Promise<void>
}

export interface Begun {
  readonly id: string
  /** Its absolute path: the place of the upload job. */
  readonly folder: string
}

export interface SentFile {
  /** Relative, with `/` between the names, as it lay in what was dropped. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modified?: number | undefined
}

interface Sent {
  /** Exact names: a system that takes `A` for `a` would let one swallow the other. */
  readonly names: Set<string>
}

const ID = /^[A-Za-z0-9]{20,40}$/

/** `folders`: those that the person who started serve allows windows to read and write. */
export function openExchange(dataDir: string, folders: readonly string[], now: () => number): Exchange {
  const make = (name: string): string => {
    mkdirSync(path.join(dataDir, name), { recursive: true, mode: 0o700 })
    return realpathSync.native(path.join(dataDir, name))
  }
  const uploads = make('uploads')
  const downloads = make('downloads')
  /** What is not whole yet lies beside the folders, so that no job takes it for a file. */
  const arriving = path.join(uploads, '.arriving')
  const sent = new Map<string, Sent>()
  const used = new Map<string, number>()
  let pieces = 0

  const touch = (folder: string): void => void used.set(folder, now())
  const newFolder = async (root: string): Promise<Begun> => {
    const id = randomBytes(16).toString('hex')
    const folder = path.join(root, id)
    touch(folder)
    await mkdir(folder, { mode: 0o700 })
    return { id, folder }
  }

  return {
    uploads,
    downloads,
    grants: [
      { path: uploads, access: 'read' },
      { path: downloads, access: 'write' },
      ...folders.flatMap((allowed): FileGrant[] => {
        const real = realpathSync.native(allowed)
        return [
          { path: real, access: 'read' },
          { path: real, access: 'write' },
        ]
      }),
    ],
    async begin({ files, bytes }) {
      await refuseFullDisk(uploads, files, bytes)
      const begun = await newFolder(uploads)
      sent.set(begun.id, { names: new Set() })
      return begun
    },
    async take(id, file, body) {
      const known = sent.get(id)
      if (known === undefined)
        fail('bad-input', 'item', 'This transfer is over. Drop the files once more.', { property: 'id' })
      const folder = path.join(uploads, id)
      const target = path.join(folder, ...cleanName(file.name))
      touch(folder)
      await mkdir(arriving, { recursive: true, mode: 0o700 })
      const piece = path.join(arriving, `${id}-${++pieces}`)
      try {
        await pipeline(body, exactly(file), createWriteStream(piece, { flags: 'wx', mode: 0o600 }))
        if (file.modified !== undefined) await utimes(piece, file.modified / 1000, file.modified / 1000)
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
        if (!known.names.has(file.name) && (await isThere(target)))
          fail('name-taken', 'item', `“${file.name}” differs from another file by its case only.`)
        await rename(piece, target)
        known.names.add(file.name)
      } catch (error) {
        await rm(piece, { force: true })
        throw asFailure(error, file.name)
      } finally {
        touch(folder)
      }
    },
    newDownload: async () => (await newFolder(downloads)).folder,
    downloadFolder: (id) => (ID.test(id) ? path.join(downloads, id) : undefined),
    lastUse: (folder) => used.get(folder),
    touch,
    async remove(folder) {
      sent.delete(path.basename(folder))
      used.delete(folder)
      await rm(folder, { recursive: true, force: true })
      const own = (await readdir(arriving).catch(() => [])).filter((name) =>
        name.startsWith(`${path.basename(folder)}-`),
      )
      for (const name of own) await rm(path.join(arriving, name), { force: true })
    },
  }
}

/** The names of a path that a browser sent; none may lead anywhere but down. */
export function cleanName(name: string): string[] {
  const names = name.split('/')
  const wrong = names.find(
    (one) =>
      one === '' ||
      one === '.' ||
      one === '..' ||
      one.includes('\0') ||
      (process.platform === 'win32' && /[\\:]/.test(one)),
  )
  if (wrong !== undefined)
    fail('bad-input', 'item', `name: ${JSON.stringify(name)} is no path below a folder`, { property: 'name' })
  return names
}

/** Passes on as many bytes as were announced: fewer or more are no whole file. */
function exactly({ name, size }: SentFile): Transform {
  let length = 0
  const refuse = (): DecantError =>
    new DecantError({
      code: 'bad-input',
      reach: 'item',
      message: `“${name}” did not arrive whole: ${length.toLocaleString('en')} of ${size.toLocaleString('en')} bytes.`,
    })
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length
      if (length > size) done(refuse())
      else done(null, chunk)
    },
    flush: (done) => (length === size ? done() : done(refuse())),
  })
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}

async function refuseFullDisk(folder: string, files: number, bytes: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined)
  if (disk === undefined) return
  // Each file takes whole blocks.
  const needed = bytes + files * disk.bsize
  const free = disk.bavail * disk.bsize
  if (needed > free)
    full(`These files need ${mebibytes(needed)}, and ${mebibytes(free)} are free on the disk of Decant.`)
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`
}

function full(message: string): never {
  return fail('storage-full', 'item', message)
}

function asFailure(error: unknown, name: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return toError('storage-full', `The disk of Decant is full: “${name}” did not fit on it.`, error)
    case 'ENAMETOOLONG':
      return toError('bad-input', `“${name}” is a longer name than the disk of Decant can hold.`, error)
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return toError('name-taken', `“${name}” is the name of both a file and a folder.`, error)
    default:
      return error
  }
}

function toError(
  code: 'storage-full' | 'bad-input' | 'name-taken',
  message: string,
  cause: unknown,
): DecantError {
  return new DecantError({ code, reach: 'item', message }, { cause })
}
