import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import type { EventMessage } from '#contract/events.ts'
import { menuDescription, type MenuDescription } from '#contract/menu.ts'
import type { Reply } from '#contract/reply.ts'
import type { ClientPipe } from '#contract/supervisor.ts'
import { CHANNELS } from './channels.ts'
import type { Grants } from './grants.ts'
import { sameOrigin } from './lockdown.ts'

export interface Bridge {
  /** From the host itself, not from the core. */
  tell(event: EventMessage): void
  close(): void
}

const NOT_OURS: Reply = {
  ok: false,
  failure: { code: 'bad-input', reach: 'item', message: 'Only the window of Decant may call Decant.' },
}

/** What the window says besides its calls. */
export interface WindowListener {
  describeMenu(description: MenuDescription): void
  openMenu(x: number, y: number): void
}

/** The window's end of the transport. Who calls is checked each time: the main frame, showing our own page. */
export function bridge(
  window: BrowserWindow,
  pipe: ClientPipe,
  ownOrigin: string,
  grants: Pick<Grants, 'add'>,
  listener: WindowListener,
): Bridge {
  const isOurs = ({ sender, senderFrame }: IpcMainInvokeEvent | IpcMainEvent): boolean =>
    sender === window.webContents &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    sameOrigin(senderFrame.url, ownOrigin)

  const tell = (event: EventMessage): void => {
    if (!window.isDestroyed()) window.webContents.send(CHANNELS.event, event)
  }
  ipcMain.handle(CHANNELS.invoke, (event, method: unknown, input: unknown, call: unknown) => {
    if (!isOurs(event) || typeof method !== 'string' || typeof call !== 'string') return NOT_OURS
    return pipe.invoke(method, input, call)
  })
  // The preload has these from File objects that the system gave to the page; the page itself names no path.
  ipcMain.handle(CHANNELS.dropped, (event, paths: unknown) => {
    if (isOurs(event) && Array.isArray(paths) && paths.every((file) => typeof file === 'string'))
      grants.add(paths, 'read')
  })
  const onCancel = (event: IpcMainEvent, call: unknown): void => {
    if (isOurs(event) && typeof call === 'string') pipe.cancel(call)
  }
  const onDescribeMenu = (event: IpcMainEvent, said: unknown): void => {
    const description = isOurs(event) ? menuDescription.safeParse(said) : undefined
    if (description?.success === true) listener.describeMenu(description.data)
  }
  const onOpenMenu = (event: IpcMainEvent, x: unknown, y: unknown): void => {
    if (isOurs(event) && typeof x === 'number' && typeof y === 'number') listener.openMenu(x, y)
  }
  ipcMain.on(CHANNELS.cancel, onCancel)
  ipcMain.on(CHANNELS.describeMenu, onDescribeMenu)
  ipcMain.on(CHANNELS.openMenu, onOpenMenu)
  const unsubscribe = pipe.subscribe(tell)
  const close = (): void => {
    unsubscribe()
    ipcMain.removeHandler(CHANNELS.invoke)
    ipcMain.removeHandler(CHANNELS.dropped)
    ipcMain.off(CHANNELS.cancel, onCancel)
    ipcMain.off(CHANNELS.describeMenu, onDescribeMenu)
    ipcMain.off(CHANNELS.openMenu, onOpenMenu)
    pipe.close()
  }
  window.once('closed', close)
  return { tell, close }
}
