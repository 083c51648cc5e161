import { createHash } from 'node:crypto'
import { fail } from '#model/failure.ts'
import type { ObjectId } from '../storage.ts'
import { rootOf } from './answers.ts'
import type { WireClient, WireRequest } from './client.ts'
import type { Asked } from './asked.ts'
import { badAnswer } from './errors.ts'
import { ofVersion } from './objects.ts'
import { child, childText } from './xml.ts'

/**
 * S3's object annotations: up to 1,000 named texts of up to 1 MiB beside an object. Only where they are known to be
 * there: elsewhere `?annotation` is a plain GET or PUT of the object itself.
 */

type Id = ObjectId

function about(operation: string, object: Id, method: 'GET' | 'PUT', name?: string): WireRequest {
  const { bucket, key } = object
  const query = [['annotation', ''] as const, ...ofVersion(object)]
  if (name !== undefined) query.push(['annotationName', name])
  return { operation, bucket, key, method, query }
}

export function demandAnnotations(areThere: boolean, key: string): void {
  if (!areThere) fail('not-supported', 'item', `This server has no annotations, for ${JSON.stringify(key)}.`)
}

/** An object has at most 1,000 of them ("Object annotations", Amazon S3 User Guide): a list beyond it never ends. */
const MOST_NAMES = 10_000

/** Bytes of one: S3 has 1 MiB ("Object annotations"). It is held in memory. */
const MOST_BYTES = 8 * 1024 * 1024

/** The token of the next page. @throws bad-answer where the list would go round and round */
export function nextToken(
  asked: Asked,
  before: string | undefined,
  next: string | undefined,
  names: number,
): string | undefined {
  if (next && next === before) throw badAnswer(asked, 'it names the same continuation token again', 200)
  if (next && names > MOST_NAMES) throw badAnswer(asked, `it lists more than ${MOST_NAMES} annotations`, 200)
  return next || undefined
}

export async function listAnnotations(
  client: WireClient,
  object: Id,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  demandAnnotations(client.habits.annotations, object.key)
  const names: string[] = []
  let token: string | undefined
  do {
    const asked = about('ListObjectAnnotations', object, 'GET')
    const query = [
      ...(asked.query ?? []),
      ...(token === undefined ? [] : [['continuation-token', token] as const]),
    ]
    const root = rootOf(asked, await client.call({ ...asked, query }, signal))
    for (const element of child(root, 'Annotations')?.children ?? []) {
      const name = childText(element, 'AnnotationName')
      if (name === undefined) throw badAnswer(asked, '<AnnotationEntry> without a name', 200)
      names.push(name)
    }
    token = nextToken(asked, token, childText(root, 'NextContinuationToken'), names.length)
  } while (token !== undefined)
  return names
}

export async function getAnnotation(
  client: WireClient,
  object: Id & { readonly name: string },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  demandAnnotations(client.habits.annotations, object.key)
  const asked = about('GetObjectAnnotation', object, 'GET', object.name)
  const response = await client.open(asked, signal)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      size += (chunk as Buffer).length
      if (size > MOST_BYTES) break
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    throw client.unanswered(asked, error, signal)
  }
  if (size > MOST_BYTES) throw badAnswer(asked, `it is longer than ${MOST_BYTES} bytes`, 200)
  return Buffer.concat(chunks)
}

export async function putAnnotation(
  client: WireClient,
  object: Id & { readonly name: string; readonly body: Uint8Array },
  signal?: AbortSignal,
): Promise<void> {
  demandAnnotations(client.habits.annotations, object.key)
  const { body, name } = object
  const headers = ['content-md5', createHash('md5').update(body).digest('base64')]
  const asked = about('PutObjectAnnotation', object, 'PUT', name)
  await client.call({ ...asked, headers, body, size: body.length }, signal)
}
