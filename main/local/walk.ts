import { join } from 'node:path'
import type { Failure } from '#model/failure.ts'
import { compareKeys } from '../engine/names.ts'
import type { Unlisted } from '../engine/storage.ts'
import { asFailure, errnoFailure } from './errors.ts'
import { statOf } from './files.ts'
import type { Name } from './names-in-order.ts'
import { namesInOrder } from './names-in-order.ts'
import { isAbsent } from './paths.ts'

/** What a walk comes upon, in the order of keys. */
export type Step =
  | { readonly is: 'file' | 'link' | 'empty folder'; readonly key: string; readonly path: string }
  /** Of a listing that folds at the slash. */
  | { readonly is: 'prefix'; readonly key: string }
  | ({ readonly is: 'unlisted' } & Unlisted)

/** The device that a folder is on. */
export type DeviceOf = (folder: string) => Promise<bigint>

interface Level {
  readonly folder: string
  readonly device: bigint
  /** The key of the folder, with its slash; of the root it is empty. */
  readonly key: string
  names: readonly Name[]
  at: number
  more: boolean
  /** Something stood there that a listing names. */
  seen: boolean
}

export interface WalkOptions {
  readonly root: string
  readonly prefix: string
  /** Of keys: only those behind it. */
  readonly after: string
  /** Folders are told and not entered. */
  readonly folds: boolean
  /** Told of what was there and is not any more. Rejects where all of it is away. */
  readonly gone: () => Promise<void>
  /** Names held of a folder at a time; for tests. */
  readonly held?: number | undefined
  /** For tests. */
  readonly deviceOf?: DeviceOf | undefined
}

/**
 * A folder with all below it, in the order of UTF-8 bytes of whole keys. That is not folder by folder: `a-b` stands
 * before `a/c`, for `-` comes before `/`. A folder is therefore ordered as `a/`, with which all that is in it begins.
 *
 * A folder in which nothing is to be listed is an object of its own, `a/` with no bytes, as the S3 console makes them:
 * so that what is uploaded and downloaded again has the same folders. Where something is in it, its keys say that it
 * is there. Links to folders are not entered: they would lead out, or in circles.
 */
export class Walk {
  readonly #options: WalkOptions
  readonly #levels: Level[] = []
  /** Folders that were entered on which another disk than that of the folder above is mounted; each ends in a slash. */
  readonly #disks: Pick<Level, 'folder' | 'device'>[] = []
  readonly #deviceOf: DeviceOf
  #begun = false

  constructor(options: WalkOptions) {
    this.#options = options
    this.#deviceOf = options.deviceOf ?? ((folder) => statOf(folder).then(({ dev }) => dev))
  }

  /** Undefined at the end. Rejects only where the first folder cannot be read. */
  async next(): Promise<Step | undefined> {
    if (!this.#begun) await this.#begin()
    for (;;) {
      const level = this.#levels.at(-1)
      if (!level) return undefined
      const name = level.names[level.at++]
      if (name) {
        const step = await this.#stepAt(level, name)
        if (step) return step
      } else if (level.more) {
        const lost = await this.#readMore(level)
        if (lost) return lost
      } else {
        this.#levels.pop()
        const { key, seen } = level
        if (!seen && this.#isWanted(key)) return { is: 'empty folder', key, path: level.folder }
      }
    }
  }

  /**
   * Why something is not there any more, where that is no news of itself: what stands where it lay,
   *
   * | the folder on which its disk was mounted | is lost |
   * |------------------------------------------|---------|
   * | none: it was on the disk of the root     | no      |
   * | is on the device that it was on          | no      |
   * | is on another, or is not there           | yes     |
   */
  async lost(path: string): Promise<Failure | undefined> {
    for (const { folder, device } of this.#disks) {
      if (!path.startsWith(folder)) continue
      const now = await this.#deviceOf(folder).catch(() => undefined)
      if (now === device) continue
      const message = `${path} was left out: the disk that ${folder.slice(0, -1)} was on went away while it was listed.`
      return { code: 'folder-missing', reach: 'item', message }
    }
    return undefined
  }

  async #begin(): Promise<void> {
    this.#begun = true
    const { root, prefix, after } = this.#options
    const key = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    if (compareKeys(after, key) > 0 && !after.startsWith(key)) return
    const folder = folderOfPrefix(root, prefix)
    try {
      await this.#enter(folder, key)
    } catch (error) {
      if (!isAbsent(error)) throw asFailure(error, 'list', folder)
      await this.#options.gone()
    }
  }

  /** What a name comes to; undefined: nothing, or it is a folder that was entered. */
  async #stepAt(level: Level, { name, is }: Name): Promise<Step | undefined> {
    level.seen = true
    const key = level.key + name
    const path = join(level.folder, name)
    const { folds } = this.#options
    switch (is) {
      case 'folder':
        return folds ? { is: 'prefix', key } : this.#enterOrTell(path, key)
      case 'other':
        return { is: 'unlisted', key, failure: notAnObject(path, 'a device, a pipe or a socket') }
      case 'undecodable':
        return { is: 'unlisted', key, failure: notAnObject(path, 'a file whose name is no UTF-8') }
      case 'file':
      case 'link':
        return { is, key, path }
    }
  }

  /** A folder that cannot be read is told as such, once; one that is gone by now is not told at all. */
  async #enterOrTell(path: string, key: string): Promise<Step | undefined> {
    try {
      await this.#enter(path, key)
      // It may have gone between the two looks at it.
      const lost = this.#disks.at(-1)?.folder === path ? await this.lost(path) : undefined
      if (lost === undefined) return undefined
      this.#levels.pop()
      return { is: 'unlisted', key, failure: lost }
    } catch (error) {
      const lost = isAbsent(error) ? await this.lost(path) : undefined
      if (lost) return { is: 'unlisted', key, failure: lost }
      if (isAbsent(error)) await this.#options.gone()
      if (isAbsent(error) || key === this.#options.after) return undefined
      const failure = errnoFailure(error, 'list', path)
      if (!failure) throw error
      return { is: 'unlisted', key, failure }
    }
  }

  async #enter(folder: string, key: string): Promise<void> {
    const device = await this.#deviceOf(folder)
    const above = this.#levels.at(-1)
    if (above !== undefined && above.device !== device) this.#disks.push({ folder, device })
    const { names, more } = await namesInOrder(folder, '', this.#takes(key, true), this.#options.held)
    this.#levels.push({ folder, device, key, names, at: 0, more, seen: false })
  }

  async #readMore(level: Level): Promise<Step | undefined> {
    const last = level.names.at(-1)?.name ?? ''
    const takes = this.#takes(level.key, false)
    try {
      const { names, more } = await namesInOrder(level.folder, last, takes, this.#options.held)
      Object.assign(level, { names, more, at: 0 })
    } catch (error) {
      if (!isAbsent(error)) throw asFailure(error, 'list', level.folder)
      const lost = await this.lost(level.folder)
      if (!lost) await this.#options.gone()
      Object.assign(level, { names: [], more: false, at: 0 })
      return lost && { is: 'unlisted', key: level.key, failure: lost }
    }
    return undefined
  }

  /** In the folder where the prefix ends, the rest of it; in those on the way to `after`, what is behind that. */
  #takes(key: string, isFirst: boolean): (name: string) => boolean {
    const { prefix, after, folds } = this.#options
    const rest = prefix.startsWith(key) ? prefix.slice(key.length) : ''
    const begins = (name: string): boolean => rest === '' || name.startsWith(rest)
    if (!isFirst || !after.startsWith(key) || after.length === key.length) return begins
    const told = after.slice(key.length)
    const cut = told.indexOf('/') + 1
    // A folder that `after` lies in, or is: what is left of it comes next, unless it was told as a whole.
    if (cut > 0 && !(folds && cut === told.length)) {
      const from = told.slice(0, cut)
      return (name) => begins(name) && compareKeys(name, from) >= 0
    }
    return (name) => begins(name) && compareKeys(name, told) > 0
  }

  #isWanted(key: string): boolean {
    const { after, prefix } = this.#options
    return key !== '' && key.startsWith(prefix) && compareKeys(key, after) > 0
  }
}

/** Where the listing of a prefix begins. */
export function folderOfPrefix(root: string, prefix: string): string {
  const cut = prefix.lastIndexOf('/')
  return cut < 0 ? root : join(root, ...prefix.slice(0, cut).split('/'))
}

function notAnObject(path: string, what: string): Failure {
  const message = `${path} was left out: it is ${what}.`
  return { code: 'not-possible', reach: 'item', message, property: 'name' }
}
