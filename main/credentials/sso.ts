import type { SsoAccount, SsoSession } from '#contract/connection-answers.ts'
import type { Credentials, SsoPortal } from '#model/connection.ts'
import type { Failure } from '#model/failure.ts'
import { readAwsFiles } from './aws-files.ts'
import type { CallContext } from './services.ts'
import { SignInNeeded } from './sign-in-needed.ts'
import { listAccounts, listRoles, renewToken, roleCredentials } from './sso-calls.ts'
import { deviceSignIn, type WaitingSignIn } from './sso-device.ts'
import {
  portalsOf,
  readToken,
  samePortal,
  tokenNames,
  writeToken,
  type KeptToken,
  type SsoToken,
} from './sso-tokens.ts'

/** Milliseconds before its end from which on a token is renewed. */
const RENEW_BEFORE = 5 * 60_000
/** Role lists asked for at once: the portal bears some twenty requests a second. */
const LISTS_AT_ONCE = 4

export interface SsoOptions extends CallContext {
  /** A page in the person's browser; `shown`: the window shows the link. */
  readonly openPage: (url: string) => Promise<'opened' | 'shown'>
  /** Portals of the connections. */
  readonly portals: () => readonly SsoPortal[]
  readonly changed: () => void
  /** Somebody has signed in there, or a token of before can be used again. */
  readonly signedIn: (portal: SsoPortal) => void
}

/** Sign-ins by the browser: one a portal, shared with the AWS tools by the files that these use. */
export interface Sso {
  /** Those of the connections and of the AWS files, and those that a sign-in was begun for. */
  sessions(): Promise<SsoSession[]>
  session(portal: SsoPortal): Promise<SsoSession>
  /** Begins to sign in; a sign-in that waits already goes on, and its page is opened once more. */
  signIn(portal: SsoPortal): Promise<SsoSession>
  cancel(portal: SsoPortal): Promise<SsoSession>
  /** What whoever signed in may take. Rejects with SignInNeeded. */
  accounts(portal: SsoPortal, signal?: AbortSignal): Promise<SsoAccount[]>
  /** Rejects with SignInNeeded, and with `connection` where nobody can be asked. */
  credentials(
    portal: SsoPortal,
    role: { readonly accountId: string; readonly roleName: string },
  ): Promise<Credentials>
  /** Whether there is a token, without asking anybody. */
  isSignedIn(portal: SsoPortal): Promise<boolean>
  close(): void
}

/** What is known of a portal here, besides the files. */
interface Known {
  readonly portal: SsoPortal
  waiting?: WaitingSignIn | undefined
  failure?: Failure | undefined
  /** Tokens that the portal did not accept, although they had not expired; refresh tokens that are of no more use. */
  readonly dead: Set<string>
  renewing?: Promise<SsoToken | undefined> | undefined
}

export function createSso(options: SsoOptions): Sso {
  const { seams, env } = options
  const all: Known[] = []

  const known = (portal: SsoPortal): Known => {
    let found = all.find((each) => samePortal(each.portal, portal))
    if (!found) all.push((found = { portal, dead: new Set() }))
    return found
  }
  const kept = async ({ portal, dead }: Known): Promise<KeptToken | undefined> => {
    const names = tokenNames(portal, await readAwsFiles(env))
    const token = await readToken(names, env)
    return token && dead.has(token.accessToken) ? { ...token, expiresAt: 0 } : token
  }
  const isRenewable = ({ dead }: Known, { renewal }: SsoToken): boolean =>
    renewal !== undefined && renewal.registrationExpiresAt > seams.now() && !dead.has(renewal.refreshToken)

  const renew = async (of: Known, token: KeptToken): Promise<SsoToken | undefined> => {
    const { renewal } = token
    if (!renewal || !isRenewable(of, token)) return undefined
    of.renewing ??= renewToken(options, of.portal, renewal)
      .then(async (fresh) => {
        if (!fresh) of.dead.add(renewal.refreshToken)
        // A disk that is full keeps nobody from using it.
        else await writeToken(fresh, of.portal, token.names, env).catch(() => {})
        return fresh
      })
      .finally(() => {
        of.renewing = undefined
      })
    return of.renewing
  }

  /** A token that lasts, renewed where that can be done without a person. */
  const current = async (of: Known): Promise<SsoToken> => {
    const token = await kept(of)
    const lasts = (token?.expiresAt ?? 0) - seams.now()
    if (!token || lasts <= 0) {
      const fresh = token && (await renew(of, token))
      return fresh ?? signInNeeded(of.portal, token !== undefined)
    }
    if (lasts > RENEW_BEFORE) return token
    return (await renew(of, token).catch(() => undefined)) ?? token
  }

  /** Calls with a token; one that is not accepted any more is renewed, and then somebody has to sign in. */
  const withToken = async <Value>(
    portal: SsoPortal,
    call: (accessToken: string) => Promise<Value | undefined>,
  ): Promise<Value> => {
    const of = known(portal)
    for (let tries = 1; ; tries++) {
      const { accessToken } = await current(of)
      const value = await call(accessToken)
      if (value !== undefined) return value
      of.dead.add(accessToken)
      if (tries === 2) return signInNeeded(portal, true)
    }
  }

  const view = async (of: Known): Promise<SsoSession> => {
    const { portal, waiting, failure } = of
    if (waiting) {
      const { userCode, page, expiresAt } = waiting.code
      return { ...portal, state: 'waiting', userCode, page, expiresAt }
    }
    const token = await kept(of)
    const lasts = token !== undefined && token.expiresAt > seams.now()
    if (lasts) return { ...portal, state: 'signed-in', expiresAt: token.expiresAt }
    return { ...portal, state: 'signed-out', ...(failure && { failure }) }
  }

  /** Tokens that ended and can be had anew without a person are had anew behind the answer. */
  const renewEnded = async (of: Known): Promise<void> => {
    const token = await kept(of)
    if (!token || of.waiting || token.expiresAt > seams.now()) return
    if (await renew(of, token)) options.changed()
  }

  return {
    async sessions() {
      const portals = [...options.portals(), ...portalsOf(await readAwsFiles(env))]
      for (const portal of portals) known(portal)
      for (const of of all) void renewEnded(of).catch(() => {})
      return Promise.all(all.map(view))
    },
    session: (portal) => view(known(portal)),
    async signIn(portal) {
      const of = known(portal)
      if (!of.waiting) {
        of.failure = undefined
        of.waiting = await deviceSignIn(options, portal, async (outcome) => {
          of.waiting = undefined
          if ('failure' in outcome) of.failure = outcome.failure
          else {
            of.failure = await keep(portal, outcome.token)
            if (!of.failure) options.signedIn(portal)
          }
          options.changed()
        })
        options.changed()
      }
      // Where no browser can be opened, the window shows the link.
      await options.openPage(of.waiting.code.page).catch(() => {})
      return view(of)
    },
    async cancel(portal) {
      const of = known(portal)
      of.waiting?.cancel()
      of.waiting = undefined
      options.changed()
      return view(of)
    },
    credentials: (portal, role) =>
      withToken(portal, (accessToken) => roleCredentials(options, portal, accessToken, role)),
    accounts: (portal, signal) =>
      withToken(portal, async (accessToken) => {
        const accounts = await listAccounts(options, portal, accessToken, signal)
        return accounts && withRoles(options, portal, accessToken, accounts, signal)
      }),
    async isSignedIn(portal) {
      const token = await kept(known(portal))
      return token !== undefined && token.expiresAt > seams.now()
    },
    close() {
      for (const { waiting } of all) waiting?.cancel()
    },
  }

  async function keep(portal: SsoPortal, token: SsoToken): Promise<Failure | undefined> {
    try {
      await writeToken(token, portal, tokenNames(portal, await readAwsFiles(env)), env)
      return undefined
    } catch (error) {
      return {
        code: 'storage-full',
        reach: 'item',
        message: `The sign-in could not be kept in ~/.aws/sso/cache (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      }
    }
  }
}

async function withRoles(
  context: CallContext,
  portal: SsoPortal,
  accessToken: string,
  accounts: readonly Omit<SsoAccount, 'roles'>[],
  signal: AbortSignal | undefined,
): Promise<SsoAccount[] | undefined> {
  const found: SsoAccount[] = []
  for (let at = 0; at < accounts.length; at += LISTS_AT_ONCE) {
    const some = accounts.slice(at, at + LISTS_AT_ONCE)
    const lists = await Promise.all(
      some.map(({ accountId }) => listRoles(context, portal, accessToken, accountId, signal)),
    )
    for (const [n, account] of some.entries()) {
      const roles = lists[n]
      if (!roles) return undefined
      found.push({ ...account, roles: roles.sort() })
    }
  }
  return found.sort((one, other) => one.name.localeCompare(other.name))
}

function signInNeeded({ startUrl, region }: SsoPortal, ended: boolean): never {
  const { host, pathname } = new URL(startUrl)
  const where = `${host}${pathname}`.replace(/\/$/, '')
  throw new SignInNeeded(
    { by: 'browser', startUrl, region },
    ended ? 'credentials-expired' : 'credentials-missing',
    ended ? `The sign-in at ${where} has ended: sign in again.` : `Nobody is signed in at ${where} yet.`,
  )
}
