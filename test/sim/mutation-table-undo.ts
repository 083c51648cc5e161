import type { Mutation } from './mutations.ts'

const LAST = 'by an undo took the last copy of a content'

/** The same of undo: what keeps it from losing what it should bring back, or what is none of its business. */
export const UNDO_MUTATIONS: readonly Mutation[] = [
  {
    name: 'an undo deletes a copy without looking for its source',
    file: 'engine/deletes/remove-made.ts',
    from: `    checkHead(work, head, context)
    await work.lastLook?.()
`,
    to: '    checkHead(work, head, context)\n',
    rule: LAST,
    play: { job: 'undo of a copy, a source gone', cells: 'no fault × no kill' },
  },
  {
    name: 'an undo deletes a version without looking for its source',
    file: 'engine/deletes/remove-made.ts',
    from: `return isSent ? 'removed' : 'gone'
      await work.lastLook?.()
`,
    to: `return isSent ? 'removed' : 'gone'\n`,
    rule: LAST,
    play: { job: 'undo of a copy, versions, a source gone', cells: 'no fault × no kill' },
  },
  {
    name: 'a backup is put over a copy without looking for its source',
    file: 'jobs/undo/undo-item.ts',
    from: 'if (look) await attempt(here, look)',
    to: '',
    rule: LAST,
    play: { job: 'undo of an overwrite, its source gone', cells: 'no fault × no kill' },
  },
  {
    name: 'another object at the source passes for what was copied',
    file: 'engine/still-stands.ts',
    from: "if (now !== undefined && isIt(now)) return 'itself'",
    to: "if (now !== undefined) return 'itself'",
    rule: LAST,
    play: { job: 'undo of a copy, a source rewritten', cells: 'no fault × no kill' },
  },
  {
    name: 'the copy passes for its own source',
    file: 'engine/still-stands.ts',
    from: "return now === undefined ? 'gone' : 'another'",
    to: "return 'version'",
    rule: LAST,
    play: { job: 'undo of an upload, a file gone', cells: 'no fault × no kill' },
  },
  {
    name: 'what an undo deletes is deleted without If-Match',
    file: 'engine/deletes/delete-object.ts',
    from: 'source.deleteObject({ bucket, key, ifMatch: etag }, signal)',
    to: 'source.deleteObject({ bucket, key }, signal)',
    rule: String.raw`out/0 \(deleted\) is nothing, and was`,
    play: { job: 'undo of a copy', cells: 'source rewritten before × no kill' },
  },
  {
    name: 'an undo does not look what stands there now',
    file: 'engine/deletes/remove-made.ts',
    from: `    checkHead(work, head, context)
    await work.lastLook?.()
`,
    to: '    await work.lastLook?.()\n',
    rule: "none of the job's business",
    play: { job: 'undo of a copy, written once more', cells: 'no fault × no kill' },
  },
  {
    name: 'a copy goes before its source is moved back',
    file: 'jobs/undo/undo-item.ts',
    from: 'const back = (await uncover(item, undo, tools)) ?? (await moveBack(task, tools))',
    to: 'await removeMade(made, context)\n    const back = (await uncover(item, undo, tools)) ?? (await moveBack(task, tools))',
    rule: LAST,
    play: { job: 'undo of a move', cells: 'no fault × no kill' },
  },
  {
    name: 'a copy goes although what was moved back is gone again',
    file: 'jobs/undo/undo-item.ts',
    from: '  await checkStands(half, tools)\n',
    to: '',
    rule: LAST,
    play: { job: 'undo of a move', cells: 'destination deleted while nobody works × killed once' },
  },
  {
    name: 'the version that shall come back goes, and not the one over it',
    file: 'engine/deletes/remove-made.ts',
    from: `      await source.deleteObject({ bucket, key, versionId }, signal)
      return 'removed'
    },
    AS_WRITE,`,
    to: `      const [, below] = await listedFirst(source, work.object, MOST, signal)
      await source.deleteObject({ bucket, key, versionId: below?.versionId ?? versionId }, signal)
      return 'removed'
    },
    AS_WRITE,`,
    rule: LAST,
    play: { job: 'undo of a copy, versions', cells: 'no fault × no kill' },
  },
  {
    name: 'the copy is put over itself, in the place of the backup',
    file: 'jobs/undo/undo-item.ts',
    from: 'source: { bucket, key, versionId, owner, customerKeys },\n      destination: { bucket, key: target },\n      properties: EDIT_DEFAULTS,',
    to: "etag: item.expect.is === 'etag' ? item.expect.etag : '',\n      source: { bucket, key: target, owner, customerKeys },\n      destination: { bucket, key: target },\n      properties: EDIT_DEFAULTS,",
    rule: 'last copy|kept/out/1',
    play: { job: 'undo of an overwrite', cells: 'no fault × no kill' },
  },
  {
    name: 'a backup goes although something else stands where it was put',
    file: 'jobs/undo/undo-item.ts',
    from: 'if (stands?.etag !== half.newEtag)',
    to: 'if (false)',
    rule: LAST,
    play: { job: 'undo of an overwrite', cells: 'destination deleted while nobody works × killed once' },
  },
]
