import { memoryPoint } from '../memory.ts'

/** About twenty minutes; SIGINT or SIGTERM leaves what is there by then. */
export const point = memoryPoint({ name: 'memory-10m', more: 10_000_000, atMost: 60, onlyByName: true })
