import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { toFailure } from '#model/failure.ts'
import type { VersionSummary } from '#model/object.ts'
import { checkStillStands, standingOf } from '../../main/engine/still-stands.ts'
import type { CopiedFrom, Standing } from '../../main/engine/still-stands.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { noKeys } from '../helpers/specs.ts'
import { CLIENTS, openStorage } from '../suites/storage/bench.ts'

const IT = { etag: 'was', size: 3 }
const PLAIN = { headers: {}, metadata: {} }
const OTHER = { etag: 'new', size: 3 }
const version = (versionId: string, more: Partial<VersionSummary> = {}): VersionSummary => ({
  ...{ key: 'a', versionId, lastModified: 5000, storageClass: 'STANDARD', isLatest: false },
  ...{ isDeleteMarker: false, ...IT, ...more },
})

test.each<[string, typeof IT | undefined, readonly VersionSummary[], Standing]>([
  ['the object itself', IT, [], 'itself'],
  ['the same bytes, whoever wrote them', IT, [version('v9')], 'itself'],
  ['another', OTHER, [], 'another'],
  ['another of its ETag', { etag: 'was', size: 4 }, [], 'another'],
  ['another, and under it the object', OTHER, [version('v2', OTHER), version('v1')], 'version'],
  ['another, and under it the copy alone', OTHER, [version('v2', OTHER), version('copy')], 'another'],
  ['nothing', undefined, [], 'gone'],
  [
    'a marker, and under it the object',
    undefined,
    [version('m', { isDeleteMarker: true }), version('v1')],
    'version',
  ],
  ['a marker that tells its ETag', undefined, [version('m', { isDeleteMarker: true })], 'gone'],
  ['a marker, and under it the copy alone', undefined, [version('copy')], 'gone'],
  ['a marker, and under it another', undefined, [version('v1', { size: 4 })], 'gone'],
])('at the source: %s', (_, now, versions, is) => {
  expect(standingOf({ ...IT, notBy: 'copy' }, now, versions)).toBe(is)
})

let playground: TestPlayground
beforeAll(async () => {
  playground = await inProcessPlayground()
})
afterAll(() => playground.stop())

describe.each(CLIENTS)('what a copy was made of, asked by %s', (client) => {
  let storage: Storage
  let from: CopiedFrom
  const body = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
  let bucket = ''
  const put = (text: string) => storage.putObject({ ...PLAIN, bucket, key: 'a', body: body(text), size: 3 })
  const said = async (more: Partial<CopiedFrom> = {}): Promise<string> => {
    const signal = new AbortController().signal
    try {
      await checkStillStands({ ...from, ...more }, 'z/a', { signal, findKey: noKeys })
      return 'stands'
    } catch (error) {
      const { code, message } = toFailure(error)
      return `${code}: ${message}`
    }
  }
  const prepare = async (versioning: 'off' | 'enabled'): Promise<void> => {
    bucket = `${client}-${versioning}`
    await playground.admin.seed({
      bucket,
      count: 0,
      ...(versioning === 'enabled' && { versioning: 'Enabled' }),
    })
    const { etag } = await put('one')
    from = { storage, object: { bucket, key: 'a', customerKeys: [] }, etag, size: 3 }
  }
  beforeEach(() => {
    storage = openStorage(client, playground)
  })

  it('stands, is another, or is gone', async () => {
    await prepare('off')
    expect(await said()).toBe('stands')
    expect(await said({ size: 4 })).toMatch(/^only-copy: z\/a is kept: .*\/a, .* was written anew since, so/)
    await put('two')
    expect(await said()).toMatch(/^only-copy: .* was written anew since/)
    await storage.deleteObject({ bucket, key: 'a' })
    expect(await said()).toMatch(/^only-copy: .* is not there any more, so it may be the only one left\.$/)
    expect(await said({ object: { bucket: 'nowhere', key: 'a', customerKeys: [] } })).toMatch(/^only-copy/)
  })

  it('stands among its versions', async () => {
    await prepare('enabled')
    await put('two')
    expect(await said()).toBe('stands')
    await storage.deleteObject({ bucket, key: 'a' })
    expect(await said()).toBe('stands')
    const { versions } = await storage.listVersions({ bucket, prefix: 'a' })
    const first = versions.find(({ etag }) => etag === from.etag)
    const object = { ...from.object, versionId: first?.versionId }
    expect(await said({ object })).toBe('stands')
    expect(await said({ notBy: first?.versionId })).toMatch(/^only-copy/)
    await storage.deleteObject({ bucket, key: 'a', versionId: first?.versionId })
    expect(await said()).toMatch(/^only-copy/)
    expect(await said({ object })).toMatch(/^only-copy/)
  })
})
