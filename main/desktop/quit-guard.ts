import { dialog, type BrowserWindow } from 'electron'
import type { Settings } from '#model/settings.ts'

type OnClose = Settings['onClose']

export interface QuitGuardOptions {
  readonly window: BrowserWindow
  readonly running: () => number
  readonly onClose: () => OnClose
  /** The answer is to hold from now on. */
  readonly remember: (answer: Exclude<OnClose, 'ask'>) => void
  /** The person decided, or there is nothing to ask. */
  readonly quit: () => void
  readonly goToBackground: () => void
}

export interface QuitGuard {
  /** Somebody chose to quit, and did not only close the window. */
  askToQuit(): void
  /** Lets the next close pass. */
  free(): void
}

const CHOICES = ['Keep running in the background', 'Pause and quit', 'Cancel'] as const

/**
 * What becomes of closing and quitting:
 *
 * | what          | jobs run | `onClose`    | so              |
 * |---------------|----------|--------------|-----------------|
 * | close         | no       | any          | quits; on macOS the window goes and Decant stays, as is usual there |
 * | close         | yes      | `ask`        | asks            |
 * | close         | yes      | `background` | goes there      |
 * | close         | yes      | `quit`       | pauses and quits|
 * | quit          | no       | any          | quits           |
 * | quit          | yes      | `ask`        | asks            |
 * | quit          | yes      | another      | pauses and quits|
 */
export function onLeaving(
  what: 'close' | 'quit',
  running: number,
  onClose: OnClose,
  platform: NodeJS.Platform,
): OnClose {
  if (running === 0) return what === 'close' && platform === 'darwin' ? 'background' : 'quit'
  if (onClose === 'ask') return 'ask'
  return what === 'quit' ? 'quit' : onClose
}

/** Closing the window while jobs run asks first, unless the answer is known. */
export function guardQuit(options: QuitGuardOptions): QuitGuard {
  const { window, running, quit, goToBackground, remember } = options
  let free = false
  let asking = false

  const carryOut = (way: OnClose): void => {
    if (way === 'quit') return quit()
    if (way === 'background') return goToBackground()
    if (asking) return
    asking = true
    void ask(window, running()).then(({ choice, always }) => {
      asking = false
      if (choice === undefined) return
      if (always) remember(choice)
      carryOut(choice)
    })
  }
  window.on('close', (event) => {
    if (free) return
    event.preventDefault()
    carryOut(onLeaving('close', running(), options.onClose(), process.platform))
  })
  return {
    askToQuit: () => carryOut(onLeaving('quit', running(), options.onClose(), process.platform)),
    free() {
      free = true
    },
  }
}

interface Answer {
  /** Undefined: nothing is to happen. */
  readonly choice: Exclude<OnClose, 'ask'> | undefined
  readonly always: boolean
}

async function ask(window: BrowserWindow, running: number): Promise<Answer> {
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message: running === 1 ? 'A job is running.' : `${running} jobs are running.`,
    detail: 'What is paused now goes on by itself at the next start, where it stopped.',
    buttons: [...CHOICES],
    checkboxLabel: 'Do so from now on, without asking',
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  const choice = CHOICES[response]
  return {
    choice: choice === CHOICES[0] ? 'background' : choice === CHOICES[1] ? 'quit' : undefined,
    always: checkboxChecked,
  }
}
