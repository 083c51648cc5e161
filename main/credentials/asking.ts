import type { Credentials } from '#model/connection.ts'
import type { CodeQuestion, Roles } from './roles.ts'
import type { CallContext } from './services.ts'
import type { Sso } from './sso.ts'

/** What the ways to keys have in common. */
export interface SourceContext extends CallContext {
  readonly sso: Sso
  readonly roles: Roles
  /** For what is on this machine: a second's patience, and no proxy. */
  readonly nearby: CallContext
}

/** What is asked of a source, besides which one it is. */
export interface Asking {
  readonly region: string
  /** Sessions that somebody gave a code for are shared within it only. */
  readonly scope: string
  /** These are what the server did not accept any more. */
  readonly refused?: Credentials | undefined
  readonly code: ((question: CodeQuestion) => Promise<string | undefined>) | undefined
  /** Somebody typed one in just now. */
  readonly given: boolean
}
