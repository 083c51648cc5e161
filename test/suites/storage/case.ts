import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { DecantError } from '#model/failure.ts'
import type { Failure, FailureCode } from '#model/failure.ts'
import type { BucketAccess, CustomerKey, Storage } from '../../../main/engine/storage.ts'

/** What a case of the storage suite works with. */
export interface Bench {
  readonly storage: Storage
  /** Another storage on the same endpoint, with keys that the server will not accept. */
  readonly withWrongSecret: Storage
  /** Exists for the whole suite; every case has keys of its own in it. */
  readonly bucket: string
  /** The same with versions. */
  readonly versioned: string
  /** The same with object lock. */
  readonly locked: string
  /** The same where ACLs count, on every endpoint that knows the difference. */
  readonly withAcls: string
  /** A key that its KMS knows. */
  readonly kmsKey: string
  /** Another storage on the same endpoint, whose requests all carry this. */
  readonly with: (access: BucketAccess) => Storage
  /** A name that no bucket has. */
  readonly free: () => string
}

/** One thing that every storage does on every endpoint. Asserts with node:assert, so that no runner is needed. */
export interface StorageCase {
  readonly name: string
  readonly run: (bench: Bench) => Promise<void>
}

/** What came of asking an endpoint for something: done as it was asked for, or otherwise. */
export type Observed =
  'honoured' | 'ignored' | 'lost' | 'absent' | 'accepted' | 'in plain' | `refused: ${string}`
export type Probe = (bench: Bench, at: string) => Promise<Observed>

export const OTHER = '0123456789abcdef0123456789abcdef'
export const KEEP = { storageClass: 'STANDARD' }

/** 412 is how a condition is kept; going through is how it is ignored. */
export async function condition(work: Promise<unknown>): Promise<Observed> {
  const failure = await failureOf(work)
  if (!failure) return 'ignored'
  return failure.s3?.status === 412 ? 'honoured' : `refused: ${failure.s3?.code || failure.code}`
}

/** By our word for it; a property where one is named. `else`: what going through means. */
export async function refusal(work: Promise<unknown>, otherwise: Observed): Promise<Observed> {
  const failure = await failureOf(work)
  if (!failure) return otherwise
  return `refused: ${failure.code}${failure.property === undefined ? '' : ` ${failure.property}`}`
}

/** What a probe comes to where S3 refuses what it asks for. */
export function orRefused(probe: Probe): Probe {
  return async (bench, at) => {
    let observed: Observed = 'honoured'
    const outcome = refusal(
      probe(bench, at).then((seen) => (observed = seen)),
      'honoured',
    )
    return (await outcome) === 'honoured' ? observed : outcome
  }
}

/** The SSE-C key made of 32 times this letter. */
export function keyOf(letter: string): CustomerKey {
  const key = Buffer.alloc(32, letter)
  return { key: key.toString('base64'), md5: createHash('md5').update(key).digest('base64') }
}

export function bytes(text: string): { body: Uint8Array; size: number } {
  const body = Buffer.from(text)
  return { body, size: body.length }
}

/** Rejects, as a failure, with one of these codes. */
export async function failsWith(work: Promise<unknown>, ...codes: FailureCode[]): Promise<Failure> {
  const failure = await failureOf(work)
  assert.ok(failure, `it should have failed with ${codes.join(' or ')}`)
  assert.ok(codes.includes(failure.code), `${codes.join(' or ')}, not ${JSON.stringify(failure)}`)
  return failure
}

/** The failure that it rejects with; undefined where it does not reject. */
export async function failureOf(work: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    assert.ok(error instanceof DecantError, `a DecantError, not ${String(error)}`)
    return error.failure
  }
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Keys, page by page. */
export async function listAll(
  storage: Storage,
  bucket: string,
  prefix: string,
  maxKeys?: number,
): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const page = await storage.listObjects({ bucket, prefix, token, maxKeys })
    keys.push(...page.objects.map((object) => object.key))
    token = page.token
  } while (token !== undefined)
  return keys
}

export function inByteOrder(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
