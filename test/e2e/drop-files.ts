import type { Locator, Page } from 'playwright'

type DragEventType = 'dragEnter' | 'dragOver' | 'drop'

async function dispatch(
  page: Page,
  target: Locator,
  files: readonly string[],
  types: readonly DragEventType[],
): Promise<void> {
  const box = await target.boundingBox()
  if (box === null) throw new Error(`Nothing to drop on is to be seen at ${target}.`)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  const cdp = await page.context().newCDPSession(page)
  for (const type of types) await cdp.send('Input.dispatchDragEvent', { type, ...at, data })
  await cdp.detach()
}

/** As the system does it when a hand drags files in from elsewhere: the browser's own events, with real paths. */
export async function dragFiles(page: Page, target: Locator, files: readonly string[]): Promise<void> {
  await dispatch(page, target, files, ['dragEnter', 'dragOver'])
}

/** The same to its end. `says` has to be read there before the hand lets go. */
export async function dropFiles(
  page: Page,
  target: Locator,
  files: readonly string[],
  says?: string,
): Promise<void> {
  await dragFiles(page, target, files)
  if (says !== undefined) await page.getByText(says).waitFor()
  await dispatch(page, target, files, ['drop'])
}

/** The hand goes back to where it came from: the last that the page hears of it is that it left. */
export async function cancelFiles(page: Page): Promise<void> {
  await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
  await page.getByText(/^Upload \d/).waitFor({ state: 'detached' })
}
