import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventMessage } from '#contract/events.ts'
import type { ClientPipe } from '#contract/supervisor.ts'
import { bridge } from '../../main/desktop/bridge.ts'
import { sameOrigin } from '../../main/desktop/lockdown.ts'

const ipc = vi.hoisted(() => ({
  invoke: undefined as ((event: unknown, ...args: unknown[]) => unknown) | undefined,
  dropped: undefined as ((event: unknown, ...args: unknown[]) => unknown) | undefined,
  cancel: undefined as ((event: unknown, ...args: unknown[]) => unknown) | undefined,
}))
vi.mock('electron', () => ({
  app: {},
  ipcMain: {
    handle: (channel: string, handler: (typeof ipc)['invoke']) =>
      void (ipc[channel === 'decant:dropped' ? 'dropped' : 'invoke'] = handler),
    on: (_channel: string, listener: (typeof ipc)['cancel']) => void (ipc.cancel = listener),
    removeHandler: () => void (ipc.invoke = undefined),
    off: () => void (ipc.cancel = undefined),
  },
}))

const OURS = 'decant://app/'
const frame = { url: 'decant://app/#jobs' }
const sent: EventMessage[] = []
const contents = { mainFrame: frame, send: (_channel: string, event: EventMessage) => sent.push(event) }
const pipe = { invoke: vi.fn(), cancel: vi.fn(), subscribe: vi.fn(() => () => {}), close: vi.fn() }

function open() {
  const window = Object.assign(new EventEmitter(), { webContents: contents, isDestroyed: () => false })
  return { window, bridge: bridge(window as never, pipe as ClientPipe, OURS, { add: granted }) }
}
const granted = vi.fn()
beforeEach(() => vi.clearAllMocks())

describe("the window's bridge", () => {
  it('carries what our own page asks', async () => {
    open()
    pipe.invoke.mockResolvedValue({ ok: true, value: 1 })
    const event = { sender: contents, senderFrame: frame }
    expect(await ipc.invoke?.(event, 'jobs.list', {}, '1')).toEqual({ ok: true, value: 1 })
    ipc.cancel?.(event, '1')
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
    ipc.cancel?.(event, '1')
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

  it('is gone with its window', () => {
    const { window } = open()
    window.emit('closed')
    expect([ipc.invoke, ipc.cancel]).toEqual([undefined, undefined])
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
