import { afterEach, describe, expect, it } from 'vitest'
import type { Storage } from '../../../main/engine/storage.ts'
import { CLIENTS, openStorage } from '../../suites/storage/bench.ts'
import { failureOf, keyOf } from '../../suites/storage/case.ts'
import { startStub } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

/** What S3 tells of an object, read by both clients alike. */

let stub: Stub
const open: Storage[] = []
afterEach(async () => {
  for (const storage of open.splice(0)) storage.close()
  await stub.close()
})

async function answering(
  client: (typeof CLIENTS)[number],
  answer: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string },
): Promise<Storage> {
  stub = await startStub((request, response) => {
    const { status = 200, headers = {}, body = '' } = answer
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  const at = { endpoint: `http://127.0.0.1:${stub.port}`, accessKeyId: 'AK', secretAccessKey: 's' }
  const storage = openStorage(client, at, undefined, { habits: { annotations: true } })
  open.push(storage)
  return storage
}

const id = { bucket: 'b', key: 'k' }
const ETAG = { etag: '"0123456789abcdef0123456789abcdef-3"', 'content-length': '9' }

describe.each(CLIENTS)('%s', (client) => {
  it.each([
    [
      'an archived tier',
      { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'DEEP_ARCHIVE_ACCESS' },
      { storageClass: 'INTELLIGENT_TIERING', archiveTier: 'DEEP_ARCHIVE_ACCESS' },
    ],
    ['a restore under way', { 'x-amz-restore': 'ongoing-request="true"' }, { restore: { is: 'under-way' } }],
    [
      'a restored copy',
      { 'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"' },
      { restore: { is: 'restored', until: Date.UTC(2029, 11, 21) } },
    ],
    [
      'a lock',
      {
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': '2029-12-21T01:02:03Z',
        'x-amz-object-lock-legal-hold': 'OFF',
      },
      { retention: { mode: 'COMPLIANCE', until: Date.UTC(2029, 11, 21, 1, 2, 3) }, legalHold: 'OFF' },
    ],
    [
      'checksums',
      { 'x-amz-checksum-crc64nvme': 'abc=', 'x-amz-checksum-type': 'FULL_OBJECT' },
      { checksums: { CRC64NVME: 'abc=' }, checksumType: 'FULL_OBJECT' },
    ],
    [
      'two layers of KMS',
      {
        'x-amz-server-side-encryption': 'aws:kms:dsse',
        'x-amz-server-side-encryption-aws-kms-key-id': 'arn',
      },
      { encryption: { kind: 'DSSE-KMS', kmsKeyId: 'arn', bucketKey: false } },
    ],
    [
      'a customer key',
      { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
      { encryption: { kind: 'SSE-C' } },
    ],
    ['the parts of it', { 'x-amz-mp-parts-count': '7' }, { parts: 7 }],
    ['nothing more', {}, { parts: 3, archiveTier: undefined, retention: undefined, checksums: {} }],
  ])('a HEAD that tells %s', async (_, headers, expected) => {
    const storage = await answering(client, { headers: { ...ETAG, ...headers } })
    expect(await storage.headObject(id)).toMatchObject(expected)
  })

  it('a HEAD of one part tells its size, a GET of a range the size of the whole', async () => {
    const headers = { ...ETAG, 'content-range': 'bytes 0-8/1000', 'x-amz-mp-parts-count': '120' }
    const storage = await answering(client, { status: 206, headers })
    expect(await storage.headObject({ ...id, part: 1 })).toMatchObject({ size: 9, parts: 120 })
  })

  it.each<[told: string, is: 'the range' | 'bad-answer']>([
    ['bytes 5-9/1000', 'the range'],
    ['bytes 5-9/*', 'the range'],
    ['bytes 5-8/9', 'the range'],
    ['bytes 0-4/1000', 'bad-answer'],
    ['bytes 5-10/1000', 'bad-answer'],
    ['bytes 5-8/1000', 'bad-answer'],
    ['pages 5-9/1000', 'bad-answer'],
  ])('a GET of bytes 5-9 that tells %s is %s', async (told, is) => {
    const headers = { ...ETAG, 'content-range': told }
    const storage = await answering(client, { status: 206, headers, body: 'hello' })
    const read = storage.getObject({ ...id, range: [5, 9] }).then(({ body }) => body.destroy())
    expect(is === 'the range' ? await read : await failureOf(read)).toEqual(
      is === 'the range' ? undefined : expect.objectContaining({ code: 'bad-answer', reach: 'attempt' }),
    )
  })

  it('a copy that tells checksums and encryption', async () => {
    const body =
      '<CopyObjectResult><ETag>"e"</ETag><ChecksumSHA256>s=</ChecksumSHA256><ChecksumType>COMPOSITE</ChecksumType></CopyObjectResult>'
    const headers = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-version-id': 'v',
      'x-amz-copy-source-version-id': 's',
    }
    const storage = await answering(client, { headers, body })
    expect(await storage.copyObject({ ...id, source: id, storageClass: 'STANDARD' })).toMatchObject({
      etag: 'e',
      versionId: 'v',
      sourceVersionId: 's',
      checksums: { SHA256: 's=' },
      checksumType: 'COMPOSITE',
      encryption: { kind: 'SSE-KMS' },
    })
  })

  it('a listing that tells how far restores are', async () => {
    const row = (key: string, status: string): string =>
      `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00Z</LastModified><StorageClass>GLACIER</StorageClass>${status}</Contents>`
    const rows = [
      row('a', ''),
      row('b', '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>'),
      row(
        'c',
        '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2029-12-21T00:00:00Z</RestoreExpiryDate></RestoreStatus>',
      ),
      row('d', '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>'),
    ]
    const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`
    const storage = await answering(client, { body })
    const { objects } = await storage.listObjects({ bucket: 'b', prefix: '', restoreStatus: true })
    expect(objects.map(({ restore }) => restore)).toEqual([
      undefined,
      { is: 'under-way' },
      { is: 'restored', until: Date.UTC(2029, 11, 21) },
      undefined,
    ])
  })

  it.each([
    [200, 'ready'],
    [202, 'accepted'],
  ])('a restore that is answered by %i is %s', async (status, outcome) => {
    const storage = await answering(client, { status })
    expect(await storage.restoreObject({ ...id, tier: 'Bulk', days: 1 })).toBe(outcome)
  })

  it('a restore of what is in no archive tier any more is ready', async () => {
    const body = '<Error><Code>ObjectAlreadyInActiveTierError</Code><Message>m</Message></Error>'
    const storage = await answering(client, { status: 403, body })
    expect(await storage.restoreObject({ ...id, tier: 'Bulk' })).toBe('ready')
  })

  it('annotations by name, page by page', async () => {
    const body =
      '<ListObjectAnnotationsResult><Annotations><AnnotationEntry><AnnotationName>a</AnnotationName></AnnotationEntry><AnnotationEntry><AnnotationName>b</AnnotationName></AnnotationEntry></Annotations></ListObjectAnnotationsResult>'
    const storage = await answering(client, { body })
    expect(await storage.listAnnotations(id)).toEqual(['a', 'b'])
  })

  it('an ACL of accounts, groups and addresses', async () => {
    const grant = (grantee: string, permission: string): string =>
      `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${grantee}</Grantee><Permission>${permission}</Permission></Grant>`
    const grants = [
      grant('<ID>i</ID><DisplayName>d</DisplayName>', 'FULL_CONTROL'),
      grant('<URI>http://u/</URI>', 'READ'),
    ]
    const body = `<AccessControlPolicy><Owner><ID>i</ID></Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`
    const storage = await answering(client, { body })
    expect(await storage.getAcl(id)).toEqual({
      owner: 'i',
      grants: [
        { grantee: { kind: 'account', id: 'i' }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'group', uri: 'http://u/' }, permission: 'READ' },
      ],
    })
  })

  it('a HEAD that is refused by 400 asks a GET for the words', async () => {
    const body = '<Error><Code>ExpiredToken</Code><Message>m</Message></Error>'
    const storage = await answering(client, { status: 400, body })
    expect(await failureOf(storage.headObject(id))).toMatchObject({
      code: 'credentials-expired',
      reach: 'job',
    })
    expect(stub.asked.map(({ method, headers }) => [method, headers.range])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-0'],
    ])
    const keyed = storage.headObject({ ...id, customerKey: keyOf('k') })
    expect(await failureOf(keyed)).toMatchObject({ code: 'customer-key' })
  })

  it('what a server does not have is not even sent', async () => {
    const storage = await answering(client, {})
    const encryption = { kind: 'SSE-KMS', keyId: 'arn' } as const
    expect(await failureOf(storage.updateEncryption({ ...id, encryption }))).toMatchObject({
      code: 'not-supported',
    })
    expect(stub.asked).toHaveLength(0)
  })
})
