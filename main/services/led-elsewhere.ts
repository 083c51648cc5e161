import type { ConnectionRef, EndpointConfig } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import { isLocalConfig } from '#model/local.ts'
import { awsProviderOf, PROVIDER_FACTS } from '#model/providers.ts'
import type { Settings } from '#model/settings.ts'
import type { JobSpec } from '#model/spec.ts'
import { isSameStore } from '../engine/route.ts'
import type { OpenStorage } from '../engine/storage.ts'
import { endpointOf } from './storages.ts'

/**
 * What is saved under a connection's id counts, and not what a spec says of it. So a spec is made to say what is saved:
 * by that the plan tells whether two places are one, and an object its own copy (invariant 2).
 */
export function asSaved(spec: JobSpec, { connections }: Settings): JobSpec {
  const saved = (connection: ConnectionRef): ConnectionRef => {
    const known = connections.find(({ id }) => id === connection.id)
    return known ? { ...connection, config: endpointOf(known) } : connection
  }
  const place = <Place extends { readonly connection: ConnectionRef }>(one: Place): Place => ({
    ...one,
    connection: saved(one.connection),
  })
  const { manifest, report } = spec
  return {
    ...spec,
    sources: spec.sources.map(place),
    ...('destinations' in spec && { destinations: spec.destinations.map(place) }),
    ...('backTo' in spec && spec.backTo && { backTo: spec.backTo.map(place) }),
    ...('copiedFrom' in spec && spec.copiedFrom && { copiedFrom: spec.copiedFrom.map(place) }),
    ...(report && { report: { ...report, to: place(report.to) } }),
    ...(manifest?.at.is === 'object' && { manifest: { ...manifest, at: place(manifest.at) } }),
  } as JobSpec
}

/**
 * Opens what a job names, as long as it leads where it led when the job was made: elsewhere the same bucket and key are
 * another object, and what was planned, sent or deleted here says nothing of it.
 *
 * | saved under its id            | leads to the same store | opens |
 * |-------------------------------|-------------------------|-------|
 * | nothing                       |                         | yes   |
 * | the playground, as in the job | at whatever port        | yes   |
 * | any other                     | yes, also by other keys or another Region | yes |
 * | any other                     | no                      | no: `connection-changed` |
 */
export function openAsMade(open: OpenStorage, settings: () => Settings): OpenStorage {
  return async (ref, access) => {
    const saved = settings().connections.find(({ id }) => id === ref.id)
    if (saved !== undefined && !isLocalConfig(ref.config)) {
      const arePlaygrounds = [saved, ref.config].every(({ credentials: { kind } }) => kind === 'playground')
      if (!arePlaygrounds && !isSameStore(saved, ref.config)) {
        const message = `The connection "${saved.name}" leads to ${storeOf(saved)} now, and this job was made for ${storeOf(ref.config)}. It goes on once the connection leads there again; for the other store make the job anew.`
        fail('connection-changed', 'job', message, { property: 'endpoint' })
      }
    }
    return open(ref, access)
  }
}

/** As a person knows it: the endpoint as it was typed, or AWS by its partition. */
function storeOf({ endpoint, region }: Pick<EndpointConfig, 'endpoint' | 'region'>): string {
  return endpoint ?? PROVIDER_FACTS[awsProviderOf(region)].name
}
