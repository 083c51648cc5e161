import type { Credentials, EndpointConfig } from '#model/connection.ts'
import { systemSeams } from '#model/seams.ts'
import { openSdkStorage } from '../../../main/engine/sdk-storage.ts'
import type { Storage } from '../../../main/engine/storage.ts'
import { TIMEOUTS } from '../../../main/engine/wire/client.ts'
import type { Timeouts } from '../../../main/engine/wire/client.ts'
import { openWireStorage } from '../../../main/engine/wire/wire-storage.ts'
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
}

export function openStorage(client: Client, at: Endpoint, timeouts?: Partial<Timeouts>): Storage {
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
    network: { caFiles: [], noProxy: [] },
    timeouts: { ...TIMEOUTS, ...timeouts },
  }
  return client === 'wire' ? openWireStorage(options) : openSdkStorage(options)
}

/** Two buckets of its own on the endpoint; `close` empties and deletes them. */
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
  return {
    storage,
    withWrongSecret,
    bucket,
    versioned,
    free: () => `${name}-${++names}`,
    async close() {
      const buckets = [bucket, versioned, ...Array.from({ length: names }, (_, at) => `${name}-${at + 1}`)]
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
    for (const { key, versionId } of versions) await storage.deleteObject({ bucket, key, versionId })
    if (!next) break
  }
  await storage.deleteBucket(bucket)
}
