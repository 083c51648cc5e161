import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { EventMessage } from '../main/contract/events.ts'
import type { Transport } from '../main/contract/transport.ts'

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

contextBridge.exposeInMainWorld('decant', {
  ...transport,
  pathOfFile: (file: File): string => webUtils.getPathForFile(file),
})
