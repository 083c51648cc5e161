import type { ListObjects, ListVersions, ObjectPage, VersionPage } from '../storage.ts'
import { objectPage, versionPage } from './answers.ts'
import type { WireClient } from './client.ts'
import type { HeaderList } from './sign.ts'

type QueryItem = readonly [name: string, value: string]

const PAGE = 1000
const RESTORE_STATUS: HeaderList = ['x-amz-optional-object-attributes', 'RestoreStatus']

export async function listObjects(
  client: WireClient,
  request: ListObjects,
  signal?: AbortSignal,
): Promise<ObjectPage> {
  const query: QueryItem[] = [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['max-keys', String(request.maxKeys ?? PAGE)],
    ['prefix', request.prefix],
  ]
  if (request.delimiter !== undefined) query.push(['delimiter', request.delimiter])
  if (request.token !== undefined) query.push(['continuation-token', request.token])
  else if (request.startAfter !== undefined) query.push(['start-after', request.startAfter])
  const headers = request.restoreStatus === true ? RESTORE_STATUS : undefined
  const asked = { operation: 'ListObjectsV2', bucket: request.bucket }
  const answer = await client.call({ ...asked, method: 'GET', query, ...(headers && { headers }) }, signal)
  return objectPage(asked, answer, headers !== undefined)
}

export async function listVersions(
  client: WireClient,
  request: ListVersions,
  signal?: AbortSignal,
): Promise<VersionPage> {
  const query: QueryItem[] = [
    ['versions', ''],
    ['encoding-type', 'url'],
    ['max-keys', String(request.maxKeys ?? PAGE)],
    ['prefix', request.prefix],
  ]
  if (request.delimiter !== undefined) query.push(['delimiter', request.delimiter])
  if (request.keyMarker !== undefined) query.push(['key-marker', request.keyMarker])
  if (request.versionIdMarker !== undefined) query.push(['version-id-marker', request.versionIdMarker])
  const asked = { operation: 'ListObjectVersions', bucket: request.bucket }
  return versionPage(asked, await client.call({ ...asked, method: 'GET', query }, signal))
}
