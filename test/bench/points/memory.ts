import { memoryPoint } from '../memory.ts'

/** What stays resident must not depend on how much there is to do (invariant 11). */
export const point = memoryPoint({ name: 'memory', more: 1_000_000, atMost: 30 })
