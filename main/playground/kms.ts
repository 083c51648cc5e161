import { hash } from 'node:crypto'
import { S3Error } from './errors.ts'
import { Fields, InputError, show } from './input.ts'

/**
 * The states of a KMS key that a test can set. There is no list of keys: every id, ARN and alias that looks
 * right names a key, and a key is enabled until an admin request says otherwise.
 *
 * | state                | encrypting a write            | decrypting a read             |
 * |----------------------|-------------------------------|-------------------------------|
 * | Enabled              |                               |                               |
 * | Disabled             | KMS.DisabledException         | KMS.DisabledException         |
 * | PendingDeletion      | KMS.KMSInvalidStateException  | KMS.KMSInvalidStateException  |
 * | NotFound             | KMS.NotFoundException         | KMS.NotFoundException         |
 * | Denied               | AccessDenied                  | AccessDenied                  |
 * | EncryptDenied        | AccessDenied                  |                               |
 * | DecryptDenied        |                               | AccessDenied                  |
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (400 for KMS.*, 403 for AccessDenied)
 */
const KEY_STATES = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'NotFound',
  'Denied',
  'EncryptDenied',
  'DecryptDenied',
] as const

export type KeyState = (typeof KEY_STATES)[number]

/** What S3 asks of a key: a data key for a write, its decryption for a read. */
export type KeyUse = 'kms:GenerateDataKey' | 'kms:Decrypt'

/** Where a key id without Region and account is looked up: in the bucket's Region, in the requester's account. */
export interface KeyHome {
  readonly region: string
  readonly account: string
}

/** The id of the key aws/s3, which S3 takes where a request for SSE-KMS names none. */
const DEFAULT_KEY = 'alias/aws/s3'

const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i
const ALIAS = /^alias\/[\w/-]{1,250}$/
const ARN = /^arn:(aws[a-z0-9-]*):kms:([a-z0-9-]+):(\d{12}):(key\/[A-Za-z0-9-]+|alias\/[\w/-]+)$/

/**
 * The ARN of the key that `named` means; an alias is answered by the ARN of its key, as S3 does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
 * @throws S3Error KMS.NotFoundException for what cannot be a key, or is one of another Region
 */
export function keyArn(named: string | undefined, home: KeyHome): string {
  const id = named ?? DEFAULT_KEY
  const [, partition, region, account, resource] = ARN.exec(id) ?? []
  if (resource !== undefined) {
    if (region !== home.region) {
      throw new S3Error('KMS.NotFoundException', { message: `Invalid arn ${region}` })
    }
    return `arn:${partition}:kms:${region}:${account}:${resolved(resource, `${region} ${account}`)}`
  }
  const looked = `${home.region} ${home.account}`
  if (KEY_ID.test(id)) return `arn:aws:kms:${home.region}:${home.account}:key/${id}`
  if (ALIAS.test(id)) return `arn:aws:kms:${home.region}:${home.account}:${resolved(id, looked)}`
  throw new S3Error('KMS.NotFoundException', { message: `Invalid keyId '${id}'` })
}

/** `key/ID`: an alias always means the same key, one of its own in each Region and account. */
function resolved(resource: string, looked: string): string {
  if (resource.startsWith('key/')) return resource
  const hex = hash('md5', `${looked} ${resource}`, 'hex')
  return `key/${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}

/** Whether `arn` is a whole key ARN, the only form that UpdateObjectEncryption takes. */
export function isKeyArn(arn: string): boolean {
  return ARN.exec(arn)?.[4]?.startsWith('key/') ?? false
}

/** What admin requests said of KMS keys. Like faults it is gone with the process. */
export class KmsKeys {
  readonly #states = new Map<string, KeyState>()

  set(arn: string, state: KeyState): void {
    if (state === 'Enabled') this.#states.delete(arn)
    else this.#states.set(arn, state)
  }

  clear(): void {
    this.#states.clear()
  }

  /** @throws S3Error as S3 passes on what KMS says to `use` */
  require(arn: string, use: KeyUse): void {
    const state = this.#states.get(arn)
    switch (state) {
      case undefined:
      case 'Enabled':
        return
      case 'Disabled':
        throw new S3Error('KMS.DisabledException', { message: `${arn} is disabled.` })
      case 'PendingDeletion':
        throw new S3Error('KMS.KMSInvalidStateException', { message: `${arn} is pending deletion.` })
      case 'NotFound':
        throw new S3Error('KMS.NotFoundException', { message: `Key '${arn}' does not exist` })
      case 'EncryptDenied':
        if (use === 'kms:GenerateDataKey') throw denied(arn, use)
        return
      case 'DecryptDenied':
        if (use === 'kms:Decrypt') throw denied(arn, use)
        return
      case 'Denied':
        throw denied(arn, use)
    }
  }
}

function denied(arn: string, use: KeyUse): S3Error {
  return new S3Error('AccessDenied', {
    message: `User is not authorized to perform: ${use} on resource: ${arn} because no identity-based policy allows the ${use} action`,
  })
}

/** What POST /kms asks for: the key by id, alias or ARN (`region` for those without one), and its state. */
export interface KeyStateRequest {
  readonly key: string
  readonly region?: string
  readonly state: KeyState
}

/**
 * Sets a key's state.
 * @returns the key's ARN
 * @throws InputError naming the field that is wrong
 */
export function setKeyState(keys: KmsKeys, account: string, request: unknown): string {
  const fields = new Fields(request, 'kms')
  const key = fields.requiredText('key')
  const region = fields.text('region') ?? ARN.exec(key)?.[2] ?? 'us-east-1'
  const state = fields.oneOf('state', KEY_STATES)
  fields.end()
  if (state === undefined)
    throw new InputError(`${fields.at('state')} must be one of ${KEY_STATES.join(', ')}`)
  const arn = keyNamed(fields.at('key'), key, region, account)
  keys.set(arn, state)
  return arn
}

/**
 * The ARN of the key that an admin request names in its field `field`.
 * @throws InputError
 */
export function keyNamed(field: string, key: string | undefined, region: string, account: string): string {
  try {
    return keyArn(key, { region, account })
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    throw new InputError(`${field} must be the id, alias or ARN of a KMS key, not ${show(key)}`)
  }
}
