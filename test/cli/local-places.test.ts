import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import type { PourSpec } from '#model/spec.ts'
import { specOfCommand } from '../../main/cli/job-spec.ts'
import type { Machine } from '../../main/cli/machine.ts'
import { UsageError } from '../../main/cli/usage.ts'
import { machineWith } from './machines.ts'

type Options = Record<string, string | boolean | string[]>

const MIA = machineWith({
  '/home/mia/photos/2026/a.jpg': 'file',
  '/home/mia/photos/b.jpg': 'file',
  '/home/mia/c.txt': 'file',
  '/home/mia/d e+%2F.txt': 'file',
  '/home/mia/pipe': 'other',
  '/root': 'unreadable',
})
const WINDOWS = machineWith(
  { 'C:\\Users\\mia\\photos': 'folder', 'D:\\x\\b.jpg': 'file' },
  'C:\\Users\\mia',
  path.win32,
)

function made(places: string[], options: Options = {}, machine: Machine = MIA): PourSpec {
  const around = { env: {}, profileFacts: () => ({ region: 'r' }), machine }
  return specOfCommand('copy', { places, options, inOrder: [] }, around) as PourSpec
}

describe('a SOURCE on this computer', () => {
  const z = 's3://z/y/'
  it.each<[string, string, Options, string, object, string, Machine?]>([
    ['photos/', z, {}, '/home/mia/photos', { kind: 'prefix', prefix: '' }, ''],
    ['./photos/', z, {}, '/home/mia/photos', { kind: 'prefix', prefix: '' }, ''],
    ['/home/mia/photos/', z, {}, '/home/mia/photos', { kind: 'prefix', prefix: '' }, ''],
    ['.', z, {}, '/home/mia', { kind: 'prefix', prefix: '' }, ''],
    ['photos/..', z, {}, '/home/mia', { kind: 'prefix', prefix: '' }, ''],
    ['/', z, {}, '/', { kind: 'prefix', prefix: '' }, ''],
    ['photos', z, { recursive: true }, '/home/mia', { kind: 'prefix', prefix: 'photos/' }, ''],
    [
      'photos/2026',
      's3://z',
      { recursive: true },
      '/home/mia/photos',
      { kind: 'prefix', prefix: '2026/' },
      '',
    ],
    ['c.txt', z, {}, '/home/mia', { kind: 'object', key: 'c.txt' }, ''],
    ['c.txt', z, { recursive: true }, '/home/mia', { kind: 'object', key: 'c.txt' }, ''],
    ['photos/b.jpg', 's3://z/n.jpg', {}, '/home/mia/photos', { kind: 'object', key: 'b.jpg' }, 'b.jpg'],
    ['d e+%2F.txt', z, {}, '/home/mia', { kind: 'object', key: 'd e+%2F.txt' }, ''],
    ['file:///home/mia/d%20e+%252F.txt', z, {}, '/home/mia', { kind: 'object', key: 'd e+%2F.txt' }, ''],
    ['photos\\', z, {}, 'C:\\Users\\mia\\photos', { kind: 'prefix', prefix: '' }, '', WINDOWS],
    ['D:/x/b.jpg', z, {}, 'D:\\x', { kind: 'object', key: 'b.jpg' }, '', WINDOWS],
    ['photos', z, { recursive: true }, 'C:\\Users\\mia', { kind: 'prefix', prefix: 'photos/' }, '', WINDOWS],
  ])('%s to %s %j', (source, destination, options, bucket, select, base, machine) => {
    const { sources } = made([source, destination], options, machine)
    expect(sources).toMatchObject([{ connection: LOCAL_CONNECTION, bucket, select: [select], base }])
  })

  it('is one place for all files of one folder', () => {
    const { sources, destinations } = made(['c.txt', 'd e+%2F.txt', 'photos/b.jpg', 's3://a/b', 's3://z/'])
    expect(sources.map(({ bucket, select }) => [bucket, select.length])).toEqual([
      ['a', 1],
      ['/home/mia', 2],
      ['/home/mia/photos', 1],
    ])
    expect(destinations).toMatchObject([{ bucket: 'z', prefix: '' }])
  })

  it('leaves the options of the one store to DEST', () => {
    const options = { 'endpoint-url': 'http://127.0.0.1:9', owner: '123456789012', 'requester-pays': true }
    const { sources, destinations } = made(['c.txt', 's3://z/'], options)
    expect(destinations).toMatchObject([
      {
        connection: { config: { endpoint: 'http://127.0.0.1:9' } },
        owner: '123456789012',
        requesterPays: true,
      },
    ])
    expect(sources).toMatchObject([{ connection: LOCAL_CONNECTION, requesterPays: false }])
  })
})

describe('a DEST on this computer', () => {
  const all = 's3://a/b/'
  const one = 's3://a/b/c.txt'
  it.each<[string[], string, string, string, string, Machine?]>([
    [[all], 'photos/', '/home/mia/photos', '', 'b/'],
    [[all], 'photos', '/home/mia/photos', '', 'b/'],
    [[all], 'new/', '/home/mia', 'new/', 'b/'],
    [[all], 'new', '/home/mia', 'new/', 'b/'],
    [[all], '/mnt/x/y/', '/', 'mnt/x/y/', 'b/'],
    [[all], '.', '/home/mia', '', 'b/'],
    [[one], '.', '/home/mia', '', 'b/'],
    [[one], 'photos', '/home/mia/photos', '', 'b/'],
    [[one], 'new/', '/home/mia', 'new/', 'b/'],
    [[one], 'new.txt', '/home/mia', 'new.txt', 'b/c.txt'],
    [[one], 'c.txt', '/home/mia', 'c.txt', 'b/c.txt'],
    [[one, one], 'new', '/home/mia', 'new/', 'b/'],
    [[one], 'file:///home/mia/n/o.txt', '/home/mia', 'n/o.txt', 'b/c.txt'],
    [[all], 'new\\b', 'C:\\Users\\mia', 'new/b/', 'b/', WINDOWS],
    [[one], 'C:\\n.txt', 'C:\\', 'n.txt', 'b/c.txt', WINDOWS],
  ])('%j to %s', (sources, destination, bucket, prefix, base, machine) => {
    const spec = made([...sources, destination], {}, machine)
    expect(spec.destinations).toMatchObject([{ connection: LOCAL_CONNECTION, bucket, prefix }])
    expect(spec.sources[0]).toMatchObject({ bucket: 'a', base })
  })

  it('may stand beside an S3 store', () => {
    const { destinations } = made([all, 's3://z/y/'], { 'also-to': ['photos'] })
    expect(destinations).toMatchObject([{ bucket: 'z' }, { bucket: '/home/mia/photos' }])
  })
})

it.each<[string[], Options, string]>([
  [['nope', 's3://z/'], {}, 'SOURCE: there is no file or folder "nope"'],
  [['', 's3://z/'], {}, 'SOURCE: must be a path or like s3://bucket/prefix/, not ""'],
  [['-', 's3://z/'], {}, 'a stream ("-") could not be resumed'],
  [['photos', 's3://z/'], {}, '"photos" is a folder; say "photos/" for what is in it, or --recursive'],
  [['c.txt/', 's3://z/'], {}, 'SOURCE: "c.txt/" is a file, not a folder'],
  [['pipe', 's3://z/'], {}, 'is neither a file nor a folder'],
  [['/root', 's3://z/'], {}, 'SOURCE: "/root" may not be read by you'],
  [['photos/', 's3://z/n'], {}, 'DEST: must end in / as the files of a folder go there, not "n"'],
  [['c.txt', 'photos/'], {}, 'SOURCE and DEST are both on this computer'],
  [['s3://a/b/', 'c.txt'], {}, 'DEST: "c.txt" is a file, and a folder is needed'],
  [['s3://a/b', 'c.txt/'], {}, 'DEST: "c.txt/" is a file, and a folder is needed'],
  [['s3://a/b', 'c.txt/x'], {}, 'DEST: "c.txt/x" cannot be made, as "/home/mia/c.txt" is no folder'],
  [['s3://a/b', '/root/x'], {}, '"/root" is no folder that you may use'],
  [['s3://a/b', 'file://host/x'], {}, 'DEST: must be like file:///folder/file, not "file://host/x"'],
  [['c.txt', 's3://z/'], { versions: 'all' }, '--versions: SOURCE is on this computer'],
  [['s3://a/b', 'photos'], { 'dest-profile': 'x' }, '--dest-profile: DEST is on this computer'],
  [['s3://a/b', 's3://z/y/'], { 'also-to': ['new.txt'] }, '--also-to: must end in / where DEST does'],
])('%j %j is refused', (places, options, sentence) => {
  expect(() => made(places, options)).toThrow(UsageError)
  expect(() => made(places, options)).toThrow(sentence)
})
