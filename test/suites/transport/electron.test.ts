import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { vi } from 'vitest'
import { superviseCore } from '#contract/supervisor.ts'
import type { Transport } from '#contract/transport.ts'
import { systemSeams } from '#model/seams.ts'
import { forkCore, playgroundIn } from '../../../main/serve/children.ts'
import { settingsFile } from '../../../main/serve/settings.ts'
import { hostDouble } from '../../helpers/host-double.ts'
import { ENTRIES, VERSION } from './stage.ts'
import { transportSuite } from './suite.ts'

const PAGE = 'decant://app/'

/** Electron's IPC between the real preload and the real bridge, as far as they use it: everything is cloned on the way. */
const electron = vi.hoisted(() => {
  type Listener = (...args: unknown[]) => unknown
  const handlers = new Map<string, Listener>()
  const toMain = new Map<string, Set<Listener>>()
  const toPage = new Map<string, Set<Listener>>()
  const add = (map: Map<string, Set<Listener>>, channel: string, listener: Listener): void => {
    map.set(channel, (map.get(channel) ?? new Set()).add(listener))
  }
  const frame = { url: 'decant://app/' }
  const contents = {
    mainFrame: frame,
    send(channel: string, ...args: unknown[]) {
      for (const listener of toPage.get(channel) ?? []) listener({}, ...structuredClone(args))
    },
  }
  const event = { sender: contents, senderFrame: frame }
  return {
    contents,
    exposed: {} as Record<string, unknown>,
    ipcMain: {
      handle: (channel: string, listener: Listener) => void handlers.set(channel, listener),
      removeHandler: (channel: string) => void handlers.delete(channel),
      on: (channel: string, listener: Listener) => add(toMain, channel, listener),
      off: (channel: string, listener: Listener) => void toMain.get(channel)?.delete(listener),
    },
    ipcRenderer: {
      setMaxListeners: () => {},
      invoke: async (channel: string, ...args: unknown[]) =>
        structuredClone(await handlers.get(channel)?.(event, ...structuredClone(args))),
      send(channel: string, ...args: unknown[]) {
        for (const listener of toMain.get(channel) ?? []) listener(event, ...structuredClone(args))
      },
      on: (channel: string, listener: Listener) => add(toPage, channel, listener),
      off: (channel: string, listener: Listener) => void toPage.get(channel)?.delete(listener),
    },
    contextBridge: {
      exposeInMainWorld(name: string, api: unknown) {
        electron.exposed[name] = api
      },
    },
    webUtils: { getPathForFile: () => '' },
    app: {},
  }
})
vi.mock('electron', () => electron)

transportSuite("Electron's IPC", async (dataDir) => {
  const { bridge } = await import('../../../main/desktop/bridge.ts')
  await import('../../../preload/index.ts')
  const playground = playgroundIn(dataDir, ENTRIES.playground)
  const core = superviseCore({
    spawn: forkCore(ENTRIES.core),
    host: { ...hostDouble(playground.open).port, ...settingsFile(dataDir) },
    core: { dataDir, host: 'desktop', version: VERSION },
    seams: systemSeams,
  })
  const started = await core.started
  if (!started.ok) throw new Error(started.failure.message)
  const window = Object.assign(new EventEmitter(), {
    webContents: electron.contents,
    isDestroyed: () => false,
  })
  const listener = { describeMenu: () => {}, openMenu: () => {} }
  bridge(window as never, core.connect(), PAGE, { add: () => {} }, listener)
  return {
    transport: electron.exposed['decant'] as Transport,
    readDelivered: ({ path = '' }) => readFile(path, 'utf8'),
    async close() {
      window.emit('closed')
      await core.stop()
      await playground.stop()
    },
  }
})
