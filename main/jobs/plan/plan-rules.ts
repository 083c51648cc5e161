import { chooseRoute } from '../../engine/route.ts'
import type { Route } from '../../engine/route.ts'
import type { OwnEdit } from '../item.ts'
import { isPourLeg } from './legs.ts'
import type { Leg } from './legs.ts'
import { compileFieldRules } from '#model/apply-field-rules.ts'
import type { CompiledRules } from '#model/apply-field-rules.ts'
import { compileNames } from '#model/apply-names.ts'
import { rulesApplied } from '#model/apply-rules.ts'
import { compileFilter } from '#model/match-filter.ts'
import { isLocal } from '#model/local.ts'
import { localSystem } from '#model/local-names.ts'
import type { LocalSystem } from '#model/local-names.ts'
import type { FilterMatch, VersionState } from '#model/match-filter.ts'
import type { Failure } from '#model/failure.ts'
import { TAKE_ALL } from '#model/filter.ts'
import type { ObjectHead, ObjectSummary } from '#model/object.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import type { Properties } from '#model/properties.ts'
import type { EditSpec, JobSpec, PourSpec } from '#model/spec.ts'

/** A source object as a listing or a HEAD found it. */
export interface Found extends ObjectSummary {
  /** The version that was chosen, or that a listing of versions shows; a plain listing does not tell. */
  readonly versionId?: string | undefined
  /** Undefined: the current one. */
  readonly state?: VersionState | undefined
  /** Of INTELLIGENT_TIERING, where it was read: only a HEAD tells. */
  readonly archiveTier?: ObjectHead['archiveTier']
  /** The job's property rules that it matches. */
  readonly rules?: number | undefined
  /** Its key at the destination, where a manifest says so. */
  readonly target?: string | undefined
  /** What is asked of it alone. */
  readonly own?: OwnEdit | undefined
}

/** What is the same for all items of a leg, made ready once. */
export interface PlanRules {
  readonly spec: JobSpec
  readonly leg: Leg
  readonly route: Route
  /** Bytes up to which CopyObject is used. */
  readonly copyLimit: number
  /** Whose names the destination can hold; undefined: a bucket, which takes any. */
  readonly system: LocalSystem | undefined
  /** Undefined: no rules for names. */
  readonly rename: ReturnType<typeof compileNames>
  /** What is done with the properties of an object that matched these rules. */
  readonly propertiesOf: (rules: number) => Properties
  /** Of an edit; of any other job there are none. */
  readonly fieldRules: CompiledRules
  /** Why the place that is written to cannot hold this; known once the place was looked at. */
  readonly impossible: (rules: number) => Failure | undefined
}

export function planRules(spec: JobSpec, leg: Leg, copyLimit: number): PlanRules {
  const route = isPourLeg(leg)
    ? chooseRoute(leg.source.connection.config, leg.destination.connection.config)
    : 'server-side'
  return {
    ...{ spec, leg, route, copyLimit },
    system: leg.destination && isLocal(leg.destination) ? localSystem(process.platform) : undefined,
    rename: isPourLeg(leg) ? compileNames(namesOf(spec)) : undefined,
    propertiesOf: propertiesOf(spec),
    fieldRules: compileFieldRules(spec.kind === 'edit' ? spec.fieldRules : []),
    impossible: () => undefined,
  }
}

/** The properties of a job's objects by the rules that they matched. */
export function propertiesOf(spec: JobSpec): (rules: number) => Properties {
  return writesProperties(spec) ? rulesApplied(spec.properties, spec.rules) : () => COPY_DEFAULTS
}

export function writesProperties(spec: JobSpec): spec is PourSpec | EditSpec {
  return spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'edit'
}

function namesOf(spec: JobSpec): PourSpec['names'] {
  return spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'parity' ? spec.names : []
}

/** The job's filter and those of its property rules. */
export interface Filters {
  readonly filter: FilterMatch
  readonly rules: readonly FilterMatch[]
}

export function compileFilters(spec: JobSpec): Filters {
  const rules = writesProperties(spec) ? spec.rules : []
  return {
    filter: compileFilter(spec.filter ?? TAKE_ALL),
    rules: rules.map(({ when }) => compileFilter(when)),
  }
}
