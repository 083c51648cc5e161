import type { GridSnapshot } from '#model/grid.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { UpdateState } from '#model/releases.ts'
import type { PlaceLink } from '#model/link.ts'
import type { ScanSnapshot } from '#model/scan.ts'
import type { Settings } from '#model/settings.ts'
import type { JobSpec } from '#model/spec.ts'
import type { NoticeAction } from './host.ts'
import type { ConnectionView, SsoSession } from './connection-answers.ts'

/** What the core tells without being asked. Payloads are whole values, never deltas, so a lost one does no harm. */
export interface Events {
  /** The jobs that changed since the last one; at most five times a second. */
  'jobs.changed': { readonly jobs: readonly JobSnapshot[]; readonly removed: readonly string[] }
  /** Likewise. */
  'grids.changed': { readonly grids: readonly GridSnapshot[]; readonly removed: readonly string[] }
  /** Likewise. */
  'scans.changed': { readonly scans: readonly ScanSnapshot[]; readonly removed: readonly string[] }
  'connections.changed': { readonly connections: readonly ConnectionView[] }
  'sso.changed': { readonly sessions: readonly SsoSession[] }
  'updates.changed': { readonly update: UpdateState }
  'settings.changed': { readonly settings: Settings }
  /** From the host itself: the core was lost and is being started again, or is back. */
  'core.changed': { readonly state: 'up' | 'restarting' }
  /** From a menu: a command of the window's own registry, by its id. */
  'window.command': { readonly command: string }
  /** From a notification or the tray: what is to be done about a job. */
  'window.job': { readonly jobId: string; readonly action: NoticeAction }
  /** From the system: a link or a file that is to be opened here. */
  'window.open': Opened
}

export type Opened =
  | { readonly what: 'place'; readonly link: PlaceLink }
  | { readonly what: 'job'; readonly file: string; readonly spec: JobSpec }
  /** Why nothing is opened: a sentence. */
  | { readonly what: 'refused'; readonly message: string }

export type Topic = keyof Events
export type EventMessage = { [T in Topic]: { readonly topic: T; readonly payload: Events[T] } }[Topic]
