/** What a benchmark measures and how it is judged: shared by all points of `npm run bench`. */
import type { PlaygroundProcess } from '../helpers/playground.ts'

/** One run of one command. */
export interface Run {
  /** Seconds from its start to its end. */
  readonly wall: number
  /** Seconds of CPU, user and system, of the process and all its threads and children. */
  readonly cpu: number
  /** MiB that were resident at the most. */
  readonly memory: number
  /** Requests by operation, as the server counted them. */
  readonly requests: Readonly<Record<string, number>>
  /** Answers that asked to slow down (503). */
  readonly refused: number
  readonly connections: number
  readonly mostInFlight: number
  /** Seconds of CPU that the server took for it. */
  readonly serverCpu: number
}

/** All runs of one contestant. */
export interface Series {
  readonly name: string
  /** Objects, keys or parts of one run: what `cpu` is divided by. */
  readonly count: number
  readonly runs: readonly Run[]
}

/** A figure beside its bound. `is` undefined: it could not be measured, and `why` says so. */
export interface Check {
  readonly what: string
  readonly is: number | undefined
  readonly atMost?: number
  readonly atLeast?: number
  readonly unit?: string
  /** For a figure that is missing, or one that misses its bound. */
  readonly why?: string
}

/** A table beside the series, e.g. what each step costs. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export interface PointResult {
  readonly series: readonly Series[]
  readonly checks: readonly Check[]
  readonly tables?: readonly Table[]
  /** Sentences for the results page. */
  readonly notes?: readonly string[]
}

/** What a point gets to work with. */
export interface Bench {
  /** Runs of each contestant, by turns. */
  readonly pairs: number
  /** Of a draft: how many objects instead of a point's own number, for those points that ask. */
  readonly objects?: number
  /** A folder that goes away afterwards. */
  readonly dir: string
  say(line: string): void
  /** Where a run stands that takes minutes: to standard error, as it is no part of the results. */
  tell(line: string): void
  /** Aborted by SIGINT and SIGTERM: a point that takes long says what it has by then. */
  readonly signal: AbortSignal
  /** A playground on a core of its own, where there are two; stopped at the end of the point. */
  playground(): Promise<PlaygroundProcess>
}

/** One section of the list of figures, in a file of its own below `points/`. */
export interface BenchPoint {
  readonly name: string
  /** One sentence: the workload. */
  readonly title: string
  /** Only when it is asked for by name: it takes too long for every run. */
  readonly onlyByName?: boolean
  run(bench: Bench): Promise<PointResult>
}

/** Of an even number the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return NaN
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? NaN
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

export function medianOf(series: Series, figure: (run: Run) => number): number {
  return median(series.runs.map(figure))
}

/** Milliseconds of CPU an object, the median of the runs. */
export function cpuPerObject(series: Series): number {
  return (medianOf(series, (run) => run.cpu) * 1000) / series.count
}

/**
 * The median of the ratios of each pair of runs. Runs of a pair follow each other, so that what disturbs the machine
 * disturbs both.
 */
export function ratio(ours: Series, theirs: Series, figure: (run: Run) => number): number {
  const pairs = Math.min(ours.runs.length, theirs.runs.length)
  const quotients = Array.from({ length: pairs }, (_, n) => {
    const [our, their] = [ours.runs[n], theirs.runs[n]]
    return our && their ? figure(our) / figure(their) : NaN
  })
  return median(quotients)
}

/** `unknown`: it was not measured, which is no success. */
export function verdict({ is, atMost, atLeast }: Check): 'met' | 'missed' | 'unknown' {
  if (is === undefined || Number.isNaN(is)) return 'unknown'
  const isMet = (atMost === undefined || is <= atMost) && (atLeast === undefined || is >= atLeast)
  return isMet ? 'met' : 'missed'
}

/** Requests of all operations together. */
export function allRequests({ requests }: Run): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0)
}
