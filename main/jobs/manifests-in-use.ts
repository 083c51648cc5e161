import type { JobRecord } from './record.ts'
import type { Store } from './store/store.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** Files of this machine from which jobs take their keys, and those that would be made of templates. */
export function manifestsInUse(
  { db }: Pick<Store, 'db'>,
  records: readonly Pick<JobRecord, 'spec'>[],
): ReadonlySet<string> {
  const templates = db.prepare('SELECT spec FROM templates').all()
  const specs = [
    ...records.map(({ spec }) => spec),
    ...templates.flatMap(([spec]) => read(String(spec)) ?? []),
  ]
  return new Set(specs.flatMap(({ manifest }) => (manifest?.at.is === 'file' ? [manifest.at.path] : [])))
}

function read(spec: string): JobSpec | undefined {
  const parsed = jobSpec.safeParse(JSON.parse(spec))
  return parsed.success ? parsed.data : undefined
}
