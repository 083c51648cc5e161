import type { CredentialSource } from '#model/connection.ts'

/** Whose keys a connection uses, in a word or two for its line in the list; `undefined` where that goes without saying. */
export function credentialWords(credentials: CredentialSource): string | undefined {
  switch (credentials.kind) {
    case 'keys':
    case 'playground':
    case 'local':
      return undefined
    case 'profile':
      return `profile ${credentials.profile}`
    case 'sso':
      return `SSO, ${credentials.roleName}`
    case 'role':
      return `role ${credentials.roleArn.split('/').at(-1) ?? ''}`
    case 'environment':
    case 'container':
    case 'instance':
      return credentials.kind
    case 'anonymous':
      return 'public'
  }
}
