import type { Cell } from './cell.ts'
import { ENVIRONMENT_CELLS } from './cells-environment.ts'
import { KILL_CELLS } from './cells-kill.ts'
import { MEDDLING_CELLS } from './cells-meddling.ts'
import { SERVER_CELLS } from './cells-server.ts'

/** Every cell, by name. A name begins with the job's. */
export const CELLS: readonly Cell[] = [
  ...KILL_CELLS,
  ...SERVER_CELLS,
  ...ENVIRONMENT_CELLS,
  ...MEDDLING_CELLS,
]
