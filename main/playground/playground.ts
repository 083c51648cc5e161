import { randomBytes } from 'node:crypto'
import { Accounts } from './accounts.ts'
import { discards } from './bucket.ts'
import { Sessions } from './sessions.ts'
import { Clock } from './clock.ts'
import type { Context } from './context.ts'
import { Counters } from './counters.ts'
import { Faults } from './faults.ts'
import { NO_JOURNAL, openJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import { KmsKeys } from './kms.ts'
import { MutationLog } from './mutation-log.ts'
import type { Mutation } from './mutation.ts'
import { Regions } from './regions.ts'
import { isSetting } from './settings.ts'
import type { Kept, Setting } from './settings.ts'
import { Store } from './store.ts'

/** A line in the log and the journal for each is what grows in a bucket that keeps nothing. */
function isForgotten({ op, bucket }: Mutation, { buckets }: Store): boolean {
  return (op === 'CopyObject' || op === 'PutObject' || op === 'DeleteObject') && discards(buckets.get(bucket))
}

/** All that a playground holds and knows, without the network around it. */
export class Playground implements Context {
  readonly store = new Store()
  readonly clock = new Clock()
  readonly accounts = new Accounts()
  readonly sessions = new Sessions()
  readonly log = new MutationLog()
  readonly counters = new Counters()
  readonly kms = new KmsKeys()
  readonly regions = new Regions()
  readonly faults = new Faults(() => performance.now())
  readonly #journal: Journal
  #turn: Promise<void> | undefined

  /** `dir` keeps everything beyond the process; without it all is gone with it. */
  constructor(dir: string | undefined) {
    this.#journal = dir === undefined ? NO_JOURNAL : openJournal(dir, (kept) => this.#replay(kept))
  }

  now = (): number => this.clock.now()

  newId(): string {
    return randomBytes(24).toString('base64url')
  }

  commit(mutation: Mutation): void {
    if (isForgotten(mutation, this.store)) return this.counters.mutated()
    const append = this.#journal.prepare(mutation)
    this.store.apply(mutation)
    append()
    this.log.add(mutation)
    this.counters.mutated()
  }

  /** Changes the playground itself. */
  set(setting: Setting): void {
    const append = this.#journal.prepare(setting)
    this.#apply(setting)
    append()
  }

  /**
   * Resolves once every change is with the operating system: no answer goes out before. All changes of one
   * turn of the event loop are written at once, and their answers sent together.
   */
  flushed(): Promise<void> {
    this.#turn ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#turn = undefined
        try {
          this.#journal.flush()
          resolve()
        } catch (error) {
          reject(error as Error)
        }
      })
    })
    return this.#turn
  }

  close(): void {
    this.#journal.close()
  }

  #replay(kept: Kept): void {
    if (isSetting(kept)) {
      this.#apply(kept)
      return
    }
    this.store.apply(kept)
    this.log.add(kept)
  }

  #apply(setting: Setting): void {
    if (setting.op === 'AdvanceClock') this.clock.advance(setting.seconds)
    else this.accounts.add(setting.account)
  }
}
