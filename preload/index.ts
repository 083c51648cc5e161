import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { EventMessage } from '../main/contract/events.ts'
import type { DesktopBridge } from '../main/contract/menu.ts'
import type { Transport } from '../main/contract/transport.ts'

// Each part of the window that follows something listens for itself.
ipcRenderer.setMaxListeners(100)

/** Fixed channels only: the page can say nothing to main but the contract's calls. */
const transport: Transport = {
  invoke: (method, input, call) => ipcRenderer.invoke('decant:invoke', method, input, call),
  cancel: (call) => ipcRenderer.send('decant:cancel', call),
  subscribe(listener) {
    const hear = (_event: unknown, message: EventMessage): void => listener(message)
    ipcRenderer.on('decant:event', hear)
    return () => void ipcRenderer.off('decant:event', hear)
  },
}

const desktop: DesktopBridge = {
  describeMenu: (description) => ipcRenderer.send('decant:describe-menu', description),
  openMenu: (x, y) => ipcRenderer.send('decant:open-menu', x, y),
  async pathsOf(files: readonly File[]): Promise<readonly string[]> {
    const paths = files.map((file) => webUtils.getPathForFile(file))
    await ipcRenderer.invoke(
      'decant:dropped',
      paths.filter((file) => file !== ''),
    )
    return paths
  },
}

contextBridge.exposeInMainWorld('decant', {
  ...transport,
  ...desktop,
})
