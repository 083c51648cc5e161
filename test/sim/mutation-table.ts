import type { Mutation } from './mutations.ts'
import { UNDO_MUTATIONS } from './mutation-table-undo.ts'

/** Bugs that would lose or double somebody's objects, and what has to notice each. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the source of a move is deleted without If-Match',
    file: 'engine/deletes/delete-object.ts',
    from: 'source.deleteObject({ bucket, key, ifMatch: etag }, signal)',
    to: 'source.deleteObject({ bucket, key }, signal)',
    rule: String.raw`in/0 \(moved\) is nothing and`,
    play: { job: 'move', cells: 'source rewritten before its delete' },
  },
  {
    name: 'the look before the delete is left out',
    file: 'engine/deletes/delete-object.ts',
    from: 'const stop = await look?.()',
    to: 'const stop = undefined',
    rule: 'was deleted, and its copy does not stand',
    play: { seeds: [30, 300] },
  },
  {
    name: 'the batch is marked in the journal after it was sent',
    file: 'jobs/run/pump.ts',
    from: `      journal.mark(mark.above, oldest, record.firstMarkAt ?? mark.at, requests())
      const asked = batch.some(isNotAskedFor) ? batch.filter((item) => !isNotAskedFor(item)) : batch
      if (!(await this.#beginAll(asked, mark, undefined))) return
`,
    to: `      const asked = batch.some(isNotAskedFor) ? batch.filter((item) => !isNotAskedFor(item)) : batch
      if (!(await this.#beginAll(asked, mark, undefined))) return
      await this.#drain()
      journal.mark(mark.above, oldest, record.firstMarkAt ?? mark.at, requests())
`,
    rule: 'CopyObject .*: done 2 times',
    play: {
      job: 'copy',
      cells: 'no fault × killed (with the request on its way:|before the answer to) CopyObject$',
    },
  },
  {
    name: 'the source is deleted before its copy is on the disk',
    file: 'jobs/run/copy-item.ts',
    from: `reached(half)
    await journal.durable()`,
    to: 'reached(half)',
    rule: 'was deleted before its copy was journaled',
    play: { job: 'move', cells: 'no fault' },
  },
  {
    name: 'any object at the key settles a copy in doubt',
    file: 'engine/settle.ts',
    from: `  if (isNew(work, current, since) && (await holdsSourceBytes(work, context, current, prepared)))
    return current`,
    to: '  return current',
    rule: 'in/1 failed: not-verified',
    play: { job: 'copy', cells: 'no fault × killed before CopyObject$' },
  },
  {
    name: 'an edit that hangs is asked for twice though its ETag stays',
    file: 'engine/beside.ts',
    from: 'return losesParts(work.etag, habits) ?',
    to: 'return true ?',
    rule: 'CopyObject .*: done 2 times',
    play: { job: 'large edit', cells: 'done while it is asked for again × no kill' },
  },
  {
    name: 'a request whose answer was lost is sent again without a look',
    file: 'engine/pace/retry.ts',
    from: 'if (inDoubt && options.settle && failure.reach',
    to: 'if (false && failure.reach',
    rule: 'done 2 times',
    play: { job: 'copy', cells: 'reset after' },
  },
  {
    name: 'one part is forgotten at the completion',
    file: 'engine/pour-parts.ts',
    from: 'return results.map((result, at) => ({',
    to: 'return results.slice(0, -1).map((result, at) => ({',
    rule: 'in/0 failed: invalid-request S3 answered InvalidRequest to CompleteMultipartUpload',
    play: { job: 'copy in parts', cells: 'no fault' },
  },
  {
    name: 'an upload is not aborted when its job is cancelled',
    file: 'engine/upload.ts',
    from: "if (uploadId === undefined) return 'gone'",
    to: "return 'gone'",
    rule: 'upload .* was left behind',
    play: { seeds: [1, 300] },
  },
  {
    name: 'a page of the listing is committed without the place that it reached',
    file: 'jobs/journal.ts',
    from: 'record.listing = reached',
    to: '',
    rule: 'CopyObject .*: done 2 times',
    play: { job: 'copy', cells: 'page of the plan' },
  },
  {
    name: 'of several ranges only the first is journaled',
    file: 'jobs/plan/listing-cursor.ts',
    from: 'return { source, segment, ranges }',
    to: 'return { source, segment, ranges: ranges.slice(0, 1) }',
    rule: 'is missing in the plan',
    play: { seeds: [1, 60] },
  },
  {
    name: 'an item looked at afresh is counted a second time',
    file: 'jobs/journal.ts',
    from: 'countItem(tally, item, -1)',
    to: '',
    rule: 'the tally is not the sum of the items',
    play: { job: 'move', cells: 'source deleted before' },
  },
  {
    name: 'the condition of the conflict policy is left out',
    file: 'engine/copy-object.ts',
    from: "ifAbsent: expect.is === 'absent'",
    to: 'ifAbsent: false',
    rule: String.raw`out/0 \(moved\) is nothing and`,
    play: { job: 'undo of a move', cells: 'destination written before × no kill' },
  },
  {
    name: 'tags are left out of an upload',
    file: 'engine/told.ts',
    from: 'tags: tags && Object.keys(tags).length > 0 ? tags : undefined',
    to: 'tags: undefined',
    rule: String.raw`in/0 \(copied\) is`,
    play: { job: 'copy in parts', cells: 'no fault' },
  },
  {
    name: 'the place that a page reached is committed without its page',
    file: 'jobs/journal.ts',
    from: `      this.#store.items.insertAll(itemId(record.n, record.nextSeq), items, ({ failure, key }) =>
        failure ? this.#store.causes.add(record.n, failure, key) : null,
      )`,
    to: `      const first = itemId(record.n, record.nextSeq)
      queueMicrotask(() => this.#store.items.insertAll(first, items, () => null))`,
    rule: 'the tally is not the sum of the items',
    play: { job: 'copy', cells: 'page of the plan' },
  },
  {
    name: 'a delete in doubt is taken for done without a look',
    file: 'engine/settle.ts',
    from: `  if (await stands({ bucket, key }, context)) return NOT_DONE
`,
    to: '',
    rule: String.raw`in/0 \(deleted\) is`,
    play: { job: 'delete', cells: 'no fault × killed before DeleteObject$' },
  },
  {
    name: 'an upload that was completed before the kill is begun again',
    file: 'engine/pour-parts.ts',
    from: 'const found = await findPoured(pour, known.intendedAt)',
    to: 'const found = undefined',
    rule: 'CompleteMultipartUpload .*: done 2 times',
    play: { job: 'copy in parts', cells: 'no fault × killed before the answer to CompleteMultipartUpload$' },
  },
  {
    name: 'parts that are there are sent again after a kill',
    file: 'engine/pour-parts.ts',
    from: 'results[part - 1] ??= await',
    to: 'results[part - 1] = await',
    rule: 'part 1 of .*: done 2 times',
    play: { job: 'copy in parts', cells: 'no fault × killed before the answer to UploadPartCopy$' },
  },
  {
    name: 'parts are copied from whatever stands at the source by then',
    file: 'engine/copy-parts.ts',
    from: 'ifMatch: work.etag }',
    to: 'ifMatch: undefined }',
    rule: String.raw`in/0 \(copied\) is`,
    play: { job: 'copy in parts', cells: 'source rewritten between two parts × no kill' },
  },
  ...UNDO_MUTATIONS,
]
