import type { Client } from '#contract/client.ts'
import type { LocalFolder } from '#contract/answers.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import type { Place } from '#model/settings.ts'
import type { Dropped, FileDoor } from '../api/file-door.ts'
import type { Brought } from '../api/send-files.ts'
import type { Cargo, DropVerdict } from './drop.ts'
import type { Notices } from './notices.ts'
import type { Session } from './session.svelte.ts'

/** Files on their way from a browser to Decant. */
export interface Transfer {
  readonly into: Place
  readonly brought: Brought | undefined
  /** Why it stopped. */
  readonly failure?: Failure | undefined
  readonly cancel: () => void
  /** From the beginning; what is here already costs nothing to send again. */
  readonly again: () => void
}

interface Needs {
  readonly client: Client
  readonly notices: Notices
  readonly session: Session
  readonly connection: (id: string) => ConnectionView | undefined
  /** Opens the sheet for them. */
  readonly onupload: (folders: readonly LocalFolder[], target: Place) => void
  readonly ondownload: (cargo: Cargo, folder: string) => void
  /** False where a sheet is put aside; it has said so. */
  readonly isFree: () => boolean
}

/** A transfer that is over sooner is not worth a dialog, in milliseconds. */
const UNSEEN = 400

/** Files and folders of the person's machine: from there into a place of a store, and back. */
export class Files {
  #door: FileDoor
  #needs: Needs

  /** Shown while there is one. */
  transfer = $state.raw<Transfer>()

  constructor(door: FileDoor, needs: Needs) {
    this.#door = door
    this.#needs = needs
  }

  /** True, or nothing to say: this host has no way for them. */
  get can(): true | '' {
    return (this.#needs.session.info?.host.files ?? 'none') === 'none' ? '' : true
  }

  /** Whether they go by way of a browser. */
  get travels(): boolean {
    return this.#door.travels
  }

  /** What a download can be shown by, when it is done. */
  get showing(): 'Show in folder' | 'Save the files' {
    return this.#door.travels ? 'Save the files' : 'Show in folder'
  }

  /**
   * May files be dropped there? Only what is known while they are being dragged counts: how many they are.
   *
   * | target                      | answer                                |
   * |-----------------------------|---------------------------------------|
   * | no bucket                   | no: choose a bucket                   |
   * | connection gone, read-only  | no                                    |
   * | anything else, also offline | yes; the job waits for the connection |
   */
  judge(target: Place, what: string): DropVerdict {
    const connection = this.#needs.connection(target.connection)
    if (this.can !== true) return no('Files cannot be uploaded from here.')
    if (connection === undefined) return no('This connection is gone.')
    if (target.bucket === '') return no('Choose a bucket to drop into.')
    if (connection.readOnly) return no(`${connection.name} is read-only.`)
    const into = `into ${target.prefix === '' ? target.bucket : target.prefix}`
    return { ok: true, kind: 'copy', title: `Upload ${what} here`, into, hint: '', icon: 'upload' }
  }

  /** Lets the person choose, by the dialog of the system or of the browser. */
  async choose(what: 'files' | 'folder', target: Place): Promise<void> {
    if (!this.#allows(target)) return
    try {
      if (this.#door.travels) {
        const picked = await this.#door.pick(what)
        if (picked !== undefined) await this.upload(picked, target)
        return
      }
      const folders = await this.#needs.client.call('files.choose', {
        for: what === 'files' ? 'upload-files' : 'upload-folder',
      })
      if (folders !== undefined) this.#needs.onupload(folders, target)
    } catch (error) {
      this.#needs.notices.failure(toFailure(error), 'The files could not be chosen.')
    }
  }

  /** What was dropped or pasted, as the plan of an upload. Nothing is written before its sheet is started. */
  async upload(dropped: Dropped, target: Place): Promise<void> {
    if (!this.#allows(target)) return
    const controller = new AbortController()
    const again = (): void => {
      this.transfer = undefined
      void this.upload(dropped, target)
    }
    const cancel = (): void => {
      controller.abort()
      this.transfer = undefined
    }
    let brought: Brought | undefined
    const show = (failure?: Failure): void => {
      this.transfer = { into: target, brought, failure, cancel, again }
    }
    let seen = false
    const timer = setTimeout(() => {
      seen = this.#door.travels
      if (seen) show()
    }, UNSEEN)
    try {
      const paths = await this.#door.bring(dropped, {
        signal: controller.signal,
        onprogress: (now) => {
          brought = now
          if (seen && !controller.signal.aborted) show()
        },
      })
      const folders = await this.#needs.client.call('files.place', { paths: [...paths] })
      if (controller.signal.aborted) return
      this.transfer = undefined
      this.#needs.onupload(folders, target)
    } catch (error) {
      const failure = toFailure(error)
      if (controller.signal.aborted || failure.code === 'cancelled') return
      if (this.#door.travels) show(failure)
      else this.#needs.notices.failure(failure)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asks for a folder, or takes one that the browser can fetch from. */
  async download(cargo: Cargo): Promise<void> {
    if (!this.#needs.isFree()) return
    try {
      const [folder] = (await this.#needs.client.call('files.choose', { for: 'download' })) ?? []
      if (folder !== undefined) this.#needs.ondownload(cargo, folder.path)
    } catch (error) {
      this.#needs.notices.failure(toFailure(error), 'The folder could not be chosen.')
    }
  }

  /** What a download brought. */
  async show(folder: string): Promise<void> {
    try {
      const shown = await this.#needs.client.call('files.reveal', { path: folder })
      if (shown.kind === 'url') fetchByLink(shown.url)
    } catch (error) {
      this.#needs.notices.failure(toFailure(error), 'It could not be shown.')
    }
  }

  #allows(target: Place): boolean {
    const verdict = this.judge(target, '')
    if (!verdict.ok) this.#needs.notices.say({ kind: 'error', title: verdict.reason })
    return verdict.ok && this.#needs.isFree()
  }
}

/** As a click on a link: the browser keeps it as it keeps every download. */
function fetchByLink(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
}

function no(reason: string): DropVerdict {
  return { ok: false, reason }
}
