import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileChoice, HostPort } from '#contract/host.ts'
import type { LocalFolder } from '#contract/answers.ts'
import { DecantError, fail } from '#model/failure.ts'
import type { Selection } from '#model/spec.ts'
import { readGrants, refuseOutside } from './file-grants.ts'

type Host = Pick<HostPort, 'fileGrants' | 'choosePaths' | 'revealPath'>

/** More folders than a job has sources. */
const MOST_FOLDERS = 100

/** Files and folders as sources of a job: one for each folder that some of them lie in, so that they keep their names. */
export async function placePaths(host: Host, paths: readonly string[]): Promise<readonly LocalFolder[]> {
  const grants = await readGrants(host)
  // What was not granted is refused before anybody looks: the answer would tell what is there.
  for (const [folder, keys] of byFolder(paths))
    await refuseOutside(grants, 'read', { folder, keys, field: 'paths' })
  const byParent = byFolder(await Promise.all(paths.map(followLink)))
  if (byParent.size > MOST_FOLDERS)
    fail(
      'bad-input',
      'item',
      `paths: they lie in ${byParent.size} folders; at most ${MOST_FOLDERS} at a time`,
    )
  return Promise.all([...byParent].map(([folder, names]) => placeFolder(folder, names)))
}

/** Asks the person. What is to be uploaded comes with its names, of a download the folder it goes into. */
export async function choosePlaces(
  host: Host,
  choice: FileChoice,
): Promise<readonly LocalFolder[] | undefined> {
  const paths = await host.choosePaths(choice)
  if (paths === undefined || paths.length === 0) return undefined
  if (choice !== 'download') return placePaths(host, paths)
  return paths.map((folder) => ({ path: folder, select: [], files: 0, folders: 1, bytes: 0 }))
}

/** What a download brought: only where one may have written. */
export async function reveal(host: Host, file: string): ReturnType<HostPort['revealPath']> {
  const folder = path.resolve(file)
  await refuseOutside(await readGrants(host), 'write', { folder, keys: [''], field: 'path' })
  return host.revealPath(folder)
}

/** Names by the folder that they lie in; the root of a disk has no name. */
function byFolder(paths: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const file of new Set(paths.map((one) => path.resolve(one)))) {
    const parent = path.dirname(file)
    const names = folders.get(parent) ?? []
    folders.set(parent, names)
    names.push(parent === file ? '' : path.basename(file))
  }
  return folders
}

/** A link that was dropped itself is what it leads to: a job follows none out of its folder. */
async function followLink(file: string): Promise<string> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await realpath(file) : file
  } catch {
    return file
  }
}

async function placeFolder(folder: string, names: readonly string[]): Promise<LocalFolder> {
  const select: Selection[] = []
  let folders = 0
  let bytes = 0
  for (const name of names) {
    const file = path.join(folder, name)
    const found = await look(file)
    if (found.isDirectory()) {
      select.push({ kind: 'prefix', prefix: name === '' ? '' : `${name}/` })
      folders += 1
    } else if (found.isFile()) {
      select.push({ kind: 'object', key: name })
      bytes += found.size
    } else fail('bad-input', 'item', `${JSON.stringify(file)} is neither a file nor a folder.`)
  }
  return { path: folder, select, files: select.length - folders, folders, bytes }
}

async function look(file: string): Promise<Stats> {
  try {
    return await stat(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'is not there any more' : `cannot be read (${code ?? 'unknown'})`
    const message = `${JSON.stringify(file)} ${why}.`
    throw new DecantError({ code: 'source-missing', reach: 'item', message }, { cause: error })
  }
}
