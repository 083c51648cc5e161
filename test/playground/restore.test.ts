import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3'
import type { RestoreRequest } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { RawAnswer } from '../helpers/raw-s3.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let playground: TestPlayground
let raw: RawS3

beforeAll(async () => {
  playground = await inProcessPlayground()
  raw = new RawS3(playground)
  await raw.send({ method: 'PUT', path: '/vault' })
})

afterAll(async () => {
  raw.close()
  await playground.stop()
})

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${/<Code>(.*?)</.exec(text)?.[1] ?? ''}`.trim()
}

function request(inside: string, key: string): Promise<RawAnswer> {
  const body = `<RestoreRequest>${inside}</RestoreRequest>`
  return raw.send({ method: 'POST', path: `/vault/${key}?restore=`, body })
}

function glacier(days: number | undefined, tier?: string): string {
  const tierElement =
    tier === undefined ? '' : `<GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters>`
  return (days === undefined ? '' : `<Days>${days}</Days>`) + tierElement
}

async function status(key: string): Promise<string> {
  const { headers } = await raw.send({ method: 'HEAD', path: `/vault/${key}` })
  return String(headers['x-amz-restore'])
}

/** An object in a class, INTELLIGENT_TIERING/TIER for one of its archive tiers. */
async function put(key: string, storageClass: string): Promise<void> {
  const [name = '', tier] = storageClass.split('/')
  const headers = { 'x-amz-storage-class': name }
  await raw.send({ method: 'PUT', path: `/vault/${key}`, body: 'frozen', headers })
  if (tier === 'ARCHIVE_ACCESS' || tier === 'DEEP_ARCHIVE_ACCESS') {
    await playground.admin.archive('vault', key, tier)
  }
}

describe('an archived object', () => {
  test.each([
    ['GLACIER', 1, 'Expedited', MINUTE],
    ['GLACIER', 1, 'Standard', 3 * HOUR],
    ['GLACIER', 1, undefined, 3 * HOUR],
    ['GLACIER', 1, 'Bulk', 5 * HOUR],
    ['DEEP_ARCHIVE', 1, 'Standard', 12 * HOUR],
    ['DEEP_ARCHIVE', 1, 'Bulk', 48 * HOUR],
    ['INTELLIGENT_TIERING/ARCHIVE_ACCESS', undefined, 'Expedited', MINUTE],
    ['INTELLIGENT_TIERING/ARCHIVE_ACCESS', undefined, 'Standard', 3 * HOUR],
    ['INTELLIGENT_TIERING/DEEP_ARCHIVE_ACCESS', undefined, 'Standard', 12 * HOUR],
  ])('of %s, %s days, by %s is back in %d seconds', async (storageClass, days, tier, seconds) => {
    const key = 'timed'
    await put(key, storageClass)
    expect((await request(glacier(days, tier), key)).status).toBe(202)
    expect(await status(key)).toBe('ongoing-request="true"')
    await playground.admin.advance(seconds - 5)
    expect(codeOf(await raw.send({ method: 'GET', path: '/vault/timed' }))).toBe('403 InvalidObjectState')
    await playground.admin.advance(6)
    expect((await raw.send({ method: 'GET', path: '/vault/timed' })).text).toBe('frozen')
  })

  test.each([
    ['GLACIER', '', '400 MalformedXML'],
    ['GLACIER', '<Days>0</Days>', '400 InvalidArgument'],
    ['GLACIER', '<Days>x</Days>', '400 MalformedXML'],
    ['GLACIER', glacier(1, 'Soon'), '400 MalformedXML'],
    ['GLACIER', '<Days>1</Days><Tier>Bulk</Tier>', '202'],
    ['DEEP_ARCHIVE', glacier(1, 'Expedited'), '400 InvalidArgument'],
    ['STANDARD', glacier(1), '403 InvalidObjectState'],
    ['GLACIER_IR', glacier(1), '403 InvalidObjectState'],
    ['INTELLIGENT_TIERING', '', '403 InvalidObjectState'],
    ['INTELLIGENT_TIERING/ARCHIVE_ACCESS', glacier(1), '400 InvalidArgument'],
    ['INTELLIGENT_TIERING/ARCHIVE_ACCESS', '', '202'],
    ['INTELLIGENT_TIERING/DEEP_ARCHIVE_ACCESS', glacier(undefined, 'Expedited'), '400 InvalidArgument'],
  ])('of %s asked with %s answers %s', async (storageClass, inside, answer) => {
    await put('asked', storageClass)
    expect(codeOf(await request(inside, 'asked'))).toBe(answer)
  })

  test('that is not there is not restored', async () => {
    expect(codeOf(await request(glacier(1), 'nothing'))).toBe('404 NoSuchKey')
  })

  test('can be restored faster while it is on its way, and no slower', async () => {
    await put('hurried', 'GLACIER')
    const answers: string[] = []
    for (const tier of ['Bulk', 'Bulk', 'Standard', 'Bulk', 'Standard', 'Expedited', 'Expedited']) {
      answers.push(codeOf(await request(glacier(1, tier), 'hurried')))
    }
    const busy = '409 RestoreAlreadyInProgress'
    expect(answers).toEqual(['202', busy, '202', busy, busy, '202', busy])
    await playground.admin.advance(MINUTE + 1)
    expect((await raw.send({ method: 'GET', path: '/vault/hurried' })).status).toBe(200)
  })

  test('is readable until the midnight after its days, which can be extended', async () => {
    await put('lent', 'GLACIER')
    await request(glacier(2, 'Expedited'), 'lent')
    await playground.admin.advance(MINUTE + 1)
    const expiry = Date.parse(/expiry-date="(.*)"/.exec(await status('lent'))?.[1] ?? '') / 1000
    const { now } = await playground.admin.clock()
    expect(expiry % DAY).toBe(0)
    expect(expiry - now).toBeGreaterThanOrEqual(2 * DAY - 1)
    expect(expiry - now).toBeLessThan(3 * DAY + 1)
    expect((await request(glacier(5, 'Bulk'), 'lent')).status).toBe(200)
    expect((await raw.send({ method: 'GET', path: '/vault/lent' })).status).toBe(200)
    await playground.admin.advance(3 * DAY)
    expect((await raw.send({ method: 'GET', path: '/vault/lent' })).status).toBe(200)
    await playground.admin.advance(3 * DAY)
    expect(codeOf(await raw.send({ method: 'GET', path: '/vault/lent' }))).toBe('403 InvalidObjectState')
    expect(await status('lent')).toBe('undefined')
    expect((await request(glacier(1), 'lent')).status).toBe(202)
  })

  test('of INTELLIGENT_TIERING comes back for good', async () => {
    const key = 'tiered'
    await put(key, 'INTELLIGENT_TIERING/ARCHIVE_ACCESS')
    const path = `/vault/${key}`
    const away = await raw.send({ method: 'GET', path })
    expect(away.text).toContain('<AccessTier>ARCHIVE_ACCESS</AccessTier>')
    const head = await raw.send({ method: 'HEAD', path })
    expect(head.headers['x-amz-archive-status']).toBe('ARCHIVE_ACCESS')
    await request('', key)
    await playground.admin.advance(3 * HOUR)
    const back = await raw.send({ method: 'GET', path })
    expect([back.status, back.headers['x-amz-archive-status'], back.headers['x-amz-restore']]).toEqual([
      200,
      undefined,
      undefined,
    ])
    expect(codeOf(await request('', key))).toBe('403 InvalidObjectState')
    await playground.admin.advance(400 * DAY)
    expect((await raw.send({ method: 'GET', path })).status).toBe(200)
  })

  test.each(['GLACIER', 'DEEP_ARCHIVE', 'INTELLIGENT_TIERING/ARCHIVE_ACCESS'])(
    'of %s is copied, whole or in parts, only once it is restored',
    async (storageClass) => {
      await put('original', storageClass)
      const started = await raw.send({ method: 'POST', path: '/vault/parts?uploads=' })
      const uploadId = /<UploadId>(.*?)</.exec(started.text)?.[1] ?? ''
      const copies = async (): Promise<string[]> => {
        const headers = { 'x-amz-copy-source': '/vault/original' }
        const whole = await raw.send({ method: 'PUT', path: '/vault/copy', headers })
        const path = `/vault/parts?partNumber=1&uploadId=${uploadId}`
        return [codeOf(whole), codeOf(await raw.send({ method: 'PUT', path, headers }))]
      }
      expect(await copies()).toEqual(['403 InvalidObjectState', '403 InvalidObjectState'])
      await request(storageClass.startsWith('I') ? '' : glacier(1), 'original')
      await playground.admin.advance(12 * HOUR + 1)
      expect(await copies()).toEqual(['200', '200'])
      const copy = await raw.send({ method: 'GET', path: '/vault/copy' })
      expect([copy.status, copy.headers['x-amz-storage-class']]).toEqual([200, undefined])
    },
  )
})

describe('a listing with RestoreStatus', () => {
  const headers = { 'x-amz-optional-object-attributes': 'RestoreStatus' }

  test.each(['list-type=2', 'versions='])(
    'by %s tells what is on its way and what is back',
    async (query) => {
      const path = `/vault?${query}&prefix=listed`
      const statuses = async (asked: Record<string, string> = headers): Promise<readonly string[]> => {
        const { text } = await raw.send({ method: 'GET', path, headers: asked })
        return [...text.matchAll(/<RestoreStatus>(.*?)<\/RestoreStatus>/g)].map(([, inside]) => inside ?? '')
      }
      await put('listed', 'GLACIER')
      expect(await statuses()).toEqual([])
      await request(glacier(1, 'Expedited'), 'listed')
      expect(await statuses({})).toEqual([])
      expect(await statuses()).toEqual(['<IsRestoreInProgress>true</IsRestoreInProgress>'])
      await playground.admin.advance(MINUTE + 1)
      expect((await statuses())[0]).toMatch(
        /^<IsRestoreInProgress>false<\/IsRestoreInProgress><RestoreExpiryDate>[-\d]+T00:00:00.000Z<\/RestoreExpiryDate>$/,
      )
      await playground.admin.advance(3 * DAY)
      expect(await statuses()).toEqual([])
    },
  )

  test('refuses another attribute', async () => {
    const other = { 'x-amz-optional-object-attributes': 'Colour' }
    const answer = await raw.send({ method: 'GET', path: '/vault?list-type=2', headers: other })
    expect(codeOf(answer)).toBe('400 InvalidArgument')
  })
})

test('seeds can be in an archive tier', async () => {
  const seed = { bucket: 'seeded', prefix: 'a/', count: 2, storageClass: 'INTELLIGENT_TIERING' }
  await playground.admin.seed({ ...seed, archive: 'DEEP_ARCHIVE_ACCESS' })
  const head = await raw.send({ method: 'HEAD', path: '/seeded/a/obj-00000001' })
  expect(head.headers['x-amz-archive-status']).toBe('DEEP_ARCHIVE_ACCESS')
  await expect(
    playground.admin.seed({ bucket: 'seeded', count: 1, archive: 'ARCHIVE_ACCESS' }),
  ).rejects.toThrow('seed.archive')
})

describe('through the AWS SDK', () => {
  test('a version is restored, listed and read', async () => {
    const s3 = sdkClient(playground)
    const Bucket = 'sdk-vault'
    const Key = 'k'
    await s3.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    const put = { Bucket, Key, Body: 'old', StorageClass: 'DEEP_ARCHIVE' } as const
    const { VersionId } = await s3.send(new PutObjectCommand(put))
    await s3.send(new PutObjectCommand({ ...put, Body: 'new' }))
    const RestoreRequest: RestoreRequest = { Days: 3, GlacierJobParameters: { Tier: 'Standard' } }
    const begun = await s3.send(new RestoreObjectCommand({ Bucket, Key, VersionId, RestoreRequest }))
    expect(begun.$metadata.httpStatusCode).toBe(202)
    await playground.admin.advance(12 * HOUR)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))
    expect(await Body?.transformToString()).toBe('old')
    await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'InvalidObjectState',
      StorageClass: 'DEEP_ARCHIVE',
    })
    const OptionalObjectAttributes = ['RestoreStatus' as const]
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, OptionalObjectAttributes }))
    expect(Contents?.[0]?.RestoreStatus).toBeUndefined()
    s3.destroy()
  })
})

describe('the clock', () => {
  test('moves what is answered and written, and lets the SDK go on, whose clock follows the answers', async () => {
    const s3 = sdkClient(playground)
    const { now, ahead } = await playground.admin.advance(40 * DAY)
    for (let round = 0; round < 3; round += 1) {
      await s3.send(new PutObjectCommand({ Bucket: 'vault', Key: 'dated', Body: 'x' }))
    }
    const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket: 'vault', Key: 'dated' }))
    expect(Number(LastModified) / 1000).toBeGreaterThanOrEqual(now)
    const { headers } = await raw.send({ method: 'HEAD', path: '/vault/dated' })
    expect(Date.parse(headers.date ?? '') / 1000).toBeGreaterThanOrEqual(now)
    expect(now - ahead).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    s3.destroy()
  })

  test('is not what a signature is held against', async () => {
    const list = { method: 'GET', path: '/vault?list-type=2' }
    expect((await raw.send(list)).status).toBe(200)
    expect(codeOf(await raw.send({ ...list, skew: -16 * MINUTE }))).toBe('403 RequestTimeTooSkewed')
  })

  test('does not go back', async () => {
    await expect(playground.admin.advance(-1)).rejects.toThrow('clock.advance')
  })

  test('is kept in the directory, and so are restores', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'playground-clock-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const first = await inProcessPlayground({ dir })
    await first.admin.seed({ bucket: 'kept', key: 'k', text: 'x', storageClass: 'GLACIER' })
    const body = '<RestoreRequest><Days>1</Days></RestoreRequest>'
    const signer = new RawS3(first)
    await signer.send({ method: 'POST', path: '/kept/k?restore=', body })
    const { ahead } = await first.admin.advance(2 * HOUR)
    signer.close()
    await first.stop()
    const second = await inProcessPlayground({ dir })
    const again = new RawS3(second)
    expect((await second.admin.clock()).ahead).toBe(ahead)
    expect((await again.send({ method: 'GET', path: '/kept/k' })).status).toBe(403)
    await second.admin.advance(HOUR)
    expect((await again.send({ method: 'GET', path: '/kept/k' })).status).toBe(200)
    again.close()
    await second.stop()
  })
})
