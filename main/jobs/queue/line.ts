import { canonicalEndpoint } from '../../engine/route.ts'
import type { EndpointConfig } from '#model/connection.ts'
import { isLocalConfig } from '#model/local.ts'
import { placesOf } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** A job that waits for its turn. */
export interface Waiting {
  readonly id: string
  readonly priority: number
}

/**
 * The priority that a job needs to stand right before another, or at the end, of a line that does not hold it. It keeps
 * its own wherever that fits, else it takes that of the one before which it stands, or of the last:
 *
 * | before it in the line | after it      | its priority                   |
 * |-----------------------|---------------|--------------------------------|
 * | nobody, or `>=` own   | `<=` own      | its own                        |
 * | nobody, or any        | `>` own       | of the one after it (raised)   |
 * | `<` own               | any           | of the one after it (lowered)  |
 * | `>=` own              | nobody        | its own                        |
 * | `<` own               | nobody        | of the last (lowered)          |
 */
export function priorityAt(line: readonly Waiting[], before: string | null, own: number): number {
  const at = before === null ? line.length : line.findIndex(({ id }) => id === before)
  const previous = line[at - 1]?.priority ?? Infinity
  const next = line[at]?.priority ?? -Infinity
  if (previous >= own && own >= next) return own
  return next === -Infinity ? previous : next
}

/** The line with that job right before another, or at its end. */
export function movedTo(line: readonly Waiting[], id: string, before: string | null, own: number): Waiting[] {
  const others = line.filter((one) => one.id !== id)
  const moved = { id, priority: priorityAt(others, before, own) }
  const at = before === null ? others.length : others.findIndex((one) => one.id === before)
  return [...others.slice(0, at), moved, ...others.slice(at)]
}

/** From 1; undefined where it does not wait. */
export function placeInLine(line: readonly Waiting[], id: string): number | undefined {
  const at = line.findIndex((one) => one.id === id)
  return at < 0 ? undefined : at + 1
}

/**
 * Whose turn it is: the first in line all of whose endpoints have room. One that has to wait for an endpoint keeps a
 * place at each of its own, so others overtake it only where they go elsewhere, and it is never overtaken for ever.
 *
 * | line (endpoints)     | running       | at most | next      |
 * |----------------------|---------------|---------|-----------|
 * | 1 (a), 2 (b)         | -             | 1       | 1         |
 * | 1 (a), 2 (b)         | one at a      | 1       | 2         |
 * | 1 (a), 2 (a)         | one at a      | 2       | 1         |
 * | 1 (a, b), 2 (b)      | one at a      | 1       | nobody: 1 needs b, too |
 * | 1 (a, b), 2 (b)      | one at a      | 2       | 1         |
 * | 1 (none), 2 (a)      | any           | any     | 1         |
 * | 1 (a), 2 (a)         | one that 1 must not work beside | any | 2, where there is room for both |
 */
export function nextInLine(
  line: readonly Waiting[],
  running: Iterable<string>,
  endpointsOf: (id: string) => readonly string[],
  atMost: number,
  excludes: (id: string, other: string) => boolean,
): string | undefined {
  const taken = new Map<string, number>()
  const take = (endpoints: readonly string[]): void => {
    for (const endpoint of endpoints) taken.set(endpoint, (taken.get(endpoint) ?? 0) + 1)
  }
  const others = [...running]
  for (const id of others) take(endpointsOf(id))
  for (const { id } of line) {
    const endpoints = endpointsOf(id)
    const hasRoom = endpoints.every((endpoint) => (taken.get(endpoint) ?? 0) < atMost)
    if (hasRoom && !others.some((other) => excludes(id, other))) return id
    take(endpoints)
  }
  return undefined
}

/** The endpoints that a job's sources and destinations go through, once each; AWS has one in each Region. */
export function endpointsOf(spec: JobSpec): string[] {
  const names = placesOf(spec)
    .map(({ connection }) => connection.config)
    .filter((config) => !isLocalConfig(config))
    .map(endpointName)
  return [...new Set(names)]
}

/** Of files of this computer, that name of its own. */
export function endpointName(config: EndpointConfig): string {
  const name = canonicalEndpoint(config)
  return name.startsWith('aws') ? `${name} ${config.region}` : name
}
