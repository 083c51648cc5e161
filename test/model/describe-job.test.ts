import { describe, expect, test } from 'vitest'
import { describeJob } from '#model/describe-job.ts'
import { folderName, LOCAL_CONNECTION, pathBelow } from '#model/local.ts'
import { jobSpec, type JobFile, type Selection } from '#model/spec.ts'
import { CONNECTION, pour } from '../jobs/world.ts'

const prefix = (text: string): Selection => ({ kind: 'prefix', prefix: text })
const object = (key: string): Selection => ({ kind: 'object', key })
const bucket = (select: Selection[], base = '') => ({ connection: CONNECTION, bucket: 'from', select, base })
const folder = (select: Selection[], base = '') => ({
  ...{ connection: LOCAL_CONNECTION, bucket: '/home/mia/photos', select, base },
})
const toBucket = { connection: CONNECTION, bucket: 'to', prefix: 'z/' }
const toFolder = { connection: LOCAL_CONNECTION, bucket: '/home/mia', prefix: 'new/' }

describe('a job in a sentence', () => {
  test.each([
    ['Copy a/ to to', 'copy', [bucket([prefix('a/')])], [toBucket], {}],
    ['Upload photos/ to to', 'copy', [folder([prefix('')])], [toBucket], {}],
    ['Upload 2026/ to to', 'copy', [folder([prefix('2026/')])], [toBucket], {}],
    ['Upload a.jpg to to', 'copy', [folder([object('a.jpg')])], [toBucket], {}],
    ['Upload 2 files of photos/ to to', 'copy', [folder([object('a'), object('b')])], [toBucket], {}],
    [
      'Upload 2 items of 2026/ to to',
      'copy',
      [folder([prefix('2026/a/'), object('2026/b')], '2026/')],
      [toBucket],
      {},
    ],
    ['Upload 2 places to to', 'copy', [folder([prefix('')]), folder([object('b')])], [toBucket], {}],
    ['Download a/ to /home/mia/new/', 'copy', [bucket([prefix('a/')])], [toFolder], {}],
    ['Download b.txt to /home/mia/new/', 'copy', [bucket([object('b.txt')])], [toFolder], {}],
    ['Copy a/ to 2 places', 'copy', [bucket([prefix('a/')])], [toFolder, toBucket], {}],
    ['Move photos/ to to', 'move', [folder([prefix('')])], [toBucket], {}],
    ['Mirror photos/ to to', 'copy', [folder([prefix('')])], [toBucket], { deleteExtra: true }],
  ] as const)('%s', (sentence, kind, sources, destinations, more) => {
    expect(describeJob(pour(kind, { sources, destinations, ...more } as never))).toBe(sentence)
  })

  test.each([
    ['Delete a/ in from', 'a/', {}],
    ['Purge old versions of a/ in from', 'a/', { purge: { olderThanDays: 30 } }],
    ['Purge old versions of from', '', { purge: { olderThanDays: 30 } }],
    ['Delete objects of from', '', { filter: { minSize: 1 } }],
    ['Empty from', '', {}],
  ])('%s', (sentence, below, more) => {
    const file = { v: 1, kind: 'delete', sources: [bucket([prefix(below)])], ...more } as unknown as JobFile
    expect(describeJob(jobSpec.parse(file))).toBe(sentence)
  })
})

test.each([
  ['/home/mia', 'a/b.txt', '/home/mia/a/b.txt', 'mia'],
  ['/home/mia/', 'a/', '/home/mia/a/', 'mia'],
  ['/', 'a', '/a', '/'],
  ['C:\\Users\\mia', 'a/b.txt', 'C:\\Users\\mia\\a\\b.txt', 'mia'],
  ['C:\\', 'a', 'C:\\a', 'C:'],
  ['\\\\server\\share', 'a/b', '\\\\server\\share\\a\\b', 'share'],
  ['/home/mia', '', '/home/mia', 'mia'],
])('%s and %s are %s', (path, key, whole, name) => {
  expect(pathBelow(path, key)).toBe(whole)
  expect(folderName(path)).toBe(name)
})
