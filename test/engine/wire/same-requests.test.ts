import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Placement, Storage } from '../../../main/engine/storage.ts'
import { parseXml } from '../../../main/engine/wire/xml.ts'
import type { XmlElement } from '../../../main/engine/wire/xml.ts'
import { CLIENTS, openStorage } from '../../suites/storage/bench.ts'
import { bytes, keyOf } from '../../suites/storage/case.ts'
import { startStub } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

/**
 * For what no server at hand knows all of: the wire client sends what the AWS SDK sends, line by line. What S3 reads
 * is compared: method, path, query, the headers that mean something, the document.
 */

interface Sent {
  readonly line: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

let stub: Stub
const received: Sent[] = []
beforeEach(async () => {
  received.length = 0
  stub = await startStub((request, response) => void receive(request, response))
})
afterEach(() => stub.close())

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '', 'http://stub')
  // The SDK says the operation's name too, and leaves S3's default of a page to S3.
  for (const name of ['x-id', 'max-keys']) url.searchParams.delete(name)
  url.searchParams.sort()
  received.push({
    line: `${request.method} ${url.pathname.replace(/\/$/, '')}?${url.searchParams.toString()}`,
    headers: meaningful(request),
    body: documentOf(Buffer.concat(chunks).toString()),
  })
  const body = request.method === 'HEAD' ? '' : answerTo(url, request.method ?? '')
  response.writeHead(200, { etag: '"e"', 'x-amz-request-id': 'R', 'content-length': body.length })
  response.end(body)
}

const MEANINGLESS =
  /^x-amz-(date|content-sha256|user-agent)$|^x-amz-sdk-checksum|^x-amz-checksum-(crc32|mode)$/
const KEPT = /^(x-amz-|if-|content-(type|encoding|disposition|language)$|cache-control$|expires$|range$)/

function meaningful(request: IncomingMessage): Record<string, string> {
  const found = Object.entries(request.headers).filter(
    ([name, value]) => KEPT.test(name) && !MEANINGLESS.test(name) && !isDefaultType(name, value),
  )
  return Object.fromEntries(found.map(([name, value]) => [name, String(value)]).sort())
}

/** The SDK names one for what says nothing of its own. */
function isDefaultType(name: string, value: unknown): boolean {
  return name === 'content-type' && (value === 'application/octet-stream' || value === 'application/xml')
}

/** Elements in any order; a body that is no document as it is. */
function documentOf(text: string): unknown {
  return text.startsWith('<') ? plain(parseXml(text)) : text
}
function plain({ name, text, children }: XmlElement): unknown {
  return {
    name,
    text,
    children: children
      .map(plain)
      .map((each) => JSON.stringify(each))
      .sort(),
  }
}

function answerTo({ searchParams: query }: URL, method: string): string {
  if (query.has('uploads'))
    return '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>'
  if (query.has('uploadId') && method === 'POST') {
    return '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'
  }
  if (query.has('partNumber')) return '<CopyPartResult><ETag>"e"</ETag></CopyPartResult>'
  if (query.has('list-type')) return '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
  if (query.has('acl') && method === 'GET') return '<AccessControlPolicy></AccessControlPolicy>'
  if (query.has('annotationName')) return method === 'GET' ? 'text' : ''
  if (query.has('annotation')) return '<ListObjectAnnotationsResult></ListObjectAnnotationsResult>'
  return method === 'PUT' ? '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' : ''
}

const A = keyOf('a')
const B = keyOf('b')
const id = { bucket: 'bucket', key: 'a b/ä' }
const version = { ...id, versionId: 'v1' }
const upload = { ...id, uploadId: 'u' }
const source = {
  bucket: 'from',
  key: 'c d',
  versionId: 'v0',
  ifMatch: 'e0',
  owner: '222222222222',
  customerKey: A,
}
const until = Date.UTC(2027, 0, 2, 3, 4, 5)
const placed = {
  acl: {
    kind: 'grants',
    grants: [
      { grantee: { kind: 'account', id: 'abc' }, permission: 'FULL_CONTROL' },
      {
        grantee: { kind: 'group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' },
        permission: 'READ',
      },
      { grantee: { kind: 'email', address: 'a@example.test' }, permission: 'READ' },
      { grantee: { kind: 'account', id: 'def' }, permission: 'READ_ACP' },
      { grantee: { kind: 'account', id: 'def' }, permission: 'WRITE_ACP' },
    ],
  },
  retention: { mode: 'COMPLIANCE', until },
  legalHold: 'ON',
} satisfies Placement
const kms = {
  kind: 'SSE-KMS',
  keyId: 'arn:aws:kms:us-east-1:111111111111:key/k',
  context: { team: 'wéb' },
  bucketKey: true,
} as const
const properties = {
  headers: {
    contentType: 'text/css',
    cacheControl: 'no-cache',
    contentLanguage: 'de',
    websiteRedirect: '/x',
  },
  metadata: { owner: 'ada', city: 'Zürich' },
  tags: { 'a b': 'c=d' },
  storageClass: 'STANDARD_IA',
}
const copy = { ...id, source, storageClass: 'STANDARD' }

const REQUESTS: readonly (readonly [words: string, send: (storage: Storage) => Promise<unknown>])[] = [
  ['a HEAD with everything', (s3) => s3.headObject({ ...version, customerKey: A, checksums: true, part: 2 })],
  ['a listing with restores', (s3) => s3.listObjects({ bucket: 'bucket', prefix: 'a', restoreStatus: true })],
  ['a bucket with a lock', (s3) => s3.createBucket('bucket', { objectLock: true })],
  ['a bucket in another Region', (s3) => s3.createBucket('bucket', { region: 'eu-west-1' })],
  [
    'a PUT with everything',
    (s3) => s3.putObject({ ...id, ...bytes('x'), ...properties, ...placed, encryption: kms }),
  ],
  ['a PUT with a checksum', (s3) => s3.putObject({ ...id, ...bytes('x'), checksum: 'CRC64NVME' })],
  [
    'a PUT under a customer key',
    (s3) => s3.putObject({ ...id, ...bytes('x'), encryption: { kind: 'SSE-C', key: A } }),
  ],
  [
    'a PUT under two layers',
    (s3) => s3.putObject({ ...id, ...bytes('x'), encryption: { kind: 'DSSE-KMS' } }),
  ],
  ['a copy between customer keys', (s3) => s3.copyObject({ ...copy, encryption: { kind: 'SSE-C', key: B } })],
  [
    'a copy with everything',
    (s3) =>
      s3.copyObject({
        ...copy,
        ...placed,
        encryption: kms,
        checksum: 'SHA256',
        redirect: '/y',
        annotations: 'drop',
        replaceTags: properties.tags,
        replace: { headers: { contentType: 'text/css' }, metadata: properties.metadata },
        ifAbsent: true,
      }),
  ],
  [
    'a copy with a canned ACL',
    (s3) => s3.copyObject({ ...copy, acl: { kind: 'canned', acl: 'public-read' } }),
  ],
  [
    'an upload with everything',
    (s3) =>
      s3.createUpload({
        ...id,
        ...properties,
        ...placed,
        encryption: { kind: 'SSE-C', key: B },
        checksum: 'CRC32C',
        checksumType: 'FULL_OBJECT',
      }),
  ],
  [
    'a part with a checksum',
    (s3) => s3.uploadPart({ ...upload, part: 1, ...bytes('x'), customerKey: B, checksum: 'SHA1' }),
  ],
  [
    'a part of a copy',
    (s3) => s3.uploadPartCopy({ ...upload, part: 3, source, range: [1, 9], customerKey: B }),
  ],
  [
    'the end of an upload',
    (s3) =>
      s3.completeUpload({
        ...upload,
        parts: [
          { part: 1, etag: 'e1', checksums: { SHA256: 's1', CRC32: 'no' } },
          { part: 2, etag: 'e2', checksums: { SHA256: 's2' } },
        ],
        size: 42,
        checksum: 'SHA256',
        checksumType: 'COMPOSITE',
        customerKey: B,
        ifMatch: 'e0',
      }),
  ],
  ['what the ACL is', (s3) => s3.getAcl(version)],
  ['a canned ACL', (s3) => s3.putAcl({ ...version, acl: { kind: 'canned', acl: 'bucket-owner-read' } })],
  ['grants', (s3) => s3.putAcl({ ...version, acl: { kind: 'grants', grants: placed.acl.grants } })],
  ['a retention', (s3) => s3.putRetention({ ...version, retention: placed.retention })],
  ['a legal hold', (s3) => s3.putLegalHold({ ...version, legalHold: 'OFF' })],
  [
    'another encryption in place',
    (s3) =>
      s3.updateEncryption({ ...version, encryption: { kind: 'SSE-KMS', keyId: kms.keyId, bucketKey: true } }),
  ],
  ['a restore', (s3) => s3.restoreObject({ ...version, tier: 'Bulk', days: 3 })],
  ['a restore from a tier', (s3) => s3.restoreObject({ ...id, tier: 'Standard' })],
  ['annotations', (s3) => s3.listAnnotations(version)],
  ['an annotation', (s3) => s3.getAnnotation({ ...version, name: 'a & b' })],
  ['a new annotation', (s3) => s3.putAnnotation({ ...id, name: 'n', body: Buffer.from('text') })],
]

describe('the wire client and the SDK send the same', () => {
  it.each(REQUESTS)('%s', async (_, send) => {
    for (const client of CLIENTS) {
      const at = { endpoint: `http://127.0.0.1:${stub.port}`, accessKeyId: 'AK', secretAccessKey: 's' }
      const access = { owner: '111111111111', requesterPays: true }
      const habits = { annotations: true, updateEncryption: true, checksums: true }
      const storage = openStorage(client, at, undefined, { access, habits })
      await send(storage)
      storage.close()
    }
    expect(received).toHaveLength(2)
    const [wire, sdk] = received
    expect(wire).toEqual(sdk)
  })
})
