import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isNewer, type SignedReleases } from '#model/releases.ts'
import { openSettings } from '../../main/services/settings.ts'
import { createUpdates, readSigned } from '../../main/services/updates.ts'
import { hostDouble } from '../helpers/host-double.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

const RELEASE = {
  v: 1,
  version: '0.2.0',
  released: '2026-12-01',
  page: 'https://releases.test/0.2.0',
  summary: 'Undo of copies.',
}
const ours = generateKeyPairSync('ed25519')
const key = ours.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

function signed(content: unknown, by = ours.privateKey): SignedReleases {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return { feed: bytes.toString('base64'), signature: sign(null, bytes, by).toString('base64'), key }
}

describe('a newer version', () => {
  it.each([
    ['0.2.0', '0.1.0', true],
    ['0.10.0', '0.9.9', true],
    ['1.0.0', '0.99.99', true],
    ['0.1.1', '0.1.0', true],
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.1.0-beta.1', false],
    ['0.0.9', '0.1.0', false],
    ['0.9.9', '0.10.0', false],
  ])('%s is newer than %s: %s', (offered, own, newer) => {
    expect(isNewer(offered, own)).toBe(newer)
  })
})

describe('the releases feed', () => {
  it('counts where it is signed with the key of the build', () => {
    expect(readSigned(signed(RELEASE))).toEqual(RELEASE)
  })

  const stranger = generateKeyPairSync('ed25519').privateKey
  it.each<[string, SignedReleases, RegExp]>([
    ['signed by somebody else', signed(RELEASE, stranger), /not signed with the key/],
    [
      'changed afterwards',
      { ...signed(RELEASE), feed: Buffer.from('{"v":1}').toString('base64') },
      /not signed/,
    ],
    ['with no signature', { ...signed(RELEASE), signature: '' }, /not signed/],
    ['with a key that is none', { ...signed(RELEASE), key: 'AAAA' }, /not signed/],
    ['that is no JSON', signed('<html>'), /not JSON/],
    [
      'of another shape',
      signed({ ...RELEASE, version: 'soon' }),
      /version: must be like 1\.2\.3, not "soon"/,
    ],
    ['with a page of another kind', signed({ ...RELEASE, page: 'file:///etc' }), /page: must be a URL/],
    ['of a later shape', signed({ ...RELEASE, v: 2 }), /v: must be 1/],
  ])('%s is left alone', (_what, feed, sentence) => {
    expect(() => readSigned(feed)).toThrow(sentence)
  })
})

describe('looking for updates', () => {
  const DAY = 24 * 60 * 60_000

  async function stage(feed: () => SignedReleases | undefined) {
    const seams = virtualSeams(1)
    const host = hostDouble()
    let asked = 0
    const port = {
      ...host.port,
      readReleases: async () => {
        asked += 1
        return feed()
      },
    }
    const settings = await openSettings(port)
    const updates = createUpdates({ version: '0.1.0', host: port, settings, seams })
    return { seams, settings, updates, asked: () => asked }
  }

  it('asks nobody until it is switched on, then once a day, and stops when it is switched off', async () => {
    const { seams, settings, updates, asked } = await stage(() => signed(RELEASE))
    await seams.advance(10 * DAY)
    expect(asked()).toBe(0)
    await settings.update((current) => ({ ...current, updates: 'check' }))
    expect(asked()).toBe(1)
    await seams.advance(2 * DAY)
    expect(asked()).toBe(3)
    expect(updates.state()).toMatchObject({ is: 'newer', release: RELEASE })
    await settings.update((current) => ({ ...current, updates: 'off' }))
    await seams.advance(5 * DAY)
    expect(asked()).toBe(3)
    updates.close()
  })

  it('keeps what it knew when the feed is away or forged', async () => {
    let feed = signed(RELEASE)
    const { updates } = await stage(() => feed)
    await updates.check()
    feed = signed({ ...RELEASE, version: '9.0.0' }, generateKeyPairSync('ed25519').privateKey)
    await expect(updates.check()).rejects.toThrow(/not signed/)
    expect(updates.state()).toMatchObject({ is: 'newer', release: { version: '0.2.0' } })
  })

  it('offers no older version', async () => {
    const { updates } = await stage(() => signed({ ...RELEASE, version: '0.0.9' }))
    expect(await updates.check()).toMatchObject({ is: 'newest' })
    expect(() => updates.openPage()).toThrow(/no newer release/)
  })

  it('says so where the build has no feed', async () => {
    const { updates } = await stage(() => undefined)
    await expect(updates.check()).rejects.toThrow(/no releases feed/)
  })
})
