import { targetOf } from '../plan/plan-item.ts'
import type { ItemName } from '../store/items.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Whether a text is a part of an item's key or of its key at the destination, in whatever case; without one, always.
 * Where a row has no key of its own there, its key without the source's base stands behind the destination's prefix.
 */
export function textTest(spec: JobSpec, text: string | undefined): (name: ItemName) => boolean {
  if (text === undefined) return () => true
  const wanted = text.toLowerCase()
  const holds = (key: string | undefined): boolean => key?.toLowerCase().includes(wanted) === true
  return (name) => holds(name.key) || holds(targetOf(spec, name))
}
