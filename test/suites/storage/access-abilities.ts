import { bytes, KEEP, orRefused, readAll, refusal } from './case.ts'
import type { Bench, Observed, Probe } from './case.ts'
import type { ObjectId, Placement } from '../../../main/engine/storage.ts'

/** What is beside an object: who may read it, how long it stays, how far away it is, what is noted of it. */

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
const PUBLIC: Placement = { acl: { kind: 'canned', acl: 'public-read' } }

async function isPublic({ storage }: Bench, id: ObjectId): Promise<Observed> {
  const { grants } = await storage.getAcl(id)
  const found = grants.some(
    ({ grantee, permission }) => 'uri' in grantee && grantee.uri === ALL_USERS && permission === 'READ',
  )
  return found ? 'honoured' : 'ignored'
}

/** Held until it is let go; retained for the few seconds that this takes. */
async function locked(bench: Bench, at: string, write: (id: ObjectId, lock: Placement) => Promise<unknown>) {
  const { storage, locked: bucket } = bench
  const id = { bucket, key: `${at}b` }
  await storage.headBucket(bucket)
  const until = Math.floor((storage.serverTime ?? 0) / 1000) * 1000 + 4000
  await write(id, { legalHold: 'ON', retention: { mode: 'GOVERNANCE', until } })
  const head = await storage.headObject(id)
  const { versionId } = head
  if (head.legalHold !== 'ON') return 'absent'
  const deleted = await refusal(storage.deleteObject({ ...id, versionId }), 'ignored')
  await storage.putLegalHold({ ...id, versionId, legalHold: 'OFF' })
  if (head.retention?.mode !== 'GOVERNANCE' || head.retention.until !== until) return 'lost'
  return deleted === 'refused: access-denied' ? 'honoured' : deleted
}

/** A write by each of the three ways to make an object. */
const WRITES = {
  PutObject: ({ storage }: Bench, id: ObjectId, placed: Placement) =>
    storage.putObject({ ...id, ...bytes('x'), ...placed }),
  async CopyObject({ storage }: Bench, id: ObjectId, placed: Placement) {
    const source = { bucket: id.bucket, key: `${id.key} source` }
    await storage.putObject({ ...source, ...bytes('x') })
    return storage.copyObject({ ...id, source, ...KEEP, ...placed })
  },
  async CreateMultipartUpload({ storage }: Bench, id: ObjectId, placed: Placement) {
    const upload = { ...id, ...(await storage.createUpload({ ...id, ...placed })) }
    const done = await storage.uploadPart({ ...upload, part: 1, ...bytes('x') })
    return storage.completeUpload({ ...upload, parts: [{ part: 1, ...done }] })
  },
} as const

function aclOn(write: keyof typeof WRITES): Probe {
  return orRefused(async (bench, at) => {
    const id = { bucket: bench.withAcls, key: `${at}b` }
    await WRITES[write](bench, id, PUBLIC)
    return isPublic(bench, id)
  })
}

function lockOn(write: keyof typeof WRITES): Probe {
  return orRefused((bench, at) => locked(bench, at, (id, lock) => WRITES[write](bench, id, lock)))
}

export const ACCESS_PROBES = {
  'ACL on PutObject': aclOn('PutObject'),
  'ACL on CopyObject': aclOn('CopyObject'),
  'ACL on CreateMultipartUpload': aclOn('CreateMultipartUpload'),
  'PutObjectAcl, canned and by grants': orRefused(async (bench, at) => {
    const { storage, withAcls: bucket } = bench
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('x') })
    await storage.putAcl({ ...id, ...PUBLIC, acl: { kind: 'canned', acl: 'public-read' } })
    if ((await isPublic(bench, id)) !== 'honoured') return 'ignored'
    const { owner = '' } = await storage.getAcl(id)
    const grants = [{ grantee: { kind: 'account', id: owner }, permission: 'READ_ACP' }] as const
    await storage.putAcl({ ...id, acl: { kind: 'grants', grants: [...grants] } })
    const now = await storage.getAcl(id)
    return JSON.stringify(now.grants) === JSON.stringify(grants) ? 'honoured' : 'lost'
  }),
  'an ACL where the owner is enforced': ({ storage, bucket }, at) =>
    refusal(storage.putObject({ bucket, key: `${at}a`, ...bytes('x'), ...PUBLIC }), 'accepted'),

  'lock on PutObject': lockOn('PutObject'),
  'lock on CopyObject': lockOn('CopyObject'),
  'lock on CreateMultipartUpload': lockOn('CreateMultipartUpload'),
  'PutObjectRetention and PutObjectLegalHold': orRefused((bench, at) =>
    locked(bench, at, async (id, { retention, legalHold }) => {
      await bench.storage.putObject({ ...id, ...bytes('x') })
      if (retention) await bench.storage.putRetention({ ...id, retention })
      if (legalHold) await bench.storage.putLegalHold({ ...id, legalHold })
    }),
  ),
  'a lock in a bucket without one': ({ storage, bucket }, at) =>
    refusal(storage.putObject({ bucket, key: `${at}a`, ...bytes('x'), legalHold: 'ON' }), 'accepted'),

  'reading what is in GLACIER': async ({ storage, bucket }, at) => {
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('x'), storageClass: 'GLACIER' })
    const got = storage.getObject(id)
    return refusal(
      got.then(({ body }) => readAll(body)),
      'accepted',
    )
  },
  RestoreObject: orRefused(async ({ storage, bucket }, at) => {
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('x'), storageClass: 'GLACIER' })
    await storage.restoreObject({ ...id, tier: 'Standard', days: 3 })
    const [row] = (await storage.listObjects({ bucket, prefix: id.key, restoreStatus: true })).objects
    const seen = [(await storage.headObject(id)).restore?.is, row?.restore?.is]
    return seen.every((is) => is === 'under-way') ? 'honoured' : 'ignored'
  }),
  'RestoreObject while one is under way': async ({ storage, bucket }, at) => {
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('x'), storageClass: 'GLACIER' })
    const restore = (): Promise<unknown> => storage.restoreObject({ ...id, tier: 'Standard', days: 3 })
    await restore().catch(() => undefined)
    return refusal(restore(), 'accepted')
  },
  'RestoreObject of what is in no archive': async ({ storage, bucket }, at) => {
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('x') })
    return refusal(storage.restoreObject({ ...id, tier: 'Standard', days: 3 }), 'accepted')
  },
  'a class that does not exist': ({ storage, bucket }, at) =>
    refusal(storage.putObject({ bucket, key: `${at}a`, ...bytes('x'), storageClass: 'COLDEST' }), 'accepted'),

  'another owner of the bucket': async (bench, at) => {
    const stranger = bench.with({ owner: '000000000000' })
    const id = { bucket: bench.bucket, key: `${at}a` }
    await bench.storage.putObject({ ...id, ...bytes('x') })
    const seen = await refusal(stranger.putObject({ ...id, ...bytes('y') }), 'ignored')
    const listed = await refusal(stranger.listObjects({ bucket: id.bucket, prefix: at }), 'ignored')
    stranger.close()
    return seen === listed ? seen : 'lost'
  },
  "another owner of the source's bucket": async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const bound = { ...source, owner: '000000000000' }
    return refusal(storage.copyObject({ bucket, key: `${at}b`, source: bound, ...KEEP }), 'ignored')
  },
  'annotations, and copies with and without them': orRefused(async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    const name = 'a b'
    await storage.putObject({ ...source, ...bytes('x') })
    await storage.putAnnotation({ ...source, name, body: Buffer.from('note') })
    await storage.putAnnotation({ ...source, name: 'other', body: Buffer.from('2') })
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP })
    await storage.copyObject({ bucket, key: `${at}c`, source, ...KEEP, annotations: 'drop' })
    const copied = await storage.listAnnotations({ bucket, key: `${at}b` })
    const body = await storage.getAnnotation({ bucket, key: `${at}b`, name })
    const none = await storage.listAnnotations({ bucket, key: `${at}c` })
    const whole = copied.length === 2 && Buffer.from(body).toString() === 'note'
    return whole && none.length === 0 ? 'honoured' : 'lost'
  }),
  'website redirect on CopyObject': orRefused(async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, redirect: '/elsewhere' })
    const { headers } = await storage.headObject({ bucket, key: `${at}b` })
    return headers.websiteRedirect === '/elsewhere' ? 'honoured' : 'ignored'
  }),
} as const satisfies Record<string, Probe>
