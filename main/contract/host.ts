import type { KeptSecret } from '#model/connection.ts'
import type { SignedReleases } from '#model/releases.ts'
import type { Settings } from '#model/settings.ts'

/** What the host around the core can do; it tells the window which buttons exist. */
export interface HostCapabilities {
  readonly kind: 'desktop' | 'serve' | 'cli'
  /** Keys typed in are kept by the system's key store, in memory only, or refused because there is no safe place. */
  readonly secrets: 'kept' | 'memory' | 'plain-refused'
  readonly notifications: boolean
  readonly saveDialog: boolean
  /**
   * How files of the person's machine get here. `dialogs`: they are on this machine, dropped or chosen in its own
   * dialogs; `transfer`: the browser sends and fetches them over HTTP.
   */
  readonly files: 'dialogs' | 'transfer' | 'none'
  /** The build has a releases feed. */
  readonly updates: boolean
  /** Absent where the window is a page in a browser, or where there is none. */
  readonly desktop?: DesktopHabits | undefined
}

/** What only a program with a window of its own can do. */
export interface DesktopHabits {
  /** Where it is to be found again while it works with its window closed. */
  readonly background: 'tray' | 'dock' | 'minimised'
}

/** What can be done about a notice, right in it, where the system shows buttons there. */
export type NoticeAction = 'show' | 'retry' | 'undo' | 'sign-in'
export interface JobNotice {
  readonly title: string
  readonly body: string
  readonly jobId: string
  /** The first is what a click on the notice itself does. */
  readonly actions: readonly [NoticeAction, ...NoticeAction[]]
}

/** What the jobs are at, for the dock, the taskbar and the tray. */
export interface JobsAtWork {
  readonly running: number
  /** Held by the person, or because something is missing; they can be resumed. */
  readonly paused: number
  /** Absent while nothing runs or no total is known. */
  readonly fraction?: number | undefined
  /** The machine is not to fall asleep. */
  readonly awake: boolean
  /** The first few of those that run or are paused. */
  readonly jobs: readonly JobAtWork[]
}
export interface JobAtWork {
  readonly id: string
  readonly title: string
  readonly state: 'running' | 'paused'
  readonly fraction?: number | undefined
}

/** A file or folder that a window may name in a job: it, and what is below it. Real paths, links resolved. */
export interface FileGrant {
  readonly path: string
  /** One does not imply the other: what was dropped to be uploaded is never written to. */
  readonly access: 'read' | 'write'
}

export const FILE_CHOICES = ['upload-files', 'upload-folder', 'download'] as const
export type FileChoice = (typeof FILE_CHOICES)[number]

export interface PlaygroundAccess {
  readonly endpoint: string
  /** Its port for what is not S3; the secret access key opens it. */
  readonly adminEndpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What the core asks of its host. Every call can fail with a `DecantError`. */
export interface HostPort {
  capabilities(): Promise<HostCapabilities>
  /** Keys of a connection under its id, keys of the key ring under theirs. Undefined where nothing was kept. */
  readSecret(id: string): Promise<KeptSecret | undefined>
  writeSecret(id: string, secret: KeptSecret): Promise<void>
  removeSecret(id: string): Promise<void>
  /** The file's content, not yet checked: text where it is no JSON, undefined on the first start. */
  readSettings(): Promise<unknown>
  /** A file that nobody can read is renamed, never lost; gives its new name. */
  setSettingsAside(): Promise<string>
  writeSettings(settings: Settings): Promise<void>
  notify(notice: JobNotice): Promise<void>
  showProgress(work: JobsAtWork): Promise<void>
  /** A finished file goes to where the person wants it. `path` is in the data directory and stays there. */
  deliverFile(file: {
    readonly path: string
    readonly name: string
  }): Promise<
    | { readonly kind: 'saved'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'cancelled' }
  >
  /** Which files of this machine a window may name: those that the person dropped or chose, and what the host allows. */
  fileGrants(): Promise<readonly FileGrant[]>
  /** Asks the person, by the system's dialog; absolute paths, granted from now on. Undefined: nothing was chosen. */
  choosePaths(choice: FileChoice): Promise<readonly string[] | undefined>
  /** Shows what lies at a granted path: in the file manager, or as a link that hands it to the browser. */
  revealPath(
    path: string,
  ): Promise<{ readonly kind: 'shown' } | { readonly kind: 'url'; readonly url: string }>
  /**
   * A text that was made to be copied, and that the window must not see: onto the clipboard, or, where the person's
   * clipboard is not of this machine, behind a URL of ours that gives it once and soon forgets it.
   */
  handText(
    text: string,
  ): Promise<{ readonly kind: 'copied' } | { readonly kind: 'once'; readonly url: string }>
  /** A page in the person's own browser; `shown`: there is none to open, so the window shows the link. Only https. */
  openPage(url: string): Promise<'opened' | 'shown'>
  /** The releases feed as it stands, unchecked; undefined where the build has none. */
  readReleases(): Promise<SignedReleases | undefined>
  /** A folder of the data directory in the system's own file manager; `shown`: there is none to open. */
  openFolder(folder: string): Promise<'opened' | 'shown'>
  /** A process of its own that stops with the host; its data stays. Starting it twice gives the same one. */
  openPlayground(): Promise<PlaygroundAccess>
}

export type HostMethod = keyof HostPort

const HOST_METHODS: Readonly<Record<HostMethod, true>> = {
  capabilities: true,
  readSecret: true,
  writeSecret: true,
  removeSecret: true,
  readSettings: true,
  setSettingsAside: true,
  writeSettings: true,
  notify: true,
  showProgress: true,
  deliverFile: true,
  fileGrants: true,
  choosePaths: true,
  revealPath: true,
  handText: true,
  openPage: true,
  readReleases: true,
  openFolder: true,
  openPlayground: true,
}

export function isHostMethod(name: string): name is HostMethod {
  return Object.hasOwn(HOST_METHODS, name)
}
