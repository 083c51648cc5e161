import type { Credentials } from '#model/connection.ts'
import type { CallContext } from './services.ts'
import { toFailure } from '#model/failure.ts'
import { noKeys, SignInNeeded } from './sign-in-needed.ts'
import { assumeRole, type RoleRequest, type StsPlace } from './sts.ts'

/** Milliseconds before its end from which on a session counts as ended. */
const SHORTEST = 60_000
/** Codes that somebody may get wrong before the question is given up. */
const TRIES = 3

/** What a code is asked for: the device, and the role that it opens. */
export interface CodeQuestion {
  readonly serial: string
  readonly roleArn: string
  /** The code before was not accepted. */
  readonly again: boolean
}

export interface TakenRole extends RoleRequest {
  readonly mfaSerial?: string | undefined
  /** Says whose session it is, with the role: one cannot be used through another. */
  readonly scope: string
  readonly place: StsPlace
  readonly base: () => Promise<Credentials>
  /** These are what the server did not accept any more. */
  readonly refused?: Credentials | undefined
  /** The code that somebody gave; undefined: nobody is there to give one. */
  readonly code: ((question: CodeQuestion) => Promise<string | undefined>) | undefined
  /** Somebody typed one in just now: then nobody else's answer will do. */
  readonly given: boolean
}

/** Roles that are taken by AssumeRole. Sessions that cost somebody a code are kept until they end, in memory only. */
export interface Roles {
  /** Rejects with SignInNeeded where a code is needed. */
  take(role: TakenRole): Promise<Credentials>
}

export function createRoles(context: CallContext): Roles {
  const sessions = new Map<string, Credentials>()
  const under = new Map<string, Promise<Credentials>>()

  const withCode = async (role: TakenRole, serial: string): Promise<Credentials> => {
    const id = idOf(role, serial)
    const kept = sessions.get(id)
    if (kept && kept.accessKeyId === role.refused?.accessKeyId) sessions.set(id, { ...kept, expiresAt: 0 })
    else if (kept && (kept.expiresAt ?? 0) - context.seams.now() > SHORTEST) return kept
    const base = await role.base()
    for (let tries = 1; ; tries++) {
      const code = await role.code?.({ serial, roleArn: role.roleArn, again: tries > 1 })
      if (code === undefined) throw codeNeeded(role, serial, kept !== undefined)
      try {
        const fresh = await assumeRole(context, role.place, base, role, { serial, code })
        sessions.set(id, fresh)
        return fresh
      } catch (error) {
        const { code: what, property, message } = toFailure(error)
        if (what !== 'bad-input' || role.given) throw error
        // Nobody's input: a job has to wait for it, not to report it.
        if (property !== 'code') noKeys(message, error)
        if (tries === TRIES) throw codeNeeded(role, serial, kept !== undefined)
      }
    }
  }

  return {
    async take(role) {
      const { mfaSerial: serial } = role
      if (serial === undefined) return assumeRole(context, role.place, await role.base(), role)
      // A code is good for one session: who comes meanwhile gets the same.
      const id = `${idOf(role, serial)} ${role.given}`
      const running = under.get(id)
      if (running) return running
      const taking = withCode(role, serial).finally(() => under.delete(id))
      under.set(id, taking)
      return taking
    },
  }
}

function idOf({ scope, roleArn, externalId, sessionName, duration }: TakenRole, serial: string): string {
  return JSON.stringify([scope, roleArn, serial, externalId, sessionName, duration])
}

function codeNeeded({ roleArn }: TakenRole, serial: string, ended: boolean): SignInNeeded {
  return new SignInNeeded(
    { by: 'code', serial },
    ended ? 'credentials-expired' : 'credentials-missing',
    ended
      ? `The session of the role ${roleArn} has ended: it takes a new code of ${serial}.`
      : `The role ${roleArn} takes a code of the device ${serial}.`,
  )
}
