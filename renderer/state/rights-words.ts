import type { MissingRight, RightsReport, WrittenPolicy } from '#model/job.ts'

/** How sure it is. */
export const RIGHT_WORDS: Readonly<Record<MissingRight['known'], string>> = {
  denied: 'Missing.',
  maybe: 'Perhaps missing.',
  read: 'Missing, as a look beforehand showed.',
  forbidden: 'Forbidden.',
}

/** Rights that are missing for one and the same reason. */
export interface RightsGroup {
  readonly known: MissingRight['known']
  readonly why: string
  readonly rights: readonly MissingRight[]
}

/** The reason is said once for all that it holds for, in the order of the report. */
export function rightsByReason(missing: readonly MissingRight[]): readonly RightsGroup[] {
  const groups = new Map<string, RightsGroup & { rights: MissingRight[] }>()
  for (const right of missing) {
    const { known, why } = right
    const group = groups.get(`${known} ${why}`)
    if (group === undefined) groups.set(`${known} ${why}`, { known, why, rights: [right] })
    else group.rights.push(right)
  }
  return [...groups.values()]
}

const TABS: Readonly<Record<WrittenPolicy['of'], string>> = {
  identity: 'User or role',
  bucket: 'Bucket',
  key: 'KMS key',
}

export interface PolicyTab {
  readonly value: string
  readonly label: string
  readonly text: string
  readonly how: string
}

/** A tab a policy, and one with all that the job needs. */
export function policyTabs({ policies, needed }: RightsReport): readonly PolicyTab[] {
  const own = policies.map(({ of, name, text, how }) => ({
    value: `${of} ${name ?? ''}`,
    label:
      of === 'bucket' ? `Bucket ${name ?? ''}` : of === 'key' ? `Key …${(name ?? '').slice(-8)}` : TABS[of],
    ...{ text, how },
  }))
  const all = {
    ...{ value: 'needed', label: 'All that it needs', text: needed },
    how: 'Everything that this job needs, also what it has: for a user or a role of its own.',
  }
  return [...own, all]
}

/** Why a plan cannot be started: nothing of it could be read. */
export function deniedEntirely(report: RightsReport | undefined): string | undefined {
  if (report?.denies !== 'all') return undefined
  const [right] = report.missing
  const action = right === undefined ? 'the right to read them' : right.action
  return `All of it would be denied: these keys lack ${action}.`
}
