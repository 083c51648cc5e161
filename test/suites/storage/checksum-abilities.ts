import type { ChecksumAlgorithm } from '#model/properties.ts'
import { checksumOf } from '../../../main/engine/compare/checksum.ts'
import type { CreateUpload } from '../../../main/engine/storage.ts'
import { bytes, KEEP, orRefused, refusal } from './case.ts'
import type { Bench, Observed, Probe } from './case.ts'

const MIB = 1024 * 1024
const BODY = Buffer.alloc(6 * MIB, 'decant ')
const FIRST = BODY.subarray(0, 5 * MIB)
const SECOND = BODY.subarray(5 * MIB)

async function told(
  { storage, bucket }: Bench,
  key: string,
  algorithm: ChecksumAlgorithm,
  value: string,
): Promise<Observed> {
  const { checksums } = await storage.headObject({ bucket, key, checksums: true })
  const found = checksums[algorithm]
  if (found === undefined) return 'absent'
  return found === value ? 'honoured' : 'lost'
}

/** An upload of two parts, with the checksum that its HEAD should then tell. */
function uploaded(
  asked: Required<Pick<CreateUpload, 'checksumType'>> & { readonly checksum: ChecksumAlgorithm },
  value: string,
): Probe {
  return orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const target = { bucket, key: `${at}a` }
    const upload = { ...target, ...(await storage.createUpload({ ...target, ...asked })) }
    const { checksum } = asked
    try {
      const parts = []
      for (const [index, body] of [FIRST, SECOND].entries()) {
        const part = index + 1
        const done = await storage.uploadPart({ ...upload, part, body, size: body.length, checksum })
        parts.push({ part, ...done })
      }
      await storage.completeUpload({ ...upload, parts, ...asked, size: BODY.length })
    } catch (error) {
      await storage.abortUpload(upload)
      throw error
    }
    return told(bench, target.key, checksum, value)
  })
}

const sha = (body: Uint8Array): Buffer => Buffer.from(checksumOf('SHA256', body), 'base64')
const COMPOSITE = `${checksumOf('SHA256', Buffer.concat([sha(FIRST), sha(SECOND)]))}-2`

export const CHECKSUM_PROBES = {
  'checksum of a PutObject': orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const body = bytes('hello')
    await storage.putObject({ bucket, key: `${at}a`, ...body, checksum: 'SHA256' })
    return told(bench, `${at}a`, 'SHA256', checksumOf('SHA256', body.body))
  }),
  'checksum of a streamed PutObject': orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const body = slices(BODY)
    await storage.putObject({ bucket, key: `${at}a`, body, size: BODY.length, checksum: 'CRC64NVME' })
    return told(bench, `${at}a`, 'CRC64NVME', checksumOf('CRC64NVME', BODY))
  }),
  'checksum asked of CopyObject': orRefused(async (bench, at) => {
    const { storage, bucket } = bench
    const source = { bucket, key: `${at}a` }
    const body = bytes('hello')
    await storage.putObject({ ...source, ...body })
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, checksum: 'SHA1' })
    return told(bench, `${at}b`, 'SHA1', checksumOf('SHA1', body.body))
  }),
  'checksum in the answer to CopyObject': orRefused(async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('hello') })
    const asked = { bucket, key: `${at}b`, source, ...KEEP, checksum: 'CRC32' } as const
    return (await storage.copyObject(asked)).checksums?.['CRC32'] === undefined ? 'absent' : 'honoured'
  }),
  'FULL_OBJECT checksum of an upload': uploaded(
    { checksum: 'CRC64NVME', checksumType: 'FULL_OBJECT' },
    checksumOf('CRC64NVME', BODY),
  ),
  'COMPOSITE checksum of an upload': uploaded({ checksum: 'SHA256', checksumType: 'COMPOSITE' }, COMPOSITE),
  'another size than the parts have': async ({ storage, bucket }, at) => {
    const target = { bucket, key: `${at}a` }
    const upload = { ...target, ...(await storage.createUpload(target)) }
    const done = await storage.uploadPart({ ...upload, part: 1, ...bytes('hello') })
    const parts = [{ part: 1, ...done }]
    const observed = await refusal(storage.completeUpload({ ...upload, parts, size: 6 }), 'ignored')
    if (observed !== 'ignored') await storage.abortUpload(upload)
    return observed
  },
  'HEAD of a part': orRefused(async ({ storage, bucket }, at) => {
    const target = { bucket, key: `${at}a` }
    const upload = { ...target, ...(await storage.createUpload(target)) }
    const one = await storage.uploadPart({ ...upload, part: 1, body: FIRST, size: FIRST.length })
    const two = await storage.uploadPart({ ...upload, part: 2, body: SECOND, size: SECOND.length })
    const parts = [
      { part: 1, ...one },
      { part: 2, ...two },
    ]
    await storage.completeUpload({ ...upload, parts, size: BODY.length })
    const head = await storage.headObject({ ...target, part: 1 })
    if (head.size === BODY.length) return 'ignored'
    return head.size === FIRST.length && head.parts === 2 ? 'honoured' : 'lost'
  }),
} as const satisfies Record<string, Probe>

async function* slices(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 100_000)
    yield await Promise.resolve(body.subarray(at, at + 100_000))
}
