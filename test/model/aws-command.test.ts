import { describe, expect, it } from 'vitest'
import { awsCommands } from '#model/aws-command.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { filter } from '#model/filter.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { shellWord } from '#model/shell-words.ts'
import { jobSpec, type JobFile, type JobSpec } from '#model/spec.ts'

const prod: ConnectionRef = {
  id: 'prod',
  name: 'Prod',
  config: {
    region: 'eu-central-1',
    addressing: 'virtual',
    credentials: { kind: 'profile', profile: 'prod' },
  },
}
const ceph: ConnectionRef = {
  id: 'ceph',
  name: 'Rack 4',
  config: {
    endpoint: 'https://rgw.test',
    region: 'default',
    addressing: 'path',
    credentials: { kind: 'keys', accessKeyId: 'AK' },
  },
}
type Source = JobFile['sources'][number]
const prefix = (of: string, base = ''): Source => ({
  connection: prod,
  bucket: 'from',
  select: [{ kind: 'prefix', prefix: of }],
  base,
})
const to = { connection: prod, bucket: 'to', prefix: 'z/' }
const copy = (source: Source, more: object = {}): JobSpec =>
  jobSpec.parse({
    ...{ v: 1, kind: 'copy', conflict: 'overwrite', verify: 'auto' },
    ...{ sources: [source], destinations: [to], ...more },
  })
const edit = (properties: object): JobSpec =>
  jobSpec.parse({ v: 1, kind: 'edit', verify: 'auto', sources: [prefix('a/', 'a/')], properties })
const one = (spec: JobSpec): string =>
  awsCommands(spec)
    .lines.map((line) => line.replace(/ \\$/, '').trim())
    .join(' ')

const AT = '--region eu-central-1 --profile prod'

describe('a job as commands of the AWS command line', () => {
  it.each([
    ['a prefix', copy(prefix('a/')), `aws s3 cp s3://from/a/ s3://to/z/a/ --recursive ${AT}`],
    ['below a base', copy(prefix('a/b/', 'a/')), `aws s3 cp s3://from/a/b/ s3://to/z/b/ --recursive ${AT}`],
    [
      'a prefix that ends within a name',
      copy(prefix('a/2026-')),
      `aws s3 cp s3://from/a/ s3://to/z/a/ --recursive --exclude '*' --include '2026-*' ${AT}`,
    ],
    [
      'one object with a hostile name',
      copy({ ...prefix(''), select: [{ kind: 'object', key: "it's $(rm)" }] }),
      `aws s3 cp 's3://from/it'\\''s $(rm)' 's3://to/z/it'\\''s $(rm)' ${AT}`,
    ],
    [
      'a version',
      copy({ ...prefix(''), select: [{ kind: 'object', key: 'a b', versionId: 'v+1' }] }),
      `aws s3api copy-object --copy-source 'from/a%20b?versionId=v%2B1' --bucket to --key 'z/a b' ${AT}`,
    ],
    [
      'only what differs',
      copy(prefix('a/'), { conflict: 'if-different' }),
      `aws s3 sync s3://from/a/ s3://to/z/a/ ${AT}`,
    ],
    [
      'a mirror',
      copy(prefix('a/'), { deleteExtra: true }),
      `aws s3 sync s3://from/a/ s3://to/z/a/ --delete ${AT}`,
    ],
    [
      'globs',
      copy(prefix(''), {
        filter: filter.parse({
          include: [{ kind: 'glob', glob: '*.log' }],
          exclude: [{ kind: 'glob', glob: 'tmp/**' }],
        }),
      }),
      `aws s3 cp s3://from/ s3://to/z/ --recursive --exclude '*' --include '*.log' --exclude 'tmp/*' ${AT}`,
    ],
    [
      'to another store',
      copy(prefix('a/'), { destinations: [{ ...to, connection: ceph }] }),
      `aws s3 cp s3://from/a/ ./on-the-way/ --recursive ${AT} ` +
        'aws s3 mv ./on-the-way/ s3://to/z/a/ --recursive --endpoint-url https://rgw.test --region default',
    ],
    [
      'an upload',
      copy({ ...prefix(''), connection: LOCAL_CONNECTION, bucket: '/srv/x' }),
      `aws s3 cp /srv/x s3://to/z/ --recursive ${AT}`,
    ],
    [
      'a class and a type',
      edit({
        storageClass: { policy: 'set', value: 'STANDARD_IA' },
        headers: { policy: 'change', set: { contentType: 'text/css' }, remove: [] },
        metadata: { policy: 'change', set: { owner: 'x, y' }, remove: [] },
      }),
      'aws s3 cp s3://from/a/ s3://from/a/ --recursive --metadata-directive REPLACE --content-type text/css ' +
        `--metadata '{"owner":"x, y"}' --storage-class STANDARD_IA ${AT}`,
    ],
    [
      'a deletion',
      jobSpec.parse({ v: 1, kind: 'delete', sources: [prefix('a/')] }),
      `aws s3 rm s3://from/a/ --recursive ${AT}`,
    ],
    [
      'a comparison',
      jobSpec.parse({ v: 1, kind: 'parity', compare: 'head', sources: [prefix('a/')], destinations: [to] }),
      `aws s3 sync s3://from/a/ s3://to/z/a/ --dryrun ${AT}`,
    ],
  ])('%s', (_, spec, command) => {
    expect(one(spec)).toBe(command)
  })

  it.each([
    ['a history', copy({ ...prefix(''), versions: { take: 'all' } }), /whole histories/],
    ['rules for names', copy(prefix(''), { names: [{ rule: 'case', to: 'lower' }] }), /no rules for names/],
    [
      'a manifest',
      copy(prefix(''), { manifest: { at: { is: 'file', path: '/m.csv' }, format: 'batch' } }),
      /S3 Batch Operations/,
    ],
  ])('%s is a comment that says why', (_, spec, why) => {
    const { lines, loses } = awsCommands(spec)
    expect(lines).toEqual([expect.stringMatching(why)])
    expect(lines[0]?.startsWith('# ')).toBe(true)
    expect(loses).toEqual([])
  })

  it('says what is lost, by what the job asks for', () => {
    const careful = copy(prefix('a/'), {
      conflict: 'skip',
      filter: filter.parse({ minSize: 1, include: [{ kind: 'regex', regex: '^a' }] }),
      properties: { acl: { policy: 'copy' }, tags: { policy: 'set', value: { a: 'b' } } },
    })
    expect(awsCommands(careful).loses).toEqual([
      'What has its name is written over, also what somebody writes meanwhile.',
      'A run that is broken off begins anew: nothing remembers what was done.',
      'Nothing compares what arrived with what was sent.',
      'What is larger than 8 MiB goes by parts: its ETag becomes another, and its tags are copied by requests of their own.',
      'Of the filter, regular expressions, sizes are left out: more objects are taken.',
      'Not carried along: annotations, access (ACL), storage class.',
      'Tags are not written.',
      'Nothing can take it back.',
    ])
  })
})

it.each([
  ['plain/word-1.txt', 'plain/word-1.txt'],
  ['', "''"],
  ['two words', "'two words'"],
  ["a'b", `'a'\\''b'`],
  ['$(x)`y`\n', "'$(x)`y`\n'"],
])('%j is one word of a shell', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted)
})
