import { badInput } from './failure.ts'
import { jobSpec, type JobSpec } from './spec.ts'

/** What a file must be called to be opened by a double click, and what Decant calls those that it saves. */
export const JOB_FILE_ENDING = '.decant'
export const JOB_FILE_NAME = `job${JOB_FILE_ENDING}`
/** Of a job's whole record: lines of JSON, gzipped. */
export const RECORD_ENDING = '.decant-record.gz'
/** Bytes. A spec may name a hundred thousand objects. */
export const LONGEST_JOB_FILE = 64 * 1024 * 1024

export type ParsedJobFile =
  { readonly ok: true; readonly spec: JobSpec } | { readonly ok: false; readonly message: string }

/** Whole and strictly: a file that says more than Decant knows of is refused, and not understood by half. */
export function parseJobFile(name: string, text: string): ParsedJobFile {
  const refuse = (why: string): ParsedJobFile => ({ ok: false, message: `${name}: ${why}` })
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    return refuse(`it is not JSON (${(error as Error).message}).`)
  }
  const version = typeof found === 'object' && found !== null && 'v' in found ? found.v : undefined
  if (typeof version === 'number' && version > 1)
    return refuse(`v: must be 1, not ${version}: it was written by a newer Decant.`)
  const parsed = jobSpec.safeParse(withoutSchema(found), { reportInput: true })
  if (!parsed.success) return refuse(`${badInput(parsed.error, 'the file').message}.`)
  return { ok: true, spec: parsed.data }
}

/** A file may name the schema that its editor checks it by. */
function withoutSchema(found: unknown): unknown {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return found
  const { $schema: _, ...spec } = found as Record<string, unknown>
  return spec
}
