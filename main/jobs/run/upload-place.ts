import type { Item } from '../item.ts'
import { legOf } from '../plan/legs.ts'
import { targetOf } from '../plan/plan-item.ts'
import type { Store } from '../store/store.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Where the multipart upload of an item is, which the journal says was begun.
 *
 * | the item                                | bucket            | key                    |
 * |-----------------------------------------|-------------------|------------------------|
 * | still keeps aside what it writes over   | the destination's | that of the backup     |
 * | brings a backup back                    | the source's      | its target             |
 * | works where the object is (an edit)     | the source's      | its own                |
 * | any other                               | the destination's | its target             |
 */
export function uploadPlace(
  store: Pick<Store, 'backups'>,
  spec: JobSpec,
  item: Item,
): { readonly bucket: string; readonly key: string; readonly side: 'source' | 'destination' } {
  const { source, destination } = legOf(spec, item)
  if (item.action === 'put-over')
    return { bucket: source.bucket, key: item.target ?? item.key, side: 'source' }
  const backup = store.backups.of(item.id)
  const key = backup?.is === 'intended' ? backup.key : (targetOf(spec, item) ?? item.target ?? item.key)
  return { bucket: (destination ?? source).bucket, key, side: 'destination' }
}
