import type { Item } from '../item.ts'
import type { Store } from '../store/store.ts'
import type { PropertyName, SomeProperties } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

/** The properties that a job changed of an item, or brought back; undefined where it changes none. */
export type ChangedOf = (item: Item) => readonly PropertyName[] | undefined

const DONE: readonly Item['state'][] = ['edited', 'deleted']

/**
 * | job  | item                            | properties                       |
 * |------|---------------------------------|----------------------------------|
 * | edit | edited                          | those that were remembered of it |
 * | undo | edited, or its version deleted  | those that it was to bring back  |
 * | any  | any other                       | undefined                        |
 */
export function changedOf(store: Pick<Store, 'edits'>, { kind }: JobSpec): ChangedOf {
  if (kind !== 'edit' && kind !== 'undo') return () => undefined
  return ({ id, etag, state }) => {
    if (!DONE.includes(state)) return undefined
    return named(kind === 'edit' ? store.edits.before(id, etag) : store.edits.own(id)?.properties)
  }
}

function named(properties: SomeProperties | undefined): readonly PropertyName[] | undefined {
  return properties && (Object.keys(properties) as PropertyName[])
}
