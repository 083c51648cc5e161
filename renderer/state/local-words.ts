import { isLocal, LOCAL_CONNECTION } from '#model/local.ts'
import { hasDestinations, type JobSpec } from '#model/spec.ts'

/** A folder of this machine as a place of a job, in the words of the window. */
export interface LocalWords {
  /** What the folder is called: its own name and what of it is meant. */
  readonly name: string
  /** Where it lies. */
  readonly where: string
  /** In full, as one types it. */
  readonly path: string
}

/** Through which files go between a browser and Decant; a name that says nothing to anybody. */
const EXCHANGE = /[/\\](uploads|downloads)[/\\][0-9a-f]{32}$/

export function isLocalId(connectionId: string): boolean {
  return connectionId === LOCAL_CONNECTION.id
}

/** A copy between this computer and stores, by its direction; undefined for any other job. */
export function fileWay(spec: JobSpec): 'upload' | 'download' | undefined {
  if (spec.kind !== 'copy') return undefined
  if (spec.sources.every(isLocal)) return 'upload'
  return hasDestinations(spec) && spec.destinations.every(isLocal) ? 'download' : undefined
}

/**
 * | folder                                 | name             | where                     |
 * |----------------------------------------|------------------|---------------------------|
 * | `/home/mia/photos`                     | `photos`         | `/home/mia`               |
 * | `/home/mia`, of it `photos/`           | `photos/`        | `/home/mia`               |
 * | what a browser sent, of it `photos/`   | `photos/`        | `sent by the browser`     |
 * | what a browser is to fetch             | `your browser`   | `fetched when it is done` |
 */
export function localWords(folder: string, prefix: string): LocalWords {
  const separator = separatorOf(folder)
  const clean = folder.length > 1 ? folder.replace(/[/\\]$/, '') : folder
  const path = localPath(folder, prefix)
  const exchange = EXCHANGE.exec(clean)
  if (exchange?.[1] === 'uploads')
    return { name: prefix === '' ? 'files' : prefix, where: 'sent by the browser', path }
  if (exchange !== null)
    return { name: prefix === '' ? 'your browser' : prefix, where: 'fetched when it is done', path }
  const cut = clean.lastIndexOf(separator)
  const own = clean.slice(cut + 1)
  if (prefix !== '' || own === '') return { name: prefix === '' ? clean : prefix, where: clean, path }
  return { name: own, where: clean.slice(0, cut) || clean.slice(0, cut + 1), path }
}

/** In full where that says something, else in words: "photos/ (sent by the browser)". */
export function localPlace(folder: string, prefix: string): string {
  const { name, where, path } = localWords(folder, prefix)
  return EXCHANGE.test(folder) ? `${name} (${where})` : path
}

/** As the system that the folder lies on writes it. */
export function localPath(folder: string, key: string): string {
  const separator = separatorOf(folder)
  const parent = folder.endsWith(separator) ? folder : `${folder}${separator}`
  return parent + key.replaceAll('/', separator)
}

function separatorOf(folder: string): '/' | '\\' {
  return /^[A-Za-z]:|^\\\\/.test(folder) ? '\\' : '/'
}
