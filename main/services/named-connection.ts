import type { Parsed } from '#contract/methods.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import type { SettingsStore } from './settings.ts'
import { endpointOf } from './storages.ts'
import type { Storages } from './storages.ts'

/**
 * The connection that a call names: the saved one, else the one that it brings along. Keys that come with it are kept in
 * the memory of this process. `bad-input` where there is neither.
 */
export function namedConnection(
  { settings, storages }: { readonly settings: SettingsStore; readonly storages: Storages },
  { connection: id, as }: Pick<Parsed<'scans.start' | 'grids.open'>, 'connection' | 'as'>,
): ConnectionRef {
  const saved = settings.current().connections.find((known) => known.id === id)
  const found = saved ?? as?.config
  if (found === undefined) {
    return fail('bad-input', 'item', `connection: there is no connection ${JSON.stringify(id)}`, {
      property: 'connection',
    })
  }
  if (as?.credentials) storages.lend(id, as.credentials)
  return { id, name: saved?.name ?? id, config: endpointOf(found) }
}
