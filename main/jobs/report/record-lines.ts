import { z } from 'zod'
import { JOURNAL_STATES } from '../item.ts'
import { failure } from '#model/failure.ts'
import { ACTIONS, ANEW, SKIP_REASONS } from '#model/plan.ts'
import { PROPERTY_NAMES } from '#model/properties.ts'
import { jobSpec } from '#model/spec.ts'

/**
 * A job's record as a file: lines of JSON, gzipped. The head first, then what is known of the job, its items in the
 * order of the plan, and a last line that says how many there were, so that half a file is known for one.
 *
 * | line              | what it is                                                             |
 * |-------------------|------------------------------------------------------------------------|
 * | `decantRecord: 1` | spec, how it ended, its times, requests, notes                         |
 * | `log`             | a line of its log                                                      |
 * | `samples`         | its throughput chart                                                   |
 * | `item`            | an object: what was planned of it, and what became of it               |
 * | `end`             | the number of items                                                    |
 *
 * Left out is what only another run needs: what undo would bring back, backups, unfinished uploads. A record is looked
 * at and reported on; its job is neither run nor taken back where it is read, for nobody knows there whether a
 * connection of the same name leads to the same objects. No secret is in any of it, as none is in the journal.
 */
export const RECORD_VERSION = 1

const moment = z.int().min(0).max(8.64e15)
const count = z.int().min(0)
const counts = z.record(z.string().max(300), z.number())

export const recordHead = z.strictObject({
  decantRecord: z.literal(RECORD_VERSION),
  writtenAt: moment,
  id: z.string().min(1).max(64),
  spec: jobSpec,
  status: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('completed') }),
    z.strictObject({ is: z.literal('cancelled') }),
    z.strictObject({ is: z.literal('failed'), failure }),
  ]),
  createdAt: moment,
  startedAt: moment.optional(),
  endedAt: moment.optional(),
  /** Milliseconds. */
  ranFor: count,
  requests: z.record(z.string().max(100), count),
  expected: z.strictObject({
    requests: z.record(z.string().max(100), count),
    atMost: count,
    unknown: count,
    legs: z.array(count).max(10_000),
  }),
  quantities: z.strictObject({ counts, regions: z.record(z.string().max(100), z.string().max(100)) }),
  notes: z.array(z.string().max(10_000)).max(10_000),
  /** What a filter left out stands in no item. */
  filtered: z.strictObject({ items: count, bytes: count }),
  items: count,
})
export type RecordHead = z.infer<typeof recordHead>

/** As S3 has them at most, with room for what a store of another kind, or a path of a machine, may have. */
const key = z.string().min(1).max(8192)
const name = z.string().max(1024)

const recordItem = z.strictObject({
  leg: count,
  key,
  versionId: name.optional(),
  target: key.optional(),
  rules: count,
  after: z.int().positive().optional(),
  history: z.enum(['noncurrent', 'delete-marker']).optional(),
  size: count,
  etag: name,
  lastModified: z.int(),
  storageClass: name,
  action: z.enum(ACTIONS),
  skipReason: z.enum(SKIP_REASONS).optional(),
  expect: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('absent') }),
    z.strictObject({ is: z.literal('anything') }),
    z.strictObject({ is: z.literal('etag'), etag: name, lastModified: z.int() }),
  ]),
  conflict: z.boolean(),
  state: z.enum(JOURNAL_STATES),
  failure: failure.optional(),
  newEtag: name.optional(),
  newVersionId: name.optional(),
  restoreAskedAt: moment.optional(),
  marker: name.optional(),
  standing: z.strictObject({ etag: name, lastModified: z.int() }).optional(),
  anew: z.enum(ANEW).optional(),
  /** Of an edit, or one that was undone: the properties that it changed. */
  changed: z.array(z.enum(PROPERTY_NAMES)).optional(),
})
export type RecordItem = z.infer<typeof recordItem>

const sample = z.strictObject({
  at: moment,
  objectsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  concurrency: z.number(),
  throttled: z.number(),
})

/** Every line but the head. */
export const recordLine = z.union([
  z.strictObject({ item: recordItem }),
  z.strictObject({
    log: z.strictObject({ at: moment, text: z.string().max(10_000), failure: failure.optional() }),
  }),
  z.strictObject({
    samples: z.strictObject({ span: z.number(), points: z.array(sample).max(10_000) }),
  }),
  z.strictObject({ end: z.strictObject({ items: count }) }),
])
export type RecordLine = z.infer<typeof recordLine>
