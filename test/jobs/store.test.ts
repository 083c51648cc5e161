import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toFailure } from '#model/failure.ts'
import { openJobsReadOnly } from '../../main/jobs/read-only.ts'
import { readOwner, takeOwnership } from '../../main/jobs/owner.ts'
import { migrate, SCHEMA_VERSION } from '../../main/jobs/store/schema.ts'
import { lockDatabase, openDatabase } from '../../main/sqlite/sqlite.ts'
import { DATABASE_FILE, openStore } from '../../main/jobs/store/store.ts'
import { countItem, emptyTally } from '../../main/jobs/tally.ts'
import type { PlannedItem } from '../../main/jobs/item.ts'
import { jobRange, runsOf } from '../../main/jobs/store/items.ts'
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

describe('the items of a plan', () => {
  const plain = (n: number): PlannedItem => ({
    ...{
      leg: 0,
      rules: 0,
      key: `k-${n}`,
      size: n,
      etag: `e-${n}`,
      lastModified: n * 1000,
      storageClass: 'STANDARD',
    },
    ...{ action: 'copy', expect: { is: 'absent' }, conflict: false, state: 'planned' },
  })
  const others: readonly Partial<PlannedItem>[] = [
    { expect: { is: 'anything' } },
    { storageClass: 'GLACIER_IR' },
    { leg: 1, rules: 5 },
    { action: 'copy-parts' },
    { versionId: 'v' },
    { target: 't' },
    { after: 1 },
    { history: 'noncurrent' },
    { conflict: true, expect: { is: 'etag', etag: 'x', lastModified: 5 } },
    { conflict: true, expect: { is: 'anything' }, standing: { etag: 'x', lastModified: 5 } },
    { state: 'skipped', action: 'skip', skipReason: 'same' },
    { state: 'failed', action: 'refuse', failure: { code: 'archived', reach: 'item', message: 'm' } },
    { state: 'again' },
    { anew: 'added' },
  ]

  test('written together are what they are written singly, wherever an unusual one stands', () => {
    const items = others.flatMap((other, n) => [
      ...Array.from({ length: 52 + n }, (_, at) => plain(n * 1000 + at)),
      ...Array.from({ length: n % 2 ? 1 : 52 }, (_, at) => ({ ...plain(n * 1000 + 500 + at), ...other })),
    ])
    const store = openStore(dir, 'write')
    const [from, below] = jobRange(1)
    const [other] = jobRange(2)
    store.items.insertAll(from, items, () => 7)
    for (const [at, item] of items.entries()) store.items.insert(other + at, item, item.failure ? 7 : null)
    const written = store.db.prepare('SELECT * FROM items WHERE id >= ? AND id < ? ORDER BY id')
    const rows = written.all(from, below).map(([, ...row]) => row)
    expect(rows).toEqual(written.all(other, other + items.length).map(([, ...row]) => row))
    expect(store.items.readAll(from, below, items.length).map(({ key }) => key)).toEqual(
      items.map(({ key }) => key),
    )
    store.close()
  })
})

describe('outcomes', () => {
  const item = (n: number): PlannedItem => ({
    ...{
      leg: 0,
      rules: 0,
      key: `k-${n}`,
      size: n,
      etag: `e-${n}`,
      lastModified: 1000,
      storageClass: 'STANDARD',
    },
    ...{ action: 'copy', expect: { is: 'absent' }, conflict: false, state: 'planned' },
  })

  test('that are alike are the same together as one by one, and count as many', () => {
    const store = openStore(dir, 'write')
    const [one, other] = [jobRange(1)[0], jobRange(2)[0]]
    const items = Array.from({ length: 40 }, (_, n) => item(n))
    for (const from of [one, other]) store.items.insertAll(from, items, () => null)
    const places = [7, 3, 5, 4, 39, 0, 20, 21, 4]
    store.items.settleAlike(
      places.map((at) => one + at),
      'copied',
    )
    for (const at of places) store.items.settle(other + at, 'copied', `e-${at}`, undefined, undefined)
    const rows = store.db.prepare('SELECT * FROM items WHERE id >= ? AND id < ? ORDER BY id')
    const of = (from: number): unknown[] => rows.all(from, from + 40).map(([, ...row]) => row)
    expect(of(one)).toEqual(of(other))
    expect(store.items.changes(1).settled).toBe(8)
    store.close()
  })

  test.each([
    [[], []],
    [[4], [[4, 5]]],
    [
      [4, 2, 3, 9],
      [
        [2, 5],
        [9, 10],
      ],
    ],
    [
      [10, 9, 2, 2, 1],
      [
        [1, 3],
        [9, 11],
      ],
    ],
  ])('of %j follow one another as %j', (numbers, runs) => {
    expect(runsOf(numbers)).toEqual(runs)
  })
})

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

  test.each([
    [1, 'newer Decant', 'use that one'],
    [-1, 'older Decant', 'bring it up to date'],
  ])('who only reads is told what to do with a schema that is not this one: %i', (by, whose, what) => {
    openStore(dir, 'write').close()
    const db = openDatabase(join(dir, DATABASE_FILE), 'write')
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + by}`)
    db.close()
    const { code, message } = failureOf(() => openStore(dir, 'read'))
    expect(code).toBe('database')
    for (const word of [DATABASE_FILE, whose, `schema ${SCHEMA_VERSION + by}`, what])
      expect(message).toContain(word)
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
