import type { PlaygroundAdmin } from './playground.ts'

/** Remembers where the log stands; what it gives counts from there on. Counters are reset. */
export async function countRequests(
  admin: PlaygroundAdmin,
): Promise<() => Promise<Readonly<Record<string, number>>>> {
  await admin.resetCounters()
  const before = (await admin.log()).length
  return () => requestsByKey(admin, before)
}

/** A plan counts deletes by key: how many of them go together shows only when they do. */
async function requestsByKey(
  admin: PlaygroundAdmin,
  before: number,
): Promise<Readonly<Record<string, number>>> {
  const { DeleteObjects: together = 0, ...counted } = (await admin.counters()).requests
  if (together === 0) return counted
  const deleted = (await admin.log()).slice(before).filter(({ op }) => op === 'DeleteObject').length
  if (together + (counted['DeleteObject'] ?? 0) > deleted) throw new Error('more deletes were sent than keys')
  return { ...counted, DeleteObject: deleted }
}
