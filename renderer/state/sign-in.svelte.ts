import type { Client } from '#contract/client.ts'
import type { ConnectionView, SsoAccount, SsoSession } from '#contract/connection-answers.ts'
import type { SsoPortal } from '#model/connection.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { leadsElsewhere, type JobSnapshot } from '#model/job.ts'
import type { Connections } from './connections.svelte.ts'
import { hostOf } from './host-of.ts'
import type { Notices } from './notices.ts'

/** What the sign-in dialog is about. */
export type SignInAsked =
  | { readonly by: 'code'; readonly connection: string; readonly serial: string }
  | ({ readonly by: 'browser'; readonly name: string } & SsoPortal)

/** Signing in: a code for a role, or the browser for a portal. One dialog at a time. */
export class SignIns {
  readonly #client: Client
  readonly #connections: Connections
  readonly #notices: Notices
  /** Jobs of which it was said that they wait for somebody. */
  #told: readonly string[] = []

  sessions = $state.raw<readonly SsoSession[]>([])
  asked = $state.raw<SignInAsked>()
  busy = $state(false)
  /** Of the last try in the dialog that is open. */
  failure = $state.raw<Failure>()

  constructor(client: Client, connections: Connections, notices: Notices) {
    this.#client = client
    this.#connections = connections
    this.#notices = notices
    client.on('sso.changed', ({ sessions }) => this.#take(sessions))
  }

  /** A window that was just opened has heard nothing yet. */
  async load(): Promise<void> {
    try {
      this.#take(await this.#client.call('sso.sessions', {}))
    } catch {
      // Without it nothing is lost: a portal is asked when somebody signs in there.
    }
  }

  /** What is known of a portal. */
  session({ startUrl, region }: SsoPortal): SsoSession {
    const known = this.sessions.find((one) => sameUrl(one.startUrl, startUrl) && one.region === region)
    return known ?? { startUrl, region, state: 'signed-out' }
  }

  /** Whether there is something to do about a connection besides other keys. */
  can(id: string | undefined): boolean {
    return this.#connections.get(id)?.signIn !== undefined
  }

  /** Asks for the code of a connection, or begins to sign in by the browser. */
  begin(id: string): void {
    const connection = this.#connections.get(id)
    if (connection?.signIn === undefined) return
    const { signIn } = connection
    if (signIn.by === 'browser') return this.beginAt(signIn, connection.name)
    this.failure = undefined
    this.asked = { by: 'code', connection: id, serial: signIn.serial }
  }

  /** `name`: of whom it is for, as the dialog says it. */
  beginAt({ startUrl, region }: SsoPortal, name: string): void {
    this.asked = { by: 'browser', startUrl, region, name }
    void this.again()
  }

  /** Asks the portal for a code anew: at first, and after one was denied or ran out. */
  async again(): Promise<void> {
    const { asked } = this
    if (asked?.by !== 'browser' || this.busy) return
    const { startUrl, region } = asked
    await this.#try(async () => {
      this.#put(await this.#client.call('sso.signIn', { startUrl, region }))
    })
  }

  /** Takes the role with a code. True where it is taken, and the dialog gone. */
  async code(code: string): Promise<boolean> {
    const { asked } = this
    if (asked?.by !== 'code' || this.busy) return false
    const done = await this.#try(async () => {
      const connection = await this.#client.call('connections.signIn', { id: asked.connection, code })
      await this.#connections.load()
      this.#notices.say({ kind: 'done', title: `${connection.name} is signed in.` })
    })
    if (done) this.asked = undefined
    return done
  }

  /** Leaves the dialog; a sign-in that waits is given up. */
  close(): void {
    const { asked } = this
    this.asked = undefined
    this.failure = undefined
    if (asked?.by !== 'browser' || this.session(asked).state !== 'waiting') return
    const { startUrl, region } = asked
    // It runs out by itself where nobody hears that it is given up.
    this.#client.call('sso.cancel', { startUrl, region }).then(
      (session) => this.#put(session),
      () => undefined,
    )
  }

  /** What whoever signed in there may take. */
  accounts({ startUrl, region }: SsoPortal): Promise<readonly SsoAccount[]> {
    return this.#client.call('sso.accounts', { startUrl, region })
  }

  /** Says once of each job that it waits for somebody: who signs in, or sees to where its connection leads. */
  watch(jobs: Iterable<JobSnapshot>): void {
    const waiting = [...jobs].filter(
      ({ status, draft }) => !draft && status.is === 'paused' && status.reason === 'credentials',
    )
    const fresh = waiting.filter(({ id }) => !this.#told.includes(id))
    this.#told = waiting.map(({ id }) => id)
    for (const job of fresh) {
      const id = this.culprit(job)
      const what = leadsElsewhere(job.status) ? 'its connection' : 'a sign-in'
      this.#notices.say({
        kind: 'error',
        title: `Waits for ${what}: ${job.title}`,
        detail: job.status.is === 'paused' ? job.status.failure?.message : undefined,
        action: id === undefined ? undefined : { label: 'Sign in', run: () => this.begin(id) },
      })
    }
  }

  /** The connection of a job that somebody can sign in to. */
  culprit({ status, sources, destinations }: JobSnapshot): string | undefined {
    if (leadsElsewhere(status)) return undefined
    const ids = [...sources, ...destinations].map(({ connectionId }) => connectionId)
    return ids.find((id) => this.#connections.get(id)?.state === 'sign-in' && this.can(id))
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.busy = true
    this.failure = undefined
    try {
      await act()
      return true
    } catch (error) {
      this.failure = toFailure(error)
      return false
    } finally {
      this.busy = false
    }
  }

  #put(session: SsoSession): void {
    const others = this.sessions.filter(
      (one) => !(sameUrl(one.startUrl, session.startUrl) && one.region === session.region),
    )
    this.#take([...others, session])
  }

  #take(sessions: readonly SsoSession[]): void {
    this.sessions = sessions
    const { asked } = this
    if (asked?.by !== 'browser' || this.session(asked).state !== 'signed-in') return
    this.asked = undefined
    this.#notices.say({ kind: 'done', title: `Signed in at ${hostOf(asked.startUrl)}.` })
  }
}

/** As connections name them, and as the AWS files do: with or without a slash at the end. */
function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '')
}

/** In one word or two, why a connection needs somebody; `undefined` where it does not. */
export function signInWord(connection: ConnectionView): string | undefined {
  if (connection.state !== 'sign-in') return undefined
  switch (connection.failure?.code) {
    case 'clock-skew':
      return 'Clock is off'
    case 'signature':
      return 'Keys refused'
    default:
      return connection.signIn?.by === 'code' ? 'Needs a code' : 'Sign in'
  }
}
