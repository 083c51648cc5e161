import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { serveHost } from '../hosts.ts'
import { dueFor } from '../window/due.ts'
import { measureWindow } from '../window/measure.ts'
import { readStretch, workOfFrames } from '../window/trace.ts'
import type { TraceEvent } from '../window/trace.ts'
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
      // Whatever keeps the page busy, the wheel moves the rows: nothing about a list may need the page's own thread for it.
      if (what.endsWith('wheel')) {
        expect(trace.ticksScrolled.byPage, what).toBe(0)
        expect(trace.ticksScrolled.byCompositor, what).toBeGreaterThan(0)
      }
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

describe('when a frame of a trace was due', () => {
  const [MAIN, COMPOSITOR] = [2, 3]
  /** Times are milliseconds here, as people read them. */
  const event = (name: string, at: number, rest: Partial<TraceEvent> = {}): TraceEvent => ({
    ...{ name, ph: 'I', ts: at * 1000, pid: 1, tid: MAIN },
    ...rest,
  })
  const compositor = (name: string, at: number, args: TraceEvent['args'] = {}): TraceEvent =>
    event(name, at, { tid: COMPOSITOR, args })
  const drawn = (at: number): TraceEvent => compositor('DrawFrame', at)
  /** The compositor's clock, and whether it scrolled by itself. */
  const tick = (at: number, scroll = 'SCROLL_NONE', told: object = {}): TraceEvent => ({
    ...compositor('PipelineReporter', at, { frame_reporter: { scroll_state: scroll, ...told } }),
    ph: 'b',
  })
  const ticks = (from: number, to: number): TraceEvent[] =>
    Array.from({ length: Math.floor((to - from) / 16.7) + 1 }, (_, n) => tick(from + n * 16.7))
  const task = (from: number, to: number): TraceEvent =>
    event('RunTask', from, { ph: 'X', dur: (to - from) * 1000 })
  const change = (at: number): TraceEvent => event('ScheduleStyleRecalculation', at)
  /** What the page's thread makes of all changes until then, and when it reaches the tree that is drawn. */
  const page = (id: number, from: number, to: number, active?: number, frameSeqId = id): TraceEvent[] => [
    event('BeginMainThreadFrame', from, { args: { data: { frameId: id } } }),
    event('Commit', to, { ph: 'X', dur: 100, args: { frameSeqId } }),
    ...(active === undefined ? [] : [compositor('ActivateLayerTree', active, { frameId: id })]),
  ]
  const dueOf = (...events: (TraceEvent | readonly TraceEvent[])[]): readonly number[] =>
    dueFor(events.flat(), MAIN).map(({ due }) => Math.round(due))
  const waitedOf = (...events: (TraceEvent | readonly TraceEvent[])[]): readonly number[] =>
    dueFor(events.flat(), MAIN).map(({ waited }) => Math.round(waited))

  it('counts a frame whose change had waited since before the last one', () => {
    const late = [task(99, 133), change(99.5), ...page(2, 120, 130, 131)]
    expect(dueOf(ticks(0, 140), page(1, 90, 95, 97), drawn(100), late, drawn(134))).toEqual([34])
  })

  it('leaves out the time in which there was nothing to draw, though the clock went on', () => {
    const jump = [task(210, 216), change(211), ...page(2, 212, 216, 219)]
    expect(dueOf(ticks(0, 230), page(1, 90, 95, 97), drawn(100), jump, drawn(222))).toEqual([12])
  })

  it('leaves out what the page changed out of sight, as its tick told, and nothing else', () => {
    const ofTick = (state: string): TraceEvent => tick(208, 'SCROLL_NONE', { frame_sequence: 70, state })
    const [nothing, shown] = [ofTick('STATE_NO_UPDATE_DESIRED'), ofTick('STATE_PRESENTED_ALL')]
    const unseen = [task(206, 214), change(207), ...page(2, 210, 213, 214, 70)]
    const next = [task(230, 236), change(231), ...page(3, 232, 235, 237)]
    const around = [...ticks(0, 240), ...page(1, 90, 95, 97), drawn(100)]
    expect(dueOf(around, nothing, unseen, next, drawn(238))).toEqual([8])
    expect(dueOf(around, shown, unseen, next, drawn(238))).toEqual([32])
    // Of one tick two parts are told; the other one is shown later.
    expect(dueOf(around, nothing, shown, unseen, next, drawn(238))).toEqual([32])
    // What is not told is shown.
    expect(dueOf(around, unseen, next, drawn(238))).toEqual([32])
  })

  it('counts a frame for which the page was busy, from when it began', () => {
    const long = [task(200, 240), change(239), ...page(2, 239.5, 240, 242)]
    expect(dueOf(ticks(0, 250), drawn(100), long, drawn(243))).toEqual([43])
    const many = [task(200, 212), task(212.1, 226), task(226.5, 240), change(230), ...page(2, 231, 239, 242)]
    expect(dueOf(ticks(0, 250), drawn(100), many, drawn(243))).toEqual([43])
    const apart = [task(200, 212), task(226, 240), change(230), ...page(2, 231, 239, 242)]
    expect(dueOf(ticks(0, 250), drawn(100), apart, drawn(243))).toEqual([17])
  })

  it('leaves out the wait for the next tick of the screen, but not for anything else', () => {
    // Ticks are at 200.4, 217.1 and 233.8.
    const [news, frame] = [[task(202, 204), change(203)], task(217.2, 226)]
    const next = [...news, frame, ...page(2, 217.3, 225, 227)]
    const around = [...ticks(0, 260), ...page(1, 90, 95, 97), drawn(100)]
    expect(dueOf(around, next, drawn(229))).toEqual([12])
    expect(waitedOf(around, next, drawn(229))).toEqual([27])
    const missed = [...news, task(234, 242), ...page(2, 234.1, 241, 243)]
    expect(dueOf(around, missed, drawn(245))).toEqual([28])
    const busy = [...news, task(204.1, 234), ...missed]
    expect(dueOf(around, busy, drawn(245))).toEqual([43])
    // The clock slept, and the frame begins at once, for the tick before the change; or nothing wakes it.
    const asleep = [tick(0), tick(17), tick(217), drawn(100)]
    const at = [task(202, 204), change(203), task(206, 214), ...page(2, 206.1, 213, 214)]
    expect(dueOf(asleep, at, drawn(216))).toEqual([10])
    const awoken = [...news, task(250, 258), ...page(2, 250.1, 257, 258)]
    expect(dueOf([tick(0), tick(17), tick(249)], drawn(100), awoken, drawn(260))).toEqual([41])
  })

  it('counts a frame that was held up when the page was done with it', () => {
    const slow = [task(200, 206), change(201), ...page(2, 202, 205, 238)]
    expect(dueOf(ticks(0, 250), drawn(100), slow, drawn(240))).toEqual([40])
  })

  it('counts from the first of several changes, also of one that was to come with the next frame', () => {
    const both = [task(200, 204), change(201), ...page(2, 202, 203, 230)]
    const asked = event('RequestAnimationFrame', 95, { args: { data: { id: 7 } } })
    const fired = event('FireAnimationFrame', 232, { args: { data: { id: 7 } } })
    const later = [task(231, 235), fired, change(233), ...page(3, 231.5, 234, 236)]
    expect(dueOf(ticks(0, 250), drawn(100), both, later, drawn(240))).toEqual([40])
    expect(dueOf(ticks(0, 250), drawn(100), asked, later, drawn(240))).toEqual([140])
    const dropped = event('CancelAnimationFrame', 96, { args: { data: { id: 7 } } })
    expect(dueOf(ticks(0, 250), drawn(100), asked, dropped, later, drawn(240))).toEqual([9])
  })

  it('forgets a change of which there was nothing to see', () => {
    const unseen = [task(120, 123), change(121), ...page(2, 122, 123)]
    const jump = [task(210, 216), change(211), ...page(3, 212, 216, 219)]
    expect(dueOf(ticks(0, 230), drawn(100), unseen, jump, drawn(222))).toEqual([12])
  })

  it('counts from the frame before where the compositor had something of its own, or nothing tells why', () => {
    const jump = [task(210, 216), change(211), ...page(2, 212, 216, 219)]
    const scrolls = tick(116.7, 'SCROLL_COMPOSITOR_THREAD')
    expect(dueOf(tick(100), scrolls, drawn(100), jump, drawn(222))).toEqual([122])
    // Held fast, but with nothing to draw: a hand that rests amid its scrolling.
    const rests = tick(116.7, 'SCROLL_COMPOSITOR_THREAD', {
      frame_sequence: 9,
      state: 'STATE_NO_UPDATE_DESIRED',
    })
    expect(dueOf(tick(100), rests, drawn(100), jump, drawn(222))).toEqual([12])
    const goesOn = tick(200, 'SCROLL_COMPOSITOR_THREAD', { frame_sequence: 14 })
    expect(dueOf(tick(100), rests, goesOn, drawn(100), jump, drawn(222))).toEqual([22])
    expect(dueOf(ticks(0, 230), drawn(100), drawn(222))).toEqual([122])
    expect(dueOf(ticks(0, 230), drawn(100), page(2, 212, 216, 219), drawn(222))).toEqual([122])
    // No tick is told: nobody knows.
    expect(dueOf(drawn(100), jump, drawn(222))).toEqual([122])
    const asks = compositor('NeedsBeginFrameChanged', 200, { data: { needsBeginFrame: 1 } })
    expect(dueOf(drawn(100), asks, jump, drawn(222))).toEqual([22])
  })
})
