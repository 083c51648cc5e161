import { nameOf, play } from './cell.ts'
import type { Cell } from './cell.ts'
import { FAULTS } from './faults.ts'
import type { GridFault, Trace } from './faults.ts'
import { FIRST_JOBS } from './jobs.ts'
import type { GridJob } from './jobs.ts'
import { UNDO_JOBS } from './jobs-undo.ts'
import { killPointsOf } from './kills.ts'

export const JOBS: readonly GridJob[] = [...FIRST_JOBS, ...UNDO_JOBS]

const BY_PARTS = [
  'CreateMultipartUpload',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
]

/** Every cell of a kind of job, and those that make no sense. */
interface Row {
  readonly trace: Trace
  readonly cells: readonly Cell[]
  readonly left: readonly { readonly fault: string; readonly why: string; readonly cells: number }[]
}

export async function cellsOf(job: GridJob): Promise<Row> {
  const [fault] = FAULTS
  if (fault === undefined) throw new Error('there are no faults')
  const { trace } = await play({ job, fault, kill: undefined, again: false }, undefined)
  const plain = killPointsOf(trace.operations)
  const withParts = killPointsOf([...trace.operations, ...BY_PARTS])
  const left: { fault: string; why: string; cells: number }[] = []
  const cells: Cell[] = []
  for (const one of FAULTS) {
    const points = job.goesByParts && one.hangs ? withParts : plain
    const why = whyNot(job, one) ?? one.without?.(trace)
    if (why !== undefined) {
      left.push({ fault: one.name, why, cells: 1 + points.length })
      continue
    }
    cells.push({ job, fault: one, kill: undefined, again: false })
    for (const kill of points) {
      cells.push({ job, fault: one, kill, again: false })
      if (one.again === true && !job.isHeavy) cells.push({ job, fault: one, kill, again: true })
    }
  }
  return { trace, cells, left }
}

function whyNot({ isHeavy, isLarge }: GridJob, { name, again, hangs }: GridFault): string | undefined {
  if (hangs && !isLarge) return 'a copy of so few bytes is not waited for'
  if (isLarge && !hangs && name !== FAULTS[0]?.name) return 'only with what befalls large copies alone'
  return isHeavy && again !== true ? 'megabytes for each cell: only with four faults' : undefined
}

/** Which cells are played. */
export interface Share {
  /** Every so many of a job's cells, from the `first`; 1 is all of them. */
  readonly every: number
  readonly first: number
  /** Cells whose names it matches. */
  readonly only?: RegExp | undefined
}

/** What became of a job's cells under one fault. */
export interface Square {
  readonly job: string
  readonly fault: string
  passed: number
  /** Cells in which the process was never killed, as a fault kept the job from getting there. */
  spared: number
  left: number
  readonly why?: string | undefined
  /** Names and what was wrong. */
  readonly failed: string[]
}

/** Plays a job's cells, one after the other. */
export async function playJob(job: GridJob, { every, first, only }: Share): Promise<Square[]> {
  const { trace, cells, left } = await cellsOf(job)
  const squares = new Map<string, Square>()
  for (const { fault, why, cells: count } of left)
    squares.set(fault, { job: job.name, fault, passed: 0, spared: 0, left: count, why, failed: [] })
  for (const [at, cell] of cells.entries()) {
    if (at % every !== first || only?.test(nameOf(cell)) === false) continue
    const { name } = cell.fault
    const square = squares.get(name) ?? {
      job: job.name,
      fault: name,
      passed: 0,
      spared: 0,
      left: 0,
      failed: [],
    }
    squares.set(name, square)
    try {
      const { kills } = await play(cell, trace)
      square.passed += 1
      if (cell.kill !== undefined && kills === 0) square.spared += 1
    } catch (error) {
      square.failed.push(error instanceof Error ? error.message : String(error))
    }
  }
  return [...squares.values()]
}
