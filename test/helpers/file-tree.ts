import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** So many small files in some folders, with names that need care; each with bytes of its own, some with none. */
export function plantTree(root: string, count: number): void {
  for (let at = 0; at < count; at++) {
    const folder = path.join(root, `day ${at % 31}`, at % 3 === 0 ? 'ä+%20' : 'b')
    mkdirSync(folder, { recursive: true })
    const bytes = Buffer.alloc((at * 37) % 3001, `${at} of the folder\n`)
    writeFileSync(path.join(folder, `file-${at}${['.txt', '.json', '', '.bin'][at % 4]}`), bytes)
  }
}

/** Every file below a folder, by its path with `/`. */
export function readTree(root: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(root, name)
    if (statSync(file).isFile()) files.set(name.split(path.sep).join('/'), readFileSync(file))
  }
  return files
}

/** The names whose bytes differ, or that only one of them has. */
export function treeDifferences(
  one: ReadonlyMap<string, Buffer>,
  other: ReadonlyMap<string, Buffer>,
): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => {
    const [a, b] = [one.get(name), other.get(name)]
    return a === undefined || b === undefined || !a.equals(b)
  })
}
