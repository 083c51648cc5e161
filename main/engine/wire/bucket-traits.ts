import type { BucketTraits } from '#model/object.ts'
import { askTraits, ruleEncryption } from '../bucket-traits.ts'
import type { EncryptionTraits } from '../bucket-traits.ts'
import { rootOf } from './answers.ts'
import { getVersioning } from './buckets.ts'
import type { WireClient } from './client.ts'
import { child, childText } from './xml.ts'
import type { XmlElement } from './xml.ts'

export function bucketTraits(
  client: WireClient,
  bucket: string,
  signal?: AbortSignal,
): Promise<BucketTraits> {
  const ask = async (operation: string, resource: string, root: string): Promise<XmlElement> => {
    const asked = { operation, bucket, method: 'GET', query: [[resource, '']] } as const
    return rootOf(asked, await client.call(asked, signal), root)
  }
  return askTraits({
    versioning: () => getVersioning(client, bucket, signal),
    async objectLock() {
      const root = await ask('GetObjectLockConfiguration', 'object-lock', 'ObjectLockConfiguration')
      return childText(root, 'ObjectLockEnabled') === 'Enabled'
    },
    async ownership() {
      const root = await ask('GetBucketOwnershipControls', 'ownershipControls', 'OwnershipControls')
      const rule = child(root, 'Rule')
      return rule && childText(rule, 'ObjectOwnership') === 'BucketOwnerEnforced' ? 'enforced' : 'acls'
    },
    async encryption() {
      const document = 'ServerSideEncryptionConfiguration'
      return encryptionTraits(await ask('GetBucketEncryption', 'encryption', document))
    },
  })
}

function encryptionTraits(root: XmlElement): EncryptionTraits {
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
