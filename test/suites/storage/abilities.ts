import { ACCESS_PROBES } from './access-abilities.ts'
import { bytes, condition, failureOf, KEEP, OTHER } from './case.ts'
import type { Bench, Observed, Probe } from './case.ts'
import { CHECKSUM_PROBES } from './checksum-abilities.ts'
import { ENCRYPTION_PROBES } from './encryption-abilities.ts'

const CONDITION_PROBES = {
  'x-amz-copy-source-if-match on CopyObject': async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const bound = { ...source, ifMatch: OTHER }
    return condition(storage.copyObject({ bucket, key: `${at}b`, source: bound, ...KEEP }))
  },
  'x-amz-copy-source-if-match on UploadPartCopy': async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const target = { bucket, key: `${at}b` }
    const upload = { ...target, ...(await storage.createUpload(target)) }
    const part = storage.uploadPartCopy({ ...upload, part: 1, source: { ...source, ifMatch: OTHER } })
    const observed = await condition(part)
    await storage.abortUpload(upload)
    return observed
  },
  'If-None-Match on PutObject': async ({ storage, bucket }, at) => {
    await storage.putObject({ bucket, key: `${at}a`, ...bytes('x') })
    return condition(storage.putObject({ bucket, key: `${at}a`, ...bytes('y'), ifAbsent: true }))
  },
  'If-Match on PutObject': async ({ storage, bucket }, at) => {
    await storage.putObject({ bucket, key: `${at}a`, ...bytes('x') })
    return condition(storage.putObject({ bucket, key: `${at}a`, ...bytes('y'), ifMatch: OTHER }))
  },
  'If-None-Match on CopyObject': async ({ storage, bucket }, at) => {
    for (const name of ['a', 'b']) await storage.putObject({ bucket, key: at + name, ...bytes(name) })
    const source = { bucket, key: `${at}a` }
    return condition(storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, ifAbsent: true }))
  },
  'If-Match on CopyObject': async ({ storage, bucket }, at) => {
    for (const name of ['a', 'b']) await storage.putObject({ bucket, key: at + name, ...bytes(name) })
    const source = { bucket, key: `${at}a` }
    return condition(storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, ifMatch: OTHER }))
  },
  'If-None-Match on CompleteMultipartUpload': async ({ storage, bucket }, at) => {
    const target = { bucket, key: `${at}a` }
    await storage.putObject({ ...target, ...bytes('x') })
    const upload = { ...target, ...(await storage.createUpload(target)) }
    const { etag } = await storage.uploadPart({ ...upload, part: 1, ...bytes('y') })
    const completed = storage.completeUpload({ ...upload, parts: [{ part: 1, etag }], ifAbsent: true })
    const observed = await condition(completed)
    if (observed !== 'ignored') await failureOf(storage.abortUpload(upload))
    return observed
  },
  'If-Match on DeleteObject': async ({ storage, bucket }, at) => {
    await storage.putObject({ bucket, key: `${at}a`, ...bytes('x') })
    return condition(storage.deleteObject({ bucket, key: `${at}a`, ifMatch: OTHER }))
  },
  'ETag in DeleteObjects': async ({ storage, bucket }, at) => {
    await storage.putObject({ bucket, key: `${at}a`, ...bytes('x') })
    const asked = { bucket, objects: [{ key: `${at}a`, ifMatch: OTHER }] }
    const [result] = await storage.deleteObjects(asked)
    return condition(result instanceof Error ? Promise.reject(result) : Promise.resolve())
  },
  'TaggingDirective REPLACE': async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x'), tags: { is: 'old' } })
    await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP, replaceTags: { is: 'new' } })
    return (await storage.getTags({ bucket, key: `${at}b` }))['is'] === 'new' ? 'honoured' : 'ignored'
  },
  'tags after a copy onto itself': async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x'), tags: { is: 'old' } })
    const replace = { headers: { contentType: 'text/plain' }, metadata: {} }
    await storage.copyObject({ ...source, source, ...KEEP, replace })
    return (await storage.getTags(source))['is'] === 'old' ? 'honoured' : 'lost'
  },
  'Tagging on CreateMultipartUpload': async ({ storage, bucket }, at) => {
    const target = { bucket, key: `${at}a` }
    const upload = { ...target, ...(await storage.createUpload({ ...target, tags: { is: 'here' } })) }
    const { etag } = await storage.uploadPart({ ...upload, part: 1, ...bytes('y') })
    await storage.completeUpload({ ...upload, parts: [{ part: 1, etag }] })
    return (await storage.getTags(target))['is'] === 'here' ? 'honoured' : 'lost'
  },
  'version id in the answer to CopyObject': async ({ storage, versioned: bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const copied = await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP })
    return copied.versionId === undefined ? 'absent' : 'honoured'
  },
  'source version id in the answer to CopyObject': async ({ storage, versioned: bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const copied = await storage.copyObject({ bucket, key: `${at}b`, source, ...KEEP })
    return copied.sourceVersionId === undefined ? 'absent' : 'honoured'
  },
  'a copy onto itself that changes nothing': async ({ storage, bucket }, at) => {
    const source = { bucket, key: `${at}a` }
    await storage.putObject({ ...source, ...bytes('x') })
    const failure = await failureOf(storage.copyObject({ ...source, source, ...KEEP }))
    return failure ? `refused: ${failure.s3?.code || failure.code}` : 'accepted'
  },
} as const satisfies Record<string, Probe>

/**
 * What an endpoint does with what not every endpoint can. Each is asked for; what came of it is compared with the
 * table of what is expected (test/endpoint/expectations.ts). `honoured`, or what happened instead.
 */
const PROBES = { ...CONDITION_PROBES, ...ENCRYPTION_PROBES, ...CHECKSUM_PROBES, ...ACCESS_PROBES }
export type Ability = keyof typeof PROBES
export const ABILITIES = Object.keys(PROBES) as readonly Ability[]

export async function observe(bench: Bench, ability: Ability): Promise<Observed> {
  return PROBES[ability](bench, `abilities/${ABILITIES.indexOf(ability)}/`)
}
