import { readOwnership } from '../../engine/read-ownership.ts'
import { attempt } from '../../engine/pace/retry.ts'
import type { Storage } from '../../engine/storage.ts'
import type { WorkContext } from '../../engine/work.ts'
import { itemId } from '../item.ts'
import type { ItemTools, LegTools } from './item-tools.ts'
import type { Journal } from '../journal.ts'
import { legsOf } from '../plan/legs.ts'
import type { Leg } from '../plan/legs.ts'
import type { Places } from './places.ts'
import { planRules } from '../plan/plan-rules.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { rulesApplied, withSome } from '#model/apply-rules.ts'
import { toFailure } from '#model/failure.ts'
import type { Versioning } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

export interface ToolsOptions extends Pick<ItemTools, 'isAway' | 'progress' | 'stoodWithoutTags'> {
  readonly record: JobRecord
  readonly store: Store
  readonly journal: Journal
  readonly copyLimit: number
  readonly places: Places
  readonly contextOf: (leg: Leg) => WorkContext
  /** By leg; shared by all tools of a run. */
  readonly ownerships: Map<number, ReturnType<LegTools['ownership']>>
}

/** What a run's items share, leg by leg, made once. */
export function toolsOf(options: ToolsOptions): ItemTools {
  const { record, store, journal, copyLimit, contextOf, ownerships, isAway, progress, stoodWithoutTags } =
    options
  const { copiedFrom } = options.places
  const { spec, n } = record
  const legs = legsOf(spec).map((leg): LegTools => {
    const context = contextOf(leg)
    return {
      leg,
      rules: planRules(spec, leg, copyLimit),
      context,
      ownership: () => {
        const asked = ownerships.get(leg.n) ?? askOwnership(leg.source.bucket, context)
        ownerships.set(leg.n, asked)
        return asked
      },
      versioning: once(() => readVersioning(leg.source.bucket, context.source, context)),
      destinationVersioning: once(() =>
        readVersioning((leg.destination ?? leg.source).bucket, context.destination, context),
      ),
    }
  })
  const properties = propertiesFor(spec)
  const isPour = spec.kind === 'copy' || spec.kind === 'move'
  return {
    ...{ spec, legs, journal, isAway, progress, stoodWithoutTags },
    of: ({ leg }) => legs[leg] ?? (legs[0] as LegTools),
    copiedFrom: (place) => copiedFrom[place],
    propertiesOf: ({ id, rules }) => {
      const all = properties(rules)
      return isPour && hasOwn(record) ? withSome(all, store.edits.own(id)?.properties ?? {}) : all
    },
    own: ({ id }) => (hasOwn(record) ? store.edits.own(id) : undefined),
    remembered: ({ id, etag }) => store.edits.before(id, etag),
    knownUpload: (item) => store.uploads.known(item.id),
    backup: ({ id }) => store.backups.of(id),
    read: (seq) => store.items.byId(itemId(n, seq)),
  }
}

/** Of jobs that write objects; the others have none to speak of. */
function propertiesFor(spec: JobSpec): (mask: number) => Properties {
  if (spec.kind === 'undo' || spec.kind === 'rewind') return () => EDIT_DEFAULTS
  const writes = spec.kind === 'copy' || spec.kind === 'move' || spec.kind === 'edit'
  return writes ? rulesApplied(spec.properties, spec.rules) : () => COPY_DEFAULTS
}

/** Most jobs ask the same of every object. */
function hasOwn({ spec, more }: JobRecord): boolean {
  if (more.asksOwn === true || spec.manifest?.format === 'decant') return true
  return spec.kind === 'undo' || (spec.kind === 'edit' && spec.changes.from === 'grid')
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => (asked ??= ask())
}

/** Undefined where it may not be read: then every object's ACL is looked for. */
async function askOwnership(
  bucket: string,
  context: WorkContext,
): Promise<Awaited<ReturnType<LegTools['ownership']>>> {
  try {
    return await attempt(context, () => readOwnership(context.source, bucket, context.signal))
  } catch {
    return undefined
  }
}

async function readVersioning(
  bucket: string,
  storage: Storage,
  context: WorkContext,
): Promise<Versioning | undefined> {
  try {
    return await attempt(context, () => storage.getVersioning(bucket, context.signal))
  } catch (error) {
    const { reach, code } = toFailure(error)
    if (code !== 'access-denied' && (reach !== 'item' || code === 'cancelled')) throw error
    return undefined
  }
}
