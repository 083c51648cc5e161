import { RecordImport } from './record-read.ts'
import type { JobRecord } from '../record.ts'
import type { Store } from '../store/store.ts'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'

/** Imports that are open at a time; one more, and the one that was begun first is given up. */
const MOST = 4

interface Open {
  readonly import: RecordImport
  /** Settles when the piece before is taken. */
  turn: Promise<unknown>
}

/** The records that are on their way in, each by the name that its caller gave it. */
export class RecordImports {
  readonly #store: Store
  readonly #seams: Seams
  readonly #open = new Map<string, Open>()

  constructor(store: Store, seams: Seams) {
    this.#store = store
    this.#seams = seams
  }

  /** The job, with the last piece. */
  async take(name: string, text: string, last: boolean): Promise<JobRecord | undefined> {
    const open = this.#open.get(name) ?? this.#begin(name)
    const mine = open.turn.then(() => open.import.take(text, last))
    open.turn = mine.catch(() => {})
    try {
      const record = await mine
      if (last) this.#open.delete(name)
      return record
    } catch (error) {
      this.#open.delete(name)
      throw error
    }
  }

  /** What is half-way is left to the next start, which removes it. */
  async close(): Promise<void> {
    const turns = [...this.#open.values()].map(({ turn }) => turn)
    this.#open.clear()
    await Promise.all(turns)
  }

  #begin(name: string): Open {
    const [first] = this.#open.entries()
    if (first !== undefined && this.#open.size >= MOST) {
      this.#open.delete(first[0])
      void first[1].turn.then(() => first[1].import.drop())
    }
    const open: Open = { import: new RecordImport(this.#store, this.#seams), turn: Promise.resolve() }
    this.#open.set(name, open)
    return open
  }
}

/** Why a job that came from elsewhere is not run, tried again or taken back here. */
export const BROUGHT =
  'It was brought here as a record, to be looked at: nobody can tell whether its connections lead to the same objects from here.'

export function refuseBrought({ more, id }: JobRecord, what: string): void {
  if (more.importedAt === undefined) return
  fail('not-possible', 'item', `The job ${id} cannot be ${what}. ${BROUGHT}`, { property: 'id' })
}
