import type { ConnectionRef } from '#model/connection.ts'
import type { ManifestFound } from '#model/manifest.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, MOVE_DEFAULTS } from '#model/properties.ts'
import type { Settings } from '#model/settings.ts'
import { PLAIN_POUR, PLAIN_SOURCE, type JobSpec, type SourcePlace } from '#model/spec.ts'
import { parsePlace } from './place.ts'
import { destinationOf, type MadeSpec } from './pour.ts'

export const MANIFEST_JOBS = ['copy', 'move', 'edit', 'delete', 'parity'] as const
export type ManifestJob = (typeof MANIFEST_JOBS)[number]

/** Whether it has a place where things go. */
export function goesSomewhere(job: ManifestJob): boolean {
  return job === 'copy' || job === 'move' || job === 'parity'
}

export interface ManifestChoice {
  readonly found: ManifestFound
  readonly job: ManifestJob
  /** Through which all buckets of the manifest are reached. */
  readonly source: ConnectionRef | undefined
  readonly destination: ConnectionRef | undefined
  /** Of the destination, as it was typed: `s3://bucket/prefix/`. */
  readonly into: string
  readonly look: 'plan' | 'send'
  readonly defaults: Settings['pour']
}

/** The job that a manifest and what was chosen beside it come to; or why there is none. */
export function manifestSpec(choice: ManifestChoice): MadeSpec {
  const { found, job, source, defaults } = choice
  const refuse = (reason: string): MadeSpec => ({ ok: false, reason })
  if (source === undefined) return refuse('Choose the connection of the buckets.')
  const [first, ...more] = found.buckets.map(({ bucket }): SourcePlace => ({
    ...PLAIN_SOURCE,
    connection: source,
    bucket,
    select: [{ kind: 'prefix', prefix: '' }],
    base: '',
  }))
  if (first === undefined) return refuse('No row of it can be used.')
  const { at, format } = found
  const common = {
    v: 1,
    sources: [first, ...more] as [SourcePlace, ...SourcePlace[]],
    manifest: { at, format, look: choice.look },
  } as const
  const ok = (spec: JobSpec): MadeSpec => ({ ok: true, spec })
  switch (job) {
    case 'delete':
      return ok({ ...common, kind: 'delete' })
    case 'edit':
      return ok({
        ...{ ...common, kind: 'edit', verify: defaults.verify, rules: [], fieldRules: [] },
        ...{ changes: { from: 'selection' }, archived: { do: 'refuse' }, properties: EDIT_DEFAULTS },
      })
    case 'copy':
    case 'move':
    case 'parity': {
      const destination = destinationFrom(choice)
      if (typeof destination === 'string') return refuse(destination)
      const destinations: [typeof destination] = [destination]
      if (job === 'parity') return ok({ ...common, kind: job, destinations, names: [], compare: 'head' })
      const { conflict, verify } = defaults
      const pour = { ...common, ...PLAIN_POUR, destinations, conflict, verify }
      return job === 'copy'
        ? ok({ ...pour, kind: job, properties: COPY_DEFAULTS, deleteExtra: false })
        : ok({ ...pour, kind: job, properties: MOVE_DEFAULTS })
    }
  }
}

function destinationFrom({ destination, into }: ManifestChoice): ReturnType<typeof destinationOf> | string {
  if (destination === undefined) return 'Choose where it goes.'
  if (into.trim() === '') return 'Type where it goes: s3://bucket/prefix/.'
  const parsed = parsePlace(into, destination.id)
  if (!parsed.ok) return parsed.reason
  return parsed.place.bucket === ''
    ? 'Type where it goes: s3://bucket/prefix/.'
    : destinationOf(parsed.place, destination)
}
