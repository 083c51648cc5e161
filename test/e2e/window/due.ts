/** How long the frames of a trace were due. Pure. Times of a trace are microseconds. */
import type { TraceEvent } from './trace.ts'

/** What a page's own thread says when there is something to draw that was not there before. */
const CHANGES: ReadonlySet<string> = new Set([
  'ScheduleStyleRecalculation',
  'InvalidateLayout',
  'ScrollLayer',
])
/** In place of a time: of a frame of the page that changed nothing on the screen. */
const FOR_NOTHING = Infinity
/** Between two tasks: if it is no longer, the second one waited for the first. */
const NO_PAUSE = 1000

/**
 * How long each frame but the first was due, in milliseconds. Nobody waits for a frame that shows nothing new, and the
 * compositor's clock goes on for a while when there is nothing to draw any more. So a frame is due since the one before
 * it, or, where there was nothing to draw after that one, since there was something again:
 *
 * | what there was for the frame                         | since                                             |
 * | ---------------------------------------------------- | ------------------------------------------------- |
 * | the compositor scrolled, animated, or lacked a tile  | it asked for frames after it had asked for none   |
 * | only what the page's own thread had changed          | that thread began with what led to the first of it |
 * | nothing that is known                                | as the first                                      |
 *
 * What led to it is the task in which it was changed, with all tasks before that one without a pause: what kept the thread
 * busy kept the change waiting. Of the page's frames those are left out that changed nothing on the screen, as the compositor
 * itself says of each of them (rows out of sight, for one): nobody waits for these, and they are never drawn.
 */
export function dueFor(events: readonly TraceEvent[], main: number): readonly number[] {
  const sorted = events.toSorted((one, other) => one.ts - other.ts)
  const drawn = sorted.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts)
  const wanted = sorted.filter(isWanted).map(({ ts }) => ts)
  const ticks = sorted.filter(({ name, ph }) => name === 'PipelineReporter' && ph === 'b')
  const busy = ticks.filter(isCompositors).map(({ ts }) => ts)
  const shown = sorted.filter(({ name }) => name === 'ActivateLayerTree')
  const changed = changedFor(
    sorted.filter(({ tid }) => tid === main),
    ticksForNothing(ticks),
  )
  return drawn.slice(1).map((time, at) => {
    const before = drawn[at] ?? time
    const isSince = (ts: number): boolean => ts > before && ts <= time
    const pages = shown
      .filter(({ ts }) => isSince(ts))
      .map(({ args }) => changed.get(args?.['frameId']) ?? before)
      .filter((since) => since !== FOR_NOTHING)
    // Without ticks nobody knows what the compositor did.
    const isPages = pages.length > 0 && ticks.length > 0 && !busy.some(isSince)
    const since = isPages ? Math.min(...pages) : Math.max(...wanted.filter(isSince))
    return (time - Math.max(before, since)) / 1000
  })
}

/** Whether the compositor asks for frames again. */
function isWanted({ name, args }: TraceEvent): boolean {
  const data = args?.['data'] as { readonly needsBeginFrame?: number } | undefined
  return name === 'NeedsBeginFrameChanged' && data?.needsBeginFrame === 1
}

/** Whether the compositor has something of its own to draw at a tick of its clock. */
function isCompositors({ args }: TraceEvent): boolean {
  const frame = args?.['frame_reporter'] as Readonly<Record<string, unknown>> | undefined
  return (
    (frame?.['scroll_state'] ?? 'SCROLL_NONE') !== 'SCROLL_NONE' ||
    frame?.['has_compositor_animation'] === true ||
    frame?.['has_missing_content'] === true
  )
}

/** Ticks of the compositor's clock for which nothing was to be drawn, whoever told of them. */
function ticksForNothing(ticks: readonly TraceEvent[]): ReadonlySet<unknown> {
  const [nothing, something] = [new Set<unknown>(), new Set<unknown>()]
  for (const { args } of ticks) {
    const tick = args?.['frame_reporter'] as Readonly<Record<string, unknown>> | undefined
    const isNothing = tick?.['state'] === 'STATE_NO_UPDATE_DESIRED'
    ;(isNothing ? nothing : something).add(tick?.['frame_sequence'])
  }
  for (const told of something) nothing.delete(told)
  return nothing
}

/**
 * By the page's frames: when its thread began with what led to the first change that the frame shows, if it told of any;
 * `FOR_NOTHING` where the tick that it was made for showed nothing.
 */
function changedFor(
  events: readonly TraceEvent[],
  forNothing: ReadonlySet<unknown>,
): ReadonlyMap<unknown, number> {
  const tasks = events.filter(({ name }) => name === 'RunTask')
  const changed = new Map<unknown, number>()
  const asked = new Map<unknown, number>()
  let first = Infinity
  let frame: unknown
  for (const { name, ts, ph, args } of events) {
    const data = args?.['data'] as { readonly id?: number; readonly frameId?: number } | undefined
    if (CHANGES.has(name)) first = Math.min(first, busySince(tasks, ts))
    else if (name === 'RequestAnimationFrame') asked.set(data?.id, ts)
    else if (name === 'CancelAnimationFrame') asked.delete(data?.id)
    else if (name === 'FireAnimationFrame') {
      first = Math.min(first, asked.get(data?.id) ?? Infinity)
      asked.delete(data?.id)
    } else if (name === 'BeginMainThreadFrame') frame = data?.frameId
    else if (name === 'Commit' && ph === 'X') {
      const tick = args?.['frameSeqId']
      if (tick !== undefined && forNothing.has(tick)) changed.set(frame, FOR_NOTHING)
      else if (first !== Infinity) changed.set(frame, first)
      first = Infinity
    }
  }
  return changed
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
