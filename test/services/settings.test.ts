import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { openSettings, patched } from '../../main/services/settings.ts'
import { hostDouble } from '../helpers/host-double.ts'

describe('the settings', () => {
  it('begin with the defaults', async () => {
    const store = await openSettings(hostDouble().port)
    expect(store.current()).toEqual(DEFAULT_SETTINGS)
    expect(store.notice).toBeUndefined()
  })

  it('are written through, one change after another', async () => {
    const host = hostDouble()
    const store = await openSettings(host.port)
    const seen: number[] = []
    store.onChange(({ jobsAtOnce }) => seen.push(jobsAtOnce))
    const more = (): Promise<unknown> =>
      store.update((settings) => ({ ...settings, jobsAtOnce: settings.jobsAtOnce + 1 }))
    await Promise.all([more(), more(), more()])
    expect(store.current().jobsAtOnce).toBe(6)
    expect(host.file).toEqual(store.current())
    expect(seen).toEqual([4, 5, 6])
  })

  it('do not take on what could not be written', async () => {
    const host = hostDouble()
    const store = await openSettings({
      ...host.port,
      writeSettings: () => Promise.reject(new Error('disk full')),
    })
    await expect(store.update((settings) => ({ ...settings, theme: 'dark' }))).rejects.toThrow('disk full')
    expect(store.current().theme).toBe('system')
  })

  it.each([
    ['{ "v": 1', 'it is not JSON'],
    [{ v: 1, jobsAtOnce: 99 }, 'jobsAtOnce'],
    [{ v: 2 }, 'v: '],
    [[], 'the file'],
  ])('set a file aside that cannot be read: %j', async (content, why) => {
    const host = hostDouble()
    host.file = content
    const store = await openSettings(host.port)
    expect(store.current()).toEqual(DEFAULT_SETTINGS)
    expect(host.setAside).toEqual([content])
    expect(store.notice).toContain(why)
    expect(store.notice).toContain('settings.broken-1.json')
  })

  it('take nothing from a field that is undefined', () => {
    expect(patched(DEFAULT_SETTINGS, { theme: undefined, welcomed: true })).toEqual({
      ...DEFAULT_SETTINGS,
      welcomed: true,
    })
  })
})
