import { DecantError } from '#model/failure.ts'
import type { Storage } from '../storage.ts'
import * as bucketSettings from './sdk-bucket-settings.ts'
import * as buckets from './sdk-buckets.ts'
import { SdkClient } from './sdk-client.ts'
import { ListTrails } from '../listing/list-trails.ts'
import * as objects from './sdk-objects.ts'
import * as settings from './sdk-settings.ts'
import * as uploads from './sdk-uploads.ts'
import type { WireOptions } from '../wire/client.ts'

/**
 * S3 through the AWS SDK, for what the wire client does not address: access points by ARN and directory buckets.
 * It costs ten times the CPU, and 100 ms to load: import it only when it is needed.
 */
export function openSdkStorage(options: WireOptions): Storage {
  const client = new SdkClient(options)
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
    bucketTraits: (bucket, signal) => buckets.bucketTraits(client, bucket, signal),
    bucketSetting: (bucket, name, signal) => bucketSettings.bucketSetting(client, bucket, name, signal),
    putBucketEncryption: (bucket, encryption, signal) =>
      bucketSettings.putBucketEncryption(client, bucket, encryption, signal),
    putBucketTags: (bucket, tags, signal) => bucketSettings.putBucketTags(client, bucket, tags, signal),

    listObjects: async (request, signal) =>
      trails.objects(request, await objects.listObjects(client, request, signal)),
    listVersions: async (request, signal) =>
      trails.versions(request, await objects.listVersions(client, request, signal)),
    headObject: (request, signal) => objects.headObject(client, request, signal),
    getObject: (request, signal) => objects.getObject(client, request, signal),
    putObject: (request, signal) => objects.putObject(client, request, signal),
    copyObject: (request, signal) => objects.copyObject(client, request, signal),
    deleteObject: (request, signal) => objects.deleteObject(client, request, signal),
    deleteObjects: (request, signal) => objects.deleteObjects(client, request, signal),
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
    listAnnotations: (request, signal) => settings.listAnnotations(client, request, signal),
    getAnnotation: (request, signal) => settings.getAnnotation(client, request, signal),
    putAnnotation: (request, signal) => settings.putAnnotation(client, request, signal),

    presign: ({ bucket }) => Promise.reject(noLinks(bucket)),

    close: () => client.close(),
  }
}

function noLinks(bucket: string): DecantError {
  const message = `Decant makes no links to ${JSON.stringify(bucket)}: it is an access point or a directory bucket.`
  return new DecantError({ code: 'not-supported', reach: 'item', message })
}
