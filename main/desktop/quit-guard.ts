import { app, dialog, type BrowserWindow } from 'electron'

export interface QuitGuardOptions {
  readonly window: BrowserWindow
  readonly running: () => number
  /** The person decided, or there is nothing to ask. */
  readonly quit: () => void
}

const CHOICES = ['Keep running in the background', 'Pause and quit', 'Cancel'] as const

/** Closing the window while jobs run asks first. Gives the function that lets the next close pass. */
export function guardQuit({ window, running, quit }: QuitGuardOptions): () => void {
  let free = false
  let asking = false
  window.on('close', (event) => {
    if (free) return
    event.preventDefault()
    if (running() === 0) return quit()
    if (asking) return
    asking = true
    void ask(window, running()).then((choice) => {
      asking = false
      if (choice === 'Pause and quit') quit()
      if (choice === 'Keep running in the background') goToBackground(window)
    })
  })
  return () => {
    free = true
  }
}

async function ask(window: BrowserWindow, running: number): Promise<(typeof CHOICES)[number]> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: running === 1 ? 'A job is running.' : `${running} jobs are running.`,
    detail: 'What is paused now goes on by itself at the next start, where it stopped.',
    buttons: [...CHOICES],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return CHOICES[response] ?? 'Cancel'
}

/** Hidden only where something visible brings it back: the dock. Elsewhere a tray may show nothing, so: minimised. */
function goToBackground(window: BrowserWindow): void {
  if (process.platform === 'darwin') app.hide()
  else window.minimize()
}
