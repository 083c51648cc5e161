import { describe, expect, test } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobFile } from '#model/spec.ts'
import { checkSpec } from '../../main/jobs/checks/spec-check.ts'
import { CONNECTION } from './world.ts'

const all = [{ kind: 'prefix', prefix: '' }]
const bucket = (more = {}) => ({ connection: CONNECTION, bucket: 'from', select: all, base: '', ...more })
const folder = (more = {}) => ({
  connection: LOCAL_CONNECTION,
  bucket: '/photos',
  select: all,
  base: '',
  ...more,
})
const toBucket = (more = {}) => ({ connection: CONNECTION, bucket: 'to', prefix: '', ...more })
const toFolder = (more = {}) => ({ connection: LOCAL_CONNECTION, bucket: '/disk', prefix: 'new/', ...more })

function check(kind: string, sources: object[], destinations?: object[], more = {}): void {
  const pours = { conflict: 'skip', verify: 'auto' }
  const file = {
    ...{ v: 1, kind, sources, ...(destinations && { destinations }) },
    ...(kind === 'copy' || kind === 'move' ? pours : {}),
    ...more,
  }
  checkSpec(jobSpec.parse(file as unknown as JobFile))
}

describe('folders of this computer in a spec', () => {
  test.each([
    ['copy', [folder()], [toBucket()]],
    ['copy', [bucket()], [toFolder()]],
    ['copy', [bucket()], [toFolder(), toBucket()]],
    ['copy', [bucket({ versions: { take: 'as-of', at: 5 } })], [toFolder()]],
    ['copy', [bucket({ select: [{ kind: 'object', key: 'a', versionId: 'v' }] })], [toFolder()]],
    ['move', [folder()], [toBucket()]],
    ['move', [bucket(), folder()], [toBucket()]],
  ])('%s %# is fine', (kind, sources, destinations) => {
    expect(() => check(kind, sources, destinations)).not.toThrow()
  })

  const set = { headers: { policy: 'set', value: { contentType: 'a/b' } } }
  const rule = (when: object, properties = {}) => ({ rules: [{ when, properties }] })
  test.each<[string, string, object[], object[] | undefined, object]>([
    [
      'sources.0.connection: must be an S3 store in a job of the kind edit',
      'edit',
      [folder()],
      undefined,
      { verify: 'auto' },
    ],
    [
      'sources.1.connection: must be an S3 store in a job of the kind delete',
      'delete',
      [bucket(), folder()],
      undefined,
      {},
    ],
    [
      'destinations.0.connection: must be an S3 store where a source is a folder',
      'copy',
      [folder()],
      [toFolder()],
      {},
    ],
    [
      'sources.0.versions.take: must be current',
      'copy',
      [folder({ versions: { take: 'all' } })],
      [toBucket()],
      {},
    ],
    [
      'sources.0.versions.take: must be current or as-of where files',
      'copy',
      [bucket({ versions: { take: 'all' } })],
      [toFolder()],
      {},
    ],
    [
      'select.0.versionId: must be left out',
      'copy',
      [folder({ select: [{ kind: 'object', key: 'a', versionId: 'v' }] })],
      [toBucket()],
      {},
    ],
    ['sources.0.customerKeys: must be empty', 'copy', [folder({ customerKeys: ['k'] })], [toBucket()], {}],
    ['sources.0.owner: must be left out', 'copy', [folder({ owner: '123456789012' })], [toBucket()], {}],
    [
      'destinations.0.requesterPays: must be false',
      'copy',
      [bucket()],
      [toFolder({ requesterPays: true })],
      {},
    ],
    ['not "../x"', 'copy', [folder({ select: [{ kind: 'object', key: '../x' }] })], [toBucket()], {}],
    [
      'destinations.0.prefix: must be a path below',
      'copy',
      [bucket()],
      [toFolder({ prefix: 'a/../../b/' })],
      {},
    ],
    ['filter.tags: must be empty', 'copy', [folder()], [toBucket()], { filter: { tags: [{ name: 'a' }] } }],
    [
      'rules.0.when.storageClasses: must be empty',
      'copy',
      [folder()],
      [toBucket()],
      rule({ storageClasses: ['GLACIER'] }),
    ],
    ['properties.headers: must be copy or drop', 'copy', [bucket()], [toFolder()], { properties: set }],
    ['rules.0.properties.headers: must be copy or drop', 'copy', [bucket()], [toFolder()], rule({}, set)],
  ])('%s', (sentence, kind, sources, destinations, more) => {
    expect(() => check(kind, sources, destinations, more)).toThrow(sentence)
  })

  test('is the absolute path of a folder', () => {
    expect(() => check('copy', [folder({ bucket: 'photos' })], [toBucket()])).toThrow(
      'absolute path of a folder',
    )
  })
})
