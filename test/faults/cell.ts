import type { FaultRule } from '../../main/playground/faults.ts'
import type { Fate, Moment } from './tap.ts'

export type Job =
  | 'copy'
  | 'copy-parts'
  | 'move'
  | 'move-parts'
  | 'edit'
  | 'relay'
  | 'relay-parts'
  | 'upload'
  | 'upload-parts'
  | 'undo-copy'
  | 'undo-move'
  | 'undo-edit'

/** What happens at a moment. `fate`: what becomes of the request at which it happens. */
export type Act =
  /** SIGKILL. */
  | { readonly do: 'kill'; readonly fate: Fate }
  /** Somebody else does it to the object of the request: writes its source anew, or what it carries; deletes it; writes its copy. */
  | { readonly do: 'rewrite' | 'retouch' | 'delete' | 'write-there' }
  /** The disk of the journal is full, or fails; another program locks the journal, for good or for a moment. */
  | { readonly do: 'fill-disk' | 'io-errors' | 'lock' | 'lock-briefly' }
  /** A person cancels it, or presses Ctrl+C. */
  | { readonly do: 'cancel' | 'pause' }

export interface Event {
  readonly on: Moment
  readonly act: Act
}

/** From the start of a process to its end. The first runs the job, the others resume it. */
export interface Life {
  readonly faults?: readonly FaultRule[]
  readonly events?: readonly Event[]
  /** Its exit code, where it ends by itself: 0 if left out. */
  readonly exit?: number
}

export interface Cell {
  /** Begins with the name of its job. */
  readonly name: string
  readonly job: Job
  /** Objects; of those in parts 2 unless told otherwise, of others 30. */
  readonly items?: number
  /** Bytes of each, where it is not as many as of any other of its job. */
  readonly size?: number
  /** At the destination's name of so many of them, from the last, something else stands before. */
  readonly over?: number
  readonly args?: readonly string[]
  readonly lives: readonly Life[]
  /** Codes of the report's failed rows, with their numbers: none if left out. */
  readonly failed?: Readonly<Record<string, number>>
  /** Its status in the end: completed if left out. */
  readonly status?: 'completed' | 'cancelled'
  /** Everything of the playground below these prefixes keeps versions. */
  readonly versioning?: 'Enabled'
  /** It also runs in `npm test`. */
  readonly quick?: true
}
