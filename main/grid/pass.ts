import type { Seams } from '#model/seams.ts'
import { sleep } from '#model/seams.ts'

/** Milliseconds of one slice: between two, everything else of the process has its turn. */
const SLICE = 12

/** Whether a slice that began at `began` has had its time. */
export function isSpent(seams: Seams, began: number): boolean {
  return seams.now() - began >= SLICE
}

/** Calls `slice` again and again, with a turn of everything else in between, until it says that all is done. */
export async function inSlices(
  seams: Seams,
  slice: () => 'more' | 'done',
  signal?: AbortSignal,
): Promise<void> {
  while (slice() === 'more') {
    await sleep(seams, 0, signal)
    signal?.throwIfAborted()
  }
}
