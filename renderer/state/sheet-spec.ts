import { badInput } from '#model/failure.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS, type Properties } from '#model/properties.ts'
import {
  jobSpec,
  worksOnVersions,
  type EditSpec,
  type JobSpec,
  type ParitySpec,
  type PourSpec,
  type PurgeSpec,
  type RewindSpec,
} from '#model/spec.ts'

/** Jobs whose objects have properties, names and rules to choose. */
export type OptionSpec = PourSpec | EditSpec | ParitySpec
/** Jobs among the versions of a place. */
export type HistorySpec = RewindSpec | PurgeSpec
/** What the sheet can set up: everything but a plain deletion, which has a question of its own, and an undo. */
export type SheetSpec = OptionSpec | HistorySpec

export function isSheetSpec(spec: JobSpec): spec is SheetSpec {
  return spec.kind === 'delete' ? spec.purge !== undefined : spec.kind !== 'undo'
}

export function isHistorySpec(spec: SheetSpec): spec is HistorySpec {
  return worksOnVersions(spec)
}

/** What every property of a job is when nobody says otherwise. */
export function defaultProperties(kind: Exclude<OptionSpec['kind'], 'parity'>): Properties {
  return { copy: COPY_DEFAULTS, move: MOVE_DEFAULTS, edit: EDIT_DEFAULTS }[kind]
}

/** Two values of a spec that say the same; specs are plain data whose fields keep their order. */
export function sameChoice(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** An edit that changes nothing: the sheet has just been opened. */
export function changesNothing(spec: SheetSpec): boolean {
  if (spec.kind !== 'edit' || spec.changes.from === 'grid' || spec.fieldRules.length > 0) return false
  return spec.rules.length === 0 && sameChoice(spec.properties, EDIT_DEFAULTS)
}

/** Fields that one leaves half filled while choosing, in the words of the sheet. */
const HALF_FILLED: readonly (readonly [field: RegExp, sentence: string])[] = [
  [/(^|\.)(metadata|tags)\.(value|set)\.([^.]+)$/, '$2: “$4” is not as S3 wants it.'],
  [/(^|\.)headers\.(value|set)\.([^.]+)$/, 'headers: the value is more than one line.'],
  [/(^|\.)metadata\.(value|set)$/, 'Metadata: it is more than 2 KB.'],
  [/(^|\.)tags\.(value|set)$/, 'Tags: they are more than ten.'],
  [/(^|\.)encryption\.value\.key$/, 'Encryption: choose a key of the key ring.'],
  [/(^|\.)redirect\.value$/, 'Metadata: type where the website redirect leads.'],
  [/(^|\.)acl\.value\.grants\..*grantee/, 'Access: say whom the grant is for.'],
  [/\.find$/, 'Names: the pattern to find is not a regular expression.'],
  [/\.regex$/, 'A pattern is not a regular expression.'],
  [/\.glob$/, 'A pattern is empty.'],
  [/^concurrency$/, 'Requests: from 1 to 1024 can be in flight.'],
  [/^budget\.requests$/, 'Budget: the requests must be a whole number.'],
  [/^budget\.usd$/, 'Budget: type an amount of US dollars, such as 5 or 0.50.'],
  [/(^|\.)owner$/, 'Buckets: an account id has 12 digits.'],
]

/** Why a spec cannot be planned as it stands: one sentence that names field and value; undefined where it can. */
export function specTrouble(spec: JobSpec): string | undefined {
  const parsed = jobSpec.safeParse(spec)
  if (parsed.success) return undefined
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  const known = HALF_FILLED.find(([pattern]) => pattern.test(field))
  if (known === undefined) return badInput(parsed.error).message
  const [pattern, sentence] = known
  const said = sentence.replace(/\$(\d)/g, (_, group: string) => pattern.exec(field)?.[Number(group)] ?? '')
  return said.charAt(0).toUpperCase() + said.slice(1)
}
