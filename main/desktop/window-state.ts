import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface WindowState {
  /** Absent on the first start: the system puts the window in the middle. */
  readonly bounds: Rectangle | undefined
  readonly maximized: boolean
  readonly fullScreen: boolean
  /** Chromium's: each step is a fifth larger, 0 as it is. */
  readonly zoomLevel: number
}

export const DEFAULT_SIZE = { width: 1280, height: 800 } as const
export const LEAST_SIZE = { width: 900, height: 600 } as const
/** A window must show this much of its title bar on some screen, or nobody can take hold of it. */
const GRIP = 80

/** A zoom beyond these makes a window that nobody can work in. */
const ZOOM = { least: -3, most: 5 } as const

const NEW: WindowState = { bounds: undefined, maximized: false, fullScreen: false, zoomLevel: 0 }

/** Pure: what was remembered, if the screens of today still show it. */
export function usableState(remembered: unknown, screens: readonly Rectangle[]): WindowState {
  if (typeof remembered !== 'object' || remembered === null) return NEW
  const { bounds, maximized, fullScreen, zoomLevel } = remembered as {
    readonly [Field in keyof WindowState]?: unknown
  } & { readonly bounds?: Partial<Rectangle> | null }
  // How large one likes to read has nothing to do with the screens.
  const fresh = { ...NEW, zoomLevel: usableZoom(zoomLevel) }
  const { x, y, width, height } = bounds ?? {}
  if (![x, y, width, height].every(Number.isFinite)) return fresh
  const found = { x, y, width, height } as Rectangle
  const seen = screens.some(
    (screen) =>
      found.x + found.width >= screen.x + GRIP &&
      found.x <= screen.x + screen.width - GRIP &&
      found.y >= screen.y &&
      found.y <= screen.y + screen.height - GRIP,
  )
  if (!seen) return fresh
  return {
    bounds: {
      ...found,
      width: Math.max(found.width, LEAST_SIZE.width),
      height: Math.max(found.height, LEAST_SIZE.height),
    },
    maximized: maximized === true,
    fullScreen: fullScreen === true,
    zoomLevel: fresh.zoomLevel,
  }
}

function usableZoom(level: unknown): number {
  if (typeof level !== 'number' || !Number.isFinite(level)) return 0
  return Math.min(ZOOM.most, Math.max(ZOOM.least, level))
}

const fileIn = (dataDir: string): string => path.join(dataDir, 'window.json')

/** A file that cannot be read is one that says nothing: the window is where a new one would be. */
export function readWindowState(dataDir: string): unknown {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))
  } catch {
    return undefined
  }
}

export function writeWindowState(dataDir: string, state: WindowState): void {
  const file = fileIn(dataDir)
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    console.warn(`The window's place could not be remembered: ${(error as Error).message}`)
  }
}
