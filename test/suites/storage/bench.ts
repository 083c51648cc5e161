import type { Credentials, EndpointConfig } from '#model/connection.ts'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { DecantError } from '#model/failure.ts'
import { sleep, systemSeams } from '#model/seams.ts'
import { openSdkStorage } from '../../../main/engine/sdk/sdk-storage.ts'
import type { ObjectId, Storage } from '../../../main/engine/storage.ts'
import { TIMEOUTS } from '../../../main/engine/wire/patience.ts'
import type { WireOptions } from '../../../main/engine/wire/client.ts'
import type { Timeouts } from '../../../main/engine/wire/patience.ts'
import { networkFrom } from '../../../main/engine/wire/network.ts'
import { openWireStorage } from '../../../main/engine/wire/wire-storage.ts'
import { sdkClient } from '../../helpers/playground.ts'
import { failureOf } from './case.ts'
import type { Bench } from './case.ts'

/** The ways to S3 that pass the same suite. */
export const CLIENTS = ['wire', 'sdk'] as const
export type Client = (typeof CLIENTS)[number]

export interface Endpoint {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region?: string
  /** A key that its KMS knows. */
  readonly kmsKey?: string
}

const NO_NETWORK = networkFrom({})

/** The playground knows every key that looks like one. */
const ANY_KEY = 'arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'

export function openStorage(
  client: Client,
  at: Endpoint,
  timeouts?: Partial<Timeouts>,
  more: Pick<WireOptions, 'access' | 'habits'> = {},
): Storage {
  const config: EndpointConfig = {
    endpoint: at.endpoint,
    region: at.region ?? 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'environment' },
  }
  const credentials: Credentials = { accessKeyId: at.accessKeyId, secretAccessKey: at.secretAccessKey }
  const options = {
    config,
    credentials: () => Promise.resolve(credentials),
    seams: systemSeams,
    network: () => NO_NETWORK,
    timeouts: { ...TIMEOUTS, ...timeouts },
    ...more,
  }
  return client === 'wire' ? openWireStorage(options) : openSdkStorage(options)
}

/** Four buckets of its own on the endpoint; `close` empties and deletes them. */
export async function openBench(client: Client, at: Endpoint): Promise<Bench & { close(): Promise<void> }> {
  const storage = openStorage(client, at)
  const withWrongSecret = openStorage(client, { ...at, secretAccessKey: 'wrong-secret' })
  const name = `decant-suite-${client}-${systemSeams.id()}`.toLowerCase()
  let names = 0
  const bucket = `${name}-plain`
  const versioned = `${name}-versioned`
  await storage.createBucket(bucket)
  await storage.createBucket(versioned)
  await storage.putVersioning(versioned, 'enabled')
  const locked = `${name}-locked`
  await storage.createBucket(locked, { objectLock: true })
  const withAcls = `${name}-acls`
  const s3 = sdkClient(at)
  await s3.send(new CreateBucketCommand({ Bucket: withAcls, ObjectOwnership: 'ObjectWriter' }))
  s3.destroy()
  return {
    storage,
    withWrongSecret,
    bucket,
    versioned,
    locked,
    withAcls,
    kmsKey: at.kmsKey ?? ANY_KEY,
    with: (access) => openStorage(client, at, undefined, { access }),
    free: () => `${name}-${++names}`,
    async close() {
      const buckets = [
        bucket,
        versioned,
        locked,
        withAcls,
        ...Array.from({ length: names }, (_, at) => `${name}-${at + 1}`),
      ]
      for (const each of buckets) await remove(storage, each)
      storage.close()
      withWrongSecret.close()
    },
  }
}

/** Empties a bucket and deletes it; what a failed case left behind too. */
export async function remove(storage: Storage, bucket: string): Promise<void> {
  if (await failureOf(storage.headBucket(bucket))) return
  for (const { key, uploadId } of await storage.listUploads({ bucket, prefix: '' })) {
    await storage.abortUpload({ bucket, key, uploadId })
  }
  for (;;) {
    const { versions, next } = await storage.listVersions({ bucket, prefix: '' })
    for (const { key, versionId } of versions) await removeVersion(storage, { bucket, key, versionId })
    if (!next) break
  }
  await storage.deleteBucket(bucket)
}

/** What is still retained goes a few seconds later; only asking again tells when, and no oftener than it need be. */
async function removeVersion(storage: Storage, id: ObjectId): Promise<void> {
  const last = Date.now() + 10_000
  for (;;) {
    const failure = await failureOf(storage.deleteObject(id))
    if (!failure) return
    if (failure.code !== 'access-denied' || Date.now() > last) throw new DecantError(failure)
    await sleep(systemSeams, 250)
  }
}
