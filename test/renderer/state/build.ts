import type { ConnectionView } from '#contract/connection-answers.ts'
import type { JobSnapshot, Tally } from '#model/job.ts'
import type { ObjectSummary, VersionSummary } from '#model/object.ts'
import { objectRow, prefixRow, type Row } from '../../../renderer/state/rows.ts'
import { ACTIONS, SKIP_REASONS } from '#model/plan.ts'
import { jobSpec, type JobSpec } from '#model/spec.ts'

export function connection(id: string, more: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id,
    name: id,
    provider: 'other',
    color: 1,
    readOnly: false,
    region: 'us-east-1',
    addressing: 'path',
    endpoint: `http://${id}.test`,
    credentials: { kind: 'environment' },
    state: 'ready',
    ...more,
  }
}

export function object(key: string, more: Partial<ObjectSummary> = {}): ObjectSummary {
  return { key, size: 1, etag: 'e', lastModified: 0, storageClass: 'STANDARD', ...more }
}

/** Rows from names: one that ends in a slash is a prefix. */
export function rows(...keys: readonly string[]): Row[] {
  return keys.map((key) => (key.endsWith('/') ? prefixRow(key) : objectRow(object(key))))
}

const NONE = { items: 0, bytes: 0 }

function perName<Name extends string>(names: readonly Name[]): Record<Name, typeof NONE> {
  return Object.fromEntries(names.map((name) => [name, NONE])) as Record<Name, typeof NONE>
}

export function tally(more: Partial<Tally> = {}): Tally {
  return {
    listed: NONE,
    planned: perName(ACTIONS),
    skipped: perName(SKIP_REASONS),
    conflicts: 0,
    copied: NONE,
    moved: NONE,
    deleted: NONE,
    edited: NONE,
    filtered: NONE,
    restoring: NONE,
    failed: NONE,
    ...more,
  }
}

export function job(id: string, more: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    id,
    revision: 1,
    title: `Copy ${id}`,
    kind: 'copy',
    sources: [{ connection: 'a', connectionId: 'a', bucket: 'from', prefix: '' }],
    destinations: [{ connection: 'b', connectionId: 'b', bucket: 'to', prefix: '' }],
    status: { is: 'running' },
    draft: false,
    priority: 50,
    listing: false,
    tally: tally(),
    createdAt: 0,
    ranFor: 0,
    ...more,
  }
}

const config = {
  region: 'us-east-1',
  addressing: 'path',
  endpoint: 'http://a.test',
  credentials: { kind: 'environment' },
} as const

/** A spec of any kind, as a job file that says only this would have it. */
export function spec<Kind extends JobSpec['kind']>(
  kind: Kind,
  more: Record<string, unknown> = {},
): Extract<JobSpec, { kind: Kind }> {
  const connection = { id: 'a', name: 'a', config }
  const across = kind === 'copy' || kind === 'move' || kind === 'parity'
  return jobSpec.parse({
    v: 1,
    kind,
    sources: [{ connection, bucket: 'from', select: [{ kind: 'prefix', prefix: 'x/' }], base: 'x/' }],
    ...(across ? { destinations: [{ connection, bucket: 'to', prefix: '' }] } : {}),
    ...(kind === 'copy' || kind === 'move' ? { conflict: 'skip' } : {}),
    ...(kind === 'parity' ? { compare: 'head' } : kind === 'delete' ? {} : { verify: 'auto' }),
    ...more,
  }) as Extract<JobSpec, { kind: Kind }>
}

/** `key@time` is a version, `key!time` a delete marker; keys ascending, of each the newest first, as S3 lists them. */
export function versions(list: string): VersionSummary[] {
  let before = ''
  return list.split(' ').map((text) => {
    const [, key = '', sign, time] = /^(.*)([@!])(\d+)$/.exec(text) ?? []
    const isLatest = key !== before
    before = key
    const state = { versionId: `v${time}`, isLatest, isDeleteMarker: sign === '!' }
    return { ...object(key, { lastModified: Number(time) }), ...state }
  })
}
