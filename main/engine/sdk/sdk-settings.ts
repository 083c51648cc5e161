import {
  GetObjectAclCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutObjectAclCommand,
  PutObjectAnnotationCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  RestoreObjectCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3'
import type { Grant as SdkGrant } from '@aws-sdk/client-s3'
import { dateAt } from '#model/dates.ts'
import type { Acl, AclToSet, Grant, Retention } from '#model/properties.ts'
import { GRANT_PERMISSIONS } from '#model/properties.ts'
import type { SdkClient } from './sdk-client.ts'
import { aclInput, objectInput } from './sdk-inputs.ts'
import type { KmsEncryption, ObjectId, RestoreObject } from '../storage.ts'
import { demandAnnotations, nextToken } from '../wire/annotations.ts'
import { badAnswer } from '../wire/errors.ts'
import type { Asked } from '../wire/asked.ts'
import { isInActiveTier, restoreOutcome, updateOf } from '../wire/object-settings.ts'

function about(operation: string, { bucket, key }: ObjectId): Asked & { readonly key: string } {
  return { operation, bucket, key }
}

export async function getAcl(client: SdkClient, object: ObjectId, signal?: AbortSignal): Promise<Acl> {
  const asked = about('GetObjectAcl', object)
  const command = new GetObjectAclCommand(objectInput(object))
  const acl = await client.run(asked, (s3, options) => s3.send(command, options), signal)
  return { owner: acl.Owner?.ID, grants: (acl.Grants ?? []).map((grant) => grantOf(asked, grant)) }
}

export function grantOf(asked: Asked, { Grantee, Permission }: SdkGrant): Grant {
  const permission = GRANT_PERMISSIONS.find((each) => each === Permission)
  const { URI, ID, EmailAddress } = Grantee ?? {}
  if (permission && URI !== undefined) return { grantee: { kind: 'group', uri: URI }, permission }
  if (permission && ID !== undefined) return { grantee: { kind: 'account', id: ID }, permission }
  if (permission && EmailAddress !== undefined) {
    return { grantee: { kind: 'email', address: EmailAddress }, permission }
  }
  throw badAnswer(asked, '<Grant> without a grantee or a permission', 200)
}

export async function putAcl(
  client: SdkClient,
  object: ObjectId & { readonly acl: AclToSet },
  signal?: AbortSignal,
): Promise<void> {
  const { acl } = object
  const nobody = acl.kind === 'grants' && acl.grants.length === 0
  const input = nobody ? { ACL: 'private' as const } : aclInput(acl)
  const command = new PutObjectAclCommand({ ...objectInput(object), ...input })
  await client.run(about('PutObjectAcl', object), (s3, options) => s3.send(command, options), signal)
}

export async function putRetention(
  client: SdkClient,
  object: ObjectId & { readonly retention: Retention },
  signal?: AbortSignal,
): Promise<void> {
  const { mode, until } = object.retention
  const command = new PutObjectRetentionCommand({
    ...objectInput(object),
    Retention: { Mode: mode, RetainUntilDate: dateAt(until) },
  })
  await client.run(about('PutObjectRetention', object), (s3, options) => s3.send(command, options), signal)
}

export async function putLegalHold(
  client: SdkClient,
  object: ObjectId & { readonly legalHold: 'ON' | 'OFF' },
  signal?: AbortSignal,
): Promise<void> {
  const command = new PutObjectLegalHoldCommand({
    ...objectInput(object),
    LegalHold: { Status: object.legalHold },
  })
  await client.run(about('PutObjectLegalHold', object), (s3, options) => s3.send(command, options), signal)
}

export async function updateEncryption(
  client: SdkClient,
  object: ObjectId & { readonly encryption: KmsEncryption },
  signal?: AbortSignal,
): Promise<void> {
  const { keyId, bucketKey } = updateOf(client.habits.updateEncryption, object)
  const command = new UpdateObjectEncryptionCommand({
    ...objectInput(object),
    ObjectEncryption: { SSEKMS: { KMSKeyArn: keyId, BucketKeyEnabled: bucketKey } },
  })
  const asked = about('UpdateObjectEncryption', object)
  await client.run(asked, (s3, options) => s3.send(command, options), signal)
}

export async function restoreObject(
  client: SdkClient,
  object: RestoreObject,
  signal?: AbortSignal,
): Promise<'accepted' | 'ready'> {
  const { days, tier } = object
  const command = new RestoreObjectCommand({
    ...objectInput(object),
    RestoreRequest: { Days: days, GlacierJobParameters: { Tier: tier } },
  })
  try {
    const asked = about('RestoreObject', object)
    const { $metadata } = await client.run(asked, (s3, options) => s3.send(command, options), signal)
    return restoreOutcome($metadata.httpStatusCode ?? 0)
  } catch (error) {
    if (isInActiveTier(error)) return 'ready'
    throw error
  }
}

export async function listAnnotations(
  client: SdkClient,
  object: ObjectId,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  demandAnnotations(client.habits.annotations, object.key)
  const asked = about('ListObjectAnnotations', object)
  const names: string[] = []
  let token: string | undefined
  do {
    const command = new ListObjectAnnotationsCommand({ ...objectInput(object), ContinuationToken: token })
    const page = await client.run(asked, (s3, options) => s3.send(command, options), signal)
    for (const { AnnotationName } of page.Annotations ?? []) {
      if (AnnotationName === undefined) throw badAnswer(asked, '<AnnotationEntry> without a name', 200)
      names.push(AnnotationName)
    }
    token = nextToken(asked, token, page.NextContinuationToken, names.length)
  } while (token !== undefined)
  return names
}

export async function getAnnotation(
  client: SdkClient,
  object: ObjectId & { readonly name: string },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  demandAnnotations(client.habits.annotations, object.key)
  const asked = about('GetObjectAnnotation', object)
  const command = new GetObjectAnnotationCommand({ ...objectInput(object), AnnotationName: object.name })
  return client.run(
    asked,
    async (s3, options) => {
      const { AnnotationPayload } = await s3.send(command, options)
      return (await AnnotationPayload?.transformToByteArray()) ?? new Uint8Array()
    },
    signal,
  )
}

export async function putAnnotation(
  client: SdkClient,
  object: ObjectId & { readonly name: string; readonly body: Uint8Array },
  signal?: AbortSignal,
): Promise<void> {
  demandAnnotations(client.habits.annotations, object.key)
  const command = new PutObjectAnnotationCommand({
    ...objectInput(object),
    AnnotationName: object.name,
    AnnotationPayload: object.body,
  })
  await client.run(about('PutObjectAnnotation', object), (s3, options) => s3.send(command, options), signal)
}
