import type { Seams } from '#model/seams.ts'
import type { EndpointProbe } from '#model/settings.ts'
import { probeEndpoint } from '../engine/probe-endpoint.ts'
import type { Storage } from '../engine/storage.ts'
import type { SettingsStore } from './settings.ts'

interface Needs {
  readonly settings: SettingsStore
  readonly seams: Seams
}

/**
 * Tries what an endpoint keeps its word on, and remembers it for the connection: storages that are opened from now on
 * go by it, what runs keeps its own presumptions.
 */
export async function probe(
  { settings, seams }: Needs,
  storage: Storage,
  { connection, bucket }: { readonly connection: string; readonly bucket: string },
  signal: AbortSignal,
): Promise<EndpointProbe> {
  const { name: _, ...habits } = await probeEndpoint(storage, bucket, { seams, signal })
  const seen: EndpointProbe = { at: seams.now(), bucket, habits }
  await settings.update((current) => ({ ...current, probes: { ...current.probes, [connection]: seen } }))
  return seen
}
