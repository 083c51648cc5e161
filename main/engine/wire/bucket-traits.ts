import type { BucketTraits } from '#model/object.ts'
import { askTraits } from '../bucket-traits.ts'
import { rootOf } from './answers.ts'
import { encryptionFrom } from './bucket-settings.ts'
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
      return encryptionFrom(await ask('GetBucketEncryption', 'encryption', document))
    },
  })
}
