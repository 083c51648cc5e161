/** What a part of a progress bar stands for. Skipped and restoring are hatched: told apart without colour. */
export type SegmentKind =
  'done' | 'running' | 'failed' | 'parts' | 'restoring' | 'skipped' | 'planned' | 'todo'

/** A part of a bar: what, and how many (objects or bytes, alike in one bar). */
export interface Segment {
  readonly kind: SegmentKind
  readonly count: number
}
