import type { JobSpec, UndoSpec } from './spec.ts'

/** The job that takes back what job `id` did, which had this spec. */
export function undoOf(id: string, spec: JobSpec): UndoSpec {
  const { v, sources, concurrency } = spec
  const verify = 'verify' in spec ? spec.verify : 'auto'
  return { v, kind: 'undo', sources, verify, of: id, ...(concurrency !== undefined && { concurrency }) }
}
