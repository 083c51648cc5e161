import path from 'node:path'
import { chooseAction } from '../../engine/route.ts'
import { changed } from '../../manifest/bytes.ts'
import { badRowsFile } from '../../manifest/kept.ts'
import { MANIFEST_START, openManifest } from '../../manifest/manifest.ts'
import type { BadRecord, Manifest, NumberedRow } from '../../manifest/manifest.ts'
import { TOLD_BAD } from '../../manifest/inspect.ts'
import { SideFile } from '../../manifest/side-file.ts'
import { sortedLook } from './destination-look.ts'
import type { Look } from './destination-look.ts'
import { itemId } from '../item.ts'
import type { OwnEdit, PlannedItem } from '../item.ts'
import type { ListingCursor, ManifestCursor } from './listing-cursor.ts'
import { isPourLeg } from './legs.ts'
import { sourceLook } from './manifest-look.ts'
import type { Looked } from './manifest-look.ts'
import { ascends, fatesOf, mayBeAscending } from './manifest-rows.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { makeSift } from './plan-filter.ts'
import type { Sift, Sifted } from './plan-filter.ts'
import { describe, missingItem, planItem } from './plan-item.ts'
import { refused, refusedUnread } from './plan-outcomes.ts'
import { keepName } from './plan-page.ts'
import type { Draft, Drafts } from './plan-page.ts'
import { isWorthAsking, probeRoute } from './plan-route.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import { asStanding } from './as-standing.ts'
import { fail } from '#model/failure.ts'
import { propertiesWithFields } from '#model/field-properties.ts'
import { parseField } from '#model/field.ts'
import type { ManifestSource } from '#model/manifest.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Properties, SomeProperties } from '#model/properties.ts'
import { sleep } from '#model/seams.ts'

/** Rows that are planned in one transaction; between two of them everybody else has a turn. */
const PAGE = 1000
/** Items whose names are kept in one transaction, once keys turn out not to be in order. */
const NAMES = 1000

export interface ManifestPlan {
  readonly context: MakePlan
  readonly legs: readonly PlanLeg[]
  readonly write: (page: Drafts) => void
}

/** Rows of one source on their way, with what its objects are looked at with. */
interface SourceRows {
  legs: readonly PlanLeg[]
  readonly first: PlanLeg
  readonly look: ReturnType<typeof sourceLook>
  readonly looks: readonly Look[]
  readonly sift: Sift
  isProbed: boolean
}

/**
 * Plans a job's manifest, page by page: the rows, how far the file was read, and what was wrong with it until there go
 * to the disk together, so that a plan that was interrupted goes on after its last whole page. `then`: where the plan
 * stands at the end of the manifest.
 */
export async function planManifest(
  plan: ManifestPlan,
  from: ListingCursor,
  then: ListingCursor | undefined,
): Promise<void> {
  const { context } = plan
  const { spec, openStorage, request } = context
  if (spec.manifest === undefined) return fail('internal', 'job', 'The job has no manifest.')
  const manifest = await openManifest(spec.manifest.at, { openStorage, request }, spec.manifest.format)
  const side = new SideFile(badRowsFile(path.dirname(context.store.db.path), context.record.id))
  try {
    await new ManifestWork(plan, spec.manifest, manifest, side).run(from, then)
  } finally {
    await side.close()
    await manifest.close()
  }
}

class ManifestWork {
  readonly #plan: ManifestPlan
  readonly #context: MakePlan
  readonly #given: ManifestSource
  readonly #manifest: Manifest
  readonly #side: SideFile
  readonly #sources: SourceRows[]

  constructor(plan: ManifestPlan, given: ManifestSource, manifest: Manifest, side: SideFile) {
    this.#plan = plan
    this.#context = plan.context
    this.#given = given
    this.#manifest = manifest
    this.#side = side
    const { spec, request } = plan.context
    this.#sources = spec.sources.map((_, n) => {
      const legs = plan.legs.filter(({ rules }) => rules.leg.sourceN === n)
      const first = legs[0] as PlanLeg
      return {
        ...{ legs, first, look: sourceLook(plan.context, first), sift: makeSift(plan.context, first) },
        looks: legs.map((leg) => (isPourLeg(leg.rules.leg) ? sortedLook(leg, request) : none)),
        isProbed: !legs.some(isWorthAsking),
      }
    })
  }

  async run(from: ListingCursor, then: ListingCursor | undefined): Promise<void> {
    const { identity, columns } = this.#manifest
    this.#checkColumns(columns)
    let cursor: ManifestCursor = from.manifest ?? {
      ...{ ...MANIFEST_START, identity, rows: 0, bad: 0, badBytes: 0 },
      last: mayBeAscending(this.#context.spec) ? undefined : null,
    }
    if (cursor.identity !== identity) changed(this.#manifest.name)
    const { record } = this.#context
    // What the last whole page of an earlier run told; its counts are those of the cursor.
    const firstBad = (record.more.manifest?.firstBad ?? []).slice(0, Math.min(TOLD_BAD, cursor.bad))
    // The identity is on the disk before anything is taken from it.
    if (from.manifest === undefined) this.#write([], [], cursor, { source: 0, segment: 0, manifest: cursor })
    await this.#side.begin(cursor.badBytes)
    const fateOf = fatesOf(this.#context.spec)
    for await (const page of this.#manifest.pages(cursor, PAGE)) {
      const bad: BadRecord[] = [...page.bad]
      const taken: { readonly row: NumberedRow; readonly source: number }[] = []
      const left: Found[] = []
      for (const row of page.rows) {
        const fate = fateOf(row)
        if (fate.is === 'taken') taken.push({ row, source: fate.source })
        else if (fate.is === 'left') left.push(asFound(row))
        else bad.push({ line: row.line, reason: fate.reason, row: [row.bucket, row.key].join(',') })
      }
      if (page.bad.length > 0 && bad.length > page.bad.length) bad.sort((one, other) => one.line - other.line)
      for (const { line, reason } of bad) if (firstBad.length < TOLD_BAD) firstBad.push({ line, reason })
      const last = ascends(
        cursor.last,
        taken.map(({ row }) => row),
      )
      if (last === null && cursor.last !== null) await this.#keepNames()
      cursor = {
        ...{ ...page.next, identity, last },
        rows: cursor.rows + page.rows.length - (bad.length - page.bad.length),
        bad: cursor.bad + bad.length,
        badBytes: await this.#side.add(bad),
      }
      const progress = { rows: cursor.rows, bad: cursor.bad, firstBad: [...firstBad] }
      const drafts = await this.#draft(taken, left)
      record.more = { ...record.more, manifest: progress }
      this.#write(drafts, left, cursor, { source: 0, segment: 0, manifest: cursor })
      await sleep(this.#context.request.seams, 0, this.#context.request.signal)
    }
    record.more = { ...record.more, manifest: { rows: cursor.rows, bad: cursor.bad, firstBad } }
    if (cursor.bad > 0) this.#noteBad(cursor.bad)
    this.#write([], [], cursor, then)
  }

  #noteBad(bad: number): void {
    const { store, record, note, request } = this.#context
    const what =
      bad === 1 ? '1 row of the manifest makes' : `${bad.toLocaleString('en')} rows of the manifest make`
    const text = `${what} no sense and ${bad === 1 ? 'was' : 'were'} left. Each is named in ${this.#side.path}.`
    note(text)
    store.history.log(record.n, request.seams.now(), text)
  }

  #write(
    drafts: readonly Draft[],
    left: readonly Found[],
    { last }: ManifestCursor,
    reached: ListingCursor | undefined,
  ): void {
    const { store, record } = this.#context
    const also = (): void => store.jobs.saveMore(record)
    const names = last === null ? undefined : ('distinct' as const)
    this.#plan.write({ drafts, left, legs: this.#plan.legs, reached, names, also })
  }

  /** The rows in their order; what they name is looked at source by source. */
  async #draft(
    taken: readonly { readonly row: NumberedRow; readonly source: number }[],
    left: Found[],
  ): Promise<Draft[]> {
    if (this.#given.look === 'send')
      return taken.flatMap(({ row, source }) => this.#unseen(this.#sources[source] as SourceRows, row))
    const drafts = new Map<NumberedRow, readonly Draft[]>()
    for (const [n, source] of this.#sources.entries()) {
      const rows = taken.flatMap((one) => (one.source === n ? [one.row] : []))
      if (rows.length > 0) await this.#planRows(source, rows, drafts, left)
    }
    return taken.flatMap(({ row }) => drafts.get(row) ?? [])
  }

  async #planRows(
    source: SourceRows,
    rows: readonly NumberedRow[],
    drafts: Map<NumberedRow, readonly Draft[]>,
    left: Found[],
  ): Promise<void> {
    const looked = await source.look(rows)
    const there = rows.flatMap((row, at) => foundOf(row, looked[at] ?? 'missing') ?? [])
    await this.#probe(source, there[0])
    const sifted = await source.sift(there)
    const siftedOf = new Map(there.map((found, at) => [found.row, sifted[at]]))
    const taken = rows.filter((row) => siftedOf.get(row)?.is !== 'left')
    for (const [row, one] of siftedOf) if (one?.is === 'left') left.push(asFound(row))
    const present = taken.flatMap((row) => siftedOf.get(row)?.found ?? [])
    const standing = await Promise.all(source.looks.map((look) => look(present, false)))
    const placeOf = new Map(present.map((found, at) => [found, at]))
    for (const [at, row] of rows.entries()) {
      const one = siftedOf.get(row)
      if (one === undefined) drafts.set(row, missing(source, row, looked[at] ?? 'missing'))
      else if (one.is !== 'left') {
        const place = placeOf.get(one.found) ?? -1
        drafts.set(
          row,
          this.#planRow(
            source,
            row,
            one,
            standing.map((there) => there[place]),
          ),
        )
      }
    }
  }

  #planRow(
    source: SourceRows,
    row: NumberedRow,
    sifted: Sifted,
    standing: readonly (ObjectSummary | undefined)[],
  ): Draft[] {
    return legsFor(source, row).map(({ leg, n }, at) => {
      const { rules } = leg
      const own = ownOf(rules, row, sifted.found.rules ?? 0)
      const found = asStanding(rules, { ...sifted.found, own }, standing[n])
      const planned = planItem(rules, found, standing[n])
      const item = sifted.is === 'unknown' ? refusedUnread(planned, sifted.failure) : planned
      return { item, link: at > 0 && this.#context.spec.kind === 'move' ? 'legs' : 'none' }
    })
  }

  /** Nothing is asked: source and destination are looked at right before it is sent. */
  #unseen(source: SourceRows, row: NumberedRow): Draft[] {
    const { spec } = this.#context
    return legsFor(source, row).map(({ leg: { rules } }) => {
      const found = { ...asFound(row), own: ownOf(rules, row, 0) }
      const action = actionBefore(rules, found, spec.kind)
      return { item: { ...describe(rules, found), action, expect: ANYTHING, state: 'again' }, link: 'none' }
    })
  }

  async #probe(source: SourceRows, first: Found | undefined): Promise<void> {
    if (source.isProbed || first === undefined) return
    source.isProbed = true
    source.legs = await Promise.all(source.legs.map((leg) => probeRoute(leg, first, this.#context.request)))
  }

  /** The keys are not in order after all: from now on names tell which row comes twice, and those so far are among them. */
  async #keepNames(): Promise<void> {
    const { context } = this.#plan
    const { store, record, request } = context
    const below = itemId(record.n, record.nextSeq)
    for (let from = itemId(record.n, 1); from < below;) {
      const items = store.items.readAll(from, below, NAMES)
      const last = items.at(-1)
      if (last === undefined) return
      store.transaction(() => {
        for (const item of items) keepName(context, item)
      })
      from = last.id + 1
      await sleep(request.seams, 0, request.signal)
    }
  }

  /** What a row says must mean something to the job. */
  #checkColumns(columns: readonly string[]): void {
    const { kind } = this.#context.spec
    const hasTargets = kind === 'copy' || kind === 'move' || kind === 'parity'
    const hasFields = kind === 'copy' || kind === 'move' || kind === 'edit'
    const wrong = columns.find((name) => (parseField(name) === undefined ? !hasTargets : !hasFields))
    if (wrong === undefined) return
    const message = `manifest: its column ${JSON.stringify(wrong)} means nothing in a job of the kind ${kind}.`
    fail('bad-input', 'job', message, { property: 'manifest' })
  }
}

const ANYTHING = { is: 'anything' } as const
const none: Look = () => Promise.resolve([])

function asFound({ key, versionId, targetKey, seen }: NumberedRow): Found {
  const nothing = { size: 0, etag: '', lastModified: 0, storageClass: 'STANDARD' }
  return { key, versionId, ...nothing, target: targetKey, ...(seen && { size: seen.size }) }
}

/** An object that is there, with the row that names it. */
type FoundOfRow = Found & { readonly row: NumberedRow }

function foundOf(row: NumberedRow, looked: Looked): FoundOfRow | undefined {
  if (looked === 'missing' || 'code' in looked) return undefined
  return { ...looked, target: row.targetKey, row }
}

/** The legs that a row goes, with their places among the source's. */
function legsFor(
  { legs }: SourceRows,
  { targetBucket }: NumberedRow,
): readonly { readonly leg: PlanLeg; readonly n: number }[] {
  const all = legs.map((leg, n) => ({ leg, n }))
  if (targetBucket === undefined) return all
  return all.filter(({ leg }) => leg.rules.leg.destination?.bucket === targetBucket)
}

function missing(source: SourceRows, row: NumberedRow, looked: Looked): Draft[] {
  return legsFor(source, row).map(({ leg: { rules } }) => {
    const item = { ...missingItem(rules.leg, row.key, row.versionId), target: row.targetKey }
    const isFailure = looked !== 'missing' && 'code' in looked
    return { item: isFailure ? refused(item, looked) : item, link: 'none' }
  })
}

/** Of an edit the cells themselves; of a pour the properties that they make of the job's. */
function ownOf(rules: PlanRules, { fields }: NumberedRow, mask: number): OwnEdit | undefined {
  if (fields === undefined) return undefined
  if (rules.spec.kind === 'edit') return { fields }
  const base = rules.propertiesOf(mask)
  const cells = Object.entries(fields).map(([field, value]) => ({ field, value }))
  return { properties: differing(base, propertiesWithFields(base, cells)) }
}

function differing(base: Properties, now: Properties): SomeProperties {
  return Object.fromEntries(
    Object.entries(now).filter(([name, policy]) => policy !== base[name as keyof Properties]),
  )
}

/** What stands for the action until the object is looked at. */
function actionBefore(rules: PlanRules, found: Found, kind: MakePlan['spec']['kind']): PlannedItem['action'] {
  switch (kind) {
    case 'edit':
      return 'rewrite'
    case 'delete':
      return 'delete'
    case 'parity':
      return 'compare'
    default:
      return chooseAction(rules.route, found, 'chosen', rules.copyLimit)
  }
}
