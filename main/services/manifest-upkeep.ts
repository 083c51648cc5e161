import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Seams } from '#model/seams.ts'
import type { Jobs } from '../jobs/api.ts'
import { badRowsFile, isKeptName, manifestFolder } from '../manifest/kept.ts'

/** Milliseconds that a text is kept for of which no job was made yet. */
const PATIENCE = 24 * 3600 * 1000

/**
 * Removes what no job and no template needs any more, now and whenever jobs are removed: texts that were kept to make
 * jobs of, and the rows that a job could not use.
 */
export function keepManifestsTidy(dataDir: string, jobs: Jobs, seams: Pick<Seams, 'now'>): () => void {
  let last = Promise.resolve()
  const tidy = (): void => {
    last = last.then(() => sweep(dataDir, jobs, seams)).catch((error: unknown) => console.warn(error))
  }
  tidy()
  return jobs.onChange(({ removed }) => {
    if (removed.length > 0) tidy()
  })
}

async function sweep(dataDir: string, jobs: Jobs, seams: Pick<Seams, 'now'>): Promise<void> {
  const folder = manifestFolder(dataDir)
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return
  const used = jobs.manifestsInUse()
  const sides = new Set(jobs.list().map(({ id }) => badRowsFile(dataDir, id)))
  for (const name of names) {
    const file = path.join(folder, name)
    if (used.has(file) || sides.has(file)) continue
    if (isKeptName(name) && seams.now() - (await stat(file)).mtimeMs < PATIENCE) continue
    await rm(file, { force: true })
  }
}
