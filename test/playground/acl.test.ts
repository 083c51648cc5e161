import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { Grant, ObjectCannedACL, ObjectOwnership, PutObjectCommandInput } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ALL_USERS, AUTHENTICATED_USERS, cannedGrants, EC2 } from '../../main/playground/canned-acl.ts'
import { FIRST_ACCOUNT, inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestAccount, TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer, RawRequest } from '../helpers/raw-s3.ts'

let playground: TestPlayground
let other: TestAccount
let raw: RawS3
let s3: ReturnType<typeof sdkClient>
let theirs: ReturnType<typeof sdkClient>

const ME = FIRST_ACCOUNT.canonicalId

beforeAll(async () => {
  playground = await inProcessPlayground()
  other = await playground.admin.account('other')
  raw = new RawS3(playground)
  s3 = sdkClient(playground)
  theirs = sdkClient(other)
  const create = (Bucket: string, ObjectOwnership?: ObjectOwnership): Promise<unknown> =>
    s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership }))
  await create('enforced')
  await create('writer', 'ObjectWriter')
  await create('preferred', 'BucketOwnerPreferred')
  await playground.admin.seed({ bucket: 'enforced', key: 'source', text: 'x' })
})

afterAll(async () => {
  raw.close()
  s3.destroy()
  theirs.destroy()
  await playground.stop()
})

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()
}

/** GRANTEE PERMISSION, a line each. */
function lines(grants: readonly Grant[] = []): readonly string[] {
  const names: Readonly<Record<string, string>> = { [ME]: 'me', [other.canonicalId]: 'other' }
  return grants.map(({ Grantee, Permission }) => {
    const who = Grantee?.URI?.split('/').pop() ?? names[Grantee?.ID ?? ''] ?? Grantee?.DisplayName
    return `${who} ${Permission}`
  })
}

async function aclOf(Bucket: string, Key: string): Promise<readonly string[]> {
  const { Grants, Owner } = await s3.send(new GetObjectAclCommand({ Bucket, Key }))
  expect(Owner?.ID).toBe(ME)
  return lines(Grants)
}

describe('a canned ACL', () => {
  const own = { id: 'o', permission: 'FULL_CONTROL' } as const

  test.each([
    ['private', []],
    ['public-read', [{ uri: ALL_USERS, permission: 'READ' }]],
    [
      'public-read-write',
      [
        { uri: ALL_USERS, permission: 'READ' },
        { uri: ALL_USERS, permission: 'WRITE' },
      ],
    ],
    ['authenticated-read', [{ uri: AUTHENTICATED_USERS, permission: 'READ' }]],
    ['aws-exec-read', [{ id: EC2.id, permission: 'READ' }]],
    ['bucket-owner-read', [{ id: 'b', permission: 'READ' }]],
    ['bucket-owner-full-control', [{ id: 'b', permission: 'FULL_CONTROL' }]],
  ] as const)('%s grants the owner all, and %j', (acl, granted) => {
    expect(cannedGrants(acl, { owner: 'o', bucketOwner: 'b' })).toEqual([own, ...granted])
  })

  test.each([
    ['private', ['me FULL_CONTROL']],
    ['public-read', ['me FULL_CONTROL', 'AllUsers READ']],
    ['public-read-write', ['me FULL_CONTROL', 'AllUsers READ', 'AllUsers WRITE']],
    ['authenticated-read', ['me FULL_CONTROL', 'AuthenticatedUsers READ']],
    ['aws-exec-read', ['me FULL_CONTROL', 'za-team READ']],
    ['bucket-owner-read', ['me FULL_CONTROL']],
    ['bucket-owner-full-control', ['me FULL_CONTROL']],
  ] as const)('%s is read back after each kind of write', async (ACL, expected) => {
    const named = { Bucket: 'writer', Key: `canned-${ACL}` }
    await s3.send(new PutObjectCommand({ ...named, Body: 'x', ACL }))
    expect(await aclOf(named.Bucket, named.Key)).toEqual(expected)
    await s3.send(new CopyObjectCommand({ ...named, CopySource: 'enforced/source', ACL }))
    expect(await aclOf(named.Bucket, named.Key)).toEqual(expected)
    await s3.send(new PutObjectCommand({ ...named, Body: 'x' }))
    await s3.send(new PutObjectAclCommand({ ...named, ACL }))
    expect(await aclOf(named.Bucket, named.Key)).toEqual(expected)
  })

  test('that S3 does not have is refused', async () => {
    const put = { Bucket: 'writer', Key: 'unknown', Body: 'x', ACL: 'log-delivery-write' as ObjectCannedACL }
    await expect(s3.send(new PutObjectCommand(put))).rejects.toMatchObject({ name: 'InvalidArgument' })
  })
})

describe('a bucket that enforces its owner', () => {
  const WRITES: readonly [string, RawRequest][] = [
    ['PutObject', { method: 'PUT', path: '/enforced/k', body: 'x' }],
    [
      'CopyObject',
      { method: 'PUT', path: '/enforced/k', headers: { 'x-amz-copy-source': '/enforced/source' } },
    ],
    ['CreateMultipartUpload', { method: 'POST', path: '/enforced/k?uploads=' }],
  ]

  describe.each(WRITES)('by %s', (_, request) => {
    const refused = '400 AccessControlListNotSupported'

    test.each([
      [{ 'x-amz-acl': 'bucket-owner-full-control' }, '200'],
      [{ 'x-amz-acl': 'private' }, refused],
      [{ 'x-amz-acl': 'public-read' }, refused],
      [{ 'x-amz-grant-read': `uri="${ALL_USERS}"` }, refused],
      [{ 'x-amz-grant-full-control': `id="${ME}"` }, '200'],
    ])('with %j answers %s', async (headers, expected) => {
      expect(codeOf(await raw.send({ ...request, headers: { ...request.headers, ...headers } }))).toBe(
        expected,
      )
    })
  })

  test('tells its owner’s full control, and takes no ACL', async () => {
    const named = { Bucket: 'enforced', Key: 'source' }
    expect(await aclOf(named.Bucket, named.Key)).toEqual(['me FULL_CONTROL'])
    const refused = { name: 'AccessControlListNotSupported' }
    await expect(s3.send(new PutObjectAclCommand({ ...named, ACL: 'public-read' }))).rejects.toMatchObject(
      refused,
    )
    await expect(
      s3.send(new PutBucketAclCommand({ Bucket: named.Bucket, ACL: 'public-read' })),
    ).rejects.toMatchObject(refused)
    const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket: named.Bucket }))
    expect(lines(Grants)).toEqual(['me FULL_CONTROL'])
  })

  test('owns what others write', async () => {
    await playground.admin.access({ bucket: 'enforced', account: 'other', write: true })
    await theirs.send(new PutObjectCommand({ Bucket: 'enforced', Key: 'guest', Body: 'x' }))
    expect(await aclOf('enforced', 'guest')).toEqual(['me FULL_CONTROL'])
  })

  test('hides ACLs that were put before, and shows them again after', async () => {
    const Bucket = 'turned'
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }))
    const turn = (ObjectOwnership: ObjectOwnership): Promise<unknown> => {
      const OwnershipControls = { Rules: [{ ObjectOwnership }] }
      return s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    }
    await turn('BucketOwnerEnforced')
    expect(await aclOf(Bucket, 'k')).toEqual(['me FULL_CONTROL'])
    await turn('BucketOwnerPreferred')
    expect(await aclOf(Bucket, 'k')).toEqual(['me FULL_CONTROL', 'AllUsers READ'])
  })
})

describe('grants', () => {
  test('are taken from headers', async () => {
    const named = { Bucket: 'writer', Key: 'granted' }
    const grants: Partial<PutObjectCommandInput> = {
      GrantRead: `id="${other.canonicalId}", uri="${AUTHENTICATED_USERS}"`,
      GrantWriteACP: `id=${ME}`,
    }
    await s3.send(new PutObjectCommand({ ...named, Body: 'x', ...grants }))
    expect(await aclOf(named.Bucket, named.Key)).toEqual([
      'other READ',
      'AuthenticatedUsers READ',
      'me WRITE_ACP',
    ])
  })

  test.each([
    [{ 'x-amz-grant-read': 'id="nobody"' }, '400 InvalidArgument'],
    [{ 'x-amz-grant-read': 'uri="http://example.com"' }, '400 InvalidArgument'],
    [{ 'x-amz-grant-read': 'name="x"' }, '400 InvalidArgument'],
    [{ 'x-amz-grant-read': 'emailAddress="a@example.com"' }, '400 UnresolvableGrantByEmailAddress'],
    [{ 'x-amz-grant-read': `id="${ME}"`, 'x-amz-acl': 'private' }, '400 InvalidRequest'],
  ])('%j answer %s', async (headers, expected) => {
    expect(codeOf(await raw.send({ method: 'PUT', path: '/writer/k', body: 'x', headers }))).toBe(expected)
  })

  test('are put and read as a document, and are not copied', async () => {
    const named = { Bucket: 'writer', Key: 'documented' }
    await s3.send(new PutObjectCommand({ ...named, Body: 'x' }))
    const Grants: Grant[] = [
      { Grantee: { Type: 'CanonicalUser', ID: ME }, Permission: 'FULL_CONTROL' },
      { Grantee: { Type: 'CanonicalUser', ID: other.canonicalId }, Permission: 'READ_ACP' },
      { Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' },
    ]
    const AccessControlPolicy = { Owner: { ID: ME }, Grants }
    await s3.send(new PutObjectAclCommand({ ...named, AccessControlPolicy }))
    expect(await aclOf(named.Bucket, named.Key)).toEqual([
      'me FULL_CONTROL',
      'other READ_ACP',
      'AllUsers READ',
    ])
    await s3.send(new CopyObjectCommand({ Bucket: 'writer', Key: 'copy', CopySource: 'writer/documented' }))
    expect(await aclOf('writer', 'copy')).toEqual(['me FULL_CONTROL'])
    await s3.send(
      new CopyObjectCommand({ ...named, CopySource: 'writer/documented', MetadataDirective: 'REPLACE' }),
    )
    expect(await aclOf(named.Bucket, named.Key)).toEqual(['me FULL_CONTROL'])
  })

  const owner = `<Owner><ID>${ME}</ID></Owner>`
  const grant = (inside: string): string =>
    `${owner}<AccessControlList><Grant>${inside}</Grant></AccessControlList>`

  test.each([
    [owner, '400 MalformedACLError'],
    ['<Owner><ID>x</ID></Owner><AccessControlList/>', '403 AccessDenied'],
    [grant('<Permission>READ</Permission>'), '400 MalformedACLError'],
    [grant(`<Grantee><ID>${ME}</ID></Grantee><Permission>ALL</Permission>`), '400 MalformedACLError'],
    [grant('<Grantee><ID>x</ID></Grantee><Permission>READ</Permission>'), '400 InvalidArgument'],
    [grant('<Grantee><URI>x</URI></Grantee><Permission>READ</Permission>'), '400 InvalidArgument'],
    [`${owner}<AccessControlList/>`, '200'],
  ])('of the document %s answer %s', async (inside, expected) => {
    await s3.send(new PutObjectCommand({ Bucket: 'writer', Key: 'bad', Body: 'x' }))
    const body = `<AccessControlPolicy>${inside}</AccessControlPolicy>`
    expect(codeOf(await raw.send({ method: 'PUT', path: '/writer/bad?acl=', body }))).toBe(expected)
  })

  test('must be named one way, and some way', async () => {
    const put = { method: 'PUT', path: '/writer/bad?acl=' }
    const body = `<AccessControlPolicy>${owner}<AccessControlList/></AccessControlPolicy>`
    expect(codeOf(await raw.send(put))).toBe('400 MissingSecurityHeader')
    expect(codeOf(await raw.send({ ...put, body, headers: { 'x-amz-acl': 'private' } }))).toBe(
      '400 UnexpectedContent',
    )
  })

  test('of an upload are those of what is put together', async () => {
    const headers = { 'x-amz-acl': 'authenticated-read' }
    const begun = await raw.send({ method: 'POST', path: '/writer/parts?uploads=', headers })
    const upload = `/writer/parts?uploadId=${/<UploadId>(.*?)</.exec(begun.text)?.[1] ?? ''}`
    const part = await raw.send({ method: 'PUT', path: `${upload}&partNumber=1`, body: 'x' })
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    expect(codeOf(await raw.send({ method: 'POST', path: upload, body }))).toBe('200')
    expect(await aclOf('writer', 'parts')).toEqual(['me FULL_CONTROL', 'AuthenticatedUsers READ'])
  })
})

describe('what another account writes', () => {
  test.each([
    ['writer', undefined, 'other', ['other FULL_CONTROL']],
    ['writer', 'bucket-owner-read', 'other', ['other FULL_CONTROL', 'me READ']],
    ['writer', 'bucket-owner-full-control', 'other', ['other FULL_CONTROL', 'me FULL_CONTROL']],
    ['preferred', undefined, 'other', ['other FULL_CONTROL']],
    ['preferred', 'bucket-owner-full-control', 'me', ['me FULL_CONTROL']],
  ] as const)('into %s with %s is owned by %s', async (Bucket, ACL, owner, expected) => {
    await playground.admin.access({
      bucket: Bucket,
      account: 'other',
      write: true,
      writeAcl: true,
      readAcl: true,
    })
    const named = { Bucket, Key: 'guest' }
    await theirs.send(new PutObjectCommand({ ...named, Body: 'x', ...(ACL === undefined ? {} : { ACL }) }))
    const { Grants, Owner } = await theirs.send(new GetObjectAclCommand(named))
    const id = owner === 'me' ? ME : other.canonicalId
    expect([Owner?.ID, lines(Grants)]).toEqual([id, expected])
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'guest', FetchOwner: true }))
    expect(listed.Contents?.[0]?.Owner?.ID).toBe(id)
  })

  test('needs the right to put an ACL, if it names one', async () => {
    await playground.admin.access({ bucket: 'writer', account: 'other', write: true })
    const put = { Bucket: 'writer', Key: 'guest', Body: 'x' }
    await theirs.send(new PutObjectCommand(put))
    await expect(theirs.send(new PutObjectCommand({ ...put, ACL: 'private' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })
})

describe('what an ACL allows', () => {
  const object = { Bucket: 'writer', Key: 'let-in' }

  beforeEach(() => playground.admin.access({ bucket: 'writer', account: 'other' }))

  test.each<[ObjectCannedACL | undefined, string]>([
    [undefined, 'denied'],
    ['private', 'denied'],
    ['public-read', 'read'],
    ['authenticated-read', 'read'],
    ['aws-exec-read', 'denied'],
  ])('another account with %s: %s', async (ACL, expected) => {
    await s3.send(new PutObjectCommand({ ...object, Body: 'x', ACL }))
    await theirs.send(new CreateBucketCommand({ Bucket: 'theirs' })).catch(() => undefined)
    const copy = new CopyObjectCommand({ Bucket: 'theirs', Key: 'k', CopySource: 'writer/let-in' })
    const attempts = [theirs.send(new GetObjectCommand(object)), theirs.send(copy)]
    const answers = await Promise.all(
      attempts.map((each) =>
        each.then(
          () => 'read',
          () => 'denied',
        ),
      ),
    )
    expect(answers).toEqual([expected, expected])
  })

  test('does not count against a denial', async () => {
    await s3.send(new PutObjectCommand({ ...object, Body: 'x', ACL: 'public-read' }))
    await playground.admin.access({ bucket: 'writer', account: 'other', deny: ['GetObject'] })
    await expect(theirs.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('of a bucket, lets others list and write', async () => {
    const Bucket = 'common'
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
    const list = new ListObjectsV2Command({ Bucket })
    await expect(theirs.send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    await theirs.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    expect((await theirs.send(list)).KeyCount).toBe(1)
  })

  test('of what another wrote, keeps the bucket’s owner out of it', async () => {
    await playground.admin.access({ bucket: 'writer', account: 'other', write: true, writeAcl: true })
    const guest = { Bucket: 'writer', Key: 'sealed' }
    await theirs.send(new PutObjectCommand({ ...guest, Body: 'x' }))
    await expect(s3.send(new GetObjectCommand(guest))).rejects.toMatchObject({ name: 'AccessDenied' })
    await theirs.send(new GetObjectCommand(guest))
    await theirs.send(new PutObjectAclCommand({ ...guest, ACL: 'bucket-owner-read' }))
    await s3.send(new GetObjectCommand(guest))
    await s3.send(new DeleteObjectCommand(guest))
  })
})

describe('ownership controls', () => {
  test('are told, changed and deleted', async () => {
    const Bucket = 'controlled'
    await s3.send(new CreateBucketCommand({ Bucket }))
    const get = new GetBucketOwnershipControlsCommand({ Bucket })
    const told = async (): Promise<unknown> =>
      (await s3.send(get)).OwnershipControls?.Rules?.map(({ ObjectOwnership }) => ObjectOwnership)
    expect(await told()).toEqual(['BucketOwnerEnforced'])
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] }
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    expect(await told()).toEqual(['BucketOwnerPreferred'])
    await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
    await expect(s3.send(get)).rejects.toMatchObject({ name: 'OwnershipControlsNotFoundError' })
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }))
    expect(await aclOf(Bucket, 'k')).toEqual(['me FULL_CONTROL', 'AllUsers READ'])
  })

  test('are not enforced while the bucket’s ACL lets others in', async () => {
    const Bucket = 'shared'
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter', ACL: 'public-read' }))
    const enforce = new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    })
    await expect(s3.send(enforce)).rejects.toMatchObject({ name: 'InvalidBucketAclWithObjectOwnership' })
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
    await s3.send(enforce)
  })

  test.each([
    [{ 'x-amz-acl': 'private' }, '200'],
    [{ 'x-amz-acl': 'public-read' }, '400 InvalidBucketAclWithObjectOwnership'],
    [{ 'x-amz-acl': 'bucket-owner-read' }, '400 InvalidArgument'],
    [{ 'x-amz-acl': 'log-delivery-write', 'x-amz-object-ownership': 'ObjectWriter' }, '200'],
    [{ 'x-amz-object-ownership': 'Everybody' }, '400 InvalidArgument'],
  ])('of a new bucket with %j: %s', async (headers, expected) => {
    await raw.send({ method: 'DELETE', path: '/fresh' })
    expect(codeOf(await raw.send({ method: 'PUT', path: '/fresh', headers }))).toBe(expected)
  })

  test.each(['<Rule/>', '', '<Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule>'])(
    'put as %j are MalformedXML',
    async (inside) => {
      const body = `<OwnershipControls>${inside}</OwnershipControls>`
      const answer = await raw.send({ method: 'PUT', path: '/writer?ownershipControls=', body })
      expect(codeOf(answer)).toBe('400 MalformedXML')
    },
  )
})

test('ACLs and ownership are kept in the directory', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'playground-acl-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const first = await inProcessPlayground({ dir })
  const before = sdkClient(first)
  const named = { Bucket: 'kept', Key: 'k' }
  await before.send(new CreateBucketCommand({ Bucket: 'kept', ObjectOwnership: 'ObjectWriter' }))
  await before.send(new PutObjectCommand({ ...named, Body: 'x', ACL: 'public-read' }))
  before.destroy()
  await first.stop()
  const second = await inProcessPlayground({ dir })
  const after = sdkClient(second)
  expect(lines((await after.send(new GetObjectAclCommand(named))).Grants)).toEqual([
    'me FULL_CONTROL',
    'AllUsers READ',
  ])
  after.destroy()
  await second.stop()
})
