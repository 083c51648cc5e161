import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toFailure } from '#model/failure.ts'
import { openJobsReadOnly } from '../../main/jobs/read-only.ts'
import { readOwner, takeOwnership } from '../../main/jobs/owner.ts'
import { migrate, SCHEMA_VERSION } from '../../main/jobs/store/schema.ts'
import { lockDatabase, openDatabase } from '../../main/sqlite/sqlite.ts'
import { openStore } from '../../main/jobs/store/store.ts'
import { countItem, emptyTally } from '../../main/jobs/tally.ts'
import { jobRange } from '../../main/jobs/store/items.ts'
import { FIRST_SCHEMA } from './first-schema.ts'
import { CONNECTION, makeWorld, pour } from './world.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'decant-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function failureOf(act: () => unknown): ReturnType<typeof toFailure> {
  try {
    act()
  } catch (error) {
    return toFailure(error)
  }
  throw new Error('it did not fail')
}

describe('the database', () => {
  test('a full disk is a failure of the job, and the transaction leaves nothing', () => {
    const db = openDatabase(join(dir, 'a.db'), 'write')
    db.exec('CREATE TABLE t (x TEXT); PRAGMA max_page_count = 10')
    const insert = db.prepare('INSERT INTO t VALUES (?)')
    const failure = failureOf(() =>
      db.transaction(() => {
        for (let n = 0; n < 1000; n++) insert.run('x'.repeat(500))
      }),
    )
    expect(failure).toMatchObject({ code: 'storage-full', reach: 'job' })
    expect(db.prepare('SELECT count(*) FROM t').get()).toEqual([0])
    db.close()
  })

  test('a file that is no database is named', () => {
    writeFileSync(join(dir, 'a.db'), 'this is a letter to my aunt, of more than one hundred bytes'.repeat(40))
    const failure = failureOf(() => openDatabase(join(dir, 'a.db'), 'write'))
    expect(failure).toMatchObject({ code: 'database', reach: 'job' })
    expect(failure.message).toContain('a.db')
  })

  test('a newer schema is refused, an empty file is brought up to this one', () => {
    const db = openDatabase(join(dir, 'a.db'), 'write')
    migrate(db)
    migrate(db)
    expect(db.prepare('PRAGMA user_version').get()).toEqual([SCHEMA_VERSION])
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    expect(failureOf(() => migrate(db)).message).toContain('newer Decant')
    db.close()
  })

  test('a lock is held until it is closed', () => {
    const first = lockDatabase(join(dir, 'owner.db'))
    expect(first).toBeDefined()
    expect(lockDatabase(join(dir, 'owner.db'))).toBeUndefined()
    first?.close()
    const second = lockDatabase(join(dir, 'owner.db'))
    expect(second).toBeDefined()
    second?.close()
  })
})

describe('one process owns a data directory (invariant 12)', () => {
  test('the second one is told who has it', async () => {
    const data = join(dir, 'data')
    const first = await takeOwnership(data, 'serve')
    expect(statSync(data).mode & 0o777).toBe(0o700)
    await expect(takeOwnership(data, 'cli')).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        property: 'dataDir',
        message: `Decant (pid ${process.pid}, serve) is working in ${data}; use --data-dir for another one.`,
      },
    })
    first.annotate({ port: 1234, token: 'secret' })
    expect(statSync(join(data, 'owner.json')).mode & 0o777).toBe(0o600)
    expect(readOwner(data)).toEqual({ pid: process.pid, host: 'serve', port: 1234, token: 'secret' })
    await first.release()
    expect(readOwner(data)).toBeUndefined()
    await (await takeOwnership(data, 'cli')).release()
  })
})

describe('readers', () => {
  test('read while the owner writes, and change nothing', async () => {
    const world = makeWorld()
    world.s3.giveMany('from', 'a/', 10)
    const jobs = await world.open()
    const { id } = jobs.create(pour('copy'), { draft: false })
    await world.settle(jobs, id)
    const reader = openJobsReadOnly(world.dir)
    expect(reader.list()).toMatchObject([
      { id, status: { is: 'completed' }, tally: { copied: { items: 10 } } },
    ])
    expect(reader.items(id, 'done', 0, 5)).toMatchObject({ total: 10, items: { length: 5 } })
    expect(failureOf(() => reader.get('nobody')).message).toBe('id: there is no job "nobody"')
    reader.close()
    await world.seams.finish(jobs.close())
    world.end()
  })

  test('a directory where nobody made a job has none', () => {
    const reader = openJobsReadOnly(dir)
    expect(reader.list()).toEqual([])
    reader.close()
  })
})

test('a database of the first schema is brought to this one: its jobs go on', async () => {
  const world = makeWorld()
  world.s3.giveMany('from', 'a/', 6, 3)
  writeFirstSchema(
    world.dir,
    world.s3.keys('from').map((key) => world.s3.current('from', key)?.etag ?? ''),
  )
  const jobs = await world.open()
  const [copy, move, deletion] = jobs.list()
  expect(jobs.get('copy').spec).toMatchObject({
    sources: [{ bucket: 'from', versions: { take: 'current' } }],
    destinations: [{ bucket: 'to', prefix: 'z/' }],
    names: [],
  })
  expect(jobs.get('deletion').spec).toMatchObject({ kind: 'delete', sources: [{ bucket: 'from' }] })
  expect(jobs.get('deletion').spec).not.toHaveProperty('destinations')
  expect([copy, move, deletion].map((job) => job?.title)).toEqual([
    'Copy a/ to to',
    'Move a/ to to',
    'Delete b/ in from',
  ])
  await world.settle(jobs, 'copy', 'finished')
  const moved = await world.settle(jobs, 'move', 'finished')
  expect(moved.tally).toMatchObject({ moved: { items: 3 }, copied: { items: 0 } })
  // The copy that stood already was not made once more; only its source was deleted.
  expect(world.s3.mutations({ operation: 'CopyObject', key: 'y/00000' })).toHaveLength(0)
  expect(world.s3.keys('from')).toEqual(['a/00003', 'a/00004', 'a/00005'])
  await world.seams.finish(jobs.close())
  world.end()

  /** As a Decant of that time left it: a copy that is planned, a move half-way, and a delete that is done. */
  function writeFirstSchema(data: string, etags: readonly string[]): void {
    const db = openDatabase(join(data, 'jobs.db'), 'write')
    db.exec(FIRST_SCHEMA)
    const source = (prefix: string) => ({
      connection: CONNECTION,
      bucket: 'from',
      select: [{ kind: 'prefix', prefix }],
      base: prefix,
    })
    const to = (prefix: string) => ({ connection: CONNECTION, bucket: 'to', prefix })
    const pours = { v: 1, source: source('a/'), conflict: 'overwrite', verify: 'auto' }
    const specs = [
      [
        'copy',
        { kind: 'copy', ...pours, destination: to('z/') },
        { is: 'paused', reason: 'interrupted', since: 0 },
      ],
      [
        'move',
        { kind: 'move', ...pours, destination: to('y/') },
        { is: 'paused', reason: 'interrupted', since: 0 },
      ],
      ['deletion', { v: 1, kind: 'delete', source: source('b/') }, { is: 'completed' }],
    ] as const
    const job = db.prepare(
      "INSERT INTO jobs (id, spec, draft, status, tally, listing, next_seq, sent_below, marked_at, first_mark_at, created_at, ran_for, requests, notes) VALUES (?, ?, 0, ?, '{}', NULL, ?, ?, 0, 0, 0, 0, '{}', '[]')",
    )
    const item = db.prepare(
      'INSERT INTO items (id, key, size, etag, modified, action, expect, conflict, state, new_etag) VALUES (?, ?, 3, ?, ?, 0, 2, 0, ?, ?)',
    )
    for (const [index, [id, spec, status]] of specs.entries()) {
      job.run(
        id,
        JSON.stringify(spec),
        JSON.stringify(status),
        id === 'deletion' ? 1 : 4,
        id === 'move' ? 2 : 1,
      )
      if (id === 'deletion') continue
      for (let seq = 1; seq <= 3; seq++) {
        const etag = etags[seq - 1] ?? ''
        const key = `a/0000${seq - 1}`
        const isHalfMoved = id === 'move' && seq === 1
        if (isHalfMoved) world.s3.give('to', 'y/00000', { seed: key, size: 3 })
        const modified = world.s3.current('from', key)?.lastModified ?? 0
        item.run(
          (index + 1) * 2 ** 32 + seq,
          key,
          etag,
          modified,
          isHalfMoved ? 2 : 0,
          isHalfMoved ? etag : null,
        )
      }
    }
    db.exec('PRAGMA user_version = 1')
    db.close()
  }
})

test('the tally that is kept is the tally that a recount gives', async () => {
  const world = makeWorld(7)
  world.s3.giveMany('from', 'a/', 400, 3)
  world.s3.giveMany('to', 'z/', 50, 3)
  world.s3.give('from', 'a/frozen', { storageClass: 'GLACIER', size: 9 })
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', probability: 0.2 })
  for (const kind of ['copy', 'move'] as const) {
    const jobs = await world.open()
    const { id } = jobs.create(pour(kind, { conflict: 'skip' }), { draft: false })
    await world.settle(jobs, id)
    await world.seams.finish(jobs.close())
    const store = openStore(world.dir, 'read')
    const record = store.jobs.byId(id)
    if (record === undefined) throw new Error('the job is gone')
    const recount = emptyTally()
    for (const item of store.items.readAll(...jobRange(record.n), 1_000_000)) {
      countItem(recount, item, 1)
    }
    expect(recount).toEqual(record.tally)
    expect(recount.listed.items).toBe(401)
    expect(store.causes.list(record.n).reduce((sum, { items }) => sum + items, 0)).toBe(recount.failed.items)
    store.close()
  }
  world.end()
})
