import {
  PUBLIC_ACCESS_RULES,
  type BucketEncryption,
  type BucketSettingName,
  type LockConfiguration,
  type ObjectOwnership,
  type PublicAccessBlock,
} from '#model/bucket.ts'
import type { Versioning } from '#model/object.ts'
import type { Acl } from '#model/properties.ts'
import type { Fact } from './fact.ts'

export const PART_TITLES: Readonly<Record<BucketSettingName, string>> = {
  versioning: 'Versioning',
  encryption: 'Default encryption',
  tags: 'Bucket tags',
  policy: 'Policy',
  lifecycle: 'Lifecycle',
  lock: 'Object lock',
  'public-access': 'Public access block',
  ownership: 'Ownership',
  acl: 'Bucket ACL',
}

/** What it means that a bucket has none of it. */
export const NONE_MEANS: Readonly<Record<BucketSettingName, string>> = {
  versioning: 'The bucket keeps no versions.',
  encryption: 'What is written lies in plain.',
  tags: 'It has no tags.',
  policy: 'It has no policy: its owner alone decides.',
  lifecycle: 'It has no lifecycle rules: nothing expires by itself.',
  lock: 'It has no object lock, which can only be had from the beginning.',
  'public-access': 'Nothing is blocked: what a policy or an ACL makes public is public.',
  ownership: 'Whoever writes an object owns it, and ACLs count.',
  acl: 'It has no ACL.',
}

export const VERSIONING_WORDS: Readonly<Record<Versioning, string>> = {
  off: 'never enabled',
  enabled: 'enabled',
  suspended: 'suspended',
}

export function encryptionFacts({ defaultEncryption, blocksCustomerKeys }: BucketEncryption): Fact[] {
  const { kind, kmsKeyId, bucketKey } = defaultEncryption
  const kms = kind === 'SSE-KMS' || kind === 'DSSE-KMS'
  return [
    { name: 'Kind', value: kind === 'none' ? 'in plain' : kind },
    ...(kms ? [{ name: 'Key', value: kmsKeyId ?? 'aws/s3', mono: true }] : []),
    ...(kind === 'SSE-KMS' ? [{ name: 'Bucket key', value: bucketKey === true ? 'on' : 'off' }] : []),
    { name: 'SSE-C', value: blocksCustomerKeys ? 'refused' : 'taken' },
  ]
}

export function lockFacts({ retention }: LockConfiguration): Fact[] {
  const unit = retention?.length === 1 ? retention.unit.slice(0, -1) : retention?.unit
  return [
    { name: 'Lock', value: 'on' },
    {
      name: 'By default',
      value:
        retention === undefined
          ? 'nothing is retained'
          : `${retention.mode.toLowerCase()}, ${retention.length} ${unit ?? ''}`,
    },
  ]
}

const BLOCKS: Readonly<Record<keyof PublicAccessBlock, string>> = {
  BlockPublicAcls: 'New public ACLs',
  IgnorePublicAcls: 'Public ACLs',
  BlockPublicPolicy: 'New public policies',
  RestrictPublicBuckets: 'Public policies',
}

export function publicAccessFacts(block: PublicAccessBlock): Fact[] {
  return PUBLIC_ACCESS_RULES.map((rule) => ({
    name: BLOCKS[rule],
    value: block[rule] ? (rule === 'IgnorePublicAcls' ? 'ignored' : 'blocked') : 'let through',
    exact: rule,
  }))
}

const OWNERSHIPS: Readonly<Record<ObjectOwnership, string>> = {
  BucketOwnerEnforced: 'All objects belong to the owner of the bucket; ACLs are refused.',
  BucketOwnerPreferred: 'Objects belong to the owner of the bucket where they are written so; ACLs count.',
  ObjectWriter: 'Whoever writes an object owns it, and ACLs count.',
}

export function ownershipWords(ownership: ObjectOwnership): string {
  return OWNERSHIPS[ownership]
}

export function aclFacts({ owner, grants }: Acl, nameOf: (grant: Acl['grants'][number]) => string): Fact[] {
  return [
    ...(owner === undefined ? [] : [{ name: 'Owner', value: owner, mono: true }]),
    ...grants.map((grant, at) => ({
      name: `Grant ${at + 1}`,
      value: `${grant.permission.toLowerCase().replace('_', ' ')}: ${nameOf(grant)}`,
    })),
  ]
}

/** Laid out for reading; what is no JSON stays as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
