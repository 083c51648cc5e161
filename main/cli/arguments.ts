import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from './usage.ts'

export type OptionTable = NonNullable<ParseArgsConfig['options']>

/** What was given, by name; what can be given several times is a list. */
export type Options = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
export interface OptionInOrder {
  readonly name: string
  readonly value: string
}

const FLAG = { type: 'boolean' } as const
const TEXT = { type: 'string' } as const
const MANY = { type: 'string', multiple: true } as const

export const COMMON_OPTIONS = {
  help: FLAG,
  json: FLAG,
  quiet: FLAG,
  'data-dir': TEXT,
  'ca-bundle': TEXT,
} as const
/** What a command that makes a job takes besides its spec. */
export const ORDER_OPTIONS = { priority: TEXT, 'start-at': TEXT } as const
/** Of `decant plan`, besides those of the command that is planned. */
export const PLAN_OPTIONS = { save: FLAG, out: TEXT, only: TEXT } as const
/** What a job may take. */
export const BUDGET_OPTIONS = { 'max-requests': TEXT, 'budget-usd': TEXT } as const
const NEAR_SIDE = {
  profile: TEXT,
  'endpoint-url': TEXT,
  region: TEXT,
  'role-arn': TEXT,
  'external-id': TEXT,
  'mfa-serial': TEXT,
  'role-session-name': TEXT,
  'path-style': FLAG,
  'no-sign-request': FLAG,
  owner: TEXT,
  'requester-pays': FLAG,
} as const
const FAR_SIDE = {
  'dest-profile': TEXT,
  'dest-endpoint-url': TEXT,
  'dest-region': TEXT,
  'dest-role-arn': TEXT,
  'dest-external-id': TEXT,
  'dest-mfa-serial': TEXT,
  'dest-role-session-name': TEXT,
  'dest-path-style': FLAG,
  'dest-no-sign-request': FLAG,
  'dest-owner': TEXT,
  'dest-requester-pays': FLAG,
} as const
/** Of both sides: said when a job is made. */
export const STORE_OPTIONS = { ...NEAR_SIDE, ...FAR_SIDE } as const
/** What follows the end of a job. */
const AFTER_OPTIONS = { 'report-to': TEXT, report: MANY, webhook: TEXT } as const
const WHICH_OPTIONS = {
  ...AFTER_OPTIONS,
  recursive: FLAG,
  concurrency: TEXT,
  include: MANY,
  exclude: MANY,
  'include-regex': MANY,
  'exclude-regex': MANY,
  'min-size': TEXT,
  'max-size': TEXT,
  'modified-from': TEXT,
  'modified-before': TEXT,
  class: MANY,
  encryption: MANY,
  'with-tag': MANY,
  'with-meta': MANY,
  'version-state': MANY,
  'sse-c-source-key': MANY,
  'sse-c-key-file': MANY,
} as const
/** Keys from a manifest instead of a listing. */
const FROM_MANIFEST = { manifest: TEXT, 'manifest-format': TEXT, look: TEXT } as const
const SOURCE_OPTIONS = { ...WHICH_OPTIONS, versions: TEXT, 'version-id': TEXT } as const
const PROPERTY_OPTIONS = {
  verify: TEXT,
  restore: TEXT,
  rule: MANY,
  headers: TEXT,
  set: MANY,
  remove: MANY,
  metadata: TEXT,
  'set-meta': MANY,
  'remove-meta': MANY,
  tags: TEXT,
  tag: MANY,
  untag: MANY,
  annotations: TEXT,
  acl: TEXT,
  grant: MANY,
  lock: TEXT,
  'legal-hold': TEXT,
  redirect: TEXT,
  'storage-class': TEXT,
  sse: TEXT,
  'sse-kms-key-id': TEXT,
  'sse-kms-context': MANY,
  'sse-bucket-key': FLAG,
  'sse-c-key': TEXT,
  checksum: TEXT,
} as const
const NAME_OPTIONS = {
  'name-prefix': MANY,
  'name-replace': MANY,
  'name-case': MANY,
  'name-flatten': MANY,
  'name-template': MANY,
  'also-to': MANY,
} as const

const FIELD_OPTIONS = {
  replace: MANY,
  rename: MANY,
  'copy-field': MANY,
  'from-key': MANY,
  'from-modified': MANY,
  'type-from-extension': FLAG,
  'type-from-content': FLAG,
  'where-key': MANY,
  'where-value': MANY,
} as const

const WRITE_OPTIONS = {
  ...COMMON_OPTIONS,
  ...ORDER_OPTIONS,
  ...FROM_MANIFEST,
  ...BUDGET_OPTIONS,
  ...NEAR_SIDE,
  ...SOURCE_OPTIONS,
  ...PROPERTY_OPTIONS,
} as const
/** What an edit makes of its objects. */
export const CHANGING_OPTIONS: OptionTable = { ...PROPERTY_OPTIONS, ...FIELD_OPTIONS }
const TABLE_OPTIONS = { csv: TEXT, 'export-csv': TEXT } as const
export const EDIT_OPTIONS = { ...WRITE_OPTIONS, ...FIELD_OPTIONS, ...TABLE_OPTIONS } as const
export const PARITY_OPTIONS = {
  ...COMMON_OPTIONS,
  ...ORDER_OPTIONS,
  ...FROM_MANIFEST,
  ...BUDGET_OPTIONS,
  ...NEAR_SIDE,
  ...FAR_SIDE,
  ...SOURCE_OPTIONS,
  ...NAME_OPTIONS,
  compare: TEXT,
} as const
export const POUR_OPTIONS = {
  ...WRITE_OPTIONS,
  ...FAR_SIDE,
  ...NAME_OPTIONS,
  conflict: TEXT,
  'part-layout': TEXT,
  backup: TEXT,
  mirror: FLAG,
  yes: FLAG,
} as const

export const DELETE_OPTIONS = {
  ...COMMON_OPTIONS,
  ...FROM_MANIFEST,
  ...NEAR_SIDE,
  ...SOURCE_OPTIONS,
  yes: FLAG,
} as const
export const MANIFEST_COMMAND_OPTIONS = {
  ...COMMON_OPTIONS,
  ...NEAR_SIDE,
  out: TEXT,
  versions: FLAG,
} as const
export const PURGE_OPTIONS = {
  ...COMMON_OPTIONS,
  ...ORDER_OPTIONS,
  ...BUDGET_OPTIONS,
  ...NEAR_SIDE,
  ...WHICH_OPTIONS,
  'older-than': TEXT,
  keep: TEXT,
  'lone-markers': FLAG,
  yes: FLAG,
} as const
export const UNDELETE_OPTIONS = {
  ...COMMON_OPTIONS,
  ...ORDER_OPTIONS,
  ...BUDGET_OPTIONS,
  ...NEAR_SIDE,
  ...WHICH_OPTIONS,
} as const
export const REWIND_OPTIONS = {
  ...UNDELETE_OPTIONS,
  to: TEXT,
  'delete-later': FLAG,
  verify: TEXT,
  restore: TEXT,
  yes: FLAG,
} as const
export const RESTORE_VERSION_OPTIONS = {
  ...AFTER_OPTIONS,
  ...ORDER_OPTIONS,
  ...COMMON_OPTIONS,
  ...BUDGET_OPTIONS,
  ...NEAR_SIDE,
  'version-id': TEXT,
  restore: TEXT,
  'sse-c-source-key': MANY,
  'sse-c-key-file': MANY,
} as const

export const USAGE_OPTIONS = { ...COMMON_OPTIONS, ...NEAR_SIDE, versions: FLAG, uploads: FLAG } as const
export const UPLOADS_OPTIONS = {
  ...COMMON_OPTIONS,
  ...NEAR_SIDE,
  abort: FLAG,
  'older-than': TEXT,
  yes: FLAG,
} as const
export const PRESIGN_OPTIONS = {
  ...COMMON_OPTIONS,
  ...NEAR_SIDE,
  expires: TEXT,
  download: FLAG,
  'version-id': TEXT,
} as const

/** Options and positionals, or a `UsageError` that names what is wrong. */
export function readArguments<const T extends OptionTable>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, tokens: true })
  } catch (error) {
    throw new UsageError(sentence(error as Error))
  }
}

/** The options as they stand on the line; a flag has an empty value. */
export function inOrder(tokens: ReturnType<typeof readArguments>['tokens']): OptionInOrder[] {
  return tokens.flatMap((token) =>
    token.kind === 'option' ? [{ name: token.name, value: token.value ?? '' }] : [],
  )
}

export function text(options: Options, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function flag(options: Options, name: string): boolean {
  return options[name] === true
}

export function list(options: Options, name: string): string[] {
  const value = options[name]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** Options of other tools, and what does the same here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '--dry-run': 'decant plan COMMAND shows the plan, and writes nothing.',
  '--dryrun': 'decant plan COMMAND shows the plan, and writes nothing.',
  '--delete': '--mirror deletes what the source has not.',
}

/** Node's words are good but long: what comes after the first sentence is about its own API. */
function sentence(error: Error): string {
  const dashed = /^Option '(--[\w-]+)' argument is ambiguous/.exec(error.message)?.[1]
  if (dashed !== undefined) return `${dashed}: write a value with a dash in front as ${dashed}=VALUE.`
  const unknown = /^Unknown option '(--[\w-]+)'/.exec(error.message)?.[1] ?? ''
  const here = Object.hasOwn(ELSEWHERE, unknown) ? ` ${ELSEWHERE[unknown]}` : ''
  return `${error.message.split(/(?<=\.)\s|\n/)[0] ?? error.message}${here}`
}

/** Exactly these positionals, by name. */
export function takePositionals<const N extends readonly string[]>(
  given: readonly string[],
  ...names: N
): { [K in keyof N]: string } {
  const extra = given[names.length]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`)
  const missing = names[given.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
  return given as unknown as { [K in keyof N]: string }
}
