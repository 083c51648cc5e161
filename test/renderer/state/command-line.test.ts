import { COPY_DEFAULTS } from '#model/properties.ts'
import { expect, test } from 'vitest'
import { filter } from '#model/filter.ts'
import type { EndpointConfig } from '#model/connection.ts'
import { type PourSpec, type SourcePlace } from '#model/spec.ts'
import type { SheetSpec } from '../../../renderer/state/sheet-spec.ts'
import { commandLine } from '../../../renderer/state/command-line.ts'
import { jobSpec } from '#model/spec.ts'

const profile = (name: string, more: Partial<EndpointConfig> = {}): EndpointConfig => ({
  region: 'eu-central-1',
  addressing: 'virtual',
  credentials: { kind: 'profile', profile: name },
  ...more,
})

interface Case {
  readonly source?: Partial<SourcePlace>
  readonly near?: EndpointConfig
  readonly far?: EndpointConfig
  readonly more?: Partial<PourSpec>
}

function spec({ source, near = profile('lake'), far = near, more }: Case): PourSpec {
  return jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [
      {
        connection: { id: 'a', name: 'a', config: near },
        bucket: 'from',
        select: [{ kind: 'prefix', prefix: 'x/y/' }],
        base: 'x/',
        ...source,
      },
    ],
    destinations: [{ connection: { id: 'b', name: 'b', config: far }, bucket: 'to', prefix: 'z/' }],
    conflict: 'skip',
    verify: 'auto',
    properties: COPY_DEFAULTS,
    ...more,
  }) as PourSpec
}

const keys = (id: string): EndpointConfig => profile('', { credentials: { kind: 'keys', accessKeyId: id } })
const ceph = profile('lab', { endpoint: 'https://rgw.test', addressing: 'path' })
const COMMON = '--profile lake --region eu-central-1'

test.each<[string, Case, string]>([
  ['a prefix keeps its name', {}, `s3://from/x/y/ s3://to/z/y/ ${COMMON} --conflict skip`],
  [
    'a whole bucket',
    { source: { select: [{ kind: 'prefix', prefix: '' }], base: '' } },
    `s3://from/ s3://to/z/ ${COMMON} --conflict skip`,
  ],
  [
    'an object',
    { source: { select: [{ kind: 'object', key: 'x/a.txt' }] } },
    `s3://from/x/a.txt s3://to/z/a.txt ${COMMON} --conflict skip`,
  ],
  [
    'what a shell would read is quoted',
    { source: { select: [{ kind: 'object', key: "x/it's $5.txt" }] } },
    `'s3://from/x/it'\\''s $5.txt' 's3://to/z/it'\\''s $5.txt' ${COMMON} --conflict skip`,
  ],
  [
    'another side, another class, another check',
    {
      far: ceph,
      more: {
        conflict: 'if-newer',
        verify: 'head',
        properties: { ...COPY_DEFAULTS, storageClass: { policy: 'set', value: 'GLACIER_IR' } },
      },
    },
    `s3://from/x/y/ s3://to/z/y/ ${COMMON} --dest-profile lab --dest-endpoint-url https://rgw.test --storage-class GLACIER_IR --conflict if-newer --verify head`,
  ],
  [
    'tags, headers, metadata, encryption and a rule',
    {
      more: {
        properties: {
          ...COPY_DEFAULTS,
          headers: { policy: 'change', set: { cacheControl: 'no-cache' }, remove: ['expires'] },
          metadata: { policy: 'set', value: { origin: 'here' } },
          tags: { policy: 'drop' },
          encryption: { policy: 'set', value: { kind: 'SSE-KMS', keyId: 'arn:k', bucketKey: true } },
        },
        rules: [
          {
            when: filter.parse({ include: [{ kind: 'glob', glob: '*.log' }] }),
            properties: {
              storageClass: { policy: 'set', value: 'GLACIER_IR' },
              tags: { policy: 'change', set: { kind: 'log' }, remove: [] },
            },
          },
        ],
      },
    },
    `s3://from/x/y/ s3://to/z/y/ ${COMMON} --set cache-control=no-cache --remove expires --metadata drop --set-meta origin=here --tags drop --sse SSE-KMS --sse-kms-key-id arn:k --sse-bucket-key --rule '*.log => tag=kind=log; storage-class=GLACIER_IR' --conflict skip`,
  ],
  [
    'a filter, a history, names, archives, a mirror, several destinations',
    {
      source: { versions: { take: 'all' }, owner: '123456789012' },
      more: {
        filter: filter.parse({
          include: [{ kind: 'glob', glob: '**.csv' }],
          minSize: 1024,
          tags: [{ name: 'stage', value: 'raw' }],
        }),
        names: [
          { rule: 'case', to: 'lower' },
          { rule: 'replace', find: ' ', with: '_', every: true },
        ],
        archived: { do: 'restore', tier: 'Bulk', days: 3 },
        deleteExtra: true,
        destinations: ['to', 'too'].map((bucket) => ({
          connection: { id: 'b', name: 'b', config: profile('lake') },
          bucket,
          prefix: 'z/',
          requesterPays: false,
        })) as unknown as PourSpec['destinations'],
      },
    },
    `s3://from/x/y/ s3://to/z/y/ --also-to s3://too/z/y/ ${COMMON} --owner 123456789012 --include '**.csv' --min-size 1024 --with-tag stage=raw --versions all --name-case lower --name-replace ' =>_' --restore Bulk:3 --conflict skip --mirror`,
  ],
  [
    'several objects of one prefix',
    {
      source: {
        select: [
          { kind: 'object', key: 'x/a.txt' },
          { kind: 'object', key: 'x/b.txt' },
        ],
      },
    },
    `s3://from/x/a.txt s3://from/x/b.txt s3://to/z/ ${COMMON} --conflict skip`,
  ],
  [
    'back to AWS from elsewhere',
    { near: ceph, far: profile('lake') },
    's3://from/x/y/ s3://to/z/y/ --profile lab --endpoint-url https://rgw.test --region eu-central-1 --dest-profile lake --dest-endpoint-url https://s3.eu-central-1.amazonaws.com --conflict skip',
  ],
  [
    'keys are left to the environment',
    { near: keys('AKIA') },
    's3://from/x/y/ s3://to/z/y/ --region eu-central-1 --conflict skip',
  ],
])('%s', (_case, given, line) => {
  expect(commandLine(spec(given))).toEqual({ ok: true, text: `decant copy ${line}` })
})

const at = Date.UTC(2026, 2, 1, 12, 0, 5, 999)
test.each([
  [
    { kind: 'delete', purge: { olderThanDays: 30, keep: 2, loneMarkers: true } },
    'purge',
    '--older-than 30d --keep 2 --lone-markers',
  ],
  [{ kind: 'delete', purge: {} }, 'purge', '--older-than 0d'],
  [
    { kind: 'rewind', verify: 'head', to: { is: 'as-of', at, later: 'delete' } },
    'rewind',
    '--to 2026-03-01T12:00:05.999Z --delete-later --verify head',
  ],
  [{ kind: 'rewind', verify: 'auto', to: { is: 'undelete' } }, 'undelete', ''],
] as const)('among versions: %j', (job, command, options) => {
  const connection = { id: 'a', name: 'a', config: profile('lake') }
  const select = [{ kind: 'prefix', prefix: 'x/' }]
  const sources = [{ connection, bucket: 'from', select, base: '', versions: { take: 'all' } }]
  const line = commandLine(jobSpec.parse({ v: 1, sources, ...job }) as SheetSpec)
  const text = ['decant', command, 's3://from/x/', COMMON, options].filter(Boolean).join(' ')
  expect(line).toEqual({ ok: true, text })
})

test.each<[Case, RegExp]>([
  [
    {
      source: {
        select: [
          { kind: 'prefix', prefix: 'x/y/' },
          { kind: 'prefix', prefix: 'x/z/' },
        ],
      },
    },
    /several prefixes/,
  ],
  [
    {
      more: {
        properties: {
          ...COPY_DEFAULTS,
          encryption: { policy: 'set', value: { kind: 'SSE-KMS', bucketKey: false } },
        },
      },
    },
    /bucket key/,
  ],
  [{ near: keys('AKIA'), far: keys('AKIB') }, /different keys|in no profile/],
  [{ near: profile('lake'), far: keys('AKIB') }, /in no profile/],
  [{ source: { select: [{ kind: 'object', key: 'x/y/' }] } }, /ends in a slash/],
])('what a line cannot say is left to a job file (%#)', (given, reason) => {
  const line = commandLine(spec(given))
  expect(line.ok ? line.text : line.reason).toMatch(reason)
})
