import path from 'node:path'

const KEPT = 'kept-'

/** Where manifests of jobs lie: texts that were kept to make jobs of, and the rows that jobs could not use. */
export function manifestFolder(dataDir: string): string {
  return path.join(dataDir, 'manifests')
}

/** `name`: what somebody called it; what no file system would take of it is left out. */
export function keptName(id: string, name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(-60)
  return `${KEPT}${id}-${plain}`
}

/** Whether a path is that of a kept file, as `keptName` makes it. */
export function isKept(dataDir: string, file: string): boolean {
  return path.dirname(file) === manifestFolder(dataDir) && isKeptName(path.basename(file))
}

export function isKeptName(name: string): boolean {
  return name.startsWith(KEPT)
}

/** The rows that a job could not use: line, reason, row. */
export function badRowsFile(dataDir: string, jobId: string): string {
  return path.join(manifestFolder(dataDir), `bad-${jobId}.csv`)
}
