/** What a trace of the DevTools protocol says of one stretch of time. Pure. Times of a trace are microseconds. */
import { dueFor, scrollOf } from './due.ts'

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU ("Trace Event Format"). */
export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  /** Of a whole event (`ph` X): how long it took by the clock, and of the CPU. */
  readonly dur?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: Readonly<Record<string, unknown>>
}

export interface Spread {
  readonly p50: number
  readonly p95: number
  readonly most: number
}

/** Milliseconds, except for what is counted. */
export interface Stretch {
  /** Frames that were put on the screen, and how long each was due: since the one before, or since anything was to be drawn. */
  readonly frames: number
  readonly due: Spread
  /** Of the frames, those that were due for more than 25 ms. */
  readonly lateFrames: number
  /** As many of them as were drawn more than 25 ms after the page began with what they show, whenever the screen could show it. */
  readonly waitedFrames: number
  /** Ticks amid a scrolling that the compositor did by itself, and amid one that the page's own thread had to do. */
  readonly ticksScrolled: { readonly byCompositor: number; readonly byPage: number }
  /** Frames that the page's own thread took part in, and what it did for each, by the clock and of the CPU. */
  readonly pageFrames: number
  readonly work: Spread
  readonly workCpu: Spread
  /** Of those, frames for which the page's own thread alone needed more than 25 ms of the CPU. */
  readonly slowPageFrames: number
  /** Time of the CPU that the page's own thread took for a frame, on average, by what it was for. */
  readonly kinds: Readonly<Record<Kind, number>>
  /** The longest task of the page's own thread. */
  readonly longestTask: number
  readonly longestTaskCpu: number
  readonly tasksOver50: number
  readonly tasksOver50Cpu: number
}

/** Milliseconds. */
export const LATE = 25
const LONG = 50

interface Task {
  readonly from: number
  readonly to: number
  readonly wall: number
  readonly cpu: number
}

/** The threads of one page. */
export interface PageThreads {
  readonly pid: number
  /** The page's own: script, style, layout. */
  readonly main: number
}

/** Found by a mark that the page made itself. */
export function threadsOf(events: readonly TraceEvent[], mark: string): PageThreads {
  const made = events.find(({ name }) => name === mark)
  if (made === undefined) throw new Error(`The trace does not hold the mark ${mark}.`)
  return { pid: made.pid, main: made.tid }
}

/** When a mark was made. */
export function markedAt(events: readonly TraceEvent[], mark: string): number {
  const made = events.find(({ name }) => name === mark)
  if (made === undefined) throw new Error(`The trace does not hold the mark ${mark}.`)
  return made.ts
}

/** What happened from one time to another. */
export function readStretch(
  events: readonly TraceEvent[],
  { pid, main }: PageThreads,
  from: number,
  to: number,
): Stretch {
  const within = events.filter((event) => event.pid === pid && event.ts >= from && event.ts <= to)
  const drawn = dueFor(within, main)
  const due = drawn.map((frame) => frame.due)
  const tasks = within.filter((event) => event.tid === main && event.name === 'RunTask').map(toTask)
  const begun = within.filter(({ name }) => name === 'BeginMainThreadFrame').map(({ ts }) => ts)
  const work = workOfFrames(tasks, begun)
  return {
    frames: within.filter(({ name }) => name === 'DrawFrame').length,
    due: spread(due),
    lateFrames: due.filter((wait) => wait > LATE).length,
    waitedFrames: drawn.filter(({ waited }) => waited > LATE).length,
    ticksScrolled: {
      byCompositor: within.filter((event) => scrollOf(event) === 'SCROLL_COMPOSITOR_THREAD').length,
      byPage: within.filter((event) => scrollOf(event) === 'SCROLL_MAIN_THREAD').length,
    },
    pageFrames: work.length,
    work: spread(work.map(({ wall }) => wall)),
    workCpu: spread(work.map(({ cpu }) => cpu)),
    slowPageFrames: work.filter(({ cpu }) => cpu > LATE).length,
    kinds: kindsOf(
      within.filter(({ tid, ph }) => tid === main && ph === 'X'),
      Math.max(1, begun.length),
    ),
    longestTask: Math.max(0, ...tasks.map(({ wall }) => wall)),
    longestTaskCpu: Math.max(0, ...tasks.map(({ cpu }) => cpu)),
    tasksOver50: tasks.filter(({ wall }) => wall > LONG).length,
    tasksOver50Cpu: tasks.filter(({ cpu }) => cpu > LONG).length,
  }
}

/** The time of the CPU is left out of an event where the thread had none worth telling. */
function toTask({ ts, dur = 0, tdur = 0 }: TraceEvent): Task {
  return { from: ts, to: ts + dur, wall: dur / 1000, cpu: tdur / 1000 }
}

/**
 * A frame of the page begins with the task in which it is begun, and has every task up to the next one: what was done
 * between two frames held up the second, or would have.
 */
export function workOfFrames(
  tasks: readonly Task[],
  begun: readonly number[],
): readonly { readonly wall: number; readonly cpu: number }[] {
  const starts = begun.map((at) => tasks.find((task) => task.from <= at && at <= task.to)?.from ?? at)
  return starts.slice(0, -1).map((start, at) => {
    const next = starts[at + 1] ?? start
    const own = tasks.filter((task) => task.from >= start && task.from < next)
    return {
      wall: own.reduce((sum, task) => sum + task.wall, 0),
      cpu: own.reduce((sum, task) => sum + task.cpu, 0),
    }
  })
}

/** What a page's own thread works on. */
export type Kind = 'script' | 'style' | 'layout' | 'paint' | 'other'

const KINDS: Readonly<Record<string, Kind>> = {
  ...{ FunctionCall: 'script', EvaluateScript: 'script', EventDispatch: 'script', TimerFire: 'script' },
  ...{ MinorGC: 'script', MajorGC: 'script', UpdateLayoutTree: 'style', Layout: 'layout' },
  ...{ PrePaint: 'paint', Paint: 'paint', Layerize: 'paint', UpdateLayer: 'paint', Commit: 'paint' },
}

/** Each event without those within it. */
function kindsOf(events: readonly TraceEvent[], frames: number): Readonly<Record<Kind, number>> {
  const kinds: Record<Kind, number> = { script: 0, style: 0, layout: 0, paint: 0, other: 0 }
  const open: { readonly kind: Kind; readonly end: number }[] = []
  for (const { name, ts, dur = 0, tdur = 0 } of events.toSorted(
    (one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0),
  )) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= ts) open.pop()
    const around = open.at(-1)
    const kind = KINDS[name] ?? around?.kind ?? 'other'
    const cpu = tdur / 1000 / frames
    if (around !== undefined) kinds[around.kind] -= cpu
    kinds[kind] += cpu
    open.push({ kind, end: ts + dur })
  }
  return kinds
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 }
}
