import { deletedKeys } from '../deletes/deleted-keys.ts'
import type { ToldOfKey } from '../deletes/deleted-keys.ts'
import type { DeletedKey, DeleteObjects } from '../storage.ts'
import { rootOf } from './answers.ts'
import type { WireClient } from './client.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { childText } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** Not quiet: what was made of each key is read, delete markers' ids among it. */
export async function deleteObjects(
  client: WireClient,
  request: DeleteObjects,
  signal?: AbortSignal,
): Promise<readonly DeletedKey[]> {
  const { bucket, objects } = request
  const asked = { operation: 'DeleteObjects', bucket }
  const keys = objects.map(
    ({ key, ifMatch }) =>
      `<Object><Key>${escapeXml(key)}</Key><ETag>&#34;${escapeXml(ifMatch)}&#34;</ETag></Object>`,
  )
  const body = Buffer.from(`<Delete xmlns="${XMLNS}">${keys.join('')}</Delete>`)
  const headers = documentHeaders(body)
  const sent = { ...asked, method: 'POST' as const, query: [['delete', ''] as const], headers, body }
  const root = rootOf(asked, await client.call(sent, signal), 'DeleteResult')
  return deletedKeys(request, root.children.flatMap(toldOfKey))
}

function toldOfKey(element: XmlElement): ToldOfKey[] {
  const text = (name: string): string | undefined => childText(element, name)
  const key = text('Key')
  if (key === undefined) return []
  if (element.name === 'Error') {
    return [{ key, is: 'refused', code: text('Code') ?? '', message: text('Message') ?? '' }]
  }
  if (element.name !== 'Deleted') return []
  const result = { deleteMarker: text('DeleteMarker') === 'true', versionId: text('DeleteMarkerVersionId') }
  return [{ key, is: 'deleted', result }]
}
