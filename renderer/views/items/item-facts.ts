import type { ItemView } from '#model/plan.ts'
import { hasDestinations, type DestinationPlace, type JobSpec } from '#model/spec.ts'
import { formatBytes, formatExactBytes } from '../../format/bytes.ts'
import { isLocalId, localPlace } from '../../state/local-words.ts'
import { storageClassName } from '../../components/storage-class.ts'
import { itemDetail, itemLook } from '../../components/item-look.ts'
import type { Fact } from '../../components/fact.ts'

const ANEW: Readonly<Record<NonNullable<ItemView['anew']>, string>> = {
  changed: 'it changed since it was planned, and was planned anew',
  added: 'it came after the plan was made',
  gone: 'its source went after the plan was made',
}

/** All that is known of one item: both keys in full, versions, size, class, what becomes of it and why. */
export function itemFacts(item: ItemView, kind: JobSpec['kind'], spec: JobSpec | undefined): Fact[] {
  const source = spec?.sources[item.source]
  const destination =
    spec !== undefined && hasDestinations(spec) ? spec.destinations[item.destination] : undefined
  const look = itemLook(item, kind)
  const why = itemDetail(item)
  const s3 = item.failure?.s3
  const planned = item.state === 'planned' || item.state === 'skipped' || item.action === 'refuse'
  return [
    { name: 'From', value: at(source, item.key), mono: true },
    ...some('Version', item.versionId, true),
    ...(item.destinationKey === undefined
      ? []
      : [{ name: 'To', value: at(destination, item.destinationKey), mono: true }]),
    ...some('New version', item.newVersionId, true),
    { name: 'Size', value: sizeSaid(item.size) },
    { name: 'Class', value: storageClassName(item.storageClass ?? 'STANDARD') },
    { name: 'Plan', value: look.plan },
    ...(planned ? [] : [{ name: 'State', value: look.word }]),
    ...some('Why', why === '' ? undefined : why),
    ...some('Since', item.anew && ANEW[item.anew]),
    ...(s3 === undefined
      ? []
      : [
          {
            name: 'S3 says',
            value: `${s3.operation}: ${s3.status} ${s3.code}. ${s3.message}`,
            mono: true,
          },
          { name: 'Request', value: s3.requestId ?? 'without an id', mono: true },
        ]),
  ]
}

function at(place: Pick<DestinationPlace, 'connection' | 'bucket'> | undefined, key: string): string {
  if (place === undefined) return key
  return isLocalId(place.connection.id) ? localPlace(place.bucket, key) : `${place.bucket}/${key}`
}

function sizeSaid(size: number): string {
  return size < 1024 ? formatExactBytes(size) : `${formatBytes(size)}, ${formatExactBytes(size)}`
}

function some(name: string, value: string | undefined, mono = false): Fact[] {
  return value === undefined ? [] : [{ name, value, mono }]
}
