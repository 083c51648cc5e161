import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type NetworkSettings } from '#model/settings.ts'
import { networkOf, openNetwork } from '../../main/services/network.ts'
import { openSettings } from '../../main/services/settings.ts'
import { hostDouble } from '../helpers/host-double.ts'

const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: 'a.test', AWS_CA_BUNDLE: '/env.pem' }
const own = { use: 'this', url: 'socks5h://p.test:1080', except: 'b.test, .c.test' } as const

describe('the way out', () => {
  it.each([
    [{ use: 'environment' }, { httpsProxy: 'http://env:1', noProxy: ['a.test'], from: 'environment' }],
    [{ use: 'none' }, { noProxy: [], from: 'settings' }],
    [own, { httpProxy: own.url, httpsProxy: own.url, noProxy: ['b.test', '.c.test'], from: 'settings' }],
    [{ ...own, user: 'm e' }, { httpsProxy: 'socks5h://m%20e:p%40%3A@p.test:1080' }],
    [{ ...own, user: '' }, { httpsProxy: own.url }],
  ] as const)('%j', (proxy, expected) => {
    const settings: NetworkSettings = { proxy, caFiles: ['/mine.pem'] }
    const network = networkOf(settings, 'p@:', env)
    expect(network.caFiles).toEqual(['/env.pem', '/mine.pem'])
    if (proxy.use === 'none') expect(network.httpsProxy).toBeUndefined()
    expect(network).toEqual({ ...network, ...expected })
  })

  it('changes with the settings and the password, and with nothing else; the password is a secret', async () => {
    const host = hostDouble()
    const settings = await openSettings(host.port)
    const { current, setPassword } = await openNetwork({ host: host.port, settings, env: {} })
    const first = current()
    await settings.update((before) => ({ ...before, theme: 'dark' }))
    expect(current()).toBe(first)
    await settings.update((before) => ({
      ...before,
      network: { proxy: { ...own, user: 'me' }, caFiles: [] },
    }))
    expect(current().httpsProxy).toBe('socks5h://me@p.test:1080')
    await setPassword('geheim')
    expect(current().httpsProxy).toBe('socks5h://me:geheim@p.test:1080')
    expect(JSON.stringify(host.file)).not.toContain('geheim')
    expect((await openNetwork({ host: host.port, settings, env: {} })).current()).toEqual(current())
    await setPassword(null)
    expect(current().httpsProxy).toBe('socks5h://me@p.test:1080')
    expect(host.secrets.size).toBe(0)
  })

  it('is the environment’s as long as nobody says another', () => {
    expect(networkOf(DEFAULT_SETTINGS.network, undefined, env)).toMatchObject({ httpsProxy: 'http://env:1' })
  })
})
