import type { SignIn } from '#contract/connection-answers.ts'
import { DecantError, type Failure } from '#model/failure.ts'

/** There are no keys until somebody has signed in: by a code, or in the browser. */
export class SignInNeeded extends DecantError {
  readonly signIn: SignIn
  constructor(signIn: SignIn, code: 'credentials-missing' | 'credentials-expired', message: string) {
    super({ code, reach: 'job', message })
    this.signIn = signIn
  }
}

/** There are no keys, and a sign-in would not change that. */
export function noKeys(message: string, cause?: unknown): never {
  throw new DecantError({ code: 'credentials-missing', reach: 'job', message }, { cause })
}

/** A service that answers, but not now: as if nobody had answered, so that a job waits instead of giving up. */
export function notNow(message: string): DecantError {
  const failure: Failure = { code: 'connection', reach: 'attempt', message }
  return new DecantError(failure)
}
