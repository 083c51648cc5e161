import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventMessage } from '#contract/events.ts'
import type { ClientPipe } from '#contract/supervisor.ts'
import { bridge } from '../../main/desktop/bridge.ts'
import { sameOrigin } from '../../main/desktop/lockdown.ts'

type Listener = (event: unknown, ...args: unknown[]) => unknown
const ipc = vi.hoisted(() => ({
  invoke: undefined as Listener | undefined,
  dropped: undefined as Listener | undefined,
  on: new Map<string, Listener>(),
}))
vi.mock('electron', () => ({
  app: {},
  ipcMain: {
    handle: (channel: string, handler: Listener) =>
      void (ipc[channel === 'decant:dropped' ? 'dropped' : 'invoke'] = handler),
    on: (channel: string, listener: Listener) => void ipc.on.set(channel, listener),
    removeHandler: () => void (ipc.invoke = undefined),
    off: (channel: string) => void ipc.on.delete(channel),
  },
}))

const OURS = 'decant://app/'
const frame = { url: 'decant://app/#jobs' }
const sent: EventMessage[] = []
const contents = { mainFrame: frame, send: (_channel: string, event: EventMessage) => sent.push(event) }
const pipe = { invoke: vi.fn(), cancel: vi.fn(), subscribe: vi.fn(() => () => {}), close: vi.fn() }

const heard = { describeMenu: vi.fn(), openMenu: vi.fn() }

function open() {
  const window = Object.assign(new EventEmitter(), { webContents: contents, isDestroyed: () => false })
  return { window, bridge: bridge(window as never, pipe as ClientPipe, OURS, { add: granted }, heard) }
}
const granted = vi.fn()
beforeEach(() => vi.clearAllMocks())

describe("the window's bridge", () => {
  it('carries what our own page asks', async () => {
    open()
    pipe.invoke.mockResolvedValue({ ok: true, value: 1 })
    const event = { sender: contents, senderFrame: frame }
    expect(await ipc.invoke?.(event, 'jobs.list', {}, '1')).toEqual({ ok: true, value: 1 })
    ipc.on.get('decant:cancel')?.(event, '1')
    expect(pipe.cancel).toHaveBeenCalledWith('1')
  })

  it.each([
    ['another window', { sender: {}, senderFrame: frame }],
    ['a frame in the page', { sender: { ...contents, mainFrame: {} }, senderFrame: frame }],
    ['another page', { sender: contents, senderFrame: { url: 'https://evil.example/' } }],
    ['a frame that is gone', { sender: contents, senderFrame: null }],
  ])('carries nothing for %s', async (_who, event) => {
    open()
    expect(await ipc.invoke?.(event, 'jobs.list', {}, '1')).toMatchObject({ ok: false })
    ipc.on.get('decant:cancel')?.(event, '1')
    expect([pipe.invoke, pipe.cancel].every((act) => act.mock.calls.length === 0)).toBe(true)
  })

  it.each([
    [7, {}, '1'],
    ['jobs.list', {}, undefined],
  ])('takes %j, %j, %j for no call', async (...args) => {
    open()
    expect(await ipc.invoke?.({ sender: contents, senderFrame: frame }, ...args)).toMatchObject({ ok: false })
    expect(pipe.invoke).not.toHaveBeenCalled()
  })

  it('grants what was dropped on our own page, and on no other', async () => {
    open()
    const ours = { sender: contents, senderFrame: frame }
    await ipc.dropped?.(ours, ['/home/mia/photos'])
    expect(granted).toHaveBeenCalledWith(['/home/mia/photos'], 'read')
    await ipc.dropped?.({ sender: contents, senderFrame: { url: 'https://evil.example/' } }, ['/etc'])
    await ipc.dropped?.(ours, '/etc')
    await ipc.dropped?.(ours, [{ path: '/etc' }])
    expect(granted).toHaveBeenCalledTimes(1)
  })

  it('takes a description of the menu from our page alone, and whole', () => {
    open()
    const ours = { sender: contents, senderFrame: frame }
    const said = { commands: [{ id: 'open', title: 'Open', enabled: true }], text: false }
    const describe = ipc.on.get('decant:describe-menu')
    describe?.(ours, said)
    describe?.({ sender: {}, senderFrame: frame }, said)
    describe?.(ours, { ...said, run: 'rm' })
    describe?.(ours, { commands: [{ ...said.commands[0], title: 'x'.repeat(200) }], text: false })
    expect(heard.describeMenu.mock.calls).toEqual([[said]])
    ipc.on.get('decant:open-menu')?.(ours, 8, 40)
    ipc.on.get('decant:open-menu')?.(ours, '8', 40)
    expect(heard.openMenu.mock.calls).toEqual([[8, 40]])
  })

  it('is gone with its window', () => {
    const { window } = open()
    window.emit('closed')
    expect([ipc.invoke, ipc.on.size]).toEqual([undefined, 0])
    expect(pipe.close).toHaveBeenCalled()
  })
})

describe('an origin', () => {
  it.each([
    ['decant://app/', 'decant://app/x', true],
    ['decant://app/', 'decant://other/', false],
    ['decant://app/', 'https://app/', false],
    ['http://localhost:1/', 'http://localhost:2/', false],
  ])('%s and %s: %s', (one, other, same) => {
    expect(sameOrigin(one, other)).toBe(same)
  })
})
