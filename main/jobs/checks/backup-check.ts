import { isWithinBucket, legsOf } from '../plan/legs.ts'
import { fail } from '#model/failure.ts'
import { isLocal } from '#model/local.ts'
import type { JobSpec } from '#model/spec.ts'

/**
 * Where backups of what is written over may lie. Throws `bad-input`, naming field and value.
 *
 * | the prefix                                              | may be                                            |
 * |---------------------------------------------------------|---------------------------------------------------|
 * | is empty                                                | no: each backup would have the name of its object |
 * | lies within what a source in the destination's bucket takes | no: the next run would copy the backups       |
 * | lies within the destination's prefix                    | not of a mirror: the next run would delete them   |
 * | has the destination's prefix within it                  | no: a backup could have the name of an object     |
 * | a destination is a folder of this computer              | no: files are not kept aside                      |
 */
export function checkBackup(spec: JobSpec): void {
  if ((spec.kind !== 'copy' && spec.kind !== 'move') || spec.backup === undefined) return
  const { prefix } = spec.backup
  if (prefix === '') refuse('must not be empty')
  if (spec.destinations.some(isLocal))
    refuse('must be left out where a destination is a folder of this computer')
  for (const { source, destination } of legsOf(spec)) {
    if (destination === undefined) continue
    const lies = `must not lie within ${JSON.stringify(destination.prefix)}, as ${JSON.stringify(prefix)} does`
    if (spec.kind === 'copy' && spec.deleteExtra && prefix.startsWith(destination.prefix))
      refuse(`${lies}: a mirror deletes there what has no source`)
    if (destination.prefix !== '' && destination.prefix.startsWith(prefix))
      refuse(`must not begin the destination's prefix ${JSON.stringify(destination.prefix)}`)
    const taken = source.select.find((one) => one.kind === 'prefix' && prefix.startsWith(one.prefix))
    if (isWithinBucket({ source, destination }) && taken?.kind === 'prefix')
      refuse(`must not lie within ${JSON.stringify(taken.prefix)}, which the job reads in the same bucket`)
  }
}

function refuse(message: string): never {
  fail('bad-input', 'item', `backup.prefix: ${message}`, { property: 'backup.prefix' })
}
