import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import type { Storage } from '../../main/engine/storage.ts'
import { AnswerReader } from '../../main/engine/wire/answer-reader.ts'
import * as answers from '../../main/engine/wire/answers.ts'
import { copyResult, plainCopyResult } from '../../main/engine/wire/copy-result.ts'
import { encryptionFrom } from '../../main/engine/wire/bucket-settings.ts'
import { aclFrom } from '../../main/engine/wire/object-settings.ts'
import { objectHead } from '../../main/engine/wire/object-head.ts'
import { openWireStorage } from '../../main/engine/wire/wire-storage.ts'
import { networkFrom } from '../../main/engine/wire/network.ts'
import { child, layOut, parseXml, XmlError } from '../../main/engine/wire/xml.ts'
import { systemSeams } from '../../main/model/seams.ts'
import { propertyList } from '../../main/services/elsewhere/cyberduck.ts'
import { repeated, torn } from './shapes.ts'
import { answered, isFailure, type Target } from './target.ts'

/** What a server says: XML, heads, whole answers. */

const WHEN = '2026-01-02T03:04:05.000Z'
const CONTENTS = `<Contents><Key>a/b%20c</Key><LastModified>${WHEN}</LastModified><ETag>"0123"</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>`
const DOCUMENTS = [
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>${CONTENTS}${CONTENTS}<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><NextContinuationToken>t</NextContinuationToken></ListBucketResult>`,
  `<ListVersionsResult><IsTruncated>true</IsTruncated><Version><Key>k</Key><VersionId>v</VersionId><IsLatest>true</IsLatest><LastModified>${WHEN}</LastModified><ETag>"e"</ETag><Size>1</Size></Version><DeleteMarker><Key>k</Key><VersionId>w</VersionId><IsLatest>false</IsLatest><LastModified>${WHEN}</LastModified></DeleteMarker><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker></ListVersionsResult>`,
  `<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name><CreationDate>${WHEN}</CreationDate><BucketRegion>eu-west-1</BucketRegion></Bucket></Buckets><ContinuationToken>t</ContinuationToken></ListAllMyBucketsResult>`,
  `<Tagging><TagSet><Tag><Key>__proto__</Key><Value>1</Value></Tag></TagSet></Tagging>`,
  `<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>5</Size><ChecksumSHA256>x=</ChecksumSHA256></Part><IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker></ListPartsResult>`,
  `<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>u</UploadId><Initiated>${WHEN}</Initiated><Initiator><ID>i</ID></Initiator></Upload><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker></ListMultipartUploadsResult>`,
  `<CopyObjectResult><ETag>"e-3"</ETag><LastModified>${WHEN}</LastModified><ChecksumCRC32>AAAA</ChecksumCRC32></CopyObjectResult>`,
  `<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="x" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
  `<Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows it</Message><RequestId>R</RequestId><Region>eu-west-1</Region></Error>`,
  `<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://x"><plist version="1.0"><dict><key>Protocol</key><string>s3</string><key>Hostname</key><string>h</string></dict></plist>`,
]
const PIECES = [
  ...[
    '<a>',
    '</a>',
    '<a/>',
    '<!--',
    '-->',
    '<![CDATA[',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<?x?>',
    '&amp;',
    '&#xD800;',
    '&#0;',
    '&a;',
  ],
  ...[
    '<Key>',
    '</Key>',
    '<Error>',
    ' x="y"',
    ' x=',
    '>',
    '<',
    '&',
    '<Size>-1</Size>',
    '1e999',
    'NaN',
    '<IsTruncated>true</IsTruncated>',
  ],
]
const document = fc.oneof(
  { weight: 12, arbitrary: torn(fc.constantFrom(...DOCUMENTS), PIECES) },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...PIECES, 'x'), { maxLength: 40 }).map((all) => all.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  },
  { weight: 1, arbitrary: repeated([...PIECES, ' '], 3000) },
)

const asked = { operation: 'X', bucket: 'b', key: 'k', method: 'GET' } as const
const HEADERS = [
  'etag',
  'content-length',
  'content-range',
  'last-modified',
  'x-amz-restore',
  'x-amz-meta-__proto__',
  'x-amz-checksum-crc32',
  'x-amz-mp-parts-count',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-mode',
  'x-amz-server-side-encryption',
  'date',
]
const headers = fc.dictionary(
  fc.constantFrom(...HEADERS),
  fc.oneof(
    fc.constantFrom(
      '"e-9"',
      '5',
      'bytes 0-1/9',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'COMPLIANCE',
      '99999999999999999999',
    ),
    fc.string({ unit: 'binary' }),
  ),
)

/** What is read without a tree is what the tree tells. */
function copyResultBothWays(text: string): void {
  if (plainCopyResult(text) === undefined) return
  const root = answers.rootOf(asked, whole(text), 'CopyObjectResult')
  const byTree = answers.writeResult(asked, whole(text), answers.toldBy(root))
  assert.deepEqual(copyResult(asked, whole(text)), byTree)
}

const READERS: readonly ((text: string) => unknown)[] = [
  (text) => answers.objectPage(asked, whole(text), true),
  (text) => answers.versionPage(asked, whole(text)),
  (text) => answers.bucketList(asked, whole(text)),
  (text) => answers.tagSet(asked, whole(text)),
  (text) => answers.partPage(asked, whole(text)),
  (text) => answers.uploadPage(asked, whole(text)),
  (text) => answers.writeResult(asked, whole(text), answers.toldBy(answers.rootOf(asked, whole(text)))),
  copyResultBothWays,
  (text) => answers.partResult(asked, whole(text), answers.rootOf(asked, whole(text))),
  (text) => aclFrom(asked, answers.rootOf(asked, whole(text))),
  (text) => encryptionFrom(answers.rootOf(asked, whole(text))),
  (text) => layOut(answers.rootOf(asked, whole(text))),
  (text) => answers.failureOf(asked, { ...whole(text), status: 403 }),
  (text) => answers.failureOf(asked, { ...whole(text), status: 301 }),
  (text) => propertyList(text),
]

function whole(text: string): { status: number; headers: Record<string, string>; text: string } {
  return { status: 200, headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }, text }
}

const xml: Target = {
  name: 'xml',
  share: 240,
  property: () =>
    fc.asyncProperty(document, async (text) => {
      const root = await answered(
        () => parseXml(text),
        (error) => error instanceof XmlError,
      )
      if (root) child(root, 'x')
    }),
}

const readers: Target = {
  name: 'answers of every operation',
  share: 200,
  property: () =>
    fc.asyncProperty(document, fc.constantFrom(...READERS.keys()), async (text, which) => {
      await answered(() => READERS[which]?.(text))
    }),
}

const heads: Target = {
  name: 'heads of objects',
  share: 30,
  property: () =>
    fc.asyncProperty(headers, fc.constantFrom('object', 'part'), async (found, of) => {
      await answered(() => objectHead(asked, 200, found, of as 'object' | 'part'))
    }),
}

const OK = 'HTTP/1.1 200 OK\r\n'
const HTTP = [
  `${OK}Content-Length: 5\r\n\r\nhello`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nX: y\r\n\r\n`,
  `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
  `${OK}ETag: "e"\r\n\r\nuntil the end`,
  `HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
]
const HTTP_PIECES = [
  '\r\n',
  '\r\n\r\n',
  ':',
  'Content-Length: 99\r\n',
  'Transfer-Encoding: gzip\r\n',
  'FFFFFFFF\r\n',
  '0\r\n',
  '-1',
  '__proto__: x\r\n',
  'HTTP/1.1 ',
  '\xff',
]
const raw = fc.oneof(
  { weight: 8, arbitrary: torn(fc.constantFrom(...HTTP), HTTP_PIECES) },
  { weight: 1, arbitrary: repeated(HTTP_PIECES, 1500) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

const http: Target = {
  name: 'heads and bodies of HTTP, cut at every byte',
  share: 100,
  property: () =>
    fc.asyncProperty(raw, fc.constantFrom('GET', 'HEAD'), async (text, method) => {
      const bytes = Buffer.from(text, 'latin1')
      const byByte = [...bytes.subarray(0, 400)].map((_, at) => bytes.subarray(at, at + 1))
      const one = await answered(() => readHttp([bytes.subarray(0, 400)], method), hasCode)
      const many = await answered(() => readHttp(byByte, method), hasCode)
      if (JSON.stringify(one) !== JSON.stringify(many))
        throw new Error(`cut otherwise it is ${JSON.stringify([one, many])}`)
      await answered(() => readHttp([bytes], method), hasCode)
    }),
}

function readHttp(pieces: readonly Buffer[], method: string): unknown {
  const reader = new AnswerReader()
  reader.reset(method)
  const isWhole = pieces.some((piece) => reader.push(piece)) || reader.end()
  return isWhole ? { status: reader.answer.status, text: reader.answer.text } : undefined
}

function hasCode(error: unknown): boolean {
  return ['HPE_NOT_HTTP', 'ETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')
}

/** A server in this process that says to anybody what the case wants, in pieces, and hangs up. */
let server: Server
let said: readonly Buffer[] = []
let storage: Storage

const CALLS: readonly ((s3: Storage) => Promise<unknown>)[] = [
  (s3) => s3.listObjects({ bucket: 'b', prefix: '' }),
  (s3) => s3.listVersions({ bucket: 'b', prefix: '' }),
  (s3) => s3.listBuckets(),
  (s3) => s3.headObject({ bucket: 'b', key: 'k' }),
  (s3) => s3.getTags({ bucket: 'b', key: 'k' }),
  (s3) => s3.getAcl({ bucket: 'b', key: 'k' }),
  (s3) => s3.listUploads({ bucket: 'b', prefix: '' }),
  (s3) => s3.listParts({ bucket: 'b', key: 'k', uploadId: 'u' }),
  (s3) => s3.getVersioning('b'),
  (s3) => s3.bucketSetting('b', 'lifecycle'),
  (s3) => s3.bucketSetting('b', 'policy'),
  (s3) => s3.deleteObject({ bucket: 'b', key: 'k' }),
  (s3) => s3.putObject({ bucket: 'b', key: 'k', body: Buffer.from('x'), size: 1 } as never),
]

const client: Target = {
  name: 'answers through the client, over a socket',
  share: 20,
  async stage() {
    const open = new Set<Socket>()
    server = createServer((socket) => {
      open.add(socket)
      socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy())
      socket.once('data', () => {
        for (const piece of said) socket.write(piece)
        socket.end()
      })
    })
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    storage = openWireStorage({
      config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } },
      credentials: () => Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' }),
      seams: systemSeams,
      network: () => NETWORK,
      timeouts: { connect: 2000, idle: 2000, copy: 2000 },
    })
    return async () => {
      storage.close()
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  },
  property: () =>
    fc.asyncProperty(
      fc.oneof(
        raw,
        document.map((text) => `${OK}Content-Length: ${Buffer.byteLength(text)}\r\nETag: "e"\r\n\r\n${text}`),
      ),
      fc.constantFrom(...CALLS.keys()),
      fc.nat(40),
      async (text, which, cut) => {
        const bytes = Buffer.from(text, 'utf8')
        said = [bytes.subarray(0, cut), bytes.subarray(cut)]
        await answered(() => CALLS[which]?.(storage), isFailure)
      },
    ),
}
const NETWORK = networkFrom({})

export const SERVER_TARGETS: readonly Target[] = [xml, readers, heads, http, client]
