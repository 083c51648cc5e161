import type { Client } from '#contract/client.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { FailureCode } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import { formatNumberOf } from '../format/count.ts'
import type { Files } from './files.svelte.ts'
import type { Jobs } from './jobs.svelte.ts'
import { isLocalId } from './local-words.ts'
import type { Listing } from './listing.svelte.ts'
import { touches, type Listings } from './listings.ts'
import type { Notices } from './notices.ts'
import type { OwnJobs } from './own-jobs.svelte.ts'
import type { Pane } from './pane.svelte.ts'
import type { Router } from './router.svelte.ts'

/** The parts of the window that must follow what happens elsewhere. */
interface Parts {
  readonly client: Client
  readonly jobs: Jobs
  readonly own: OwnJobs
  readonly listings: Listings
  readonly panes: readonly Pane[]
  readonly notices: Notices
  readonly router: Router
  readonly files: Files
}

/** Keeps what is on the screen true: after jobs, and when connections change, go or come back. */
export function keepUp(parts: Parts): void {
  let before: ReadonlyMap<string, string> = new Map()
  parts.jobs.onfinish((job) => {
    const told = parts.own.finished(job)
    // A draft that cannot be planned is told in its sheet.
    if (job.draft) return
    if (!told) sayFinished(parts, job)
    listAgain(parts, job)
  })
  parts.client.on('connections.changed', ({ connections }) => {
    const now = leadsTo(connections)
    leaveWhatIsGone(parts, before, now)
    wakeListings(parts, connections)
    before = now
  })
}

/** Failures that pass by themselves when the way there is open again. */
export function isAway(code: FailureCode): boolean {
  return code === 'connection' || code === 'timeout' || code === 'core-lost'
}

function passesByItself(code: FailureCode): boolean {
  return isAway(code) || code === 'credentials-missing' || code === 'credentials-expired'
}

/** The end of a job is said once; one that was cancelled here is no news. */
function sayFinished({ notices, router, files }: Parts, job: JobSnapshot): void {
  const { status, title, id } = job
  if (status.is === 'cancelled') return
  const failed = job.tally.failed.items
  const bad = status.is === 'failed' || failed > 0
  const differ = job.kind !== 'parity' ? 'failed' : failed === 1 ? 'differs' : 'differ'
  const how =
    status.is === 'failed' ? 'Failed' : bad ? `Done, ${formatNumberOf(failed, 'object')} ${differ}` : 'Done'
  const show = router.has('job')
    ? { label: 'Show the job', run: () => router.go({ screen: 'job', id }) }
    : undefined
  const folder = downloadedTo(job)
  const open =
    bad || folder === undefined || files.can !== true
      ? undefined
      : { label: files.showing, run: () => void files.show(folder) }
  notices.say({
    kind: bad ? 'error' : 'done',
    title: `${how}: ${title}`,
    detail: status.is === 'failed' ? status.failure.message : undefined,
    action: open ?? show,
  })
}

/** The folder of this machine that a job wrote something into; undefined where it wrote none. */
export function downloadedTo(job: JobSnapshot): string | undefined {
  if (job.kind === 'parity' || job.tally.copied.items + job.tally.moved.items === 0) return undefined
  return job.destinations.find(({ connectionId }) => isLocalId(connectionId))?.bucket
}

/** Objects below a place that are searched again by themselves: a larger search costs more than it is worth. */
const SEARCHED_AGAIN = 50_000

/** What a finished job wrote or deleted is listed again where it is in sight; elsewhere when one goes there. */
function listAgain({ listings, panes }: Parts, job: JobSnapshot): void {
  if (job.kind === 'parity') return
  const places = [...job.destinations, ...(job.kind === 'copy' ? [] : job.sources)]
  const touched = new Set<Listing>()
  for (const label of places) {
    const { connectionId: connection, bucket, prefix } = label
    for (const listing of listings.touchedBy({ connection, bucket, prefix })) touched.add(listing)
    for (const { history } of panes)
      if (history !== undefined && touches({ connection, bucket, prefix }, history.place))
        void history.refresh()
  }
  for (const { search } of panes) {
    const small = (search?.scan.snapshot?.listed.items ?? Infinity) <= SEARCHED_AGAIN
    const hit = places.some(({ connectionId: connection, bucket, prefix }) =>
      search === undefined ? false : touches({ connection, bucket, prefix }, search.place),
    )
    if (search !== undefined && hit && small) void search.refresh()
  }
  for (const listing of touched) if (inSight(panes, listing)) void listing.refresh()
}

/** A connection that was removed, or now leads elsewhere, takes its listings with it. */
function leaveWhatIsGone(
  { listings, panes }: Parts,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): void {
  const shown = panes.flatMap((pane) => pane.place?.connection ?? [])
  for (const id of new Set([...before.keys(), ...shown])) {
    const changed = before.has(id) && before.get(id) !== now.get(id)
    if (now.has(id) && !changed) continue
    listings.forgetConnection(id)
    for (const pane of panes) if (pane.place?.connection === id) pane.reopen(now.has(id) ? pane.place : null)
  }
}

/** A listing that failed because its endpoint was away, or nobody was signed in, goes on when it is ready again. */
function wakeListings({ listings, panes }: Parts, connections: readonly ConnectionView[]): void {
  for (const { id } of connections.filter((connection) => connection.state === 'ready')) {
    for (const listing of listings.ofConnection(id)) {
      const { status } = listing
      if (inSight(panes, listing) && status.is === 'failed' && passesByItself(status.failure.code))
        void listing.refresh()
    }
  }
}

function inSight(panes: readonly Pane[], listing: Listing): boolean {
  return panes.some((pane) => pane.listing === listing)
}

/** Where each connection leads, by id: what makes its listings its own. */
function leadsTo(connections: readonly ConnectionView[]): ReadonlyMap<string, string> {
  return new Map(
    connections.map(({ id, endpoint, region, addressing, credentials }) => [
      id,
      JSON.stringify([endpoint, region, addressing, credentials]),
    ]),
  )
}
