import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readWindowState, usableState, writeWindowState } from '../../main/desktop/window-state.ts'

const SCREEN = { x: 0, y: 0, width: 1440, height: 900 }
const LEFT_OF_IT = { x: -1920, y: 0, width: 1920, height: 1080 }
const bounds = { x: 100, y: 50, width: 1280, height: 800 }

describe("the window's place", () => {
  it.each([
    ['nothing remembered', undefined, undefined],
    ['no object', 'x', undefined],
    ['half of it', { bounds: { x: 1, y: 2 } }, undefined],
    ['no numbers', { bounds: { ...bounds, x: null } }, undefined],
    ['where it was', { bounds, maximized: false }, bounds],
    ['too small', { bounds: { ...bounds, width: 10, height: 10 } }, { ...bounds, width: 900, height: 600 }],
    ['on a screen that is gone', { bounds: { ...bounds, x: -1500 } }, undefined],
    ['below the screen', { bounds: { ...bounds, y: 890 } }, undefined],
    ['above it, its title out of reach', { bounds: { ...bounds, y: -200 } }, undefined],
  ])('%s', (_what, remembered, expected) => {
    expect(usableState(remembered, [SCREEN]).bounds).toEqual(expected)
  })

  it('may be on another screen', () => {
    const there = { ...bounds, x: -1500 }
    expect(usableState({ bounds: there, maximized: true, fullScreen: true }, [SCREEN, LEFT_OF_IT])).toEqual({
      bounds: there,
      maximized: true,
      fullScreen: true,
      zoomLevel: 0,
    })
  })

  it.each([
    [1.5, 1.5],
    [-40, -3],
    [Number.NaN, 0],
    ['2', 0],
  ])('is as large as before where the screen is gone, within reason: %s', (zoomLevel, expected) => {
    expect(usableState({ zoomLevel, bounds: null }, [SCREEN]).zoomLevel).toBe(expected)
  })

  const dir = mkdtempSync(path.join(tmpdir(), 'decant-window-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  it('is remembered in a file', () => {
    expect(readWindowState(dir)).toBeUndefined()
    const state = { bounds, maximized: true, fullScreen: false, zoomLevel: 1 }
    writeWindowState(dir, state)
    expect(readWindowState(dir)).toEqual(state)
    expect(readdirSync(dir)).toEqual(['window.json'])
  })
})
