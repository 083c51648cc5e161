import type { CredentialSource } from '#model/connection.ts'
import { text, type Options } from './arguments.ts'
import { UsageError } from './usage.ts'

/** A role to be taken with the keys of a side. */
export interface RoleOptions {
  readonly roleArn: string
  readonly externalId?: string
  readonly mfaSerial?: string
  readonly sessionName?: string
}

type RoleBase = Extract<CredentialSource, { kind: 'role' }>['base']

/** `--role-arn` and what belongs to it; undefined where the side names no role. */
export function roleOptions(options: Options, prefix: '' | 'dest-'): RoleOptions | undefined {
  const roleArn = text(options, `${prefix}role-arn`)
  const externalId = text(options, `${prefix}external-id`)
  const mfaSerial = text(options, `${prefix}mfa-serial`)
  const sessionName = text(options, `${prefix}role-session-name`)
  if (roleArn === undefined) {
    const given = { 'external-id': externalId, 'mfa-serial': mfaSerial, 'role-session-name': sessionName }
    const alone = Object.entries(given).find(([, value]) => value !== undefined)?.[0]
    if (alone !== undefined)
      throw new UsageError(`--${prefix}${alone}: is of a role; name it by --${prefix}role-arn`)
    return undefined
  }
  return {
    roleArn,
    ...(externalId !== undefined && { externalId }),
    ...(mfaSerial !== undefined && { mfaSerial }),
    ...(sessionName !== undefined && { sessionName }),
  }
}

export function withRole(base: RoleBase, role: RoleOptions | undefined): CredentialSource {
  return role ? { kind: 'role', base, ...role } : base
}

/** The options by the names that they have in a connection. */
export const ROLE_OPTION_OF: Readonly<Record<string, string>> = {
  roleArn: 'role-arn',
  externalId: 'external-id',
  mfaSerial: 'mfa-serial',
  sessionName: 'role-session-name',
}
