import type { Secret } from '#contract/drafts.ts'
import { credentialSource, type CredentialSource } from '#model/connection.ts'

/** Where the keys come from, as the form offers it. */
export type KeySource = Exclude<CredentialSource['kind'], 'playground' | 'local'>
type Role = Extract<CredentialSource, { kind: 'role' }>
export type RoleBase = Role['base']['kind']

/** The fields that can be wrong. */
export type KeyField =
  | 'profile'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'startUrl'
  | 'ssoRegion'
  | 'account'
  | 'roleArn'
  | 'externalId'
  | 'mfaSerial'
  | 'sessionName'
  | 'duration'
export type KeyErrors = Partial<Record<KeyField, string>>

/** What is typed of whose keys a connection uses. Keys are held while the form is open, and go only to the core. */
export class KeyFields {
  /** A kept secret need not be typed again. */
  readonly #kept: boolean

  source = $state<KeySource>('keys')
  accessKeyId = $state('')
  secretAccessKey = $state('')
  sessionToken = $state('')
  profile = $state('')
  startUrl = $state('')
  ssoRegion = $state('')
  accountId = $state('')
  roleName = $state('')
  roleArn = $state('')
  base = $state<RoleBase>('profile')
  externalId = $state('')
  mfaSerial = $state('')
  sessionName = $state('')
  /** In minutes. */
  duration = $state('')

  /** Keys are typed: of the connection itself, or those that take a role. */
  readonly typed: boolean = $derived.by(
    () => this.source === 'keys' || (this.source === 'role' && this.base === 'keys'),
  )
  /** A code of a device is needed for the keys. */
  readonly needsCode: boolean = $derived.by(() => this.source === 'role' && this.mfaSerial.trim() !== '')

  constructor(credentials: CredentialSource | undefined) {
    this.#kept = credentials !== undefined
    if (credentials !== undefined) this.#take(credentials)
  }

  /** Spaces that a paste left at the ends of what is a key. */
  get strays(): boolean {
    return [this.accessKeyId, this.secretAccessKey, this.sessionToken].some((text) => text !== text.trim())
  }

  removeStrays(): void {
    this.accessKeyId = this.accessKeyId.trim()
    this.secretAccessKey = this.secretAccessKey.trim()
    this.sessionToken = this.sessionToken.trim()
  }

  /** What the fields say; possibly not yet a source that holds. */
  credentials(): CredentialSource {
    switch (this.source) {
      case 'keys':
      case 'profile':
      case 'environment':
        return this.#simple(this.source)
      case 'sso':
        return {
          kind: 'sso',
          startUrl: this.startUrl.trim(),
          region: this.ssoRegion.trim(),
          accountId: this.accountId.trim(),
          roleName: this.roleName.trim(),
        }
      case 'role':
        return {
          kind: 'role',
          roleArn: this.roleArn.trim(),
          base: this.#simple(this.base),
          ...given('externalId', this.externalId),
          ...given('mfaSerial', this.mfaSerial),
          ...given('sessionName', this.sessionName),
          ...(this.duration.trim() === '' ? {} : { duration: Math.round(Number(this.duration) * 60) }),
        }
      case 'container':
      case 'instance':
      case 'anonymous':
        return { kind: this.source }
    }
  }

  secret(): Secret | undefined {
    const { accessKeyId, secretAccessKey, sessionToken } = this
    if (!this.typed || secretAccessKey === '') return undefined
    return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) }
  }

  errors(): KeyErrors {
    const errors: KeyErrors = {}
    const credentials = this.credentials()
    const parsed = credentialSource.safeParse(credentials)
    for (const issue of parsed.error?.issues ?? []) {
      const field = FIELDS[String(issue.path.at(-1))]
      if (field !== undefined) errors[field] ??= wordsFor(field, credentials)
    }
    if (this.typed && this.secretAccessKey === '' && (!this.#kept || this.sessionToken !== ''))
      errors.secretAccessKey = 'Type the secret access key.'
    return errors
  }

  #simple(kind: RoleBase): Role['base'] {
    if (kind === 'keys') return { kind, accessKeyId: this.accessKeyId }
    return kind === 'profile' ? { kind, profile: this.profile.trim() } : { kind }
  }

  #take(credentials: CredentialSource): void {
    if (credentials.kind === 'playground' || credentials.kind === 'local') return
    this.source = credentials.kind
    const own = credentials.kind === 'role' ? credentials.base : credentials
    if (own.kind === 'keys') this.accessKeyId = own.accessKeyId
    if (own.kind === 'profile') this.profile = own.profile
    if (credentials.kind === 'sso') {
      this.startUrl = credentials.startUrl
      this.ssoRegion = credentials.region
      this.accountId = credentials.accountId
      this.roleName = credentials.roleName
    }
    if (credentials.kind !== 'role') return
    this.base = credentials.base.kind
    this.roleArn = credentials.roleArn
    this.externalId = credentials.externalId ?? ''
    this.mfaSerial = credentials.mfaSerial ?? ''
    this.sessionName = credentials.sessionName ?? ''
    this.duration = credentials.duration === undefined ? '' : String(credentials.duration / 60)
  }
}

/** The field of the form, by the name in the model. */
const FIELDS: Readonly<Partial<Record<string, KeyField>>> = {
  accessKeyId: 'accessKeyId',
  profile: 'profile',
  startUrl: 'startUrl',
  region: 'ssoRegion',
  accountId: 'account',
  roleName: 'account',
  roleArn: 'roleArn',
  externalId: 'externalId',
  mfaSerial: 'mfaSerial',
  sessionName: 'sessionName',
  duration: 'duration',
}

function wordsFor(field: KeyField, credentials: CredentialSource): string {
  switch (field) {
    case 'accessKeyId':
      return 'Type the access key id.'
    case 'secretAccessKey':
      return 'Type the secret access key.'
    case 'profile':
      return 'Name a profile.'
    case 'startUrl':
      return 'The address of the portal, which begins with https://.'
    case 'ssoRegion':
      return 'The Region of the portal, such as eu-central-1.'
    case 'account':
      return credentials.kind === 'sso' && credentials.accountId === ''
        ? 'Sign in, and choose an account and a role.'
        : 'Choose an account of 12 digits, and a role of it.'
    case 'roleArn':
      return 'An ARN such as arn:aws:iam::123456789012:role/Archivist.'
    case 'externalId':
      return 'At least 2 characters, or none.'
    case 'mfaSerial':
      return 'The serial number or ARN of the device: at least 9 characters.'
    case 'sessionName':
      return '2 to 64 letters, digits or any of +=,.@-_'
    case 'duration':
      return '15 to 720 minutes.'
  }
}

function given<Name extends string>(name: Name, text: string): Partial<Record<Name, string>> {
  const trimmed = text.trim()
  return trimmed === '' ? {} : ({ [name]: trimmed } as Record<Name, string>)
}
