import { isReadable } from '../../engine/restore.ts'
import { chooseAction } from '../../engine/route.ts'
import { decideRewind } from './decide-rewind.ts'
import type { Rewound } from './decide-rewind.ts'
import type { PlannedItem } from '../item.ts'
import { listKeys, toFound } from './plan-history.ts'
import { describe, missingItem } from './plan-item.ts'
import { exactly, refused, refusedUnread, skipped, whyNotRestored } from './plan-outcomes.ts'
import type { Draft } from './plan-page.ts'
import type { Stretch, VersionsPlan } from './plan-purge.ts'
import type { Found, PlanRules } from './plan-rules.ts'
import type { VersionSummary } from '#model/object.ts'
import type { RewindSpec } from '#model/spec.ts'

/**
 * Plans what brings keys back. The filter is asked about the object that a key is brought back to, or about the one
 * that is current where that goes, or stays.
 */
export async function planRewind(plan: VersionsPlan, spec: RewindSpec, stretch: Stretch): Promise<void> {
  const { context, leg, sift, write } = plan
  const { bucket } = leg.rules.leg.source
  const { prefix, only, cursor, then } = stretch
  const pages = listKeys(leg.source, { bucket, prefix }, cursor.after, context.request)
  for await (const { keys, last, ended } of pages) {
    const isOver = ended || (only !== undefined && last !== undefined)
    const meant = only === undefined ? keys : keys.filter(([first]) => first?.key === only)
    const decided = meant.flatMap((versions) => askAbout(versions, spec) ?? [])
    const sifted = await sift(decided.map(({ found }) => found))
    const drafts: Draft[] = sifted.flatMap((one, index) => {
      const rewound = decided[index]?.rewound
      if (rewound === undefined || one.is === 'left') return []
      const items = planRewound(leg.rules, spec, one.found, rewound)
      const failure = one.is === 'unknown' ? one.failure : undefined
      return items.map((item) => ({ item: failure ? refusedUnread(item, failure) : item, link: 'none' }))
    })
    if (only !== undefined && isOver && meant.length === 0) {
      drafts.push({ item: missingItem(leg.rules.leg, only, undefined), link: 'none' })
    }
    const left = sifted.filter(({ is }) => is === 'left').map(({ found }) => found)
    write(drafts, left, isOver ? then : { ...cursor, after: last })
    if (isOver) return
  }
}

interface Decided {
  readonly rewound: Rewound
  readonly found: Found
}

/** Undefined for a key that is no part of the job: to be undeleted it must be deleted, to stay it must be there. */
function askAbout(versions: readonly VersionSummary[], { to }: RewindSpec): Decided | undefined {
  const rewound = decideRewind(versions, to)
  switch (rewound.do) {
    case 'uncover':
    case 'copy':
      return { rewound, found: toFound(rewound.version) }
    case 'delete':
      return { rewound, found: toFound(rewound.current) }
    case 'nothing': {
      const [top] = versions
      const isThere = top !== undefined && !top.isDeleteMarker
      return isThere && to.is === 'as-of' ? { rewound, found: toFound(top) } : undefined
    }
  }
}

/**
 * | decided | the versioning of its bucket | the version | becomes                                            |
 * |---------|------------------------------|-------------|----------------------------------------------------|
 * | nothing | any                          |             | skip nothing-to-do                                 |
 * | uncover | any                          | any         | delete-version of each marker, the one on top first|
 * | delete  | enabled                      |             | delete, bound to what is current                   |
 * | copy    | enabled                      | readable    | copy or copy-parts, on top of what is current now  |
 * | copy    | enabled                      | archived    | refuse, or restore-then-copy                       |
 * | copy, delete | suspended               | any         | refuse: it would take the place of the null version|
 */
function planRewound(rules: PlanRules, spec: RewindSpec, found: Found, rewound: Rewound): PlannedItem[] {
  const item = describe(rules, found)
  if (rewound.do === 'nothing') return [skipped(item, 'nothing-to-do')]
  if (rewound.do === 'uncover') return rewound.markers.map((marker) => removal(rules, marker))
  const impossible = rules.impossible(0)
  if (impossible) return [refused(item, impossible)]
  const planned = { ...item, state: 'planned' } as const
  if (rewound.do === 'delete') {
    return [{ ...planned, versionId: undefined, action: 'delete', expect: exactly(item) }]
  }
  const { over } = rewound
  const expect = over ? exactly(over) : ({ is: 'absent' } as const)
  if (isReadable(found)) {
    return [{ ...planned, expect, action: chooseAction(rules.route, found, 'chosen', rules.copyLimit) }]
  }
  const failure = whyNotRestored(found, spec.archived, 'copied')
  // Restored by somebody, and tried again, it still goes on top of that alone.
  return [{ ...(failure ? refused(item, failure) : { ...planned, action: 'restore-then-copy' }), expect }]
}

function removal(rules: PlanRules, marker: VersionSummary): PlannedItem {
  const item = describe(rules, toFound(marker))
  // A marker on top is one of a history all the same.
  return {
    ...item,
    history: 'delete-marker',
    action: 'delete-version',
    expect: { is: 'anything' },
    state: 'planned',
  }
}
