import type { ItemTask, ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'

/** Changes one object where it is. */
export function editItem({ item }: ItemTask, _tools: ItemTools): Promise<void> {
  return fail('internal', 'job', `${item.key} cannot be edited yet.`)
}
