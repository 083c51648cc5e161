import { BrowserWindow, nativeTheme, screen } from 'electron'
import { APP_ORIGIN } from './protocol.ts'
import { offerTextMenu } from './text-menu.ts'
import { DEFAULT_SIZE, LEAST_SIZE, readWindowState, usableState, writeWindowState } from './window-state.ts'

const TITLE_BAR = 44
/** `bg` and `text-2` of renderer/styles/tokens.css: the system draws its buttons on our title bar. */
const TITLE_COLOURS = {
  light: { color: '#f1f0ef', symbolColor: '#55524f' },
  dark: { color: '#161514', symbolColor: '#b7b2ae' },
} as const

export interface WindowOptions {
  readonly dataDir: string
  readonly preload: string
  /** Of the dev server, where there is one. */
  readonly url: string | undefined
  /** Whether there is anything to be shown at all: the page is loaded meanwhile. */
  readonly wanted: Promise<boolean>
}

/** The one window. Sandboxed and isolated; shown when its page is loaded and wanted, where it was last time. */
export function createWindow({ dataDir, preload, url, wanted }: WindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
  const state = usableState(readWindowState(dataDir), screens)
  const window = new BrowserWindow({
    ...(state.bounds ?? DEFAULT_SIZE),
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    title: 'Decant',
    show: false,
    backgroundColor: titleColours().color,
    titleBarStyle: 'hidden',
    ...(process.platform === 'darwin'
      ? { trafficLightPosition: { x: 14, y: 15 } }
      : { titleBarOverlay: { ...titleColours(), height: TITLE_BAR } }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // A list that streams in must not stop because another window is in front.
      backgroundThrottling: false,
    },
  })
  const show = (): void => {
    if (window.isDestroyed()) return
    if (state.maximized) window.maximize()
    window.show()
    if (state.fullScreen) window.setFullScreen(true)
  }
  // Not 'ready-to-show': that waits for a first frame, and a page that nobody sees may never be given one.
  window.webContents.once('did-finish-load', () => void wanted.then((is) => is && show()))
  // Chromium keeps a zoom with the page's origin: set when that is there.
  window.webContents.on('did-finish-load', () => window.webContents.setZoomLevel(state.zoomLevel))
  rememberPlace(window, dataDir)
  offerTextMenu(window.webContents)
  followTheme(window)
  void window.loadURL(url ?? `${APP_ORIGIN}/`)
  return window
}

function titleColours(): { color: string; symbolColor: string } {
  return nativeTheme.shouldUseDarkColors ? TITLE_COLOURS.dark : TITLE_COLOURS.light
}

function followTheme(window: BrowserWindow): void {
  const follow = (): void => {
    window.setBackgroundColor(titleColours().color)
    if (process.platform !== 'darwin') window.setTitleBarOverlay({ ...titleColours(), height: TITLE_BAR })
  }
  nativeTheme.on('updated', follow)
  window.once('closed', () => nativeTheme.off('updated', follow))
}

function rememberPlace(window: BrowserWindow, dataDir: string): void {
  let timer: NodeJS.Timeout | undefined
  const remember = (): void =>
    writeWindowState(dataDir, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
      zoomLevel: window.webContents.getZoomLevel(),
    })
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(remember, 500)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.webContents.on('zoom-changed', soon)
  window.once('close', () => {
    clearTimeout(timer)
    remember()
  })
}

/** In front, whatever it was: minimised, hidden, behind others. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
