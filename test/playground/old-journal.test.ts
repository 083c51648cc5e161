import { GetObjectAclCommand, GetObjectCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FIRST_ACCOUNT, inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'

/** What version 0.1.0 wrote, word for word: before there were owners, ACLs, locks, restores and encryption. */
const JOURNAL = `{"op":"CreateBucket","bucket":"old","time":1795274756,"region":"us-east-1"}
{"op":"PutObject","bucket":"old","key":"text","time":1795274756,"versionId":"null","content":[["bytes","eA=="]],"etag":"9dd4e461268c8034f5c8564e155c67a6","attributes":{"headers":{"content-type":"binary/octet-stream"},"metadata":{}},"tags":{"a":"1"},"storageClass":"STANDARD"}
{"op":"PutBucketVersioning","bucket":"old","time":1795274756,"status":"Enabled"}
{"op":"PutObject","bucket":"old","key":"cold","time":1795274756,"versionId":"8p7GzkGfCl93Z6TixqJrvYheEW8Qgqcn","content":[["bytes","Yw=="]],"etag":"4a8a08f09d37b73795649038408b5f33","attributes":{"headers":{"content-type":"binary/octet-stream"},"metadata":{}},"tags":{},"storageClass":"GLACIER"}
{"op":"Seed","bucket":"old","time":1795274756,"plan":{"count":2,"prefix":"s/","pattern":"obj-{n:8}","smallest":10,"largest":10,"seed":0,"versionPrefix":"diAYgbfy2qfRxqiHk__8","firstModified":1767225600,"lastModified":1767312000,"attributes":{"headers":{"content-type":"binary/octet-stream"},"metadata":{}},"tags":{},"storageClass":"STANDARD"}}
`
const HOME = '{"accessKeyId":"OLD","secretAccessKey":"old-secret"}'

test('a directory of an older playground goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playground-old-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'journal.jsonl'), JOURNAL)
  writeFileSync(join(dir, 'playground.json'), HOME)
  const playground = await inProcessPlayground({ dir })
  const s3 = sdkClient(playground)
  const { Buckets, Owner } = await s3.send(new ListBucketsCommand({}))
  expect([Buckets?.map(({ Name }) => Name), Owner?.ID]).toEqual([['old'], FIRST_ACCOUNT.canonicalId])
  const { Grants } = await s3.send(new GetObjectAclCommand({ Bucket: 'old', Key: 'text' }))
  expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL'])
  const seeded = await s3.send(new GetObjectCommand({ Bucket: 'old', Key: 's/obj-00000001' }))
  expect((await seeded.Body?.transformToByteArray())?.length).toBe(10)
  const raw = new RawS3(playground)
  const cold = { method: 'GET', path: '/old/cold' }
  expect((await raw.send(cold)).status).toBe(403)
  const body = '<RestoreRequest><Days>1</Days></RestoreRequest>'
  expect((await raw.send({ method: 'POST', path: '/old/cold?restore=', body })).status).toBe(202)
  await playground.admin.advance(3 * 3600)
  expect((await raw.send(cold)).text).toBe('c')
  raw.close()
  s3.destroy()
  await playground.stop()
})
