/** One moment of a job. */
export interface ThroughputSample {
  /** Milliseconds since 1970, rising. */
  readonly at: number
  /** A second. */
  readonly objects: number
  /** A second. */
  readonly bytes: number
  /** Requests in flight. */
  readonly atOnce: number
}
