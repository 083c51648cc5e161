import type { Client } from '#contract/client.ts'
import type { ConnectionDraft, ConnectionTest, ConnectionView } from '#contract/methods.ts'
import type { Connection } from '#model/connection.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { PRESETS, type Provider } from './presets.ts'

/** Where the keys come from, as far as the form offers it. SSO and assumed roles are profiles. */
export type KeySource = 'profile' | 'keys' | 'environment'

/** What is typed into the form of one connection. Keys are held while it is open, and go nowhere but to the core. */
export class ConnectionForm {
  readonly #client: Client

  /** Undefined for a new one. */
  readonly id: string | undefined
  readonly playground: boolean
  name = $state('')
  provider = $state<Provider>('aws')
  endpoint = $state('')
  region = $state('us-east-1')
  addressing = $state<Connection['addressing']>('virtual')
  color = $state(1)
  readOnly = $state(false)
  source = $state<KeySource>('keys')
  accessKeyId = $state('')
  secretAccessKey = $state('')
  sessionToken = $state('')
  profile = $state('')

  /** Fields show what is wrong with them only once one tried to go on. */
  tried = $state(false)
  busy = $state<'testing' | 'saving'>()
  test = $state.raw<ConnectionTest>()
  /** What was tested, so that a change since is seen. */
  #tested = $state<string>()
  failure = $state.raw<Failure>()
  readonly #beganAs: string

  /** What is wrong, by field; nothing is sent while there is any of it. */
  readonly errors: Readonly<Partial<Record<ErrorField, string>>> = $derived.by(() => this.#check())
  readonly ok: boolean = $derived.by(() => Object.keys(this.errors).length === 0)
  /** The test that stands is about what the form says now. */
  readonly testIsCurrent: boolean = $derived.by(
    () => this.test !== undefined && this.#tested === this.#text(),
  )
  readonly changed: boolean = $derived.by(() => this.#text() !== this.#beganAs)

  constructor(client: Client, connection: ConnectionView | undefined, color: number) {
    this.#client = client
    this.id = connection?.id
    this.playground = connection?.provider === 'playground'
    this.color = color
    if (connection !== undefined) this.#take(connection)
    this.#beganAs = this.#text()
  }

  /** Fills in what a kind of store usually needs; what was typed by hand stays. */
  choose(provider: Provider): void {
    const before = PRESETS[this.provider]
    const preset = PRESETS[provider]
    this.provider = provider
    if (this.endpoint === before.endpoint) this.endpoint = preset.endpoint
    if (this.region === before.region) this.region = preset.region
    this.addressing = preset.addressing
  }

  /** Spaces that a paste left at the ends of what is a key. */
  get strays(): boolean {
    return [this.accessKeyId, this.secretAccessKey, this.sessionToken].some((text) => text !== text.trim())
  }

  removeStrays(): void {
    this.accessKeyId = this.accessKeyId.trim()
    this.secretAccessKey = this.secretAccessKey.trim()
    this.sessionToken = this.sessionToken.trim()
  }

  /** Tries it, step by step; writes nothing. */
  async tryOut(): Promise<void> {
    this.tried = true
    if (!this.ok || this.busy !== undefined) return
    this.busy = 'testing'
    this.failure = undefined
    const text = this.#text()
    try {
      this.test = await this.#client.call('connections.test', this.#draft())
      this.#tested = text
    } catch (error) {
      this.test = undefined
      this.failure = toFailure(error)
    } finally {
      this.busy = undefined
    }
  }

  /** Keeps it, tested or not. Undefined where it was refused, with `failure` or `errors` saying why. */
  async save(): Promise<ConnectionView | undefined> {
    this.tried = true
    if (!this.ok || this.busy !== undefined) return undefined
    this.busy = 'saving'
    this.failure = undefined
    try {
      return await this.#client.call('connections.save', this.#draft())
    } catch (error) {
      this.failure = toFailure(error)
      return undefined
    } finally {
      this.busy = undefined
    }
  }

  #take(connection: ConnectionView): void {
    const { credentials } = connection
    this.name = connection.name
    if (connection.provider !== 'playground') this.provider = connection.provider
    this.endpoint = connection.endpoint ?? ''
    this.region = connection.region
    this.addressing = connection.addressing
    this.color = connection.color
    this.readOnly = connection.readOnly
    if (credentials.kind === 'keys') this.accessKeyId = credentials.accessKeyId
    if (credentials.kind === 'profile') this.profile = credentials.profile
    if (credentials.kind === 'keys' || credentials.kind === 'profile' || credentials.kind === 'environment')
      this.source = credentials.kind
  }

  #check(): Partial<Record<ErrorField, string>> {
    const errors: Partial<Record<ErrorField, string>> = {}
    if (this.name.trim() === '') errors.name = 'Give it a name.'
    if (this.endpoint.trim() === '') {
      if (this.provider !== 'aws')
        errors.endpoint = 'Say at which URL this store is; only AWS is found without.'
    } else if (!isHttp(this.endpoint.trim())) errors.endpoint = 'A URL begins with http:// or https://.'
    else if (/[<>]/.test(this.endpoint)) errors.endpoint = 'Put your own account in the place of <…>.'
    if (!/^[a-zA-Z0-9-]+$/.test(this.region.trim())) errors.region = 'Letters, digits and hyphens.'
    if (this.playground) return errors
    if (this.source === 'profile' && this.profile.trim() === '') errors.profile = 'Name a profile.'
    if (this.source === 'keys') {
      if (this.accessKeyId.trim() === '') errors.accessKeyId = 'Type the access key id.'
      if (this.secretAccessKey === '' && (this.id === undefined || this.sessionToken !== ''))
        errors.secretAccessKey = 'Type the secret access key.'
    }
    return errors
  }

  #draft(): ConnectionDraft {
    const endpoint = this.endpoint.trim()
    const credentials = this.playground
      ? ({ kind: 'playground' } as const)
      : this.source === 'keys'
        ? ({ kind: 'keys', accessKeyId: this.accessKeyId } as const)
        : this.source === 'profile'
          ? ({ kind: 'profile', profile: this.profile.trim() } as const)
          : ({ kind: 'environment' } as const)
    const { accessKeyId, secretAccessKey, sessionToken } = this
    const secret =
      this.source === 'keys' && !this.playground && secretAccessKey !== ''
        ? { secret: { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) } }
        : {}
    return {
      connection: {
        ...(this.id === undefined ? {} : { id: this.id }),
        name: this.name.trim(),
        provider: this.playground ? 'playground' : this.provider,
        ...(endpoint === '' ? {} : { endpoint }),
        region: this.region.trim(),
        addressing: this.addressing,
        color: this.color,
        readOnly: this.readOnly,
        credentials,
      },
      ...secret,
    }
  }

  #text(): string {
    return JSON.stringify(this.#draft())
  }
}

type ErrorField = 'name' | 'endpoint' | 'region' | 'profile' | 'accessKeyId' | 'secretAccessKey'

function isHttp(text: string): boolean {
  return /^https?:\/\/[^/\s]/.test(text)
}
