import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { guardQuit } from '../../main/desktop/quit-guard.ts'

const electron = vi.hoisted(() => ({
  answer: 0,
  asked: [] as { message: string; buttons: string[] }[],
}))
vi.mock('electron', () => ({
  app: { hide: () => {} },
  dialog: {
    async showMessageBox(_window: unknown, options: { message: string; buttons: string[] }) {
      electron.asked.push(options)
      return { response: electron.answer }
    },
  },
}))

function stage(running: number) {
  const window = Object.assign(new EventEmitter(), { minimize: vi.fn() })
  const quit = vi.fn()
  const free = guardQuit({ window: window as never, running: () => running, quit })
  const close = (): boolean => {
    let prevented = false
    window.emit('close', { preventDefault: () => (prevented = true) })
    return prevented
  }
  return { window, quit, free, close }
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
beforeEach(() => {
  electron.asked.length = 0
})

describe('closing the window', () => {
  it('quits in order where nothing runs, and passes once that is done', () => {
    const { close, quit, free } = stage(0)
    expect(close()).toBe(true)
    expect([quit.mock.calls.length, electron.asked.length]).toEqual([1, 0])
    free()
    expect(close()).toBe(false)
  })

  it.each([
    [0, 'keeps running in the background', 0, 1],
    [1, 'pauses and quits', 1, 0],
    [2, 'stays', 0, 0],
    [-1, 'stays', 0, 0],
  ])('while jobs run, the answer %i %s', async (answer, _what, quits, minimised) => {
    electron.answer = answer
    const { close, quit, window } = stage(2)
    expect([close(), close()]).toEqual([true, true])
    await settle()
    expect(electron.asked).toMatchObject([
      {
        message: '2 jobs are running.',
        buttons: ['Keep running in the background', 'Pause and quit', 'Cancel'],
      },
    ])
    expect(quit).toHaveBeenCalledTimes(quits)
    if (process.platform !== 'darwin') expect(window.minimize).toHaveBeenCalledTimes(minimised)
  })
})
