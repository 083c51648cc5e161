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
