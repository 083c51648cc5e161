import type { Client } from '#contract/client.ts'
import { badInput, toFailure } from '#model/failure.ts'
import { settingsPatch, type NetworkSettings } from '#model/settings.ts'
import type { Notices } from './notices.ts'
import type { Session } from './session.svelte.ts'

export type ProxyUse = NetworkSettings['proxy']['use']
const FIELDS = ['url', 'user', 'except', 'caFiles'] as const
type NetworkField = (typeof FIELDS)[number]

/** The way out of this machine, as it is being written. Only what is right is kept, and that at once. */
export class NetworkForm {
  #client: Client
  #session: Session
  #notices: Notices

  use = $state<ProxyUse>('environment')
  url = $state('')
  user = $state('')
  except = $state('')
  password = $state('')
  errors = $state.raw<Readonly<Partial<Record<NetworkField, string>>>>({})

  constructor(client: Client, session: Session, notices: Notices) {
    this.#client = client
    this.#session = session
    this.#notices = notices
    const { proxy } = session.settings.network
    this.use = proxy.use
    if (proxy.use !== 'this') return
    this.url = proxy.url
    this.user = proxy.user ?? ''
    this.except = proxy.except
  }

  get caFiles(): readonly string[] {
    return this.#session.settings.network.caFiles
  }

  /** A proxy of one's own is kept as soon as it has an address. */
  async choose(use: ProxyUse): Promise<void> {
    this.use = use
    if (use === 'this' && this.url.trim() === '') this.errors = {}
    else await this.keep()
  }

  /** Gives whether it was kept. */
  keep(caFiles: readonly string[] = this.caFiles): Promise<boolean> {
    const user = this.user.trim()
    const proxy: unknown =
      this.use === 'this'
        ? { use: 'this', url: this.url.trim(), ...(user !== '' && { user }), except: this.except.trim() }
        : { use: this.use }
    return this.#write({ proxy, caFiles: [...caFiles] })
  }

  async addCaFiles(files: readonly string[]): Promise<boolean> {
    const added = files.filter((file) => file !== '' && !this.caFiles.includes(file))
    return added.length === 0 ? false : this.#writeCaFiles([...this.caFiles, ...added])
  }

  async removeCaFile(file: string): Promise<void> {
    await this.#writeCaFiles(this.caFiles.filter((kept) => kept !== file))
  }

  /** Whatever is being written of the proxy waits: only the files change. */
  #writeCaFiles(caFiles: readonly string[]): Promise<boolean> {
    return this.#write({ proxy: this.#session.settings.network.proxy, caFiles: [...caFiles] })
  }

  async #write(network: unknown): Promise<boolean> {
    const parsed = settingsPatch.safeParse({ network }, { reportInput: true })
    if (!parsed.success) {
      this.#refuse(badInput(parsed.error))
      return false
    }
    try {
      this.#session.settings = await this.#client.call('settings.update', parsed.data)
      this.errors = {}
      return true
    } catch (error) {
      this.#refuse(toFailure(error))
      return false
    }
  }

  /** Under the field that is meant; what belongs to none is said. */
  #refuse(failure: { readonly message: string; readonly property?: string | undefined }): void {
    const field = FIELDS.find((name) => failure.property?.split('.').includes(name))
    if (field === undefined)
      this.#notices.say({ kind: 'error', title: 'The settings could not be saved.', detail: failure.message })
    else this.errors = { [field]: `${failure.message}.` }
  }

  /** Null forgets the one that is kept. */
  async setPassword(password: string | null): Promise<void> {
    try {
      await this.#client.call('network.proxyPassword', { password })
      this.password = ''
      this.#notices.say({
        kind: 'done',
        title: password === null ? 'The proxy’s password is forgotten.' : 'The proxy’s password is kept.',
      })
    } catch (error) {
      this.#notices.failure(toFailure(error), 'The password could not be kept.')
    }
  }
}
