import { link, open, realpath, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fail } from '#model/failure.ts'
import { FOLDER_ETAG } from '#model/file-etag.ts'
import type { WriteCondition } from '../engine/storage.ts'
import { errnoOf } from './errors.ts'
import { etagOf, lstatOf } from './files.ts'
import { isAbsent } from './paths.ts'

/** File systems without hard links (FAT, some shares) answer one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES', 'EINVAL'])

/**
 * Gives a finished file its name, in one step that nobody sees half of:
 *
 * | condition | how                                                              | what came meanwhile  |
 * |-----------|------------------------------------------------------------------|----------------------|
 * | none      | rename                                                           | is replaced          |
 * | ifAbsent  | a hard link, which never replaces; without links, a look before  | destination-exists   |
 * | ifMatch   | a look, and at once a rename: no system has both in one          | destination-changed  |
 *
 * Where names that differ in case only are one, a file of another spelling is another object and is not replaced.
 */
export async function publish(
  from: string,
  to: string,
  key: string,
  { ifAbsent, ifMatch }: WriteCondition,
): Promise<void> {
  if (ifAbsent === true) return publishNew(from, to, key)
  const standing = await etagAt(to)
  if (ifMatch !== undefined && standing !== ifMatch) destinationChanged(key)
  if (standing !== undefined) await checkSpelling(to, key)
  await rename(from, to)
}

async function publishNew(from: string, to: string, key: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const errno = errnoOf(error) ?? ''
    if (errno === 'EEXIST') {
      // A kill came between the link and what follows: it is done.
      if (await isOneFile(from, to)) return unlink(from)
      return standsAlready(to, key)
    }
    if (!NO_LINKS.has(errno)) throw error
    if ((await etagAt(to)) !== undefined) return standsAlready(to, key)
    return rename(from, to)
  }
  await unlink(from)
}

async function standsAlready(to: string, key: string): Promise<never> {
  if ((await etagAt(to)) === FOLDER_ETAG) {
    const message = `${key} cannot be a file: a folder of that name stands there. A rule for names can give it another one.`
    fail('not-possible', 'item', message, { property: 'name' })
  }
  await checkSpelling(to, key)
  fail('destination-exists', 'item', `${key} exists at the destination; it did not when it was planned.`)
}

function destinationChanged(key: string): never {
  fail('destination-changed', 'item', `${key} at the destination changed since it was planned.`)
}

async function etagAt(path: string): Promise<string | undefined> {
  try {
    return etagOf(await lstatOf(path))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** Throws `name-taken` where the file that answers to the name has another, which this system takes for the same. */
async function checkSpelling(path: string, key: string): Promise<void> {
  const name = basename(path)
  const swapped = swappedCase(name)
  // Most systems tell the two apart, which one look at a name in the other case shows.
  if (swapped !== name && !(await isOneFile(path, join(dirname(path), swapped)))) return
  const real = basename(await realpath(path))
  if (real.normalize('NFC') === name.normalize('NFC')) return
  const message =
    `${key} cannot be told from ${real}, which stands there: on this file system names that differ only in case, or ` +
    'in the form of their accents, are one. A rule for names can give it another one.'
  fail('name-taken', 'item', message, { property: 'name' })
}

function swappedCase(name: string): string {
  const upper = name.toUpperCase()
  return upper === name ? name.toLowerCase() : upper
}

async function isOneFile(path: string, other: string): Promise<boolean> {
  try {
    const [one, two] = await Promise.all([lstatOf(path), lstatOf(other)])
    return one.ino === two.ino && one.dev === two.dev
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/**
 * Makes the names of a folder last through a power cut; files that appear at the same time share one flush. Windows
 * does it by itself, and has no such call.
 */
export class FolderFlush {
  readonly #waiting = new Map<string, Promise<void>>()
  readonly #running = new Map<string, Promise<void>>()

  flush(folder: string): Promise<void> {
    if (process.platform === 'win32') return Promise.resolve()
    const waiting = this.#waiting.get(folder)
    if (waiting) return waiting
    const next = this.#after(this.#running.get(folder), folder)
    this.#waiting.set(folder, next)
    return next
  }

  async #after(running: Promise<void> | undefined, folder: string): Promise<void> {
    await running?.catch(() => {})
    this.#waiting.delete(folder)
    const run = flushFolder(folder)
    this.#running.set(folder, run)
    try {
      await run
    } finally {
      if (this.#running.get(folder) === run) this.#running.delete(folder)
    }
  }
}

/** Some file systems have no such flush and say so, which is as good as they can do. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const errno = errnoOf(error)
    if (
      errno !== 'EINVAL' &&
      errno !== 'EPERM' &&
      errno !== 'EACCES' &&
      errno !== 'EISDIR' &&
      errno !== 'ENOTSUP'
    )
      throw error
  }
}
