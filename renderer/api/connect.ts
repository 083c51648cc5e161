import { createClient, type Client } from '#contract/client.ts'
import type { DesktopBridge } from '#contract/menu.ts'
import type { Transport } from '#contract/transport.ts'
import { browserDoor, desktopDoor, type FileDoor } from './file-door.ts'
import { openWebSocketTransport } from './web-socket.ts'

declare global {
  interface Window {
    /** What the preload script exposes on the desktop; absent in a browser. */
    readonly decant?: Transport & DesktopBridge
  }
}

/** The client of whatever host shows this page: Electron's bridge, else the WebSocket of `decant serve`. */
export function connect(): Client {
  return createClient(window.decant ?? openWebSocketTransport(socketUrl(), (url) => new WebSocket(url)))
}

/** The desktop around this page, where there is one. */
export function desktop(): DesktopBridge | undefined {
  return window.decant
}

export function openFileDoor(): FileDoor {
  const { decant } = window
  return decant === undefined ? browserDoor(token()) : desktopDoor((files) => decant.pathsOf(files))
}

/** The socket lies beside the page and takes the page's token. */
function socketUrl(): string {
  const { host, protocol } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/socket?token=${encodeURIComponent(token())}`
}

function token(): string {
  return new URLSearchParams(window.location.search).get('token') ?? ''
}
