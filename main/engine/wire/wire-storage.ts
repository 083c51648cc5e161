import { ListTrails } from '../listing/list-trails.ts'
import type { Storage } from '../storage.ts'
import * as annotations from './annotations.ts'
import * as bucketSettings from './bucket-settings.ts'
import { bucketTraits } from './bucket-traits.ts'
import * as buckets from './buckets.ts'
import { WireClient } from './client.ts'
import type { WireOptions } from './client.ts'
import { deleteObjects } from './delete-objects.ts'
import * as listings from './listings.ts'
import * as settings from './object-settings.ts'
import * as objects from './objects.ts'
import * as uploads from './uploads.ts'

/**
 * S3 over our own thin client: Signature Version 4 on node:http, for every operation that the engine needs.
 * A request costs a tenth of what it costs through the SDK.
 */
export function openWireStorage(options: WireOptions): Storage {
  const client = new WireClient(options)
  const trails = new ListTrails()
  return {
    get habits() {
      return client.habits
    },
    get requests() {
      return client.requests
    },
    get serverTime() {
      return client.serverTime
    },

    listBuckets: (signal) => buckets.listBuckets(client, signal),
    createBucket: (bucket, options, signal) => buckets.createBucket(client, bucket, options, signal),
    deleteBucket: (bucket, signal) => buckets.deleteBucket(client, bucket, signal),
    headBucket: (bucket, signal) => buckets.headBucket(client, bucket, signal),
    getVersioning: (bucket, signal) => buckets.getVersioning(client, bucket, signal),
    putVersioning: (bucket, versioning, signal) => buckets.putVersioning(client, bucket, versioning, signal),
    bucketTraits: (bucket, signal) => bucketTraits(client, bucket, signal),
    bucketSetting: (bucket, name, signal) => bucketSettings.bucketSetting(client, bucket, name, signal),
    putBucketEncryption: (bucket, encryption, signal) =>
      bucketSettings.putBucketEncryption(client, bucket, encryption, signal),
    putBucketTags: (bucket, tags, signal) => bucketSettings.putBucketTags(client, bucket, tags, signal),

    listObjects: async (request, signal) =>
      trails.objects(request, await listings.listObjects(client, request, signal)),
    listVersions: async (request, signal) =>
      trails.versions(request, await listings.listVersions(client, request, signal)),
    headObject: (request, signal) => objects.headObject(client, request, signal),
    getObject: (request, signal) => objects.getObject(client, request, signal),
    putObject: (request, signal) => objects.putObject(client, request, signal),
    copyObject: (request, signal) => objects.copyObject(client, request, signal),
    deleteObject: (request, signal) => objects.deleteObject(client, request, signal),
    deleteObjects: (request, signal) => deleteObjects(client, request, signal),
    getTags: (request, signal) => objects.getTags(client, request, signal),
    putTags: (request, signal) => objects.putTags(client, request, signal),

    createUpload: (request, signal) => uploads.createUpload(client, request, signal),
    uploadPart: (request, signal) => uploads.uploadPart(client, request, signal),
    uploadPartCopy: (request, signal) => uploads.uploadPartCopy(client, request, signal),
    listParts: async (request, signal) =>
      trails.parts(request, await uploads.listParts(client, request, signal)),
    listUploads: (request, signal) => uploads.listUploads(client, request, signal),
    uploadsPage: async (request, signal) =>
      trails.uploads(request, await uploads.uploadsPage(client, request, signal)),
    completeUpload: (request, signal) => uploads.completeUpload(client, request, signal),
    abortUpload: (request, signal) => uploads.abortUpload(client, request, signal),

    getAcl: (request, signal) => settings.getAcl(client, request, signal),
    putAcl: (request, signal) => settings.putAcl(client, request, signal),
    putRetention: (request, signal) => settings.putRetention(client, request, signal),
    putLegalHold: (request, signal) => settings.putLegalHold(client, request, signal),
    updateEncryption: (request, signal) => settings.updateEncryption(client, request, signal),
    restoreObject: (request, signal) => settings.restoreObject(client, request, signal),
    listAnnotations: (request, signal) => annotations.listAnnotations(client, request, signal),
    getAnnotation: (request, signal) => annotations.getAnnotation(client, request, signal),
    putAnnotation: (request, signal) => annotations.putAnnotation(client, request, signal),

    presign: (request) => client.presign(request),

    close: () => client.close(),
  }
}
