import type { ConnectionRef } from '#model/connection.ts'
import { isLocalConfig, LOCAL_CONNECTION } from '#model/local.ts'
import { hasDestinations, type JobSpec } from '#model/spec.ts'

/** What of this window a job file can lean on. */
export interface Known {
  /** Of the connections that are here. */
  readonly connections: readonly ConnectionRef[]
  readonly hasJob: (id: string) => boolean
  readonly hasGrid: (id: string) => boolean
}

export type ResolvedSpec =
  { readonly ok: true; readonly spec: JobSpec } | { readonly ok: false; readonly reason: string }

/**
 * A spec that came in a file, on the connections that are here. A file may come from anybody: it never brings an
 * endpoint along, for that would be sent what is signed with the keys of this machine.
 *
 * | the file's connection                         | becomes                             |
 * |-----------------------------------------------|-------------------------------------|
 * | of this machine's folders                     | those of this one                   |
 * | has the id of one that is here                | that one, as it is here             |
 * | has the name and the endpoint of one          | that one                            |
 * | none of these                                 | refused: it is to be added first    |
 */
export function resolveSpec(file: string, spec: JobSpec, known: Known): ResolvedSpec {
  if (spec.kind === 'undo' && !known.hasJob(spec.of))
    return refuse(
      file,
      `of: the job ${JSON.stringify(spec.of)} that it takes back is not in this list of jobs.`,
    )
  if (spec.kind === 'edit' && spec.changes.from === 'grid' && !known.hasGrid(spec.changes.id))
    return refuse(file, `changes.id: the metadata grid ${JSON.stringify(spec.changes.id)} is not open here.`)
  let missing: string | undefined
  const settle = <P extends { readonly connection: ConnectionRef }>(place: P, at: string): P => {
    const found = counterpart(place.connection, known.connections)
    if (found === undefined)
      missing ??= `${at}.connection: there is no connection ${JSON.stringify(place.connection.name)}${where(place.connection)} here. Add it, then open the file again.`
    return { ...place, connection: found ?? place.connection }
  }
  const sources = spec.sources.map((place, at) => settle(place, `sources.${at}`)) as typeof spec.sources
  const resolved = hasDestinations(spec)
    ? {
        ...spec,
        sources,
        destinations: spec.destinations.map((place, at) =>
          settle(place, `destinations.${at}`),
        ) as typeof spec.destinations,
      }
    : { ...spec, sources }
  const { report } = resolved
  const settled =
    report === undefined
      ? resolved
      : { ...resolved, report: { ...report, to: settle(report.to, 'report.to') } }
  return missing === undefined ? { ok: true, spec: settled } : refuse(file, missing)
}

function counterpart(
  wanted: ConnectionRef,
  connections: readonly ConnectionRef[],
): ConnectionRef | undefined {
  if (isLocalConfig(wanted.config)) return LOCAL_CONNECTION
  return (
    connections.find(({ id }) => id === wanted.id) ??
    connections.find(
      ({ name, config }) =>
        name === wanted.name &&
        config.endpoint === wanted.config.endpoint &&
        config.region === wanted.config.region,
    )
  )
}

function where({ config }: ConnectionRef): string {
  return ` (${config.endpoint ?? `AWS, ${config.region}`})`
}

function refuse(file: string, why: string): ResolvedSpec {
  return { ok: false, reason: `${file}: ${why}` }
}
