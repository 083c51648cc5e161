/** What comes over the bridge from the core to the window. */
import type { Page } from 'playwright'
import type { Recorder } from './recorder.ts'

export interface Bridge {
  /** In seconds. */
  readonly watched: number
  /** Told by the core by itself. */
  readonly updates: number
  /** To what the window asked; undefined on the desktop, whose bridge nobody can listen in on. */
  readonly answers: number | undefined
}

/** Counts from now on, until what it gives is called. */
export async function watchBridge({ cdp }: Recorder, page: Page): Promise<() => Promise<Bridge>> {
  const began = performance.now()
  const watched = (): number => (performance.now() - began) / 1000
  const desktop = await page.evaluate(() => 'decant' in window)
  if (desktop) {
    await page.evaluate(() => {
      const { decant } = window as unknown as {
        readonly decant: { subscribe(listener: () => void): () => void }
      }
      const heard = { updates: 0, stop: decant.subscribe(() => void (heard.updates += 1)) }
      Object.assign(window, { decantHeard: heard })
    })
    return async () => {
      const updates = await page.evaluate(() => {
        const { decantHeard } = window as unknown as { decantHeard: { updates: number; stop(): void } }
        decantHeard.stop()
        return decantHeard.updates
      })
      return { watched: watched(), updates, answers: undefined }
    }
  }
  let updates = 0
  let answers = 0
  const heard = ({ response }: { response: { payloadData: string } }): void => {
    if (response.payloadData.startsWith('{"type":"event"')) updates += 1
    else answers += 1
  }
  cdp.on('Network.webSocketFrameReceived', heard)
  await cdp.send('Network.enable')
  return async () => {
    cdp.off('Network.webSocketFrameReceived', heard)
    await cdp.send('Network.disable')
    return { watched: watched(), updates, answers }
  }
}
