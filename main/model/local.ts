import type { ConnectionRef, EndpointConfig } from './connection.ts'

/**
 * Folders of this machine as places of a job: `bucket` is the absolute path of a folder, keys are the paths below it,
 * with `/` between the names whatever the system writes. So uploads and downloads are copies like any other.
 */
export const LOCAL_CONNECTION: ConnectionRef = {
  id: 'local',
  name: 'This computer',
  config: { region: 'local', addressing: 'path', credentials: { kind: 'local' } },
}

export function isLocal(place: { readonly connection: { readonly config: EndpointConfig } }): boolean {
  return isLocalConfig(place.connection.config)
}

export function isLocalConfig({ credentials }: EndpointConfig): boolean {
  return credentials.kind === 'local'
}

/** `/home/mia`, `C:\\Users\\mia`, `\\\\server\\share\\mia`: as this system, or the one that a job file came from, writes it. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/.test(path) && !path.includes('\0')
}

/** The path of what lies below a folder, as the system writes it that the folder's own path is of. */
export function pathBelow(folder: string, key: string): string {
  const isWindows = /^([A-Za-z]:|\\\\)/.test(folder)
  const [slash, below] = isWindows ? ['\\', key.replaceAll('/', '\\')] : ['/', key]
  if (below === '') return folder
  return folder.endsWith(slash) || (isWindows && folder.endsWith('/'))
    ? folder + below
    : folder + slash + below
}

/** The name of a folder alone: `photos` of `/home/mia/photos`. Of a root it is the whole path. */
export function folderName(folder: string): string {
  return /[^\\/]+(?=[\\/]*$)/.exec(folder)?.[0] ?? folder
}
