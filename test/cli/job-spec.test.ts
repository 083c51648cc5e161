import { describe, expect, it } from 'vitest'
import { specOfCommand, type JobCommand } from '../../main/cli/job-spec.ts'
import type { OptionInOrder } from '../../main/cli/arguments.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS } from '#model/properties.ts'
import type { JobSpec, PourSpec } from '#model/spec.ts'
import { UsageError } from '../../main/cli/usage.ts'
import { machineWith } from './machines.ts'

type Options = Record<string, string | boolean | string[] | undefined>

const MACHINE = machineWith({})
const AROUND = {
  default: { region: 'eu-central-1' },
  work: { region: 'eu-west-1', endpoint: 'https://s3.work.example' },
}

function command(
  name: JobCommand,
  places: string[],
  options: Options = {},
  inOrder: OptionInOrder[] = [],
): JobSpec {
  const profileFacts = (profile: string) => AROUND[profile as keyof typeof AROUND]
  return specOfCommand(name, { places, options, inOrder }, { env: {}, profileFacts, machine: MACHINE })
}

function spec(
  source: string,
  destination: string,
  options: Options = {},
  env: NodeJS.ProcessEnv = {},
): PourSpec {
  const profileFacts = (profile: string) => AROUND[profile as keyof typeof AROUND]
  const args = { places: [source, destination], options, inOrder: [] }
  return specOfCommand('copy', args, { env, profileFacts, machine: MACHINE }) as PourSpec
}

describe('SOURCE and DEST', () => {
  it.each([
    ['s3://a/b/', 's3://z/y/', {}, 'prefix', 'b/', 'b/', 'y/'],
    ['s3://a', 's3://z', {}, 'prefix', '', '', ''],
    ['s3://a/', 's3://z/', {}, 'prefix', '', '', ''],
    ['s3://a/b/log', 's3://z/y/', { recursive: true }, 'prefix', 'b/log', 'b/', 'y/'],
    ['s3://a/b/c.txt', 's3://z/y/', {}, 'object', 'b/c.txt', 'b/', 'y/'],
    ['s3://a/b/c.txt', 's3://z', {}, 'object', 'b/c.txt', 'b/', ''],
    ['s3://a/b/c.txt', 's3://z/n.txt', {}, 'object', 'b/c.txt', 'b/c.txt', 'n.txt'],
    ['s3://a/ä b+%2F', 's3://z/q', {}, 'object', 'ä b+%2F', 'ä b+%2F', 'q'],
    ['s3://a//x/', 's3://z/', {}, 'prefix', '/x/', '/x/', ''],
  ])('%s %s %j', (source, destination, options, kind, selected, base, prefix) => {
    const made = spec(source, destination, options)
    const select = kind === 'prefix' ? { kind, prefix: selected } : { kind, key: selected }
    expect(made.sources[0]).toMatchObject({ bucket: 'a', base, select: [select] })
    expect(made.destinations[0]).toMatchObject({ bucket: 'z', prefix })
  })

  it.each([
    ['b/c', 's3://z/', {}, 'SOURCE: there is no file or folder "b/c"'],
    [
      'gs://b/c',
      's3://z/',
      {},
      'SOURCE: must begin with s3://, or be a path of this computer, not "gs://b/c"',
    ],
    ['s3:///x', 's3://z', {}, 'SOURCE: must be like s3://bucket/prefix/, not "s3:///x"'],
    ['s3://a/b/', 's3://z/y', {}, 'DEST: must end in / as many objects go there, not "s3://z/y"'],
    ['s3://a/b', 's3://z', { conflict: 'maybe' }, '--conflict: must be one of skip, overwrite'],
    ['s3://a/b', 's3://z', { verify: 'x' }, '--verify: must be one of auto, answer, head, full, not "x"'],
    [
      's3://a/b',
      's3://z',
      { concurrency: '0' },
      '--concurrency: must be a whole number from 1 to 1024, not "0"',
    ],
    ['s3://a/b', 's3://z', { 'storage-class': 'COLD' }, '--storage-class: must be one of STANDARD'],
    ['s3://a/b', 's3://z', { profile: 'nope' }, '--profile: there is no profile "nope"'],
    ['s3://a/b', 's3://z', { 'dest-endpoint-url': 'ftp://x' }, '--dest-endpoint-url: must be a URL'],
    ['s3://a/b', 's3://z', { region: 'a b' }, '--region: must be letters, digits and hyphens, not "a b"'],
    [`s3://a/${'k'.repeat(1025)}`, 's3://z', {}, 'must be at most 1,024 bytes'],
  ])('%s %s %j is refused', (source, destination, options, sentence) => {
    expect(() => spec(source, destination, options)).toThrow(UsageError)
    expect(() => spec(source, destination, options)).toThrow(sentence)
  })
})

describe('the two stores', () => {
  const sides = (options: Options, env: NodeJS.ProcessEnv = {}) => {
    const {
      sources: [source],
      destinations: [destination],
    } = spec('s3://a/b', 's3://z', options, env)
    return [source.connection, destination.connection]
  }

  it('are AWS, by the environment, where nothing else is said', () => {
    const [source, destination] = sides({})
    expect(source?.config).toEqual({
      region: 'eu-central-1',
      addressing: 'virtual',
      credentials: { kind: 'environment' },
    })
    expect(destination).toEqual(source)
  })

  it('are alike where --dest- says nothing', () => {
    const [source, destination] = sides({ 'endpoint-url': 'http://127.0.0.1:9', region: 'x' })
    expect(source?.config).toMatchObject({ endpoint: 'http://127.0.0.1:9', addressing: 'path', region: 'x' })
    expect(destination).toEqual(source)
  })

  it('differ where it does', () => {
    const [source, destination] = sides({ 'dest-profile': 'work', 'dest-region': 'y' })
    expect(source?.config.credentials).toEqual({ kind: 'environment' })
    expect(destination?.config).toEqual({
      endpoint: 'https://s3.work.example',
      region: 'y',
      addressing: 'path',
      credentials: { kind: 'profile', profile: 'work' },
    })
    expect(destination?.id).not.toBe(source?.id)
  })

  it('take a role each, and one is not taken with the keys of the other side', () => {
    const [A, B] = ['A', 'B'].map((name) => `arn:aws:iam::123456789012:role/${name}`)
    const roleOf = (options: Options) =>
      sides(options).map((side) => {
        const { credentials } = side!.config
        return credentials.kind === 'role' ? [credentials.roleArn, credentials.externalId] : credentials.kind
      })
    expect(roleOf({ 'role-arn': A, 'external-id': 'xx' })).toEqual([
      [A, 'xx'],
      [A, 'xx'],
    ])
    expect(roleOf({ 'role-arn': A, 'external-id': 'xx', 'dest-role-arn': B })).toEqual([
      [A, 'xx'],
      [B, undefined],
    ])
    expect(roleOf({ 'role-arn': A, 'dest-profile': 'work' })).toEqual([[A, undefined], 'profile'])
    expect(() => sides({ 'mfa-serial': 'm' })).toThrow('--mfa-serial: is of a role; name it by --role-arn')
    expect(() => sides({ 'dest-role-arn': 'me' })).toThrow(
      '--dest-role-arn: must be the ARN of a role, not "me"',
    )
  })

  it('are read without keys where they are public, and written with keys all the same', () => {
    const kinds = (options: Options) => sides(options).map((side) => side!.config.credentials.kind)
    expect(kinds({ 'no-sign-request': true })).toEqual(['anonymous', 'environment'])
    expect(kinds({ 'no-sign-request': true, 'dest-no-sign-request': true })).toEqual([
      'anonymous',
      'anonymous',
    ])
    expect(kinds({ 'no-sign-request': true, profile: 'work' })).toEqual(['anonymous', 'profile'])
    const role = { 'role-arn': 'arn:aws:iam::123456789012:role/A', 'no-sign-request': true }
    expect(() => sides(role)).toThrow('--no-sign-request: a role is taken with keys')
  })

  it('follow the variables of the AWS tools', () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:8', AWS_REGION: 'r', AWS_PROFILE: 'work' }
    expect(sides({}, env)[0]?.config).toMatchObject({
      endpoint: 'http://127.0.0.1:8',
      region: 'r',
      credentials: { kind: 'profile', profile: 'work' },
    })
    expect(sides({}, { ...env, AWS_ACCESS_KEY_ID: 'k' })[0]?.config.credentials).toEqual({
      kind: 'environment',
    })
  })
})

describe('properties', () => {
  const properties = (options: Options) => spec('s3://a/', 's3://z/', options).properties

  it('are the defaults of the command where nothing is said', () => {
    expect(properties({})).toEqual(COPY_DEFAULTS)
    expect(command('edit', ['s3://a/'], { tag: ['a=b'] })).toMatchObject({
      kind: 'edit',
      properties: { ...EDIT_DEFAULTS, tags: { policy: 'change', set: { a: 'b' }, remove: [] } },
    })
  })

  it.each<[Options, object]>([
    [
      { set: ['Cache-Control=max-age=1, public'] },
      { headers: { policy: 'change', set: { cacheControl: 'max-age=1, public' }, remove: [] } },
    ],
    [{ remove: ['expires'] }, { headers: { policy: 'change', set: {}, remove: ['expires'] } }],
    [
      { headers: 'drop', set: ['content-type=text/css'] },
      { headers: { policy: 'set', value: { contentType: 'text/css' } } },
    ],
    [
      { 'set-meta': ['Owner=me'], 'remove-meta': ['Old'] },
      { metadata: { policy: 'change', set: { owner: 'me' }, remove: ['old'] } },
    ],
    [{ metadata: 'drop' }, { metadata: { policy: 'drop' } }],
    [{ tags: 'copy' }, { tags: { policy: 'copy' } }],
    [{ tags: 'drop', tag: ['a=1', 'b='] }, { tags: { policy: 'set', value: { a: '1', b: '' } } }],
    [{ acl: 'public-read' }, { acl: { policy: 'set', value: { kind: 'canned', acl: 'public-read' } } }],
    [
      { grant: ['READ=id:abc'] },
      {
        acl: {
          policy: 'set',
          value: {
            kind: 'grants',
            grants: [{ permission: 'READ', grantee: { kind: 'account', id: 'abc' } }],
          },
        },
      },
    ],
    [
      { lock: 'GOVERNANCE=2030-01-01' },
      { retention: { policy: 'set', value: { mode: 'GOVERNANCE', until: Date.UTC(2030, 0, 1) } } },
    ],
    [{ 'legal-hold': 'ON' }, { legalHold: { policy: 'set', value: 'ON' } }],
    [{ redirect: '/new' }, { redirect: { policy: 'set', value: '/new' } }],
    [{ 'storage-class': 'GLACIER_IR' }, { storageClass: { policy: 'set', value: 'GLACIER_IR' } }],
    [{ sse: 'default' }, { encryption: { policy: 'drop' } }],
    [
      { sse: 'SSE-KMS', 'sse-kms-key-id': 'k', 'sse-kms-context': ['a=b'], 'sse-bucket-key': true },
      {
        encryption: {
          policy: 'set',
          value: { kind: 'SSE-KMS', keyId: 'k', context: { a: 'b' }, bucketKey: true },
        },
      },
    ],
    [
      { sse: 'SSE-C', 'sse-c-key': 'mine' },
      { encryption: { policy: 'set', value: { kind: 'SSE-C', key: 'mine' } } },
    ],
    [{ checksum: 'CRC64NVME' }, { checksum: { policy: 'set', value: 'CRC64NVME' } }],
  ])('%j', (options, expected) => {
    expect(properties(options)).toMatchObject(expected)
  })

  it.each<[Options, string]>([
    [{ set: ['x-thing=1'] }, '--set: must name one of content-type, cache-control'],
    [{ set: ['novalue'] }, '--set: must be like NAME=VALUE, not "novalue"'],
    [{ headers: 'drop', remove: ['expires'] }, '--remove: there is nothing to take from with --headers drop'],
    [{ tag: Array.from({ length: 11 }, (_, n) => `k${n}=v`) }, 'must be at most 10 tags'],
    [{ tag: ['aws:x=1'] }, 'aws:'],
    [{ 'set-meta': [`a=${'x'.repeat(2048)}`] }, 'must be at most 2 KB of metadata'],
    [{ sse: 'SSE-C' }, '--sse SSE-C and --sse-c-key NAME go together'],
    [{ sse: 'SSE-S3', 'sse-kms-key-id': 'k' }, '--sse-kms-key-id and --sse-kms-context need --sse SSE-KMS'],
    [{ sse: 'SSE-C', 'sse-c-key': 'a', 'sse-kms-key-id': 'k' }, '--sse-kms-key-id'],
    [{ acl: 'all' }, '--acl: must be one of private'],
    [{ acl: 'private', grant: ['READ=id:a'] }, '--grant: cannot go with --acl'],
    [{ grant: ['READ=a'] }, '--grant: must be like READ=id:'],
    [{ lock: 'FOREVER=2030-01-01' }, '--lock: must be one of GOVERNANCE, COMPLIANCE, not "FOREVER"'],
    [{ lock: 'GOVERNANCE=soon' }, '--lock: must be a time'],
    [{ redirect: 'elsewhere' }, '--redirect: must begin with /'],
  ])('%j is refused', (options, sentence) => {
    expect(() => properties(options)).toThrow(UsageError)
    expect(() => properties(options)).toThrow(sentence)
  })
})

describe('which objects, and their names', () => {
  it('reads filters, versions and restores', () => {
    const made = spec('s3://a/', 's3://z/', {
      include: ['**.log'],
      'exclude-regex': ['^tmp/'],
      'min-size': '10M',
      'max-size': '1.5GiB',
      'modified-from': '2026-03-01',
      'modified-before': '2026-03-01T12:00',
      class: ['GLACIER'],
      encryption: ['none'],
      'with-tag': ['a=b', 'c'],
      'with-meta': ['Owner'],
      versions: 'all',
      restore: 'Bulk:3',
      'part-layout': 'same',
      backup: 'kept/',
      mirror: true,
    })
    expect(made.filter).toEqual({
      include: [{ kind: 'glob', glob: '**.log' }],
      exclude: [{ kind: 'regex', regex: '^tmp/' }],
      minSize: 10 * 1024 ** 2,
      maxSize: 1.5 * 1024 ** 3,
      modifiedFrom: Date.UTC(2026, 2, 1),
      modifiedBefore: Date.UTC(2026, 2, 1, 12),
      storageClasses: ['GLACIER'],
      encryption: ['none'],
      tags: [{ name: 'a', value: 'b' }, { name: 'c' }],
      metadata: [{ name: 'owner' }],
      versions: [],
    })
    expect(made.sources[0].versions).toEqual({ take: 'all' })
    expect(made).toMatchObject({
      archived: { do: 'restore', tier: 'Bulk', days: 3 },
      partLayout: 'same',
      backup: { prefix: 'kept/' },
      deleteExtra: true,
    })
  })

  it('of a mirror writes over what differs, if nothing else is said', () => {
    expect(spec('s3://a/', 's3://z/', { mirror: true }).conflict).toBe('if-different')
    expect(spec('s3://a/', 's3://z/', { mirror: true, conflict: 'skip' }).conflict).toBe('skip')
    expect(spec('s3://a/', 's3://z/', {}).conflict).toBe('skip')
  })

  it('takes a time for the versions that were current then', () => {
    expect(spec('s3://a/', 's3://z/', { versions: '2026-01-02T03:04Z' }).sources[0].versions).toEqual({
      take: 'as-of',
      at: Date.UTC(2026, 0, 2, 3, 4),
    })
  })

  it('keeps the rules for names in the order in which they stand', () => {
    const inOrder = [
      { name: 'name-replace', value: '^(\\d+)-=>$1/' },
      { name: 'tag', value: 'a=b' },
      { name: 'name-case', value: 'lower' },
      { name: 'name-prefix', value: 'x/=>' },
      { name: 'name-flatten', value: '_' },
      { name: 'name-template', value: '{yyyy}/{name}' },
    ]
    expect(command('copy', ['s3://a/', 's3://z/'], {}, inOrder)).toMatchObject({
      names: [
        { rule: 'replace', find: '^(\\d+)-', with: '$1/', every: true },
        { rule: 'case', to: 'lower' },
        { rule: 'prefix', from: 'x/', to: '' },
        { rule: 'flatten', separator: '_' },
        { rule: 'template', text: '{yyyy}/{name}' },
      ],
    })
  })

  it('takes several sources and several destinations', () => {
    const made = command('copy', ['s3://a/x/', 's3://b/y.txt', 's3://z/in/'], {
      'also-to': ['s3://q/', 's3://r/s/'],
    })
    expect(made).toMatchObject({
      sources: [
        { bucket: 'a', base: 'x/', select: [{ kind: 'prefix', prefix: 'x/' }] },
        { bucket: 'b', base: '', select: [{ kind: 'object', key: 'y.txt' }] },
      ],
      destinations: [
        { bucket: 'z', prefix: 'in/' },
        { bucket: 'q', prefix: '' },
        { bucket: 'r', prefix: 's/' },
      ],
    })
  })

  it('reads a rule as options without their dashes', () => {
    const made = spec('s3://a/', 's3://z/', { rule: ['**.log => storage-class=GLACIER_IR; tag=kind=log'] })
    expect(made.rules).toMatchObject([
      {
        when: { include: [{ kind: 'glob', glob: '**.log' }] },
        properties: {
          storageClass: { policy: 'set', value: 'GLACIER_IR' },
          tags: { policy: 'change', set: { kind: 'log' } },
        },
      },
    ])
  })

  it('compares two places', () => {
    expect(command('parity', ['s3://a/x/', 's3://z/'], { compare: 'full' })).toMatchObject({
      kind: 'parity',
      compare: 'full',
    })
  })

  it.each<[JobCommand, string[], Options, string]>([
    ['copy', ['s3://a/'], {}, 'DEST is missing.'],
    ['edit', [], {}, 'SOURCE is missing.'],
    ['edit', ['s3://a/'], {}, 'say what shall be changed'],
    ['copy', ['s3://a/', 's3://z/'], { 'include-regex': ['('] }, 'must be a regular expression'],
    ['copy', ['s3://a/', 's3://z/'], { 'min-size': 'big' }, '--min-size: must be a size'],
    ['copy', ['s3://a/', 's3://z/'], { 'modified-from': 'yesterday' }, '--modified-from: must be a time'],
    ['copy', ['s3://a/', 's3://z/'], { versions: 'some' }, '--versions: must be current, all, or a time'],
    ['copy', ['s3://a/', 's3://z/'], { 'version-id': 'v' }, '--version-id: names a version of one object'],
    ['copy', ['s3://a/', 's3://z/'], { restore: 'Fast:1' }, '--restore: must be one of Expedited'],
    ['copy', ['s3://a/', 's3://z/'], { restore: 'Bulk:0' }, '--restore: must be a whole number'],
    ['copy', ['s3://a/', 's3://z/'], { rule: ['*.log'] }, '--rule: must be like FROM=>TO'],
    ['copy', ['s3://a/', 's3://z/'], { rule: ['*.log=>mirror=yes'] }, '--rule: knows'],
    ['copy', ['s3://a/', 's3://z/'], { owner: '12' }, '--owner: must be an account id of 12 digits'],
    ['copy', ['s3://a/x.txt', 's3://z/y.txt'], { 'also-to': ['s3://q/'] }, '--also-to: must end'],
    ['parity', ['s3://a/', 's3://z/'], { compare: 'deep' }, '--compare: must be one of listing'],
  ])('%s %j %j is refused', (name, places, options, sentence) => {
    expect(() => command(name, places, options)).toThrow(UsageError)
    expect(() => command(name, places, options)).toThrow(sentence)
  })
})

describe('versions', () => {
  const all = {
    bucket: 'a',
    base: 'b/',
    versions: { take: 'all' },
    select: [{ kind: 'prefix', prefix: 'b/' }],
  }

  it.each([
    ['purge', { 'older-than': '30d', keep: '3' }, { olderThanDays: 30, keep: 3, loneMarkers: false }],
    ['purge', { keep: '0', 'lone-markers': true }, { olderThanDays: 0, keep: 0, loneMarkers: true }],
    ['purge', { 'older-than': '7' }, { olderThanDays: 7, keep: 0, loneMarkers: false }],
  ] as const)('%s %j', (name, options, purge) => {
    expect(command(name, ['s3://a/b/'], options)).toMatchObject({ kind: 'delete', sources: [all], purge })
  })

  it.each([
    ['rewind', { to: '2026-03-01' }, { is: 'as-of', at: Date.UTC(2026, 2, 1), later: 'keep' }],
    [
      'rewind',
      { to: '2026-03-01T12:00', 'delete-later': true },
      { is: 'as-of', at: Date.UTC(2026, 2, 1, 12), later: 'delete' },
    ],
    ['undelete', {}, { is: 'undelete' }],
  ] as const)('%s %j', (name, options, to) => {
    const made = command(name, ['s3://a/b/'], options)
    expect(made).toMatchObject({ kind: 'rewind', sources: [all], to, archived: { do: 'refuse' } })
  })

  it('restore-version copies one version onto its own key, with everything', () => {
    expect(
      command('restore-version', ['s3://a/b/c'], { 'version-id': 'v', restore: 'Bulk:3' }),
    ).toMatchObject({
      kind: 'copy',
      sources: [{ bucket: 'a', base: 'b/c', select: [{ kind: 'object', key: 'b/c', versionId: 'v' }] }],
      destinations: [{ bucket: 'a', prefix: 'b/c' }],
      conflict: 'overwrite',
      archived: { do: 'restore', tier: 'Bulk', days: 3 },
      properties: EDIT_DEFAULTS,
    })
  })
})
