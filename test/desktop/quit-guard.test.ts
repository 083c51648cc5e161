import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Settings } from '#model/settings.ts'
import { guardQuit, onLeaving } from '../../main/desktop/quit-guard.ts'

const electron = vi.hoisted(() => ({
  answer: 0,
  always: false,
  asked: [] as { message: string; buttons: string[] }[],
}))
vi.mock('electron', () => ({
  dialog: {
    async showMessageBox(_window: unknown, options: { message: string; buttons: string[] }) {
      electron.asked.push(options)
      return { response: electron.answer, checkboxChecked: electron.always }
    },
  },
}))

function stage(running: number, onClose: Settings['onClose'] = 'ask') {
  const window = new EventEmitter()
  const [quit, goToBackground, remember] = [vi.fn(), vi.fn(), vi.fn()]
  const guard = guardQuit({
    window: window as never,
    running: () => running,
    onClose: () => onClose,
    remember,
    quit,
    goToBackground,
  })
  const close = (): boolean => {
    let prevented = false
    window.emit('close', { preventDefault: () => (prevented = true) })
    return prevented
  }
  return { quit, goToBackground, remember, guard, close }
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
beforeEach(() => {
  electron.asked.length = 0
  electron.always = false
})

describe('leaving', () => {
  it.each([
    ['close', 0, 'ask', 'linux', 'quit'],
    ['close', 0, 'background', 'win32', 'quit'],
    ['close', 0, 'quit', 'darwin', 'background'],
    ['close', 1, 'ask', 'linux', 'ask'],
    ['close', 1, 'background', 'linux', 'background'],
    ['close', 1, 'quit', 'darwin', 'quit'],
    ['quit', 0, 'ask', 'darwin', 'quit'],
    ['quit', 1, 'ask', 'linux', 'ask'],
    ['quit', 1, 'background', 'linux', 'quit'],
    ['quit', 1, 'quit', 'linux', 'quit'],
  ] as const)('by %s, with %i running, %s, on %s: %s', (what, running, onClose, platform, way) => {
    expect(onLeaving(what, running, onClose, platform)).toBe(way)
  })
})

describe('closing the window', () => {
  it.skipIf(process.platform === 'darwin')(
    'quits in order where nothing runs, and passes once that is done',
    () => {
      const { close, quit, guard } = stage(0)
      expect(close()).toBe(true)
      expect([quit.mock.calls.length, electron.asked.length]).toEqual([1, 0])
      guard.free()
      expect(close()).toBe(false)
    },
  )

  it.each([
    [0, 'keeps running in the background', 0, 1],
    [1, 'pauses and quits', 1, 0],
    [2, 'stays', 0, 0],
    [-1, 'stays', 0, 0],
  ])('while jobs run, the answer %i %s', async (answer, _what, quits, hidden) => {
    electron.answer = answer
    const { close, quit, goToBackground, remember } = stage(2)
    expect([close(), close()]).toEqual([true, true])
    await settle()
    expect(electron.asked).toMatchObject([
      {
        message: '2 jobs are running.',
        buttons: ['Keep running in the background', 'Pause and quit', 'Cancel'],
      },
    ])
    expect(quit).toHaveBeenCalledTimes(quits)
    expect(goToBackground).toHaveBeenCalledTimes(hidden)
    expect(remember).not.toHaveBeenCalled()
  })

  it.each([
    [0, [['background']]],
    [1, [['quit']]],
    [2, []],
  ])('remembers the answer %i where one wants that', async (answer, remembered) => {
    Object.assign(electron, { answer, always: true })
    const { close, remember } = stage(1)
    close()
    await settle()
    expect(remember.mock.calls).toEqual(remembered)
  })

  it('does not ask what it knows; who chooses to quit, quits', async () => {
    const { close, guard, quit, goToBackground } = stage(1, 'background')
    close()
    expect([goToBackground.mock.calls.length, quit.mock.calls.length]).toEqual([1, 0])
    guard.askToQuit()
    expect(quit).toHaveBeenCalledTimes(1)
    expect(electron.asked).toEqual([])
  })
})
