import { serveHost } from '../../e2e/hosts.ts'
import { measureWindow } from '../../e2e/window/measure.ts'
import type { WindowFigures } from '../../e2e/window/measure.ts'
import {
  answersOf,
  COLUMNS,
  kindsOf,
  linesOf,
  megabytes,
  percent,
  progressOf,
  rateOf,
  rowOf,
  updatesOf,
} from '../../e2e/window/words.ts'
import { findChromium } from '../../helpers/browser.ts'
import type { BenchPoint, Check } from '../figures.ts'

const MILLION = 1_000_000
const SIZE = { items: MILLION, keys: MILLION, copies: 3_000_000, seconds: 8 }

/** A Chromium against `decant serve`: the core and the renderer are those of the desktop. */
export const point: BenchPoint = {
  name: 'window',
  title: 'the window while a job runs and lists of 1,000,000 rows are scrolled',
  run: async ({ dir, say }) => {
    const chromium = findChromium()
    if ('skip' in chromium) return { series: [], checks: [unmeasured(chromium.skip)] }
    const host = serveHost()
    try {
      const figures = await measureWindow({ host, dir, size: SIZE, say })
      for (const line of linesOf(figures)) say(line)
      return {
        series: [],
        checks: checksOf(figures),
        tables: [
          { title: 'Scrolling', columns: COLUMNS, rows: [...figures.scrolled, ...figures.bare].map(rowOf) },
        ],
        notes: notesOf(figures),
      }
    } finally {
      await host.end()
    }
  },
}

function unmeasured(why: string): Check {
  return { what: 'the window', is: undefined, why }
}

function checksOf(figures: WindowFigures): Check[] {
  const traces = figures.scrolled.map(({ trace }) => trace)
  const judged = figures.scrolled.filter(({ how }) => how !== 'scroll bar')
  const sum = (count: (trace: (typeof traces)[0]) => number): number =>
    judged.reduce((all, { trace }) => all + count(trace), 0)
  const most = (figure: (trace: (typeof traces)[0]) => number): number => Math.max(...traces.map(figure))
  const worst = figures.scrolled.reduce((one, other) =>
    other.trace.workCpu.p95 > one.trace.workCpu.p95 ? other : one,
  )
  const bare = figures.bare.map(
    ({ what, trace }) =>
      `${what}: ${percent(trace.lateFrames, trace.frames)} late, p95 ${trace.workCpu.p95.toFixed(1)} ms`,
  )
  return [
    {
      what: 'objects a second of the job that runs meanwhile, at the least',
      ...{ is: rateOf(figures), atLeast: 5000 },
    },
    {
      what: 'frames drawn more than 25 ms after they were due, by wheel and by jumps',
      is: (sum(({ lateFrames }) => lateFrames) / sum(({ frames }) => frames)) * 100,
      ...{ atMost: 1, unit: '%' },
      why:
        `the page alone needed more than 25 ms of the CPU for ${sum(({ slowPageFrames }) => slowPageFrames)} of ` +
        `${sum(({ pageFrames }) => pageFrames)} frames` +
        (bare.length > 0 ? `; ${bare.join('; ')}` : ''),
    },
    {
      what: 'the longest task of the page, by the clock',
      is: most(({ longestTask }) => longestTask),
      ...{ atMost: 50, unit: 'ms' },
      why: `the longest took ${most(({ longestTaskCpu }) => longestTaskCpu).toFixed(1)} ms of the CPU`,
    },
    {
      what: 'work of the page a frame, p95, time of the CPU',
      is: most(({ workCpu }) => workCpu.p95),
      ...{ atMost: 8, unit: 'ms' },
      why:
        `by the clock ${most(({ work }) => work.p95).toFixed(1)} ms; ${worst.what}, on average: ${kindsOf(worst)}` +
        (bare.length > 0 ? `; ${bare.join('; ')}` : ''),
    },
    { what: 'heap of the page', is: megabytes(figures.heapMost), atMost: 250, unit: 'MB' },
    { what: 'updates over the bridge', is: updatesOf(figures), atMost: 5, unit: 'a second' },
    {
      what: 'first rows of a million',
      is: Math.max(...figures.firstRows.map(({ ms }) => ms)),
      ...{ atMost: 300, unit: 'ms' },
    },
    {
      what: 'from the start to a window that can be used',
      is: figures.start,
      ...{ atMost: 1500, unit: 'ms' },
      why: `${Math.round(figures.startOfPage)} ms of it in the page, the rest is the server’s start and the browser’s new tab`,
    },
  ]
}

function notesOf(figures: WindowFigures): string[] {
  return [
    `The job runs as fast as it can, and the browser draws without a graphics card. The job's line said something else ${progressOf(figures).toFixed(1)} times a second at the least.`,
    'A frame is due since the one before it, or, where nothing was left to draw, since the first tick of the screen after the page began with what led to the next change. Late ones are those that reached the screen late; work and tasks are those of the page’s own thread alone.',
    'What a dragged thumb makes late is told and not judged: while it is dragged the browser draws when it likes within a tick of the screen, a bare list as well.',
    'A bare list is a page with as many rows of four words, moved by a few lines of script: what the machine takes whoever draws them.',
    `Of the heap ${megabytes(figures.heapSettled)} MB were in use when everything else was thrown away.`,
    `Answers to what the window asked came ${answersOf(figures)} times a second at the most.`,
  ]
}
