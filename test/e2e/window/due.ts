/** How long the frames of a trace were due. Pure. Times of a trace are microseconds. */
import type { TraceEvent } from './trace.ts'

/** What a page's own thread says when there is something to draw that was not there before. */
const CHANGES: ReadonlySet<string> = new Set([
  'ScheduleStyleRecalculation',
  'InvalidateLayout',
  'ScrollLayer',
])

/** What a frame of the page shows: when its thread began with what led to it, and the tick that could have shown it. */
interface Change {
  readonly at: number
  readonly due: number
}

/** Nothing on the screen. */
const FOR_NOTHING: Change = { at: Infinity, due: Infinity }
/** Between two tasks: if it is no longer, the second one waited for the first. */
const NO_PAUSE = 1000

/** Between two ticks of a screen that is drawn sixty times a second. */
const TICK = 1_000_000 / 60

/** Milliseconds. */
export interface DrawnFrame {
  /** From when it was due to when it was drawn. */
  readonly due: number
  /** From when the page began with what it shows to when it was drawn: with the wait for the screen's next tick. */
  readonly waited: number
}

/**
 * How long each frame but the first was due. Nobody waits for a frame that shows nothing new, and the compositor's clock
 * goes on for a while when there is nothing to draw any more. So a frame is due since the one before it, or, where there
 * was nothing to draw after that one, since the tick that could have shown what there was again:
 *
 * | what there was for the frame                         | since                                                         |
 * | ---------------------------------------------------- | ------------------------------------------------------------- |
 * | something of the compositor's own (it scrolled, it animated, it lacked a tile) | the frame before; after a tick for nothing, the first tick for something |
 * | something that the page's own thread had changed     | the first tick after that thread began with what led to the first of it |
 * | both                                                 | the earlier one of these                                      |
 * | nothing that is known                                | the compositor asked for frames after it had asked for none, or the frame before |
 *
 * What led to it is the task in which it was changed, with all tasks before that one without a pause: what kept the thread
 * busy kept the change waiting. A screen shows nothing between two of its ticks; so a change that comes by itself waits up to
 * 16.7 ms for the next one whoever draws it, and that is no part of the frame (`waited` has it). Where the compositor begins
 * a frame earlier, or its ticks fail to come, it is due from then, or 16.7 ms after the change.
 *
 * Of the page's frames those are left out that changed nothing on the screen, as the compositor itself says of each of them
 * (rows out of sight, for one): nobody waits for these, and they are never drawn.
 */
export function dueFor(events: readonly TraceEvent[], main: number): readonly DrawnFrame[] {
  const sorted = events.toSorted((one, other) => one.ts - other.ts)
  const drawn = sorted.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts)
  const wanted = sorted.filter(isWanted).map(({ ts }) => ts)
  const ticks = sorted.filter(({ name, ph }) => name === 'PipelineReporter' && ph === 'b')
  const forNothing = ticksForNothing(ticks)
  const shown = sorted.filter(({ name }) => name === 'ActivateLayerTree')
  const changed = changedFor(
    sorted.filter(({ tid }) => tid === main),
    ticks.map(({ ts }) => ts),
    forNothing,
  )
  return drawn.slice(1).map((time, at) => {
    const before = drawn[at] ?? time
    const isSince = ({ ts }: { readonly ts: number }): boolean => ts > before && ts <= time
    const untilDrawn = (since: number): number => (time - Math.max(before, since)) / 1000
    const changes = shown
      .filter(isSince)
      .map(({ args }) => changed.get(args?.['frameId']) ?? { at: before, due: before })
      .filter((change) => change !== FOR_NOTHING)
    const since = compositorSince(ticks.filter(isSince), before, forNothing)
    // Without ticks nobody knows what the compositor did.
    if (ticks.length === 0 || (changes.length === 0 && since === undefined)) {
      const due = untilDrawn(Math.max(...wanted.filter((ts) => isSince({ ts }))))
      return { due, waited: due }
    }
    const own = since ?? Infinity
    return {
      due: untilDrawn(Math.min(own, ...changes.map(({ due }) => due))),
      waited: untilDrawn(Math.min(own, ...changes.map(({ at }) => at))),
    }
  })
}

/** Since when the compositor had something of its own to draw after a frame, by its ticks since then; undefined: it had not. */
function compositorSince(
  ticks: readonly TraceEvent[],
  before: number,
  forNothing: ReadonlySet<unknown>,
): number | undefined {
  const isForNothing = (tick: TraceEvent): boolean => forNothing.has(reportOf(tick)?.['frame_sequence'])
  const own = ticks.find((tick) => isCompositors(tick) && !isForNothing(tick))
  return own === undefined || !ticks.some((tick) => tick.ts < own.ts && isForNothing(tick))
    ? own && before
    : own.ts
}

/** Whether the compositor asks for frames again. */
function isWanted({ name, args }: TraceEvent): boolean {
  const data = args?.['data'] as { readonly needsBeginFrame?: number } | undefined
  return name === 'NeedsBeginFrameChanged' && data?.needsBeginFrame === 1
}

/** What the compositor says of one of its ticks. */
function reportOf({ args }: TraceEvent): Readonly<Record<string, unknown>> | undefined {
  return args?.['frame_reporter'] as Readonly<Record<string, unknown>> | undefined
}

/** By which thread the page was scrolled at a tick. */
export function scrollOf(tick: TraceEvent): unknown {
  return tick.name === 'PipelineReporter' && tick.ph === 'b' ? reportOf(tick)?.['scroll_state'] : undefined
}

/** Whether the compositor may have something of its own to draw at a tick of its clock. */
function isCompositors(tick: TraceEvent): boolean {
  const report = reportOf(tick)
  return (
    scrollOf(tick) === 'SCROLL_COMPOSITOR_THREAD' ||
    report?.['has_compositor_animation'] === true ||
    report?.['has_missing_content'] === true
  )
}

/** Ticks of the compositor's clock for which nothing was to be drawn, whoever told of them. */
function ticksForNothing(ticks: readonly TraceEvent[]): ReadonlySet<unknown> {
  const [nothing, something] = [new Set<unknown>(), new Set<unknown>()]
  for (const tick of ticks) {
    const report = reportOf(tick)
    const isNothing = report?.['state'] === 'STATE_NO_UPDATE_DESIRED'
    ;(isNothing ? nothing : something).add(report?.['frame_sequence'])
  }
  for (const told of something) nothing.delete(told)
  return nothing
}

/** By the page's frames: what each shows, if its thread told of any change; `FOR_NOTHING` where its tick showed nothing. */
function changedFor(
  events: readonly TraceEvent[],
  ticks: readonly number[],
  forNothing: ReadonlySet<unknown>,
): ReadonlyMap<unknown, Change> {
  const tasks = events.filter(({ name }) => name === 'RunTask')
  const changed = new Map<unknown, Change>()
  const asked = new Map<unknown, number>()
  let first = Infinity
  let begun = 0
  let frame: unknown
  for (const { name, ts, ph, args } of events) {
    const data = args?.['data'] as { readonly id?: number; readonly frameId?: number } | undefined
    if (CHANGES.has(name)) first = Math.min(first, busySince(tasks, ts))
    else if (name === 'RequestAnimationFrame') asked.set(data?.id, ts)
    else if (name === 'CancelAnimationFrame') asked.delete(data?.id)
    else if (name === 'FireAnimationFrame') {
      first = Math.min(first, asked.get(data?.id) ?? Infinity)
      asked.delete(data?.id)
    } else if (name === 'BeginMainThreadFrame') {
      begun = busySince(tasks, ts)
      frame = data?.frameId
    } else if (name === 'Commit' && ph === 'X') {
      const tick = args?.['frameSeqId']
      if (tick !== undefined && forNothing.has(tick)) changed.set(frame, FOR_NOTHING)
      else if (first !== Infinity) changed.set(frame, { at: first, due: dueAt(first, begun, ticks) })
      first = Infinity
    }
  }
  return changed
}

/** When something that changed at a time could first be shown, in a frame that the page began at another. */
function dueAt(changed: number, begun: number, ticks: readonly number[]): number {
  const next = ticks.find((ts) => ts >= changed) ?? Infinity
  return Math.min(next, changed + TICK, Math.max(changed, begun))
}

/** Since when a thread had been busy without a pause. */
function busySince(tasks: readonly TraceEvent[], at: number): number {
  let since = at + NO_PAUSE
  let begin = at
  for (const { ts, dur = 0 } of tasks.toReversed()) {
    if (ts > at) continue
    if (since - (ts + dur) > NO_PAUSE) break
    since = begin = ts
  }
  return begin
}
