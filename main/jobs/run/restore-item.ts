import { askRestore } from '../../engine/restore.ts'
import type { RestoreWork } from '../../engine/work.ts'
import type { Item } from '../item.ts'
import type { ItemTools } from './item-tools.ts'
import { fail } from '#model/failure.ts'
import type { ArchivePolicy, JobSpec } from '#model/spec.ts'

/**
 * Asks for one object from the archive. Once it is on its way, that is journaled, with the server's clock; of one that
 * is readable at present nothing is journaled. Asked for twice, it is on its way as well.
 */
export async function askForItem(
  item: Item,
  tools: Pick<ItemTools, 'spec' | 'of' | 'own' | 'journal'>,
): Promise<'readable' | 'under-way'> {
  const { leg, context } = tools.of(item)
  const { bucket, owner, customerKeys } = leg.source
  const work: RestoreWork = {
    object: { bucket, key: item.key, versionId: item.versionId, owner, customerKeys },
    storageClass: item.storageClass,
    ...restoreOf(tools.own(item)?.archived ?? policyOf(tools.spec)),
  }
  const answer = await askRestore(work, context)
  if (answer === 'under-way') {
    const restoreAskedAt = context.source.serverTime ?? context.seams.now()
    tools.journal.change(item, { ...item, state: 'restoring', failure: undefined, restoreAskedAt })
  }
  return answer
}

export function restoreOf(policy: ArchivePolicy | undefined): Pick<RestoreWork, 'tier' | 'days'> {
  if (policy?.do === 'restore') return { tier: policy.tier, days: policy.days }
  return fail('archived', 'item', 'It is archived, and the job does not restore what is.')
}

/** Undefined where a job restores nothing. */
export function policyOf(spec: JobSpec): ArchivePolicy | undefined {
  return 'archived' in spec ? spec.archived : undefined
}
