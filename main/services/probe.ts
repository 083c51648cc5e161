import { fail } from '#model/failure.ts'
import type { EndpointProbe } from '#model/settings.ts'

/** Tries what an endpoint keeps its word on, and remembers it for the connection. */
export function probe(): Promise<EndpointProbe> {
  return fail('not-supported', 'item', 'Endpoints cannot be probed yet.')
}
