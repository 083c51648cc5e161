/** Stands in for `electron` in tests of plain Node: what electron-store touches when it is loaded, and no more. */
import { tmpdir } from 'node:os'
import path from 'node:path'

export const app = {
  getPath: (name: string): string => path.join(tmpdir(), 'decant-electron-double', name),
  getVersion: (): string => '0.0.0',
  getName: (): string => 'Decant',
}
export const ipcMain = { on: (): void => {}, handle: (): void => {} }
export const ipcRenderer = undefined
export const shell = { openPath: (): Promise<string> => Promise.resolve('') }

export default { app, ipcMain, ipcRenderer, shell }
