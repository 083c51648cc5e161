import type { JobSnapshot } from '#model/job.ts'
import type { App } from '../../state/app.svelte.ts'

/** The connections of a job, once each. */
export function connectionIds(job: JobSnapshot): string[] {
  return [...new Set([...job.sources, ...job.destinations].map((place) => place.connectionId))]
}

/** The connection that holds a job up: the one that is not ready, where that is known. */
export function culprits(app: App, job: JobSnapshot): string[] {
  const ids = connectionIds(job)
  const expected =
    job.status.is === 'paused' && job.status.reason === 'credentials' ? 'sign-in' : ('offline' as const)
  const bad = ids.filter((id) => app.connections.get(id)?.state === expected)
  return bad.length > 0 ? bad : ids
}

/** Where a connection leads, as one would look for it: the host, else its name. */
export function hostOf(app: App, id: string): string {
  const connection = app.connections.get(id)
  if (connection?.endpoint === undefined) return connection?.name ?? 'the connection'
  return new URL(connection.endpoint).host
}

/** By which connections it goes, each named once: "lake-prod to archive and ceph-lab". */
export function ways({ sources, destinations }: Pick<JobSnapshot, 'sources' | 'destinations'>): string {
  const from = names(sources)
  const to = names(destinations)
  return to === '' || to === from ? from : `${from} to ${to}`
}

function names(places: JobSnapshot['destinations']): string {
  const once = [...new Set(places.map(({ connection }) => connection))]
  const last = once.pop() ?? ''
  return once.length === 0 ? last : `${once.join(', ')} and ${last}`
}
