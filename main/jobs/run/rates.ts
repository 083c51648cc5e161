import type { Sample } from '#model/job.ts'

/** How much an older second counts: after 8 of them a change of rate is almost wholly seen. */
const SMOOTHING = 0.25
/** Points that a chart keeps, whatever the length of the job. */
export const MOST_SAMPLES = 600

export interface Rate {
  readonly objectsPerSecond: number
  readonly bytesPerSecond: number
}

/** Exponentially weighted: the next rate, after a span in which so much was done. Pure. */
export function nextRate(
  before: Rate | undefined,
  objects: number,
  bytes: number,
  milliseconds: number,
): Rate {
  const seconds = Math.max(milliseconds, 1) / 1000
  const now = { objectsPerSecond: objects / seconds, bytesPerSecond: bytes / seconds }
  if (before === undefined) return now
  return {
    objectsPerSecond: blend(before.objectsPerSecond, now.objectsPerSecond),
    bytesPerSecond: blend(before.bytesPerSecond, now.bytesPerSecond),
  }
}

function blend(before: number, now: number): number {
  return before + SMOOTHING * (now - before)
}

/** Seconds for what is left: the slower of objects and bytes. Undefined while there is no rate to base it on. */
export function secondsLeft(
  rate: Rate | undefined,
  left: { objects: number; bytes: number },
): number | undefined {
  if (rate === undefined) return undefined
  const byObjects = left.objects > 0 ? left.objects / rate.objectsPerSecond : 0
  const byBytes = left.bytes > 0 ? left.bytes / rate.bytesPerSecond : 0
  const seconds = Math.max(byObjects, byBytes)
  return Number.isFinite(seconds) ? Math.ceil(seconds) : undefined
}

/** The chart's points, `span` milliseconds each. */
export interface Samples {
  readonly span: number
  readonly points: readonly Sample[]
}

export const NO_SAMPLES: Samples = { span: 1000, points: [] }

/** With one more point; once there are too many, two become one, and every point spans twice as long. */
export function addSample(samples: Samples, sample: Sample): Samples {
  const last = samples.points.at(-1)
  // A point of a coarser chart is built up of the finer ones that fall into it.
  const joins =
    last !== undefined && Math.floor(last.at / samples.span) === Math.floor(sample.at / samples.span)
  const points = joins ? [...samples.points.slice(0, -1), merge(last, sample)] : [...samples.points, sample]
  if (points.length <= MOST_SAMPLES) return { span: samples.span, points }
  const halved: Sample[] = []
  for (let at = 0; at < points.length; at += 2) {
    const [first, second] = [points[at], points[at + 1]]
    if (first) halved.push(second ? merge(first, second) : first)
  }
  return { span: samples.span * 2, points: halved }
}

function merge(first: Sample, second: Sample): Sample {
  return {
    at: second.at,
    objectsPerSecond: (first.objectsPerSecond + second.objectsPerSecond) / 2,
    bytesPerSecond: (first.bytesPerSecond + second.bytesPerSecond) / 2,
    concurrency: Math.max(first.concurrency, second.concurrency),
    throttled: first.throttled + second.throttled,
  }
}
