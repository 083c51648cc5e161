import type {
  BucketEncryption,
  BucketSettingName,
  BucketSettings,
  DefaultEncryption,
  Lifecycle,
  LifecycleRule,
  ObjectOwnership,
  PublicAccessBlock,
} from '#model/bucket.ts'
import { PUBLIC_ACCESS_RULES } from '#model/bucket.ts'
import type { Tags } from '#model/object.ts'
import { askSetting, lifecycleMoment, SETTING_REQUESTS, someActions } from '../bucket-settings.ts'
import { ruleEncryption } from '../bucket-traits.ts'
import { rootOf } from './answers.ts'
import { getVersioning } from './buckets.ts'
import type { WireClient, WireRequest } from './client.ts'
import { documentHeaders, escapeXml, XMLNS } from './documents.ts'
import { badAnswer } from './errors.ts'
import { aclFrom } from './object-settings.ts'
import { child, childText, layOut } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** What a bucket says of itself, one request each. */
export function bucketSetting<N extends BucketSettingName>(
  client: WireClient,
  bucket: string,
  name: N,
  signal?: AbortSignal,
): Promise<BucketSettings[N] | undefined> {
  const [operation, query, document] = SETTING_REQUESTS[name]
  const asked: WireRequest = { operation, bucket, method: 'GET', query: [[query, '']] }
  const root = async (): Promise<XmlElement> => rootOf(asked, await client.call(asked, signal), document)
  const ownershipIn = (rules: XmlElement): ObjectOwnership => {
    const rule = child(rules, 'Rule')
    const said = OWNERSHIPS.find((one) => rule && childText(rule, 'ObjectOwnership') === one)
    if (said === undefined) throw badAnswer(asked, 'it names no ownership', 200)
    return said
  }
  return askSetting(
    {
      versioning: () => getVersioning(client, bucket, signal),
      encryption: async () => encryptionFrom(await root()),
      tags: async () => tagsFrom(await root()),
      async policy() {
        const { text, status } = await client.call(asked, signal)
        // A server that does not know the question lists the bucket instead.
        if (!text.trimStart().startsWith('{')) throw badAnswer(asked, 'it is no policy', status)
        return text
      },
      lifecycle: async () => lifecycleFrom(await root()),
      lock: async () => lockFrom(await root()),
      'public-access': async () => publicAccessFrom(await root()),
      ownership: async () => ownershipIn(await root()),
      acl: async () => aclFrom(asked, await root()),
    },
    name,
  )
}

const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const

export function encryptionFrom(root: XmlElement): BucketEncryption {
  const rule = child(root, 'Rule')
  const byDefault = rule && child(rule, 'ApplyServerSideEncryptionByDefault')
  const blocked = rule && child(rule, 'BlockedEncryptionTypes')
  return {
    defaultEncryption: ruleEncryption({
      algorithm: byDefault && childText(byDefault, 'SSEAlgorithm'),
      keyId: (byDefault && childText(byDefault, 'KMSMasterKeyID')) || undefined,
      bucketKey: rule !== undefined && childText(rule, 'BucketKeyEnabled') === 'true',
    }),
    blocksCustomerKeys: blocked?.children.some(({ text }) => text === 'SSE-C') === true,
  }
}

function tagsFrom(root: XmlElement): Tags {
  const set = child(root, 'TagSet') ?? root
  return Object.fromEntries(
    set.children
      .filter(({ name }) => name === 'Tag')
      .map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']),
  )
}

function lockFrom(root: XmlElement): BucketSettings['lock'] {
  const rule = child(root, 'Rule')
  const retention = rule && child(rule, 'DefaultRetention')
  if (!retention) return {}
  const years = numberOf(retention, 'Years')
  const length = years ?? numberOf(retention, 'Days') ?? 0
  return {
    retention: {
      mode: childText(retention, 'Mode') ?? '',
      unit: years === undefined ? 'days' : 'years',
      length,
    },
  }
}

function publicAccessFrom(root: XmlElement): PublicAccessBlock {
  return Object.fromEntries(
    PUBLIC_ACCESS_RULES.map((name) => [name, childText(root, name) === 'true']),
  ) as Record<keyof PublicAccessBlock, boolean>
}

function lifecycleFrom(root: XmlElement): Lifecycle {
  const rules = root.children.filter(({ name }) => name === 'Rule')
  return { rules: rules.map(lifecycleRule), raw: layOut(root) }
}

/** A rule's filter stands in `Filter`, in its `And`, or, of rules from before 2016, as a bare `Prefix`. */
function lifecycleRule(rule: XmlElement): LifecycleRule {
  const filter = child(rule, 'Filter')
  const all = (filter && child(filter, 'And')) ?? filter ?? rule
  const tags = all.children.filter(({ name }) => name === 'Tag')
  const expiration = child(rule, 'Expiration')
  const noncurrent = child(rule, 'NoncurrentVersionExpiration')
  const abort = child(rule, 'AbortIncompleteMultipartUpload')
  const after = expiration && momentIn(expiration)
  const each = (name: string): XmlElement[] => rule.children.filter((one) => one.name === name)
  return {
    id: childText(rule, 'ID'),
    enabled: childText(rule, 'Status') === 'Enabled',
    prefix: childText(all, 'Prefix'),
    tags: Object.fromEntries(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? ''])),
    above: numberOf(all, 'ObjectSizeGreaterThan'),
    below: numberOf(all, 'ObjectSizeLessThan'),
    actions: someActions([
      ...each('Transition').map((one) => {
        const when = momentIn(one)
        return when && ({ does: 'transition', after: when, storageClass: classIn(one) } as const)
      }),
      after && { does: 'expire', after },
      expiration && childText(expiration, 'ExpiredObjectDeleteMarker') === 'true'
        ? { does: 'expire-markers' }
        : undefined,
      ...each('NoncurrentVersionTransition').map(
        (one) => ({ does: 'transition-older', ...olderIn(one), storageClass: classIn(one) }) as const,
      ),
      noncurrent && { does: 'expire-older', ...olderIn(noncurrent) },
      abort && { does: 'abort-uploads', days: numberOf(abort, 'DaysAfterInitiation') ?? 0 },
    ]),
  }
}

function momentIn(element: XmlElement): ReturnType<typeof lifecycleMoment> {
  return lifecycleMoment({ days: numberOf(element, 'Days'), date: childText(element, 'Date') })
}

function olderIn(element: XmlElement): { days: number; keep?: number | undefined } {
  return {
    days: numberOf(element, 'NoncurrentDays') ?? 0,
    keep: numberOf(element, 'NewerNoncurrentVersions'),
  }
}

function classIn(element: XmlElement): string {
  return childText(element, 'StorageClass') ?? ''
}

function numberOf(element: XmlElement, name: string): number | undefined {
  const text = childText(element, name)
  return text === undefined || text === '' ? undefined : Number(text)
}

export async function putBucketEncryption(
  client: WireClient,
  bucket: string,
  encryption: DefaultEncryption,
  signal?: AbortSignal,
): Promise<void> {
  const algorithm = ENCRYPTION_ALGORITHMS[encryption.kind]
  const keyId = encryption.kind === 'SSE-S3' ? undefined : encryption.keyId
  const key = keyId === undefined ? '' : `<KMSMasterKeyID>${escapeXml(keyId)}</KMSMasterKeyID>`
  const bucketKey =
    encryption.kind === 'SSE-S3' || encryption.bucketKey === undefined
      ? ''
      : `<BucketKeyEnabled>${encryption.bucketKey}</BucketKeyEnabled>`
  const rule = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault>${bucketKey}`
  const document = `<ServerSideEncryptionConfiguration xmlns="${XMLNS}"><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`
  await put(client, { operation: 'PutBucketEncryption', bucket, query: 'encryption', document }, signal)
}

/** As a bucket's rule names them. */
export const ENCRYPTION_ALGORITHMS = {
  'SSE-S3': 'AES256',
  'SSE-KMS': 'aws:kms',
  'DSSE-KMS': 'aws:kms:dsse',
} as const satisfies Record<DefaultEncryption['kind'], string>

/** All of them; without any, the set goes: S3 refuses an empty one. */
export async function putBucketTags(
  client: WireClient,
  bucket: string,
  tags: Tags,
  signal?: AbortSignal,
): Promise<void> {
  const rows = Object.entries(tags).map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  )
  if (rows.length === 0) {
    const asked = { operation: 'DeleteBucketTagging', bucket, method: 'DELETE' } as const
    await client.call({ ...asked, query: [['tagging', '']] }, signal)
    return
  }
  const document = `<Tagging xmlns="${XMLNS}"><TagSet>${rows.join('')}</TagSet></Tagging>`
  await put(client, { operation: 'PutBucketTagging', bucket, query: 'tagging', document }, signal)
}

async function put(
  client: WireClient,
  { operation, bucket, query, document }: Record<'operation' | 'bucket' | 'query' | 'document', string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = Buffer.from(document)
  const headers = documentHeaders(body)
  await client.call({ operation, bucket, method: 'PUT', query: [[query, '']], headers, body }, signal)
}
