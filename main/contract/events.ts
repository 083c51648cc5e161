import type { GridSnapshot } from '#model/grid.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { UpdateState } from '#model/releases.ts'
import type { Settings } from '#model/settings.ts'
import type { ConnectionView, SsoSession } from './methods.ts'

/** What the core tells without being asked. Payloads are whole values, never deltas, so a lost one does no harm. */
export interface Events {
  /** The jobs that changed since the last one; at most five times a second. */
  'jobs.changed': { readonly jobs: readonly JobSnapshot[]; readonly removed: readonly string[] }
  /** Likewise. */
  'grids.changed': { readonly grids: readonly GridSnapshot[]; readonly removed: readonly string[] }
  'connections.changed': { readonly connections: readonly ConnectionView[] }
  'sso.changed': { readonly sessions: readonly SsoSession[] }
  'updates.changed': { readonly update: UpdateState }
  'settings.changed': { readonly settings: Settings }
  /** From the host itself: the core was lost and is being started again, or is back. */
  'core.changed': { readonly state: 'up' | 'restarting' }
  /** From a menu or a notification: what the window should do now. */
  'window.command': { readonly command: WindowCommand; readonly jobId?: string | undefined }
}

export type WindowCommand =
  | 'open-palette'
  | 'show-browse'
  | 'show-jobs'
  | 'show-job'
  | 'show-connections'
  | 'show-settings'
  | 'show-keys'
  | 'refresh'

export type Topic = keyof Events
export type EventMessage = { [T in Topic]: { readonly topic: T; readonly payload: Events[T] } }[Topic]
