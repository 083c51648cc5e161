/** The figures of the window in lines and tables, for whoever runs the tests or the benchmark. */
import type { Scrolled, WindowFigures } from './measure.ts'

export const COLUMNS = [
  'scrolled',
  'frames drawn',
  'over 25 ms',
  'over 25 ms from the change',
  'page frames',
  'work p95 ms',
  'of the CPU',
  'longest task ms',
  'of the CPU',
  'blank rows',
  'rows in part',
  'elements for rows',
]

/** Nobody looks at the rows of a bare list. */
export function rowOf({
  what,
  trace,
  seen,
}: Pick<Scrolled, 'what' | 'trace'> & Partial<Scrolled>): readonly (string | number)[] {
  return [
    what,
    trace.frames,
    percent(trace.lateFrames, trace.frames),
    percent(trace.waitedFrames, trace.frames),
    trace.pageFrames,
    trace.work.p95.toFixed(1),
    trace.workCpu.p95.toFixed(1),
    trace.longestTask.toFixed(1),
    trace.longestTaskCpu.toFixed(1),
    seen === undefined ? '-' : percent(seen.blank, seen.rows),
    seen === undefined ? '-' : percent(seen.inPart, seen.rows),
    seen?.mostRows ?? '-',
  ]
}

/** A few lines that say it all. */
export function linesOf(figures: WindowFigures): readonly string[] {
  const { start, startOfPage, firstRows, heapMost, heapSettled, scrolled, bare } = figures
  return [
    `usable ${Math.round(start)} ms after the start, ${Math.round(startOfPage)} ms of it in the page`,
    ...firstRows.map(({ view, ms }) => `first rows of ${view}: ${Math.round(ms)} ms`),
    `the running job: ${Math.round(rateOf(figures))} objects a second at the least`,
    `over the bridge: ${updatesOf(figures).toFixed(1)} updates a second at the most, ${answersOf(figures)} answers`,
    `its line said something else ${progressOf(figures).toFixed(1)} times a second at the least`,
    `heap: ${megabytes(heapMost)} MB at the most, ${megabytes(heapSettled)} MB of it in use`,
    ...[...scrolled, ...bare].flatMap((one) => [
      rowOf(one)
        .map((value, at) => (at === 0 ? `${value}:` : `${COLUMNS[at]} ${value},`))
        .join(' '),
      `  of the CPU a frame: ${kindsOf(one)}`,
    ]),
  ]
}

/** What the time of a frame was for. */
export function kindsOf({ trace: { kinds } }: Pick<Scrolled, 'trace'>): string {
  return Object.entries(kinds)
    .map(([kind, ms]) => `${kind} ${ms.toFixed(1)} ms`)
    .join(', ')
}

/** Objects a second of the running job, where there were fewest. */
export function rateOf({ scrolled }: WindowFigures): number {
  return Math.min(...scrolled.map(({ rate }) => rate))
}

/** A second, where there were most. */
export function updatesOf({ scrolled }: WindowFigures): number {
  return Math.max(...scrolled.map(({ bridge }) => bridge.updates / bridge.watched))
}

/** A second, where there were fewest. */
export function progressOf({ scrolled }: WindowFigures): number {
  return Math.min(...scrolled.map(({ progress, bridge }) => progress / bridge.watched))
}

/** A second, where there were most. */
export function answersOf({ scrolled }: WindowFigures): string {
  const rates = scrolled.flatMap(({ bridge: { answers, watched } }) =>
    answers === undefined ? [] : [answers / watched],
  )
  return rates.length === 0 ? 'unknown' : Math.max(...rates).toFixed(1)
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000)
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((part / whole) * 100).toFixed(1)} %`
}
