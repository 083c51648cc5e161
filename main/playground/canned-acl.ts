import type { Account } from './accounts.ts'
import type { Grant, Permission } from './guard.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
export const GROUPS = [ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]

/** The account that aws-exec-read names: EC2, which reads bundles of images. */
export const EC2: Account = {
  id: '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c',
  displayName: 'za-team',
  account: '000000000000',
}

/** Those for objects, and those that only buckets take. */
export const OBJECT_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const
export const BUCKET_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'log-delivery-write',
] as const

export type ObjectAcl = (typeof OBJECT_ACLS)[number]

export type CannedAcl = ObjectAcl | (typeof BUCKET_ACLS)[number]

/** The accounts, by canonical id, that a canned ACL speaks of. */
export interface Parties {
  readonly owner: string
  readonly bucketOwner: string
}

/** What a canned ACL grants: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export function cannedGrants(acl: CannedAcl, { owner, bucketOwner }: Parties): readonly Grant[] {
  const own: Grant = { id: owner, permission: 'FULL_CONTROL' }
  const forBucketOwner = (permission: Permission): readonly Grant[] =>
    owner === bucketOwner ? [own] : [own, { id: bucketOwner, permission }]
  switch (acl) {
    case 'private':
      return [own]
    case 'public-read':
      return [own, { uri: ALL_USERS, permission: 'READ' }]
    case 'public-read-write':
      return [own, { uri: ALL_USERS, permission: 'READ' }, { uri: ALL_USERS, permission: 'WRITE' }]
    case 'aws-exec-read':
      return [own, { id: EC2.id, permission: 'READ' }]
    case 'authenticated-read':
      return [own, { uri: AUTHENTICATED_USERS, permission: 'READ' }]
    case 'bucket-owner-read':
      return forBucketOwner('READ')
    case 'bucket-owner-full-control':
      return forBucketOwner('FULL_CONTROL')
    case 'log-delivery-write':
      return [own, { uri: LOG_DELIVERY, permission: 'WRITE' }, { uri: LOG_DELIVERY, permission: 'READ_ACP' }]
  }
}
