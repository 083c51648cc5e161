import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionRef } from '#model/connection.ts'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { Properties } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import { requestsOfCopy, requestsOfEdit } from '../../main/engine/expected-requests.ts'
import type { ExpectedEdit } from '../../main/engine/expected-requests.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import type { GridPlanRow, GridRows } from '../../main/jobs/plan/grid-rows.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import { GOOD_HABITS } from '../helpers/memory/server.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { countRequests } from '../helpers/requests-by-key.ts'
import { noKeys, specOf } from '../helpers/specs.ts'
import { openStorage } from '../suites/storage/bench.ts'
import { turnedQueue } from '../sim/queue.ts'

const TAGS: Properties['tags'] = { policy: 'change', set: { a: 'b' }, remove: [] }
const HEADERS: Properties['headers'] = { policy: 'change', set: { cacheControl: 'no-store' }, remove: [] }
const ARN = 'arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
const KMS = { policy: 'set', value: { kind: 'SSE-KMS', keyId: ARN } } as const

describe('the requests of one edit', () => {
  const MIB = 1024 ** 2
  const plain = { way: 'rewrite', size: 9, isVersion: false, reads: { tags: false, content: false } } as const
  const at = (more: object = {}) =>
    ({ habits: GOOD_HABITS, verify: 'answer', copyLimit: 10 * MIB, ownership: 'enforced', ...more }) as const
  const loses = { habits: { ...GOOD_HABITS, selfCopyKeepsTags: false } }
  test.each<[string, Partial<ExpectedEdit>, Partial<Properties>, object, object]>([
    ['rewrite', {}, { headers: HEADERS }, {}, { HeadObject: 1, CopyObject: 1 }],
    ['rewrite, head', {}, { headers: HEADERS }, { verify: 'head' }, { HeadObject: 2, CopyObject: 1 }],
    [
      'rewrite, ACLs',
      {},
      { headers: HEADERS },
      { ownership: 'acls' },
      { HeadObject: 1, GetObjectAcl: 1, CopyObject: 1 },
    ],
    [
      'rewrite with tags',
      {},
      { headers: HEADERS, tags: TAGS },
      {},
      { HeadObject: 1, GetObjectTagging: 1, CopyObject: 1 },
    ],
    [
      'rewrite, rules read bytes',
      { reads: { tags: false, content: true } },
      {},
      {},
      { HeadObject: 1, GetObject: 1, CopyObject: 1 },
    ],
    [
      'rewrite, tags are lost',
      { hasTags: true },
      {},
      loses,
      { HeadObject: 1, GetObjectTagging: 2, CopyObject: 1, PutObjectTagging: 1 },
    ],
    [
      'rewrite, no tags to lose',
      { hasTags: false },
      {},
      loses,
      { HeadObject: 1, GetObjectTagging: 1, CopyObject: 1 },
    ],
    [
      'rewrite by parts',
      { size: 20 * MIB },
      {},
      {},
      { HeadObject: 2, CreateMultipartUpload: 1, UploadPartCopy: 4, CompleteMultipartUpload: 1 },
    ],
    [
      'in place',
      { way: 'in-place' },
      { tags: TAGS },
      { ownership: 'acls' },
      { HeadObject: 1, GetObjectTagging: 1, PutObjectTagging: 1 },
    ],
    [
      'in place, full',
      { way: 'in-place' },
      { tags: TAGS },
      { verify: 'full' },
      { HeadObject: 2, GetObjectTagging: 2, PutObjectTagging: 1 },
    ],
    [
      're-encrypt',
      { way: 're-encrypt' },
      { encryption: KMS },
      {},
      { HeadObject: 1, UpdateObjectEncryption: 1 },
    ],
  ])('%s', (_, edit, properties, conditions, requests) => {
    const given = { ...plain, ...edit, properties: { ...EDIT_DEFAULTS, ...properties } }
    expect(requestsOfEdit(given, at(conditions))).toEqual(requests)
  })

  test('a copy is one request, and two where it is looked at; a move looks at both sides', () => {
    const plain = { properties: EDIT_DEFAULTS, size: 9, purpose: 'copy', by: 'copy' } as const
    const copy = { ...plain, isOverAnything: false }
    const drops = {
      ...EDIT_DEFAULTS,
      acl: { policy: 'drop' },
      retention: { policy: 'drop' },
      legalHold: { policy: 'drop' },
    } as const
    const properties = {
      ...drops,
      redirect: { policy: 'drop' },
      encryption: { policy: 'drop' },
      checksum: { policy: 'drop' },
    } as const
    expect(requestsOfCopy({ ...copy, properties }, at())?.requests).toEqual({ CopyObject: 1 })
    expect(requestsOfCopy({ ...copy, properties }, at({ verify: 'head' }))?.requests).toEqual({
      CopyObject: 1,
      HeadObject: 1,
    })
    expect(requestsOfCopy({ ...copy, properties, purpose: 'move' }, at())?.requests).toEqual({
      ...{ CopyObject: 1, HeadObject: 2, DeleteObject: 1 },
    })
    expect(requestsOfCopy({ ...copy, properties }, at({ verify: 'full' }))).toBeUndefined()
    const over = { ...copy, properties, isOverAnything: true }
    expect(requestsOfCopy(over, at())?.requests).toEqual({ CopyObject: 1 })
    const large = { ...over, size: 16 * 1024 ** 2 }
    expect(requestsOfCopy(large, at())?.requests).toEqual({ CopyObject: 1, HeadObject: 1 })
  })
})

let playground: TestPlayground
let storage: Storage
let connection: ConnectionRef
let buckets = 0
beforeAll(async () => {
  playground = await inProcessPlayground()
  storage = openStorage('wire', playground)
  const { endpoint, accessKeyId } = playground
  const credentials = { kind: 'keys', accessKeyId } as const
  connection = {
    id: 'here',
    name: 'Here',
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials },
  }
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

let dir: string
let bucket: string
let jobs: Jobs | undefined
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-expected-'))
  bucket = `bucket-${++buckets}`
})
afterEach(async () => {
  await jobs?.close()
  rmSync(dir, { recursive: true, force: true })
})

async function open(gridRows?: GridRows): Promise<Jobs> {
  const options = { dir, seams: systemSeams, openStorage: () => Promise.resolve(storage), findKey: noKeys }
  jobs = await openJobsWith({ ...options, jobsAtOnce: 1, gridRows }, turnedQueue)
  return jobs
}

function edit(more: Partial<Extract<JobFile, { kind: 'edit' }>>): JobSpec {
  const select = [{ kind: 'prefix' as const, prefix: 'a/' }]
  return specOf<'edit'>({
    v: 1,
    kind: 'edit',
    sources: [{ connection, bucket, select, base: 'a/' }],
    verify: 'answer',
    ...more,
  })
}

/** Plans a draft, carries it out, and gives what was said before and what the server counted in between. */
async function carriedOut(all: Jobs, draft: { id: string }) {
  const planned = await all.settled(draft.id, 'idle')
  expect(planned.status.is).toBe('ready')
  const { expected } = all.get(draft.id)
  const counted = await countRequests(playground.admin)
  all.start(draft.id, 'now')
  const done = await all.settled(draft.id, 'finished')
  expect(done.tally.failed.items).toBe(0)
  return { expected, done, counted: await counted() }
}

describe('what a plan expects is what the server counts', () => {
  test.each<[string, Partial<Extract<JobFile, { kind: 'edit' }>>, 'exact' | 'at-most', string]>([
    ['a header', { properties: { headers: HEADERS } }, 'at-most', 'CopyObject'],
    ['a header, looked at', { verify: 'head', properties: { headers: HEADERS } }, 'at-most', 'CopyObject'],
    ['tags only', { properties: { tags: TAGS } }, 'at-most', 'PutObjectTagging'],
    [
      'the class',
      { properties: { storageClass: { policy: 'set', value: 'STANDARD_IA' } } },
      'exact',
      'CopyObject',
    ],
    ['encryption', { properties: { encryption: KMS } }, 'at-most', 'UpdateObjectEncryption'],
    [
      'field rules',
      { fieldRules: [{ field: 'tag:n', action: { do: 'from-key', find: '\\d+', with: '$&' } }] },
      'at-most',
      'PutObjectTagging',
    ],
    [
      'first bytes',
      {
        fieldRules: [
          { field: 'content-type', action: { do: 'type-from-content' } },
          { field: 'cache-control', action: { do: 'set', value: 'x' } },
        ],
      },
      'at-most',
      'GetObject',
    ],
  ])('%s', async (_, more, is, operation) => {
    await playground.admin.seed({ bucket, prefix: 'a/', count: 12, size: 40 })
    const all = await open()
    const { expected, counted } = await carriedOut(all, all.create(edit(more), { draft: true }))
    expect(expected).toEqual({ is, requests: counted })
    expect(counted[operation]).toBe(12)
  })

  test('a grid with rows of all kinds, and its undo', async () => {
    await playground.admin.seed({
      bucket,
      prefix: 'a/',
      count: 40,
      size: 3,
      headers: { 'content-type': 'text/plain' },
    })
    const { objects } = await storage.listObjects({ bucket, prefix: 'a/' })
    const rows = objects.map((object, n): GridPlanRow => {
      const cells = [
        { 'tag:n': '1' },
        { 'cache-control': 'no-store' },
        { 'content-type': 'text/plain' },
        { 'tag:n': '1', 'x-amz-meta-n': '2' },
      ][n % 4]
      return {
        ...object,
        cells: { ...cells },
        stands: { headers: { contentType: 'text/plain' }, metadata: {}, tags: {} },
      }
    })
    const place = { connection: connection.id, bucket, base: 'a/', rows: rows.length, listing: false }
    const all = await open({
      find: () => place,
      page: (_, after) => Promise.resolve(after === undefined ? rows : []),
      keep: () => undefined,
      release: () => undefined,
    })
    const draft = all.create(edit({ changes: { from: 'grid', id: 'g' } }), { draft: true })
    const { expected, counted, done } = await carriedOut(all, draft)
    expect(done.tally).toMatchObject({ edited: { items: 30 }, listed: { items: 30 } })
    expect(expected).toEqual({ is: 'exact', requests: counted })
    expect(counted).toMatchObject({
      HeadObject: 30,
      CopyObject: 20,
      PutObjectTagging: 10,
      GetObjectTagging: 20,
    })
    const undo = await carriedOut(all, all.undo(draft.id, { draft: true }))
    expect(undo.expected).toEqual({ is: 'exact', requests: undo.counted })
    expect(undo.done.tally.edited.items).toBe(30)
  })

  test('the undo of an edit where versions are kept', async () => {
    await playground.admin.seed({ bucket, prefix: 'a/', count: 10, versioning: 'Enabled' })
    const all = await open()
    const draft = all.create(edit({ properties: { headers: HEADERS } }), { draft: true })
    await carriedOut(all, draft)
    const { expected, counted } = await carriedOut(all, all.undo(draft.id, { draft: true }))
    expect(expected).toEqual({ is: 'exact', requests: counted })
    expect(counted).toEqual({ ListObjectVersions: 10, DeleteObject: 10 })
  })

  test('a plain copy, one that is looked at, and a move', async () => {
    await playground.admin.seed({ bucket, prefix: 'a/', count: 15 })
    // Of the small ones is known that they are small, of the large ones that they are looked for at the destination.
    await playground.admin.seed({ bucket, prefix: 'a/large-', count: 2, size: 17 * 1024 ** 2 })
    await playground.admin.seed({ bucket: 'elsewhere', count: 0 })
    const all = await open()
    for (const [kind, verify] of [
      ['copy', 'answer'],
      ['copy', 'head'],
      ['move', 'auto'],
    ] as const) {
      const select = [{ kind: 'prefix' as const, prefix: 'a/' }]
      const destination = { connection, bucket: 'elsewhere', prefix: `${verify}/` }
      const sources: JobFile['sources'] = [{ connection, bucket, select, base: 'a/' }]
      const rest = { v: 1, sources, destinations: [destination], conflict: 'overwrite', verify } as const
      const spec = jobSpec.parse({ kind, ...rest })
      const { expected, counted } = await carriedOut(all, all.create(spec, { draft: true }))
      expect(expected).toEqual({ is: 'exact', requests: counted })
    }
  })
})
