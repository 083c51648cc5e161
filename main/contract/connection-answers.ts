import type { Connection } from '#model/connection.ts'
import type { Failure } from '#model/failure.ts'

/** A connection as the window sees it: no secret, but how it is doing. */
export interface ConnectionView extends Connection {
  readonly state: 'ready' | 'offline' | 'sign-in' | 'unknown'
  /** Why it is not ready. */
  readonly failure?: Failure | undefined
  /** What somebody can do about `sign-in`, besides other keys. */
  readonly signIn?: SignIn | undefined
}

/** `code`: of the device `serial`, by `connections.signIn`. `browser`: by `sso.signIn` with this portal. */
export type SignIn =
  | { readonly by: 'code'; readonly serial: string }
  | { readonly by: 'browser'; readonly startUrl: string; readonly region: string }

/** A sign-in by the browser (OAuth 2.0 device authorization), as one portal has it. */
export interface SsoSession {
  readonly startUrl: string
  readonly region: string
  readonly state: 'signed-out' | 'waiting' | 'signed-in'
  /** While it waits: what the page shows, and must be the same. */
  readonly userCode?: string | undefined
  /** The page, with the code in it. */
  readonly page?: string | undefined
  /** Milliseconds since the epoch: of the code while it waits, else of the session. */
  readonly expiresAt?: number | undefined
  /** Why the last try came to nothing. */
  readonly failure?: Failure | undefined
}
export interface SsoAccount {
  readonly accountId: string
  readonly name: string
  readonly roles: readonly string[]
}

/** A store that another tool of this machine knows. Its keys are read only when it is imported. */
export interface FoundElsewhere {
  /** For `connections.importElsewhere`; good for this run of Decant. */
  readonly id: string
  readonly from: 'rclone' | 'cyberduck' | 's3cmd'
  readonly name: string
  readonly provider: Connection['provider']
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  /** `elsewhere`: in a key store of its own, or encrypted; they have to be typed in. */
  readonly keys: 'here' | 'elsewhere' | 'none'
  /** A connection to this store with these keys is here already. */
  readonly imported: boolean
}

export interface FoundProfile {
  readonly name: string
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly kind: 'keys' | 'sso' | 'role' | 'process' | 'unknown'
  /** A connection with this profile is here already. */
  readonly imported: boolean
}

/** `list`, `read` and `write` are rights: the buckets or a place, its objects, new objects. */
export const TEST_STEPS = ['dns', 'tls', 'clock', 'server', 'signature', 'list', 'read', 'write'] as const
export interface ConnectionTestStep {
  readonly step: (typeof TEST_STEPS)[number]
  readonly state: 'passed' | 'failed' | 'not-reached' | 'not-needed'
  /** A sentence: what was found. */
  readonly detail: string
  /** The way out, where it failed. */
  readonly hint?: string | undefined
  readonly milliseconds?: number | undefined
  readonly failure?: Failure | undefined
  /** Of `tls`, where no authority vouches for it: it can be trusted by its fingerprint (`trustedCertificate`). */
  readonly certificate?: ServerCertificate | undefined
}
export interface ServerCertificate {
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly validFrom: number
  readonly validTo: number
}
export interface ConnectionTest {
  readonly ok: boolean
  readonly steps: readonly ConnectionTestStep[]
  readonly seconds: number
}
