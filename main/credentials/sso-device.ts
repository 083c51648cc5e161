import type { SsoPortal } from '#model/connection.ts'
import { toFailure, type Failure } from '#model/failure.ts'
import { sleep } from '#model/seams.ts'
import type { CallContext } from './services.ts'
import { askForToken, registerClient, startDeviceAuthorization, type DeviceCode } from './sso-calls.ts'
import type { SsoToken } from './sso-tokens.ts'

/** RFC 8628, 3.5: `slow_down` makes every wait from then on so many milliseconds longer. */
const SLOWER = 5000

/** A sign-in that waits for a person at the page. */
export interface WaitingSignIn {
  readonly code: DeviceCode
  cancel(): void
}
export type SignInOutcome = { readonly token: SsoToken } | { readonly failure: Failure }

/**
 * OAuth 2.0 device authorization: asks for a code, and then, at the server's pace, whether somebody has said yes.
 * Rejects where no code can be had. `done` is called once, and never after `cancel`.
 */
export async function deviceSignIn(
  context: CallContext,
  portal: SsoPortal,
  done: (outcome: SignInOutcome) => Promise<void>,
): Promise<WaitingSignIn> {
  const registration = await registerClient(context, portal)
  const code = await startDeviceAuthorization(context, portal, registration)
  const stop = new AbortController()
  const { signal } = stop
  const wait = async (): Promise<SignInOutcome> => {
    let { interval } = code
    while (context.seams.now() < code.expiresAt) {
      await sleep(context.seams, interval, signal)
      const answer = await lookOnce()
      if (answer === undefined || answer.is === 'pending') continue
      if (answer.is === 'token') return { token: answer.token }
      if (answer.is === 'slow-down') interval += SLOWER
      else return { failure: WORDS[answer.is] }
    }
    return { failure: WORDS.expired }
  }
  /** Undefined: no answer this time; the code is good for minutes, and a network may come back. */
  const lookOnce = (): ReturnType<typeof askForToken> | Promise<undefined> =>
    askForToken(context, portal, registration, code.deviceCode, signal).catch((error: unknown) => {
      if (toFailure(error).reach === 'attempt') return undefined
      throw error
    }) as ReturnType<typeof askForToken>
  wait()
    .catch((error: unknown) => ({ failure: toFailure(error) }))
    .then((outcome) => (signal.aborted ? undefined : done(outcome)))
    .catch(() => {})
  return { code, cancel: () => stop.abort(new DOMException('It was cancelled.', 'AbortError')) }
}

const WORDS: Readonly<Record<'denied' | 'expired', Failure>> = {
  denied: {
    code: 'access-denied',
    reach: 'item',
    message: 'The sign-in was refused on the page. Sign in again, and allow it there.',
  },
  expired: {
    code: 'credentials-expired',
    reach: 'item',
    message: 'The code of the sign-in has run out before somebody confirmed it. Sign in again.',
  },
}
