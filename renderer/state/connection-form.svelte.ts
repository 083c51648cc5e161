import type { Client } from '#contract/client.ts'
import type { ConnectionTest, ConnectionView, ServerCertificate } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'
import type { Connection } from '#model/connection.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { isAwsProvider, PROVIDER_FACTS, type StoreProvider } from '#model/providers.ts'
import { KeyFields, type KeyErrors } from './key-fields.svelte.ts'
import { formatKnownPlace, parseKnownPlace } from './known-place.ts'
import { usualEndpoint } from './presets.ts'

/** What is typed into the form of one connection. */
export class ConnectionForm {
  readonly #client: Client

  /** Undefined for a new one. */
  readonly id: string | undefined
  readonly playground: boolean
  /** No store: this machine. */
  readonly local: boolean
  readonly keys: KeyFields
  name = $state('')
  provider = $state<StoreProvider>('aws')
  endpoint = $state('')
  region = $state('us-east-1')
  addressing = $state<Connection['addressing']>('virtual')
  color = $state(1)
  readOnly = $state(false)
  /** Each as `bucket/prefix`. */
  places = $state.raw<readonly string[]>([])
  trustedCertificate = $state<string>()

  /** For the test only: a place whose rights are tried, and whether an upload is begun there. */
  tryIn = $state('')
  tryWrite = $state(false)
  /** Of the device, for the test only: it is good once. */
  code = $state('')

  /** Fields show what is wrong with them only once one tried to go on. */
  tried = $state(false)
  busy = $state<'testing' | 'saving'>()
  test = $state.raw<ConnectionTest>()
  /** What was tested, so that a change since is seen. */
  #tested = $state<string>()
  failure = $state.raw<Failure>()
  readonly #beganAs: string

  /** What is wrong, by field; nothing is sent while there is any of it. */
  readonly errors: Readonly<FormErrors> = $derived.by(() => this.#check())
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
    this.local = connection?.credentials.kind === 'local'
    this.color = color
    this.keys = new KeyFields(connection?.credentials)
    if (connection !== undefined) this.#take(connection)
    this.#beganAs = this.#text()
  }

  /** Fills in what a kind of store usually needs; what was typed by hand stays. */
  choose(provider: StoreProvider): void {
    const asUsual = this.endpoint === usualEndpoint(this.provider, this.region)
    if (this.region === PROVIDER_FACTS[this.provider].region) this.region = PROVIDER_FACTS[provider].region
    this.provider = provider
    if (asUsual) this.endpoint = usualEndpoint(provider, this.region)
    this.addressing = PROVIDER_FACTS[provider].addressing
  }

  /** An endpoint that holds the Region follows it, until it is typed by hand. */
  setRegion(region: string): void {
    const asUsual = this.endpoint === usualEndpoint(this.provider, this.region)
    this.region = region
    if (asUsual) this.endpoint = usualEndpoint(this.provider, region)
  }

  /** Takes a certificate for good although no authority vouches for it, and tests again. */
  async trust({ fingerprint }: ServerCertificate): Promise<void> {
    this.trustedCertificate = fingerprint
    await this.tryOut()
  }

  /** Tries it, step by step; what it writes, where it was asked to, it takes away. */
  async tryOut(): Promise<void> {
    this.tried = true
    if (!this.ok || this.busy !== undefined) return
    this.busy = 'testing'
    this.failure = undefined
    const text = this.#text()
    try {
      this.test = await this.#client.call('connections.test', { ...this.#draft(), ...this.#trial() })
      this.#tested = text
    } catch (error) {
      this.test = undefined
      this.failure = toFailure(error)
    } finally {
      this.busy = undefined
      this.code = ''
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
    this.name = connection.name
    if (connection.provider !== 'playground') this.provider = connection.provider
    this.endpoint = connection.endpoint ?? ''
    this.region = connection.region
    this.addressing = connection.addressing
    this.color = connection.color
    this.readOnly = connection.readOnly
    this.places = (connection.places ?? []).map(formatKnownPlace)
    this.trustedCertificate = connection.trustedCertificate
  }

  #check(): FormErrors {
    const errors: FormErrors = this.playground || this.local ? {} : this.keys.errors()
    const endpoint = this.endpoint.trim()
    if (this.name.trim() === '') errors.name = 'Give it a name.'
    if (endpoint === '') {
      if (!isAwsProvider(this.provider) && !this.local)
        errors.endpoint = 'Say at which URL this store is; only AWS is found without.'
    } else if (/[<>]/.test(endpoint)) errors.endpoint = 'Put what is yours in the place of <…>.'
    else if (!/^https?:\/\/[^/\s]/.test(endpoint)) errors.endpoint = 'A URL begins with http:// or https://.'
    else if (/^https?:\/\/[^/]*@/.test(endpoint)) errors.endpoint = 'Without a user name or password in it.'
    if (!/^[a-zA-Z0-9-]+$/.test(this.region.trim())) errors.region = 'Letters, digits and hyphens.'
    if (this.code !== '' && !/^\d{6}$/.test(this.code)) errors.code = 'Six digits.'
    return errors
  }

  #draft(): ConnectionDraft {
    const endpoint = this.endpoint.trim()
    const own = this.playground || this.local
    const secret = own ? undefined : this.keys.secret()
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
        credentials: this.playground
          ? { kind: 'playground' }
          : this.local
            ? { kind: 'local' }
            : this.keys.credentials(),
        ...(this.places.length === 0 ? {} : { places: this.places.map(parseKnownPlace) }),
        ...(this.trustedCertificate === undefined ? {} : { trustedCertificate: this.trustedCertificate }),
      },
      ...(secret === undefined ? {} : { secret }),
    }
  }

  #trial() {
    const place = parseKnownPlace(this.tryIn)
    return {
      ...(this.keys.needsCode && this.code !== '' ? { code: this.code } : {}),
      ...(place.bucket === '' ? {} : { ...place, write: this.tryWrite && !this.readOnly }),
    }
  }

  #text(): string {
    return JSON.stringify(this.#draft())
  }
}

export type FormErrors = KeyErrors & Partial<Record<'name' | 'endpoint' | 'region' | 'code', string>>
