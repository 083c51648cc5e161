import path from 'node:path'
import { expect } from 'vitest'
import { VERSION } from './stage.ts'
import type { Cases } from './stage.ts'

export const APP_CASES: Cases<'app' | 'logs' | 'settings' | 'updates'> = {
  'app.info': async ({ client }) => {
    const info = await client.call('app.info', {})
    expect(info.version).toBe(VERSION)
    expect(['desktop', 'serve', 'cli']).toContain(info.host.kind)
  },
  'logs.show': async ({ client }) => {
    const shown = await client.call('logs.show', {})
    expect(path.basename(shown.path)).toBe('logs')
    // Of these hosts none has a file manager.
    expect(shown.opened).toBe(false)
  },
  'settings.get': async ({ client }) => {
    expect((await client.call('settings.get', {})).v).toBe(1)
  },
  'settings.update': async ({ client }) => {
    const changed = new Promise((resolve) =>
      client.on('settings.changed', ({ settings }) => resolve(settings.theme)),
    )
    expect((await client.call('settings.update', { theme: 'dark' })).theme).toBe('dark')
    expect(await changed).toBe('dark')
    expect((await client.call('settings.get', {})).theme).toBe('dark')
  },
  'updates.state': async ({ client }) => {
    expect(await client.call('updates.state', {})).toEqual({ is: 'unknown' })
  },
  'updates.check': async ({ client }) => {
    const asked = client.call('updates.check', {})
    await expect(asked).rejects.toMatchObject({ failure: { code: 'not-supported' } })
  },
  'updates.open': async ({ client }) => {
    const asked = client.call('updates.open', {})
    await expect(asked).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
}
