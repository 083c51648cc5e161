import type { FieldCell } from './apply-field-rules.ts'
import { parseField } from './field.ts'
import type { Properties } from './properties.ts'
import type { StorageClass } from './storage-class.ts'

/** Names and values that S3 keeps as one property. */
interface Changes {
  readonly set: Record<string, string>
  readonly remove: string[]
}

/**
 * The properties of an edit with cells over them:
 *
 * | property               | cells make of it                                                    |
 * |------------------------|---------------------------------------------------------------------|
 * | headers, metadata, tags| `copy`, `change`: a `change` with the cells over it                  |
 * |                        | `set`, `drop`: exactly that, with the cells over it                 |
 * | redirect               | `set`, or `drop` where it is taken away                             |
 * | storage class          | `set`; one that is taken away stays (`fieldProblems` refuses it)    |
 */
export function propertiesWithFields(
  properties: Properties,
  cells: readonly Pick<FieldCell, 'field' | 'value'>[],
): Properties {
  if (cells.length === 0) return properties
  const headers: Changes = { set: {}, remove: [] }
  const metadata: Changes = { set: {}, remove: [] }
  const tags: Changes = { set: {}, remove: [] }
  let { redirect, storageClass } = properties
  for (const { field: name, value } of cells) {
    const field = parseField(name)
    if (field === undefined) continue
    if (field.in === 'redirect') redirect = value === null ? { policy: 'drop' } : { policy: 'set', value }
    else if (field.in !== 'class') put({ header: headers, metadata, tag: tags }[field.in], field.name, value)
    else if (value !== null) storageClass = { policy: 'set', value: value as StorageClass }
  }
  return {
    ...properties,
    headers: changed(properties.headers, headers) as Properties['headers'],
    metadata: changed(properties.metadata, metadata) as Properties['metadata'],
    tags: changed(properties.tags, tags) as Properties['tags'],
    redirect,
    storageClass,
  }
}

function put({ set, remove }: Changes, name: string, value: string | null): void {
  if (value === null) remove.push(name)
  else set[name] = value
}

type MapPolicy = Properties['headers'] | Properties['metadata'] | Properties['tags']

function changed(policy: MapPolicy, { set, remove }: Changes): MapPolicy {
  if (Object.keys(set).length === 0 && remove.length === 0) return policy
  if (policy.policy === 'copy') return { policy: 'change', set, remove: remove as never[] }
  if (policy.policy === 'change') {
    const others = policy.remove.filter((name) => set[name] === undefined && !remove.includes(name))
    return {
      policy: 'change',
      set: without({ ...policy.set, ...set }, remove),
      remove: [...others, ...remove] as never[],
    }
  }
  const value = policy.policy === 'set' ? policy.value : {}
  return { policy: 'set', value: without({ ...value, ...set }, remove) }
}

function without(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}
