import assert from 'node:assert/strict'
import { DecantError } from '#model/failure.ts'
import type { Failure, FailureCode } from '#model/failure.ts'
import type { Storage } from '../../../main/engine/storage.ts'

/** What a case of the storage suite works with. */
export interface Bench {
  readonly storage: Storage
  /** Another storage on the same endpoint, with keys that the server will not accept. */
  readonly withWrongSecret: Storage
  /** Exists for the whole suite; every case has keys of its own in it. */
  readonly bucket: string
  /** The same with versions. */
  readonly versioned: string
  /** A name that no bucket has. */
  readonly free: () => string
}

/** One thing that every storage does on every endpoint. Asserts with node:assert, so that no runner is needed. */
export interface StorageCase {
  readonly name: string
  readonly run: (bench: Bench) => Promise<void>
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
