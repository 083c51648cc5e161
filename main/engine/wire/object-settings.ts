import { isoDate } from '#model/dates.ts'
import { fail } from '#model/failure.ts'
import type { Acl, AclToSet, Grant, Retention } from '#model/properties.ts'
import { GRANT_PERMISSIONS } from '#model/properties.ts'
import type { KmsEncryption, ObjectId, RestoreObject } from '../storage.ts'
import { rootOf } from './answers.ts'
import type { WireClient, WireRequest } from './client.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { badAnswer } from './errors.ts'
import { ofVersion } from './objects.ts'
import { addAcl } from './request-headers.ts'
import type { HeaderList } from './sign.ts'
import { child, childText } from './xml.ts'
import type { XmlElement } from './xml.ts'
import { DecantError } from '#model/failure.ts'

/** What is set on an object that stands: who may read it, how it is locked, encrypted and restored. */

type Id = ObjectId

/** A request to one of the object's sub-resources, with a document where it changes it. */
function about(
  operation: string,
  object: Id,
  resource: string,
  document?: string,
): WireRequest & { readonly key: string } {
  const { bucket, key } = object
  const query = [[resource, ''] as const, ...ofVersion(object)]
  if (document === undefined) return { operation, bucket, key, method: 'GET', query }
  const body = Buffer.from(document)
  return { operation, bucket, key, method: 'PUT', query, headers: documentHeaders(body), body }
}

export async function getAcl(client: WireClient, object: Id, signal?: AbortSignal): Promise<Acl> {
  const asked = about('GetObjectAcl', object, 'acl')
  return aclFrom(asked, rootOf(asked, await client.call(asked, signal), 'AccessControlPolicy'))
}

export function aclFrom(asked: WireRequest, root: XmlElement): Acl {
  const owner = child(root, 'Owner')
  const list = child(root, 'AccessControlList')
  return {
    owner: owner && childText(owner, 'ID'),
    grants: (list?.children ?? []).filter(({ name }) => name === 'Grant').map((each) => grantOf(asked, each)),
  }
}

function grantOf(asked: WireRequest, element: XmlElement): Grant {
  const grantee = child(element, 'Grantee')
  const named = childText(element, 'Permission')
  const permission = GRANT_PERMISSIONS.find((each) => each === named)
  const one = grantee && granteeOf(grantee)
  if (!permission || !one) throw badAnswer(asked, '<Grant> without a grantee or a permission', 200)
  return { grantee: one, permission }
}

/** By what it holds; the type stands in an attribute. */
function granteeOf(grantee: XmlElement): Grant['grantee'] | undefined {
  const [id, uri, address] = ['ID', 'URI', 'EmailAddress'].map((name) => childText(grantee, name))
  if (uri !== undefined) return { kind: 'group', uri }
  if (id !== undefined) return { kind: 'account', id }
  return address === undefined ? undefined : { kind: 'email', address }
}

/** By headers, as with a write, so that nobody has to know the owner. No grant at all is what `private` is. */
export async function putAcl(
  client: WireClient,
  object: Id & { readonly acl: AclToSet },
  signal?: AbortSignal,
): Promise<void> {
  const headers: HeaderList = []
  const { acl } = object
  const nobody = acl.kind === 'grants' && acl.grants.length === 0
  addAcl(headers, nobody ? { kind: 'canned', acl: 'private' } : acl)
  await client.call({ ...about('PutObjectAcl', object, 'acl'), method: 'PUT', headers }, signal)
}

export async function putRetention(
  client: WireClient,
  object: Id & { readonly retention: Retention },
  signal?: AbortSignal,
): Promise<void> {
  const { mode, until } = object.retention
  const document = `<Retention xmlns="${XMLNS}"><Mode>${mode}</Mode><RetainUntilDate>${isoDate(until)}</RetainUntilDate></Retention>`
  await client.call(about('PutObjectRetention', object, 'retention', document), signal)
}

export async function putLegalHold(
  client: WireClient,
  object: Id & { readonly legalHold: 'ON' | 'OFF' },
  signal?: AbortSignal,
): Promise<void> {
  const document = `<LegalHold xmlns="${XMLNS}"><Status>${object.legalHold}</Status></LegalHold>`
  await client.call(about('PutObjectLegalHold', object, 'legal-hold', document), signal)
}

/** Only where it is known to be there: elsewhere `?encryption` is a plain PUT, and this document the new object. */
export async function updateEncryption(
  client: WireClient,
  object: Id & { readonly encryption: KmsEncryption },
  signal?: AbortSignal,
): Promise<void> {
  const { keyId, bucketKey } = updateOf(client.habits.updateEncryption, object)
  const bucketKeyElement = bucketKey === undefined ? '' : `<BucketKeyEnabled>${bucketKey}</BucketKeyEnabled>`
  const document = `<ObjectEncryption xmlns="${XMLNS}"><SSE-KMS><KMSKeyArn>${escapeXml(keyId)}</KMSKeyArn>${bucketKeyElement}</SSE-KMS></ObjectEncryption>`
  await client.call(about('UpdateObjectEncryption', object, 'encryption', document), signal)
}

/** What UpdateObjectEncryption can be asked for. Source: its API reference. */
export function updateOf(
  isThere: boolean,
  { key, encryption }: Id & { readonly encryption: KmsEncryption },
): { readonly keyId: string; readonly bucketKey: boolean | undefined } {
  const { kind, keyId, context, bucketKey } = encryption
  if (!isThere) {
    fail('not-supported', 'item', `This server has no UpdateObjectEncryption, for ${JSON.stringify(key)}.`)
  }
  if (kind !== 'SSE-KMS' || keyId === undefined || context !== undefined) {
    const text = `UpdateObjectEncryption takes SSE-KMS with the ARN of a key and no context, not ${kind}${keyId === undefined ? ' without a key' : ''}${context === undefined ? '' : ' with a context'}.`
    fail('not-possible', 'item', text, { property: 'encryption' })
  }
  return { keyId, bucketKey }
}

export async function restoreObject(
  client: WireClient,
  object: RestoreObject,
  signal?: AbortSignal,
): Promise<'accepted' | 'ready'> {
  const days = object.days === undefined ? '' : `<Days>${object.days}</Days>`
  const document = `<RestoreRequest xmlns="${XMLNS}">${days}<GlacierJobParameters><Tier>${object.tier}</Tier></GlacierJobParameters></RestoreRequest>`
  const asked = about('RestoreObject', object, 'restore', document)
  try {
    const { status } = await client.call({ ...asked, method: 'POST' }, signal)
    return restoreOutcome(status)
  } catch (error) {
    if (isInActiveTier(error)) return 'ready'
    throw error
  }
}

/** 202: begun, or sped up. 200: the copy is there already, and its date was moved. */
export function restoreOutcome(status: number): 'accepted' | 'ready' {
  return status === 200 ? 'ready' : 'accepted'
}

/** Of INTELLIGENT_TIERING: nothing is in an archive tier. */
export function isInActiveTier(error: unknown): boolean {
  return error instanceof DecantError && error.failure.s3?.code === 'ObjectAlreadyInActiveTierError'
}
