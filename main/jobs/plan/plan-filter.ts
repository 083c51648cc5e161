import { readTags } from '../../engine/look.ts'
import { openObject, severally } from './destination-look.ts'
import type { MakePlan, PlanLeg } from './plan-context.ts'
import { compileFilters, writesProperties } from './plan-rules.ts'
import type { Filters, Found } from './plan-rules.ts'
import { ruleMask } from '#model/apply-rules.ts'
import { DecantError } from '#model/failure.ts'
import type { Failure } from '#model/failure.ts'
import type { Details, FilterMatch, Needs } from '#model/match-filter.ts'
import type { JobSpec } from '#model/spec.ts'

/** What the job's filter says of an object. A failure: what it asks for could not be read. */
export type Sifted =
  | { readonly is: 'taken'; readonly found: Found }
  | { readonly is: 'left'; readonly found: Found }
  | { readonly is: 'unknown'; readonly found: Found; readonly failure: Failure }

export type Sift = (found: readonly Found[]) => Promise<readonly Sifted[]>

const NOTHING: Needs = { head: false, tags: false }

/**
 * Tells the objects that the job takes from those that it leaves, and which property rules each of them matches.
 * What no listing tells is read of those objects only for which a listing does not decide, a few at a time.
 */
export function makeSift(context: MakePlan, leg: PlanLeg): Sift {
  const { spec } = context
  const filters = compileFilters(spec)
  const wantsTier = takesFromArchive(spec)
  return (all) => {
    const first = all.map((found) => ask(filters, found, wantsTier))
    if (!first.some(({ needs }) => needs.head || needs.tags)) {
      return Promise.resolve(first.map(({ sifted }) => sifted))
    }
    return severally(first, async ({ sifted, needs }) => {
      if (!needs.head && !needs.tags) return sifted
      try {
        const { tier, ...details } = await read(context, leg, sifted.found, needs)
        return decide(filters, { ...sifted.found, archiveTier: tier }, details)
      } catch (error) {
        if (!(error instanceof DecantError) || error.failure.reach !== 'item') throw error
        // The plan was stopped, to be gone on with.
        if (error.failure.code === 'cancelled') throw error
        return { is: 'unknown', found: sifted.found, failure: error.failure }
      }
    })
  }
}

/** Whether every object is meant, and nothing has to be known of it but what a listing tells. */
export function siftsNothing(spec: JobSpec): boolean {
  const hasRules = writesProperties(spec) && spec.rules.length > 0
  return spec.filter === undefined && !hasRules && !takesFromArchive(spec)
}

/** Whether it has to be known which Intelligent-Tiering objects lie in an archive tier. */
function takesFromArchive(spec: JobSpec): boolean {
  return 'archived' in spec && spec.archived.do === 'restore'
}

/** By the listing alone, and what has to be read where that does not decide. */
function ask(
  filters: Filters,
  found: Found,
  wantsTier: boolean,
): { readonly sifted: Sifted; readonly needs: Needs } {
  const first = filters.filter.byListing(found)
  if (first === 'no') return { sifted: { is: 'left', found }, needs: NOTHING }
  const tier = wantsTier && found.storageClass === 'INTELLIGENT_TIERING' && found.state !== 'delete-marker'
  const asking = filters.rules.filter((rule) => rule.byListing(found) === 'ask')
  if (first === 'ask') asking.push(filters.filter)
  if (!tier && asking.length === 0) return { sifted: decide(filters, found, {}), needs: NOTHING }
  const needs = {
    head: tier || asking.some((filter) => filter.needs.head),
    tags: asking.some((filter) => filter.needs.tags),
  }
  return { sifted: { is: 'taken', found }, needs }
}

function decide(filters: Filters, found: Found, details: Details): Sifted {
  if (!passes(filters.filter, found, details)) return { is: 'left', found }
  if (filters.rules.length === 0) return { is: 'taken', found }
  const rules = ruleMask(filters.rules.map((rule) => passes(rule, found, details)))
  return { is: 'taken', found: { ...found, rules } }
}

function passes(filter: FilterMatch, found: Found, details: Details): boolean {
  const first = filter.byListing(found)
  return first === 'yes' || (first === 'ask' && filter.passes(details))
}

async function read(
  { request, findKey }: MakePlan,
  leg: PlanLeg,
  found: Found,
  needs: Needs,
): Promise<Details & { readonly tier: Found['archiveTier'] }> {
  const { key, versionId } = found
  const { bucket } = leg.rules.leg.source
  const [head, tags] = await Promise.all([
    needs.head ? openObject(leg, found, { ...request, findKey }) : undefined,
    needs.tags ? readTags(leg.source, { bucket, key, versionId }, request) : undefined,
  ])
  return { metadata: head?.metadata, encryption: head?.encryption.kind, tags, tier: head?.archiveTier }
}
