import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { serveHost } from '../hosts.ts'
import { measureWindow } from '../window/measure.ts'
import { readStretch, workOfFrames } from '../window/trace.ts'
import { linesOf, progressOf } from '../window/words.ts'

/** Small enough for every run of the tests; `npm run bench -- window` has the million of each. */
const SIZE = { items: 200_000, keys: 20_000, copies: 1_000_000, seconds: 2 }

describe('the window while a job runs and long lists are scrolled', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-window-'))
  afterAll(async () => {
    await host.end()
    rmSync(dir, { recursive: true, force: true })
  })

  // How long things take is the benchmark's to judge: here it is printed, and what is counted must hold.
  it('has few rows in the page and few updates over the bridge, and shows rows', async () => {
    const figures = await measureWindow({ host, dir, size: SIZE, say: () => {} })
    console.log(linesOf(figures).join('\n'))
    for (const { what, bridge } of figures.scrolled) {
      // One more may fall into the time that was watched.
      expect(bridge.updates, what).toBeLessThanOrEqual(5 * bridge.watched + 1)
      expect(bridge.updates, what).toBeGreaterThan(0)
    }
    expect(progressOf(figures)).toBeGreaterThan(0)
    expect(figures.heapMost).toBeLessThan(250_000_000)
    for (const { what, seen, trace } of figures.scrolled) {
      expect(seen.mostRows, what).toBeGreaterThan(10)
      expect(seen.mostRows, what).toBeLessThan(80)
      expect(seen.rows - seen.blank, what).toBeGreaterThan(0)
      expect(trace.frames, what).toBeGreaterThan(0)
    }
  })
})

describe('a trace', () => {
  const task = (ts: number, dur: number, tdur: number) => ({
    ...{ name: 'RunTask', ph: 'X', pid: 1, tid: 2 },
    ...{ ts, dur, tdur },
  })
  const wanted = (ts: number) => ({
    ...at('NeedsBeginFrameChanged', ts, 3),
    args: { data: { needsBeginFrame: 1 } },
  })
  const at = (name: string, ts: number, tid: number) => ({ name, ph: 'I', ts, pid: 1, tid })

  it('gives every task to the frame before it, by the clock and of the CPU', () => {
    const tasks = [
      { from: 0, to: 4000, wall: 4, cpu: 3 },
      { from: 5000, to: 6000, wall: 1, cpu: 1 },
      { from: 16_000, to: 26_000, wall: 10, cpu: 2 },
    ]
    expect(workOfFrames(tasks, [1000, 17_000])).toEqual([{ wall: 5, cpu: 4 }])
  })

  it('tells late frames, and leaves out other threads, other pages and other times', () => {
    const events = [
      task(0, 60_000, 60_000),
      ...[100_000, 116_000, 150_000, 176_000, 290_000].map((ts) => at('DrawFrame', ts, 3)),
      at('BeginMainThreadFrame', 101_000, 2),
      task(100_500, 8000, 6000),
      at('BeginMainThreadFrame', 120_000, 2),
      task(119_000, 55_000, 30_000),
      { ...task(125_000, 90_000, 90_000), tid: 9 },
      { ...task(126_000, 90_000, 90_000), pid: 7 },
    ]
    // Between the last two there was nothing to draw for a while.
    events.push(wanted(280_000))
    expect(readStretch(events, { pid: 1, main: 2 }, 100_000, 300_000)).toMatchObject({
      ...{ frames: 5, lateFrames: 2, pageFrames: 1, slowPageFrames: 0 },
      ...{ longestTask: 55, longestTaskCpu: 30, tasksOver50: 1, tasksOver50Cpu: 0 },
      work: { p95: 8 },
      workCpu: { p95: 6 },
    })
  })

  it('says what the time of a frame was for, each event without those within it', () => {
    const part = (name: string, ts: number, dur: number, tdur: number) => ({ ...task(ts, dur, tdur), name })
    const events = [
      task(0, 10_000, 8000),
      part('EventDispatch', 1000, 4000, 3000),
      part('Layout', 2000, 1000, 1000),
      part('Paint', 6000, 2000, 1500),
      ...[0, 20_000].map((ts) => at('BeginMainThreadFrame', ts, 2)),
    ]
    const { kinds } = readStretch(events, { pid: 1, main: 2 }, 0, 50_000)
    expect(kinds).toEqual({ script: 1, style: 0, layout: 0.5, paint: 0.75, other: 1.75 })
  })
})
