import type { RequestStep } from '../../helpers/memory/server.ts'

/**
 * Where a process is killed, to the instant.
 *
 * | `at`       | is                                                                                       |
 * |------------|------------------------------------------------------------------------------------------|
 * | planned    | a page of the plan is on the disk                                                        |
 * | unsent     | the request was about to leave                                                           |
 * | sent       | it left, and reaches the server right after the death of its sender                      |
 * | late       | the same, but the next process has looked by then                                        |
 * | done       | the server has done it, and nobody heard the answer                                      |
 * | answered   | the answer was read, and nothing of it is journaled                                      |
 * | journaled  | the first transaction after the answer is on the disk, and nothing followed from it      |
 */
export interface KillPoint {
  readonly name: string
  readonly at: 'planned' | 'unsent' | 'sent' | 'late' | 'done' | 'answered' | 'journaled'
  readonly operation?: string | undefined
  /** Which of them, from 1. */
  readonly nth: number
}

const WRITES: ReadonlySet<string> = new Set([
  'CopyObject',
  'PutObject',
  'PutObjectTagging',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'DeleteObject',
])
const PARTS: ReadonlySet<string> = new Set(['UploadPart', 'UploadPartCopy'])
const OF_A_WRITE = ['unsent', 'sent', 'late', 'done', 'answered', 'journaled'] as const
const IN_WORDS: Readonly<Record<KillPoint['at'], string>> = {
  planned: 'after a page of the plan',
  unsent: 'before',
  sent: 'with the request on its way:',
  late: 'with the request long on its way:',
  done: 'before the answer to',
  answered: 'before the journal knew of',
  journaled: 'once the journal knew of',
}

export function isWrite(operation: string): boolean {
  return WRITES.has(operation)
}

/** Reads from which something follows. */
const LOOKS: ReadonlySet<string> = new Set([
  'ListObjectsV2',
  'HeadObject',
  'GetObject',
  'ListParts',
  'ListObjectVersions',
])

/** Each instant at which the death of a process could matter, of a job that sends these operations. */
export function killPointsOf(operations: readonly string[]): KillPoint[] {
  const points: KillPoint[] = [{ name: IN_WORDS.planned, at: 'planned', nth: 1 }]
  for (const operation of operations) {
    if (!isWrite(operation) && !LOOKS.has(operation)) continue
    const ats = isWrite(operation) ? OF_A_WRITE : (['answered'] as const)
    for (const at of ats) points.push(pointOf(at, operation, 1))
    if (PARTS.has(operation)) points.push(pointOf('journaled', operation, 2), pointOf('done', operation, 2))
  }
  return points
}

function pointOf(at: KillPoint['at'], operation: string, nth: number): KillPoint {
  return { name: `${IN_WORDS[at]} ${operation}${nth > 1 ? ` ${nth}` : ''}`, at, operation, nth }
}

/** Says when the point has come. */
export class Killer {
  readonly #point: KillPoint
  #met = 0
  #isAnswered = false

  constructor(point: KillPoint) {
    this.#point = point
  }

  step({ phase, operation, orphan }: RequestStep): boolean {
    const { at, nth } = this.#point
    if (orphan === true || operation !== this.#point.operation) return false
    if (at === 'journaled') {
      if (phase === 'answered' && ++this.#met === nth) this.#isAnswered = true
      return false
    }
    const wanted = at === 'unsent' || at === 'sent' || at === 'late' ? 'leaves' : at
    return phase === wanted && ++this.#met === nth
  }

  /** A transaction is on the disk. */
  committed(hasPlan: () => boolean): boolean {
    if (this.#point.at === 'planned') return hasPlan()
    return this.#isAnswered
  }

  /** What becomes of the requests that are on their way. */
  get fate(): 'lands' | 'lost' {
    return this.#point.at === 'unsent' ? 'lost' : 'lands'
  }
}
