import type { Encryption } from '#model/object.ts'
import type { EncryptionToWrite } from '../../../main/engine/storage.ts'
import { bytes, failureOf, keyOf, KEEP, orRefused, readAll, refusal } from './case.ts'
import type { Bench, Observed, Probe } from './case.ts'

const MIB = 1024 * 1024
const A = keyOf('a')
const B = keyOf('b')
const UNDER_A: EncryptionToWrite = { kind: 'SSE-C', key: A }
const UNDER_B: EncryptionToWrite = { kind: 'SSE-C', key: B }

/** What was asked for beside what is there. */
function lies({ kind }: Encryption, asked: EncryptionToWrite): Observed {
  if (kind === asked.kind) return 'honoured'
  return kind === 'none' ? 'in plain' : 'ignored'
}

function put(asked: (bench: Bench) => EncryptionToWrite): Probe {
  return orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const id = { bucket, key: `${at}a` }
    const encryption = asked(bench)
    await storage.putObject({ ...id, ...bytes('secret'), encryption })
    return lies(await headOf(bench, id.key, encryption), encryption)
  })
}

/** A copy of something that lies in plain, or as the bucket gives it. */
function copy(asked: (bench: Bench) => EncryptionToWrite): Probe {
  return orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('secret') })
    const encryption = asked(bench)
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, encryption })
    return lies(await headOf(bench, `${at}b`, encryption), encryption)
  })
}

/** Of a new bucket: put, and read again. */
function byDefault(asked: (bench: Bench) => Exclude<EncryptionToWrite, { kind: 'SSE-C' }>): Probe {
  return orRefused(async (bench) => {
    const { storage } = bench
    const bucket = bench.free()
    const encryption = asked(bench)
    await storage.createBucket(bucket)
    try {
      await storage.putBucketEncryption(bucket, encryption)
      const found = (await storage.bucketSetting(bucket, 'encryption'))?.defaultEncryption
      if (found === undefined) return 'lost'
      const key = encryption.kind === 'SSE-S3' ? undefined : encryption.keyId
      return found.kind === encryption.kind && found.kmsKeyId === key ? 'honoured' : 'ignored'
    } finally {
      await storage.deleteBucket(bucket)
    }
  })
}

/** With the key where there should be one; a store that wrote it in plain may refuse the key. */
async function headOf(
  { storage, bucket }: Bench,
  key: string,
  asked: EncryptionToWrite,
): Promise<Encryption> {
  const customerKey = asked.kind === 'SSE-C' ? asked.key : undefined
  const head = await storage.headObject({ bucket, key }).catch(() => undefined)
  return (head ?? (await storage.headObject({ bucket, key, customerKey }))).encryption
}

async function putUnderA({ storage, bucket }: Bench, at: string): Promise<{ bucket: string; key: string }> {
  const id = { bucket, key: `${at}a` }
  await storage.putObject({ ...id, ...bytes('secret'), encryption: UNDER_A })
  return id
}

/** Two names for what should be refused, each over HEAD and over GET. */
function reading(key: typeof A | undefined): Probe {
  return async (bench, at) => {
    const { storage } = bench
    const id = { ...(await putUnderA(bench, at)), customerKey: key }
    const head = await refusal(storage.headObject(id), 'accepted')
    const get = await refusal(
      storage.getObject(id).then(({ body }) => readAll(body)),
      'accepted',
    )
    return head === get ? head : `refused: ${head} for HEAD, ${get} for GET`
  }
}

const kms = ({ kmsKey }: Bench): EncryptionToWrite => ({ kind: 'SSE-KMS', keyId: kmsKey })

export const ENCRYPTION_PROBES = {
  'SSE-S3 on PutObject': put(() => ({ kind: 'SSE-S3' })),
  'SSE-KMS on PutObject': put(kms),
  'SSE-C on PutObject': put(() => UNDER_A),
  'SSE-S3 on CopyObject': copy(() => ({ kind: 'SSE-S3' })),
  'SSE-KMS on CopyObject': copy(kms),
  'SSE-C on CopyObject': copy(() => UNDER_A),
  'SSE-KMS with context and bucket key on CopyObject': orRefused(async (bench, at) => {
    const { storage, bucket, kmsKey } = bench
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('secret') })
    const encryption = { kind: 'SSE-KMS', keyId: kmsKey, context: { team: 'wéb' }, bucketKey: true } as const
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, encryption })
    const { kind, bucketKey } = await headOf(bench, `${at}b`, encryption)
    if (kind !== 'SSE-KMS') return lies({ kind }, encryption)
    return bucketKey === true ? 'honoured' : 'ignored'
  }),
  'encryption in the answer to CopyObject': orRefused(async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('secret') })
    const asked = { bucket, key: `${at}b`, source, ...KEEP, encryption: UNDER_A }
    return (await storage.copyObject(asked)).encryption?.kind === 'SSE-C' ? 'honoured' : 'absent'
  }),
  'another SSE-C key on both sides of CopyObject': orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const source = { ...(await putUnderA(bench, at)), customerKey: A }
    const target = { bucket, key: `${at}b` }
    await storage.copyObject({ ...target, source, ...KEEP, encryption: UNDER_B })
    if (!(await failureOf(storage.headObject({ ...target, customerKey: A })))) return 'ignored'
    const { body } = await storage.getObject({ ...target, customerKey: B })
    return (await readAll(body)) === 'secret' ? 'honoured' : 'lost'
  }),
  'another SSE-C key on both sides of UploadPartCopy': orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const source = { bucket, key: `${at}a`, customerKey: A }
    const body = Buffer.alloc(6 * MIB, 'secret')
    await storage.putObject({ ...source, body, size: body.length, encryption: UNDER_A })
    const target = { bucket, key: `${at}b` }
    const upload = { ...target, ...(await storage.createUpload({ ...target, encryption: UNDER_B })) }
    try {
      const range = [0, 5 * MIB - 1] as const
      const one = await storage.uploadPartCopy({ ...upload, part: 1, source, range, customerKey: B })
      const two = await storage.uploadPart({ ...upload, part: 2, ...bytes(' the end'), customerKey: B })
      const parts = [
        { part: 1, ...one },
        { part: 2, ...two },
      ]
      await storage.completeUpload({ ...upload, parts, customerKey: B })
    } catch (error) {
      await storage.abortUpload(upload)
      throw error
    }
    const read = await storage.getObject({ ...target, customerKey: B, range: [5 * MIB - 2, 5 * MIB + 7] })
    return (await readAll(read.body)).endsWith(' the end') ? 'honoured' : 'lost'
  }),
  'no customer key for what lies under one': reading(undefined),
  'another customer key than it lies under': reading(B),
  'a customer key for what lies under none': async ({ storage, bucket }, at) => {
    const id = { bucket, key: `${at}a` }
    await storage.putObject({ ...id, ...bytes('plain') })
    const got = storage.getObject({ ...id, customerKey: A })
    return refusal(
      got.then(({ body }) => readAll(body)),
      'ignored',
    )
  },
  'a copy without the key of its source': async (bench, at) => {
    const { storage, bucket } = bench
    const source = await putUnderA(bench, at)
    return refusal(storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP }), 'accepted')
  },
  'a KMS key that is not there': async ({ storage, bucket }, at) => {
    const encryption = { kind: 'SSE-KMS', keyId: 'no-such-key' } as const
    return refusal(storage.putObject({ bucket, key: `${at}a`, ...bytes('x'), encryption }), 'accepted')
  },
  'default encryption of a bucket, SSE-S3': byDefault(() => ({ kind: 'SSE-S3' })),
  'default encryption of a bucket, SSE-KMS': byDefault(({ kmsKey }) => ({ kind: 'SSE-KMS', keyId: kmsKey })),
  UpdateObjectEncryption: orRefused(async ({ storage, bucket, kmsKey }, at) => {
    const id = { bucket, key: `${at}a` }
    const { etag } = await storage.putObject({ ...id, ...bytes('x') })
    await storage.updateEncryption({ ...id, encryption: { kind: 'SSE-KMS', keyId: kmsKey } })
    const head = await storage.headObject(id)
    return head.encryption.kind === 'SSE-KMS' && head.etag === etag ? 'honoured' : 'ignored'
  }),
} as const satisfies Record<string, Probe>
