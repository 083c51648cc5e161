import { lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { DecantError, fail } from '#model/failure.ts'
import { localNameFailure, localNameProblem, localSystem } from '#model/local-names.ts'
import type { LocalSystem } from '#model/local-names.ts'
import type { Seams } from '#model/seams.ts'
import { asFailure, errnoOf, translated } from './errors.ts'

/** How long a folder that was found to lie inside is believed to, milliseconds: 20,000 files are in few folders. */
const BELIEVED = 2000
const REMEMBERED = 1000
const WITH_BIGINT = { bigint: true } as const

/**
 * Where keys lie below the folders that jobs name. Nothing outside of such a folder is read or written: a key's names are
 * checked one by one (no `..`), and what a symbolic link makes of them has to lie inside again. Between that look and the
 * use, whoever may write into the folder could change it; who can do that needs no help of ours.
 */
export class Paths {
  readonly #seams: Seams
  readonly #system: LocalSystem
  /** Real paths of folders, and when they were looked up. */
  readonly #real = new Map<string, { readonly path: string; readonly at: number }>()

  constructor(seams: Seams, platform: string = process.platform) {
    this.#seams = seams
    this.#system = localSystem(platform)
  }

  /** The path of a key. Throws `not-possible` for names that this system cannot hold, with the way out. */
  of(bucket: string, key: string): string {
    const failure = localNameFailure(key, this.#system)
    if (failure) throw new DecantError(failure)
    return join(folderOf(bucket), ...key.split('/'))
  }

  /** Whether a key can be read or written here at all. */
  isPossible(key: string): boolean {
    return localNameProblem(key, this.#system) === undefined
  }

  /** The folder of a bucket, as it is named. */
  folder(bucket: string): string {
    return folderOf(bucket)
  }

  /** Its real path. Rejects with `folder-missing` where the folder is not there. */
  async root(bucket: string): Promise<string> {
    const folder = folderOf(bucket)
    try {
      return await this.#realOf(folder)
    } catch (error) {
      return missingRoot(error, bucket)
    }
  }

  /**
   * Which folder it is at this moment, whatever is believed of it; undefined: none, though that of the bucket is there.
   * Rejects with `folder-missing` where that is not, or where it was `before` and is not, or is another: the disk went,
   * and what is seen now is the folder that it was mounted on.
   */
  async identity(bucket: string, folder: string, before?: string): Promise<string | undefined> {
    try {
      const { dev, ino } = await stat(folder, WITH_BIGINT)
      const now = `${dev}:${ino}`
      if (before === undefined || before === now) return now
    } catch (error) {
      if (!isAbsent(error)) throw asFailure(error, 'list', folder)
      this.#real.clear()
      await this.root(bucket)
      if (before === undefined) return undefined
      fail('folder-missing', 'job', `The folder ${folder} is not there any more.`)
    }
    this.#real.clear()
    fail('folder-missing', 'job', `The folder ${folder} is not the one that it was: is its disk away?`)
  }

  /** Checks a folder that is to be read; false where it is not there. Throws `not-possible` if it leads out. */
  async isInside(bucket: string, folder: string): Promise<boolean> {
    const root = await this.root(bucket)
    try {
      checkInside(root, await this.#realOf(folder), folder)
      return true
    } catch (error) {
      if (isAbsent(error)) return false
      throw error
    }
  }

  /** Makes a folder below that of the bucket, with those above it. */
  async make(bucket: string, folder: string): Promise<void> {
    const root = await this.root(bucket)
    await translated('write', folder, async () => {
      const { found, real } = await this.#nearest(folder)
      checkInside(root, real, folder)
      if (found === folder) return
      await makeBelow(found, folder)
      checkInside(root, await this.#realOf(folder), folder)
    })
  }

  /** It was taken away, perhaps: the next look is a real one. */
  forget(folder: string): void {
    this.#real.delete(folder)
  }

  /** The real path of a symbolic link's end. Throws `not-possible` where it leads out. */
  async linked(bucket: string, path: string): Promise<string> {
    const real = await realpath(path)
    checkInside(await this.root(bucket), real, path)
    return real
  }

  /** The folder itself, or the nearest above it that is there. */
  async #nearest(folder: string): Promise<{ found: string; real: string }> {
    for (let found = folder; ; found = dirname(found)) {
      try {
        return { found, real: await this.#realOf(found) }
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || dirname(found) === found) throw error
      }
    }
  }

  async #realOf(folder: string): Promise<string> {
    const now = this.#seams.now()
    const known = this.#real.get(folder)
    if (known && now - known.at < BELIEVED && now >= known.at) return known.path
    const path = await realpath(folder)
    if (this.#real.size >= REMEMBERED) this.#real.clear()
    this.#real.set(folder, { path, at: now })
    return path
  }
}

/** One after the other: the system's own way to make several at once hides why it failed (EROFS becomes ENOENT). */
async function makeBelow(above: string, folder: string): Promise<void> {
  if (folder === above) return
  await makeBelow(above, dirname(folder))
  try {
    await mkdir(folder)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    // Somebody made it at the same time, or it is a link that leads nowhere: that is not made to lead somewhere.
    if ((await lstat(folder)).isSymbolicLink()) leadsOut(folder)
  }
}

function folderOf(bucket: string): string {
  if (!isAbsolute(bucket) || bucket.includes('\0')) {
    const message = `bucket: ${JSON.stringify(bucket)} is not the absolute path of a folder of this machine`
    fail('bad-input', 'job', message, { property: 'bucket' })
  }
  return resolve(bucket)
}

function checkInside(root: string, real: string, path: string): void {
  const within = root.endsWith(sep) ? root : root + sep
  if (real === root || real.startsWith(within)) return
  leadsOut(path)
}

function leadsOut(path: string): never {
  const message = `${path} is reached by a symbolic link that leads out of the folder; nothing there is read or written.`
  fail('not-possible', 'item', message, { property: 'name' })
}

/** `a/b` is as absent where `a` is a file as where there is no `a`. */
export function isAbsent(error: unknown): boolean {
  const errno = errnoOf(error)
  return errno === 'ENOENT' || errno === 'ENOTDIR'
}

function missingRoot(error: unknown, bucket: string): Promise<never> {
  if (isAbsent(error)) fail('folder-missing', 'job', `The folder ${bucket} is not there.`)
  return translated('list', bucket, () => Promise.reject(error as Error))
}
