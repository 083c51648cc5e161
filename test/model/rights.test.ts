import { describe, expect, it } from 'vitest'
import type { FailureGroup } from '#model/job.ts'
import { ACTIONS, type Action } from '#model/plan.ts'
import { rightsReport, type RightsKnown } from '#model/rights.ts'
import { covers, objectArns, partitionOf } from '#model/rights-arns.ts'
import { rightsNeeded, type RightsFacts } from '#model/rights-needed.ts'
import type { JobFile, JobSpec, SourcePlace } from '#model/spec.ts'
import { specOf } from '../helpers/specs.ts'

const connection = (more: object = {}) => ({
  id: 'one',
  name: 'One',
  config: { region: 'eu-central-1', addressing: 'virtual', credentials: { kind: 'environment' }, ...more },
})
const FROM = {
  connection: connection(),
  bucket: 'from',
  select: [{ kind: 'prefix', prefix: 'in/' }],
  base: 'in/',
}
const TO = { connection: connection(), bucket: 'to', prefix: 'out/' }
const COPY = {
  v: 1,
  kind: 'copy',
  sources: [FROM],
  destinations: [TO],
  conflict: 'overwrite',
  verify: 'auto',
}

const spec = (more: object): JobSpec => specOf({ ...COPY, ...more } as JobFile)
const alone = (kind: string, more: object = {}): JobSpec =>
  specOf({ v: 1, kind, sources: [FROM], ...more } as unknown as JobFile)

function facts(planned: Partial<Record<Action, number>> = {}, keysRead: readonly string[] = []): RightsFacts {
  const counts = Object.fromEntries(
    ACTIONS.map((action) => [action, { items: planned[action] ?? 0, bytes: 0 }]),
  )
  return { planned: counts as RightsFacts['planned'], keysRead }
}

/** `s3:Action bucket`, sorted; objects with a slash after the bucket. */
function told(job: JobSpec, known = facts()): string[] {
  return rightsNeeded(job, known)
    .map(({ action, resource }) => `${action} ${resource.replace('arn:aws:s3:::', '')}`)
    .sort()
}

const EDITED = [
  ...['s3:GetBucketOwnershipControls from', 's3:GetBucketVersioning from', 's3:ListBucket from'],
  ...['', 'Acl', 'LegalHold', 'Retention', 'Tagging'].flatMap((what) => [
    `s3:GetObject${what} from/in/*`,
    `s3:PutObject${what} from/in/*`,
  ]),
]

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1'

describe('what a job needs', () => {
  it.each<[what: string, job: JobSpec, facts: RightsFacts, rights: readonly string[]]>([
    [
      'a plain copy',
      spec({}),
      facts({ copy: 3 }),
      [
        ...[
          's3:GetObject from/in/*',
          's3:GetObjectTagging from/in/*',
          's3:ListBucket from',
          's3:ListBucket to',
        ],
        ...['s3:PutObject to/out/*', 's3:PutObjectTagging to/out/*'],
      ],
    ],
    [
      'a copy without tags, by parts, verified, with an ACL',
      spec({ verify: 'head', properties: { tags: { policy: 'drop' }, acl: { policy: 'copy' } } }),
      facts({ 'copy-parts': 1 }),
      [
        ...['s3:AbortMultipartUpload to/out/*', 's3:GetObject from/in/*', 's3:GetObject to/out/*'],
        ...['s3:GetObjectAcl from/in/*', 's3:ListBucket from', 's3:ListBucket to'],
        ...['s3:ListBucketMultipartUploads to', 's3:ListMultipartUploadParts to/out/*'],
        ...['s3:PutObject to/out/*', 's3:PutObjectAcl to/out/*'],
      ],
    ],
    [
      'an edit of a class',
      alone('edit', {
        verify: 'auto',
        properties: { storageClass: { policy: 'set', value: 'STANDARD_IA' } },
      }),
      facts({ rewrite: 1 }),
      [...EDITED].sort(),
    ],
    [
      'an edit of locks, which not every bucket can hold',
      alone('edit', { verify: 'auto', properties: { legalHold: { policy: 'set', value: 'ON' } } }),
      facts({ 'in-place': 1 }),
      [
        ...EDITED.filter((right) => !right.startsWith('s3:GetObjectLegalHold')),
        ...['s3:GetBucketObjectLockConfiguration from', 's3:GetEncryptionConfiguration from'],
      ].sort(),
    ],
    [
      'a move of all versions, some from the archive',
      spec({
        kind: 'move',
        sources: [{ ...FROM, versions: { take: 'all' } }],
        properties: { tags: { policy: 'drop' } },
      }),
      facts({ 'restore-then-copy': 1, mark: 1 }),
      [
        ...['s3:DeleteObject to/out/*', 's3:DeleteObjectVersion from/in/*', 's3:GetObject from/in/*'],
        ...['s3:GetObject to/out/*', 's3:GetObjectVersion from/in/*', 's3:ListBucket to'],
        ...['s3:ListBucketVersions from', 's3:PutObject to/out/*', 's3:RestoreObject from/in/*'],
      ],
    ],
    [
      'a copy under KMS: what is read, and what is written',
      spec({
        properties: {
          tags: { policy: 'drop' },
          encryption: { policy: 'set', value: { kind: 'SSE-KMS', keyId: `${KEY}2` } },
        },
      }),
      facts({ copy: 1 }, [KEY]),
      [
        ...[`kms:Decrypt ${KEY}`, `kms:Decrypt ${KEY}2`, `kms:GenerateDataKey ${KEY}2`],
        ...['s3:GetObject from/in/*', 's3:ListBucket from', 's3:ListBucket to', 's3:PutObject to/out/*'],
      ],
    ],
    [
      'a deletion',
      alone('delete'),
      facts(),
      ['s3:DeleteObject from/in/*', 's3:GetObject from/in/*', 's3:ListBucket from'],
    ],
    [
      'a comparison of listings',
      specOf({
        v: 1,
        kind: 'parity',
        sources: [FROM],
        destinations: [TO],
        compare: 'listing',
      } as unknown as JobFile),
      facts(),
      ['s3:ListBucket from', 's3:ListBucket to'],
    ],
  ])('%s', (_what, job, known, rights) => expect(told(job, known)).toEqual(rights))

  it('nothing of a folder of this machine', () => {
    const local = { ...FROM, connection: connection({ credentials: { kind: 'local' } }), bucket: '/photos' }
    expect(told(spec({ sources: [local] })).filter((right) => right.includes('photos'))).toEqual([])
  })
})

describe('ARNs', () => {
  it.each([
    ['eu-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('%s is in the partition %s', (region, partition) => expect(partitionOf({ region })).toBe(partition))

  it('characters that mean something in a policy stand for themselves', () => {
    const place = { ...FROM, select: [{ kind: 'prefix', prefix: 'a*b?$/' }] } as unknown as SourcePlace
    const [arn] = objectArns(place)
    expect(arn).toBe('arn:aws:s3:::from/a${*}b${?}${$}/*')
    expect(covers(arn ?? '', 'arn:aws:s3:::from/a*b?$/key')).toBe(true)
    expect(covers(arn ?? '', 'arn:aws:s3:::from/aXb?$/key')).toBe(false)
  })
})

const MARY = 'arn:aws:iam::111122223333:user/mary'

function group(example: Partial<FailureGroup['example']>, items = 214): FailureGroup {
  const s3 = { operation: 'CopyObject', status: 403, code: 'AccessDenied', message: '' }
  return {
    ...{ code: 'access-denied', items, exampleKey: 'in/1', retry: 'retry', fix: 'rights' },
    example: { code: 'access-denied', reach: 'item', message: 'No.', s3, ...example },
  }
}

function report(job: JobSpec, known: Partial<RightsKnown>) {
  return rightsReport(job, { ...facts({ copy: 300 }), groups: [], read: [], denies: 'none', ...known })
}

function statements(text: string | undefined): unknown[] {
  return (JSON.parse(text ?? '{}') as { Statement: unknown[] }).Statement
}

describe('what is missing', () => {
  it('a right that AWS names is told for all objects of the job there, and granted by one statement', () => {
    const denied = {
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::to/out/1',
      principal: MARY,
      by: 'silence',
    } as const
    const { missing, policies } = report(spec({}), { groups: [group({ denied })] })
    expect(missing).toMatchObject([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::to/out/*', known: 'denied', items: 214 },
    ])
    expect(policies).toHaveLength(1)
    expect(statements(policies[0]?.text)).toEqual([
      { Sid: 'Decant1', Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::to/out/*'] },
    ])
  })

  it("a bucket of another account needs its owner's policy too, and names who asks", () => {
    const principal = 'arn:aws:sts::111122223333:assumed-role/copier/session'
    const denied = {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::from/in/1',
      principal,
      by: 'silence',
    } as const
    const job = spec({ sources: [{ ...FROM, owner: '444455556666' }] })
    const { policies } = report(job, { groups: [group({ denied })] })
    expect(policies.map(({ of, name }) => [of, name])).toEqual([
      ['identity', undefined],
      ['bucket', 'from'],
    ])
    expect(statements(policies[1]?.text)).toEqual([
      {
        ...{ Sid: 'Decant1', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/copier' } },
        ...{ Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::from/in/*'] },
      },
    ])
  })

  it("a key's policy speaks of the key alone", () => {
    const denied = { action: 'kms:Decrypt', resource: KEY, by: 'silence' } as const
    const { policies } = report(spec({}), { groups: [group({ denied })] })
    expect(policies.map(({ of, name }) => [of, name])).toEqual([
      ['identity', undefined],
      ['key', KEY],
    ])
    expect(statements(policies[1]?.text)).toMatchObject([
      { Principal: { AWS: 'arn:aws:iam::ACCOUNT-ID:role/NAME' }, Action: ['kms:Decrypt'], Resource: '*' },
    ])
    expect(policies[1]?.how).toContain('ACCOUNT-ID')
  })

  it('what a policy denies explicitly is in no policy', () => {
    const denied = { action: 's3:PutObject', resource: 'arn:aws:s3:::to/out/1', by: 'explicit' } as const
    const { missing, policies, notes } = report(spec({}), { groups: [group({ denied })] })
    expect(missing).toMatchObject([{ known: 'forbidden', resource: 'arn:aws:s3:::to/out/*' }])
    expect(policies).toEqual([])
    expect(notes).toHaveLength(1)
  })

  it('a store that says nothing: every right that the operation takes and the job needs', () => {
    const elsewhere = connection({ endpoint: 'http://ceph.test:7480' })
    const job = spec({
      sources: [{ ...FROM, connection: elsewhere }],
      destinations: [{ ...TO, connection: elsewhere }],
    })
    const { missing, notes } = report(job, { groups: [group({})] })
    expect(missing.map(({ action, known }) => `${action} ${known}`)).toEqual([
      ...[
        's3:GetObject maybe',
        's3:GetObjectTagging maybe',
        's3:PutObject maybe',
        's3:PutObjectTagging maybe',
      ],
    ])
    expect(notes).toEqual([expect.stringContaining('One is not AWS')])
  })

  it('what reading beforehand was refused', () => {
    const read = [{ action: 's3:GetObject', resource: 'arn:aws:s3:::from/in/*', items: 8, looked: 8 }]
    const { missing, denies } = report(spec({}), { read, denies: 'all' })
    expect(missing).toMatchObject([{ action: 's3:GetObject', known: 'read', items: 8 }])
    expect(denies).toBe('all')
  })
})
