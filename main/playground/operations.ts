/** The operations that the playground answers, by S3's own names. */
export const OPERATIONS = [
  'ListBuckets',
  'CreateBucket',
  'HeadBucket',
  'DeleteBucket',
  'GetBucketLocation',
  'GetBucketVersioning',
  'PutBucketVersioning',
  'GetBucketEncryption',
  'PutBucketEncryption',
  'DeleteBucketEncryption',
  'GetBucketRequestPayment',
  'PutBucketRequestPayment',
  'GetBucketOwnershipControls',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'GetBucketAcl',
  'PutBucketAcl',
  'GetObjectLockConfiguration',
  'PutObjectLockConfiguration',
  'GetBucketPolicy',
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'GetBucketLifecycleConfiguration',
  'PutBucketLifecycleConfiguration',
  'DeleteBucketLifecycle',
  'GetBucketTagging',
  'PutBucketTagging',
  'DeleteBucketTagging',
  'GetPublicAccessBlock',
  'PutPublicAccessBlock',
  'DeletePublicAccessBlock',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListMultipartUploads',
  'PutObject',
  'GetObject',
  'HeadObject',
  'DeleteObject',
  'DeleteObjects',
  'CopyObject',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'UpdateObjectEncryption',
  'RestoreObject',
  'GetObjectAcl',
  'PutObjectAcl',
  'GetObjectRetention',
  'PutObjectRetention',
  'GetObjectLegalHold',
  'PutObjectLegalHold',
  'GetObjectAttributes',
  'ListObjectAnnotations',
  'GetObjectAnnotation',
  'PutObjectAnnotation',
  'DeleteObjectAnnotation',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'ListParts',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
] as const

export type Operation = (typeof OPERATIONS)[number]

/** Operations that change what is stored; a limit of writes counts these. */
export const WRITES: ReadonlySet<Operation> = new Set<Operation>([
  'PutObject',
  'CopyObject',
  'DeleteObject',
  'DeleteObjects',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'UpdateObjectEncryption',
  'PutObjectAnnotation',
  'DeleteObjectAnnotation',
  'RestoreObject',
  'PutObjectAcl',
  'PutObjectRetention',
  'PutObjectLegalHold',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
])

/** Subresources of S3 that the playground does not have. A request for one must not pass for another. */
const NOT_IMPLEMENTED = new Set([
  'accelerate',
  'analytics',
  'cors',
  'intelligent-tiering',
  'inventory',
  'logging',
  'metadataTable',
  'metadataConfiguration',
  'metrics',
  'notification',
  'policyStatus',
  'renameObject',
  'replication',
  'select',
  'session',
  'torrent',
  'website',
])

/** The part of a request that decides which operation it is. */
export interface Addressed {
  readonly method: string
  readonly bucket: string | undefined
  /** Undefined for the bucket itself. */
  readonly key: string | undefined
  readonly query: ReadonlyMap<string, string>
  readonly isCopy: boolean
}

/** The operation that a request asks for; undefined for one that the playground does not have. */
export function operationOf(request: Addressed): Operation | undefined {
  if (request.query.size > 0) {
    for (const name of request.query.keys()) {
      if (NOT_IMPLEMENTED.has(name)) return undefined
    }
  }
  if (request.bucket === undefined) return request.method === 'GET' ? 'ListBuckets' : undefined
  return request.key === undefined ? bucketOperation(request) : objectOperation(request)
}

/** Subresources whose methods name their operations. */
const BUCKET_SUBRESOURCES: Readonly<Record<string, Readonly<Partial<Record<string, Operation>>>>> = {
  acl: { GET: 'GetBucketAcl', PUT: 'PutBucketAcl' },
  encryption: {
    GET: 'GetBucketEncryption',
    PUT: 'PutBucketEncryption',
    DELETE: 'DeleteBucketEncryption',
  },
  ownershipControls: {
    GET: 'GetBucketOwnershipControls',
    PUT: 'PutBucketOwnershipControls',
    DELETE: 'DeleteBucketOwnershipControls',
  },
  policy: { GET: 'GetBucketPolicy', PUT: 'PutBucketPolicy', DELETE: 'DeleteBucketPolicy' },
  lifecycle: {
    GET: 'GetBucketLifecycleConfiguration',
    PUT: 'PutBucketLifecycleConfiguration',
    DELETE: 'DeleteBucketLifecycle',
  },
  tagging: { GET: 'GetBucketTagging', PUT: 'PutBucketTagging', DELETE: 'DeleteBucketTagging' },
  publicAccessBlock: {
    GET: 'GetPublicAccessBlock',
    PUT: 'PutPublicAccessBlock',
    DELETE: 'DeletePublicAccessBlock',
  },
  'object-lock': { GET: 'GetObjectLockConfiguration', PUT: 'PutObjectLockConfiguration' },
  requestPayment: { GET: 'GetBucketRequestPayment', PUT: 'PutBucketRequestPayment' },
}

const OBJECT_SUBRESOURCES: typeof BUCKET_SUBRESOURCES = {
  acl: { GET: 'GetObjectAcl', PUT: 'PutObjectAcl' },
  annotation: { PUT: 'PutObjectAnnotation', DELETE: 'DeleteObjectAnnotation' },
  attributes: { GET: 'GetObjectAttributes' },
  encryption: { PUT: 'UpdateObjectEncryption' },
  retention: { GET: 'GetObjectRetention', PUT: 'PutObjectRetention' },
  'legal-hold': { GET: 'GetObjectLegalHold', PUT: 'PutObjectLegalHold' },
  restore: { POST: 'RestoreObject' },
}

function bucketOperation({ method, query }: Addressed): Operation | undefined {
  for (const name in BUCKET_SUBRESOURCES) {
    if (query.has(name)) return BUCKET_SUBRESOURCES[name]?.[method]
  }
  switch (method) {
    case 'GET':
      if (query.has('location')) return 'GetBucketLocation'
      if (query.has('versioning')) return 'GetBucketVersioning'
      if (query.has('versions')) return 'ListObjectVersions'
      if (query.has('uploads')) return 'ListMultipartUploads'
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects'
    case 'HEAD':
      return 'HeadBucket'
    case 'PUT':
      return query.has('versioning') ? 'PutBucketVersioning' : 'CreateBucket'
    case 'DELETE':
      return 'DeleteBucket'
    case 'POST':
      return query.has('delete') ? 'DeleteObjects' : undefined
    default:
      return undefined
  }
}

function objectOperation({ method, query, isCopy }: Addressed): Operation | undefined {
  if (query.size === 0) return plainOperation(method, isCopy)
  if (method === 'GET' && query.has('annotation')) {
    return query.has('annotationName') ? 'GetObjectAnnotation' : 'ListObjectAnnotations'
  }
  for (const name in OBJECT_SUBRESOURCES) {
    if (query.has(name)) return OBJECT_SUBRESOURCES[name]?.[method]
  }
  switch (method) {
    case 'GET':
      if (query.has('tagging')) return 'GetObjectTagging'
      if (query.has('uploadId')) return 'ListParts'
      break
    case 'PUT':
      if (query.has('tagging')) return 'PutObjectTagging'
      if (query.has('uploadId')) return isCopy ? 'UploadPartCopy' : 'UploadPart'
      break
    case 'DELETE':
      if (query.has('tagging')) return 'DeleteObjectTagging'
      if (query.has('uploadId')) return 'AbortMultipartUpload'
      break
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload'
      return query.has('uploadId') ? 'CompleteMultipartUpload' : undefined
  }
  return plainOperation(method, isCopy)
}

/** What is asked of an object whose query names no subresource. */
function plainOperation(method: string, isCopy: boolean): Operation | undefined {
  switch (method) {
    case 'GET':
      return 'GetObject'
    case 'HEAD':
      return 'HeadObject'
    case 'PUT':
      return isCopy ? 'CopyObject' : 'PutObject'
    case 'DELETE':
      return 'DeleteObject'
    default:
      return undefined
  }
}
