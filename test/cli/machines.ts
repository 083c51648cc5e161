import path from 'node:path'
import type { AtPath, Machine } from '../../main/cli/machine.ts'

/** A machine with just these files and folders; the folders above them are there as well. */
export function machineWith(
  entries: Readonly<Record<string, AtPath>>,
  cwd = '/home/mia',
  paths: path.PlatformPath = path.posix,
): Machine {
  const known = new Map(Object.entries(entries))
  for (const name of [cwd, ...Object.keys(entries)]) {
    for (let folder = paths.dirname(name); !known.has(folder); folder = paths.dirname(folder))
      known.set(folder, 'folder')
  }
  if (!known.has(cwd)) known.set(cwd, 'folder')
  return { cwd, paths, at: (name) => known.get(name) ?? 'missing' }
}
