import type { HostPort } from '#contract/host.ts'
import { fail } from '#model/failure.ts'

/**
 * At its own pace the playground has copied everything before anybody can press pause. This one is a slow store's, and
 * ends by itself: a tour that nobody goes on with leaves no slow playground behind.
 */
const SLOW = { op: 'CopyObject', do: 'slow', ms: 1500, times: 6000 } as const

/** Sets how fast the playground answers copies, by its admin port; in the memory of its process only. */
export async function pacePlayground(
  host: Pick<HostPort, 'openPlayground'>,
  pace: 'slow' | 'own',
): Promise<void> {
  const { adminEndpoint, secretAccessKey } = await host.openPlayground()
  const ask = async (method: 'DELETE' | 'POST', body?: string): Promise<void> => {
    const answer = await fetch(`${adminEndpoint}/faults`, {
      method,
      headers: { 'x-decant-admin': secretAccessKey },
      ...(body !== undefined && { body }),
    })
    await answer.arrayBuffer()
    if (!answer.ok) {
      fail('server-error', 'item', `The playground did not change its pace (HTTP ${answer.status}).`)
    }
  }
  await ask('DELETE')
  if (pace === 'slow') await ask('POST', JSON.stringify({ rules: [SLOW] }))
}
