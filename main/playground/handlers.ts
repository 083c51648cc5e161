import * as annotations from './annotations.ts'
import * as acl from './acl-requests.ts'
import * as buckets from './buckets.ts'
import * as encryption from './bucket-encryption.ts'
import * as settings from './bucket-settings.ts'
import type { Handler } from './context.ts'
import { copyObject } from './copy.ts'
import { deleteObject, deleteObjects } from './deletes.ts'
import { listObjects, listObjectsV2, listObjectVersions } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import * as lock from './lock-requests.ts'
import * as multipart from './multipart.ts'
import { getObjectAttributes } from './object-attributes.ts'
import { getObject, headObject, putObject } from './objects.ts'
import type { Operation } from './operations.ts'
import { getBucketRequestPayment, putBucketRequestPayment } from './payment.ts'
import { restoreObject } from './restore.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts'

/** Every operation has its handler: one that is forgotten does not compile. */
export const HANDLERS: Readonly<Record<Operation, Handler>> = {
  ListBuckets: buckets.listBuckets,
  CreateBucket: buckets.createBucket,
  HeadBucket: buckets.headBucket,
  DeleteBucket: buckets.deleteBucket,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketVersioning: buckets.getBucketVersioning,
  PutBucketVersioning: buckets.putBucketVersioning,
  GetBucketEncryption: encryption.getBucketEncryption,
  PutBucketEncryption: encryption.putBucketEncryption,
  DeleteBucketEncryption: encryption.deleteBucketEncryption,
  GetBucketRequestPayment: getBucketRequestPayment,
  PutBucketRequestPayment: putBucketRequestPayment,
  GetBucketOwnershipControls: acl.getBucketOwnershipControls,
  PutBucketOwnershipControls: acl.putBucketOwnershipControls,
  DeleteBucketOwnershipControls: acl.deleteBucketOwnershipControls,
  GetBucketAcl: acl.getBucketAcl,
  PutBucketAcl: acl.putBucketAcl,
  GetObjectLockConfiguration: lock.getObjectLockConfiguration,
  PutObjectLockConfiguration: lock.putObjectLockConfiguration,
  GetBucketPolicy: settings.getBucketPolicy,
  PutBucketPolicy: settings.putBucketPolicy,
  DeleteBucketPolicy: settings.deleteBucketPolicy,
  GetBucketLifecycleConfiguration: settings.getBucketLifecycle,
  PutBucketLifecycleConfiguration: settings.putBucketLifecycle,
  DeleteBucketLifecycle: settings.deleteBucketLifecycle,
  GetBucketTagging: settings.getBucketTagging,
  PutBucketTagging: settings.putBucketTagging,
  DeleteBucketTagging: settings.deleteBucketTagging,
  GetPublicAccessBlock: settings.getPublicAccessBlock,
  PutPublicAccessBlock: settings.putPublicAccessBlock,
  DeletePublicAccessBlock: settings.deletePublicAccessBlock,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  ListMultipartUploads: listMultipartUploads,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  CopyObject: copyObject,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  GetObjectAttributes: getObjectAttributes,
  ListObjectAnnotations: annotations.listObjectAnnotations,
  GetObjectAnnotation: annotations.getObjectAnnotation,
  PutObjectAnnotation: annotations.putObjectAnnotation,
  DeleteObjectAnnotation: annotations.deleteObjectAnnotation,
  UpdateObjectEncryption: encryption.updateObjectEncryption,
  RestoreObject: restoreObject,
  GetObjectAcl: acl.getObjectAcl,
  PutObjectAcl: acl.putObjectAcl,
  GetObjectRetention: lock.getObjectRetention,
  PutObjectRetention: lock.putObjectRetention,
  GetObjectLegalHold: lock.getObjectLegalHold,
  PutObjectLegalHold: lock.putObjectLegalHold,
  CreateMultipartUpload: multipart.createMultipartUpload,
  UploadPart: multipart.uploadPart,
  UploadPartCopy: multipart.uploadPartCopy,
  ListParts: listParts,
  CompleteMultipartUpload: multipart.completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
}
