import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toFailure } from '#model/failure.ts'
import { createCustomerKeys } from '../../main/services/customer-keys.ts'
import { openSettings } from '../../main/services/settings.ts'
import { hostDouble } from '../helpers/host-double.ts'

const KEY = Buffer.alloc(32, 7)

async function stage() {
  const host = hostDouble()
  const settings = await openSettings(host.port)
  return { host, settings, keys: createCustomerKeys({ host: host.port, settings, now: () => 5 }) }
}

describe('the key ring', () => {
  it('gives a key with its MD5, and shows name and fingerprint only', async () => {
    const { host, keys } = await stage()
    const known = await keys.save({ name: 'archive 2026', key: KEY.toString('base64') })
    expect(known).toEqual({
      name: 'archive 2026',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      createdAt: 5,
    })
    expect(keys.list()).toEqual([known])
    const md5 = createHash('md5').update(KEY).digest('base64')
    expect(await keys.find('archive 2026')).toEqual({ key: KEY.toString('base64'), md5 })
    expect(JSON.stringify(host.file)).not.toContain(KEY.toString('base64'))
  })

  it('takes hexadecimal digits for the same key', async () => {
    const { keys } = await stage()
    await keys.save({ name: 'a', key: KEY.toString('hex') })
    expect((await keys.find('a')).key).toBe(KEY.toString('base64'))
  })

  it('makes a new key where none is given, another each time', async () => {
    const { keys } = await stage()
    const [one, two] = [await keys.save({ name: 'one' }), await keys.save({ name: 'two' })]
    expect(one.fingerprint).not.toBe(two.fingerprint)
    expect(Buffer.from((await keys.find('one')).key, 'base64')).toHaveLength(32)
  })

  it.each([
    ['too short', Buffer.alloc(16, 7).toString('base64')],
    ['too long', Buffer.alloc(33, 7).toString('base64')],
    ['not base64', '!'.repeat(44)],
    ['a passphrase', 'correct horse battery staple'],
  ])('refuses a key that is %s, and repeats nothing of it', async (_what, key) => {
    const { keys } = await stage()
    const failure = toFailure(await keys.save({ name: 'a', key }).catch((error: unknown) => error))
    expect(failure).toMatchObject({ code: 'bad-input', property: 'key' })
    expect(failure.message).not.toContain(key)
    expect(keys.list()).toEqual([])
  })

  it('refuses a name that is taken: the objects under the first key need it', async () => {
    const { keys } = await stage()
    await keys.save({ name: 'a', key: KEY.toString('base64') })
    await expect(keys.save({ name: 'a' })).rejects.toMatchObject({ failure: { property: 'name' } })
    expect((await keys.find('a')).key).toBe(KEY.toString('base64'))
  })

  it('takes the same key once more where the host has lost it, and no other', async () => {
    const { host, keys } = await stage()
    await keys.save({ name: 'a', key: KEY.toString('base64') })
    host.secrets.clear()
    await expect(keys.find('a')).rejects.toMatchObject({ failure: { code: 'customer-key' } })
    const other = { name: 'a', key: Buffer.alloc(32, 8).toString('base64') }
    await expect(keys.save(other)).rejects.toMatchObject({ failure: { property: 'name' } })
    await expect(keys.save({ name: 'a' })).rejects.toMatchObject({ failure: { property: 'name' } })
    await keys.save({ name: 'a', key: KEY.toString('base64') })
    expect((await keys.find('a')).key).toBe(KEY.toString('base64'))
    expect(keys.list()).toHaveLength(1)
  })

  it('knows nothing of a key that was removed', async () => {
    const { host, keys } = await stage()
    await keys.save({ name: 'a' })
    await keys.remove('a')
    expect(host.secrets.size).toBe(0)
    await expect(keys.find('a')).rejects.toMatchObject({ failure: { code: 'customer-key' } })
  })

  it('lends a key to this process alone', async () => {
    const { host, keys } = await stage()
    keys.lend('lent', KEY.toString('base64'))
    expect((await keys.find('lent')).key).toBe(KEY.toString('base64'))
    expect([host.secrets.size, keys.list().length]).toEqual([0, 0])
  })
})
