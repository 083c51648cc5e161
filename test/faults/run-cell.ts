import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { JOURNAL_STATES } from '../../main/jobs/item.ts'
import { readOwner } from '../../main/jobs/owner.ts'
import { createClient } from '#contract/client.ts'
import { linkToOwner } from '../../main/serve/owner-socket.ts'
import { openDatabase } from '../../main/sqlite/sqlite.ts'
import type { Database } from '../../main/sqlite/sqlite.ts'
import { jsonResult } from '../helpers/decant.ts'
import { until } from '../helpers/processes.ts'
import type { RunningProcess } from '../helpers/processes.ts'
import type { Act, Cell, Life } from './cell.ts'
import { gather } from './gather.ts'
import { isInDoubt, judge } from './oracle.ts'
import type { Evidence, LifeFacts, Said, Touch } from './oracle.ts'
import { FROM, isMove, openStage, TO, wordsOf } from './stage.ts'
import type { Stage } from './stage.ts'
import type { Fate, Seen } from './tap.ts'

export interface CellResult {
  /** What is wrong, by the names of the oracle's rules; none: the cell has passed. */
  readonly wrong: readonly string[]
  readonly seconds: number
  /** Seconds of each process. */
  readonly lives: readonly number[]
  readonly requests: number
  /** Requests of which nobody knew, at each end of a process, what became of them. */
  readonly inDoubt: readonly number[]
}

/** Milliseconds that one life may take before it is ended: far beyond the bound that the oracle knows. */
const PATIENCE = 150_000
/** Milliseconds: less than a write of the journal waits for the lock. */
const BRIEFLY = 100
const MUTATIONS = /^(Copy|Put|Delete|Upload|Create|Complete|Abort)/

/** `doctor`: does something wrong at the end, for a test of the oracle. */
export async function runCell(
  cell: Cell,
  doctor: (stage: Stage) => Promise<void> = async () => {},
): Promise<CellResult> {
  const began = performance.now()
  const stage = await openStage(cell)
  const run = new CellRun(cell, stage)
  try {
    const wrong = await run.toTheEnd(doctor)
    const { seen } = run
    return {
      wrong,
      seconds: (performance.now() - began) / 1000,
      lives: run.lives,
      requests: seen.length,
      inDoubt: run.inDoubt,
    }
  } finally {
    await run.end()
  }
}

class CellRun {
  readonly #cell: Cell
  readonly #stage: Stage
  readonly #touched = new Map<string, Touch>()
  readonly #lives: LifeFacts[] = []
  readonly inDoubt: number[] = []
  #running: RunningProcess | undefined
  #locks: Database[] = []
  #struck: string[] = []
  readonly #early: string[] = []
  #killed = false
  #result: Said | undefined
  /** Of the first job, where an undo is what is looked at. */
  #logSince = 0
  #seenSince = 0

  constructor(cell: Cell, stage: Stage) {
    this.#cell = cell
    this.#stage = stage
  }

  get lives(): readonly number[] {
    return this.#lives.map(({ seconds }) => seconds)
  }

  get seen(): readonly Seen[] {
    const all = this.#stage.taps.flatMap(({ seen }) => seen)
    return all
      .sort((one, other) => one.sentAt - other.sentAt)
      .filter(({ sentAt }) => sentAt > this.#seenSince)
  }

  /** @returns what is wrong */
  async toTheEnd(doctor: (stage: Stage) => Promise<void>): Promise<readonly string[]> {
    const words = await this.#firstWords()
    const wrong: string[] = []
    if (isMove(this.#cell.job)) this.#watchDeletes()
    for (const [at, life] of this.#cell.lives.entries()) {
      const args = at === 0 ? words : ['resume', '--all', '--json']
      wrong.push(...(await this.#live(life, args, at + 1)))
    }
    await doctor(this.#stage)
    const evidence = await this.#evidence()
    wrong.push(...judge(evidence).map(({ rule, text }) => `${rule}: ${text}`))
    wrong.push(...this.#unexpected(evidence))
    return wrong
  }

  async end(): Promise<void> {
    this.#unlock()
    if (this.#running?.child.exitCode === null) await this.#running.kill()
    await this.#stage.end()
  }

  async #firstWords(): Promise<readonly string[]> {
    const { job, args = [] } = this.#cell
    const words = [...wordsOf(job, this.#stage), '--concurrency', '16', '--json', ...args]
    if (!job.startsWith('undo-')) return words
    const { code, output } = await this.#stage.decant(...words)
    if (code !== 0) throw new Error(`the job to be undone ended with ${code}: ${output}`)
    this.#logSince = (await this.#stage.playground.admin.log()).length
    this.#seenSince = this.seen.at(-1)?.toldAt ?? 0
    return ['undo', jsonResult(output).jobId, '--json']
  }

  async #live(life: Life, args: readonly string[], number: number): Promise<string[]> {
    const { playground, taps } = this.#stage
    await playground.admin.faults(...(life.faults ?? []))
    this.#struck = []
    this.#killed = false
    for (const { on, act } of life.events ?? []) {
      const fate = (seen: Seen): Promise<Fate> => this.#strike(act, seen)
      for (const tap of taps) tap.on(on, fate)
    }
    const began = performance.now()
    const running = this.#stage.start(args)
    this.#running = running
    const timer = setTimeout(() => running.child.kill('SIGKILL'), PATIENCE)
    const { code } = await running.exit
    clearTimeout(timer)
    const seconds = (performance.now() - began) / 1000
    this.#lives.push({ seconds, exit: this.#killed ? 'killed' : (code ?? -1) })
    this.inDoubt.push(this.seen.filter((each) => each.life === number && isMutationInDoubt(each)).length)
    for (const tap of taps) {
      tap.forget()
      tap.died()
      tap.begin()
    }
    this.#unlock()
    this.#stage.emptyDisk()
    await playground.admin.clearFaults()
    await playground.admin.release()
    this.#result = running.output().includes('{"jobId"') ? jsonResult(running.output()) : undefined
    return this.#endedAsExpected(life, code, running.output(), number)
  }

  #endedAsExpected(life: Life, code: number | null, output: string, number: number): string[] {
    const events = life.events ?? []
    if (this.#struck.length < events.length) {
      const missed = events.filter(({ act }) => !this.#struck.includes(act.do))
      return [
        `life ${number} ended with ${code} before its moment: ${JSON.stringify(missed)}\n${output.slice(-1500)}`,
      ]
    }
    const isToBeKilled = events.some(({ act }) => act.do === 'kill')
    const wanted = life.exit ?? 0
    if (isToBeKilled || code === wanted) return []
    return [`life ${number} ended with ${code} and not with ${wanted}:\n${output.slice(-1500)}`]
  }

  async #strike(act: Act, seen: Seen): Promise<Fate> {
    this.#struck.push(act.do)
    switch (act.do) {
      case 'kill':
        this.#killed = true
        this.#running?.child.kill('SIGKILL')
        await this.#running?.exit
        for (const tap of this.#stage.taps) tap.died()
        return act.fate
      case 'rewrite':
      case 'retouch':
      case 'delete':
      case 'write-there':
        await this.#meddle(act.do, this.#nameOf(seen))
        return 'go'
      case 'fill-disk':
        this.#stage.fillDisk()
        return 'go'
      case 'io-errors':
        execFileSync('prlimit', ['--pid', String(this.#running?.pid), '--fsize=0:0'])
        return 'go'
      case 'lock':
        this.#lock()
        return 'go'
      case 'lock-briefly':
        this.#lock()
        setTimeout(() => this.#unlock(), BRIEFLY)
        return 'go'
      case 'cancel':
        void this.#cancel()
        return 'go'
      case 'pause':
        this.#running?.child.kill('SIGINT')
        return 'go'
    }
  }

  /** Invariant 1: a copy is journaled before its source goes. The journal is read as another process sees it. */
  #watchDeletes(): void {
    for (const tap of this.#stage.taps) {
      tap.watch(({ op, bucket, key }) => {
        if (op !== 'DeleteObject' || bucket !== FROM.bucket) return
        const db = openDatabase(path.join(this.#stage.dataDir, 'jobs.db'), 'read')
        const [state] = db.prepare('SELECT state FROM items WHERE key = ?').get(key) ?? []
        db.close()
        const isKnown = ['copied-not-deleted', 'moved'].includes(JOURNAL_STATES[Number(state)] ?? '')
        if (!isKnown) this.#early.push(key)
      })
    }
  }

  /** Its name below the prefixes. */
  #nameOf({ bucket, key }: Seen): string {
    return key.slice((bucket === TO.bucket ? TO : FROM).prefix.length)
  }

  async #meddle(how: 'rewrite' | 'retouch' | 'delete' | 'write-there', name: string): Promise<void> {
    const { playground, raw } = this.#stage
    const { admin } = playground
    const key = FROM.prefix + name
    switch (how) {
      case 'rewrite':
        for (const bucket of [FROM.bucket, 'others']) await admin.seed({ bucket, key, text: `other ${name}` })
        this.#touched.set(name, 'source-written')
        return
      case 'retouch': {
        // The same bytes, so the same ETag, with other metadata; Last-Modified, which has seconds only, must tell.
        await admin.advance(1)
        const headers = { 'x-amz-copy-source': `/witness/${key}`, 'x-amz-metadata-directive': 'REPLACE' }
        for (const bucket of [FROM.bucket, 'others']) {
          const path = `/${bucket}/${key}`
          const { status, text } = await raw.send({
            method: 'PUT',
            path,
            headers: { ...headers, 'x-amz-meta-by': 'another' },
          })
          if (status !== 200) throw new Error(text)
        }
        this.#touched.set(name, 'source-written')
        return
      }
      case 'delete':
        await raw.send({ method: 'DELETE', path: `/${FROM.bucket}/${key}` })
        this.#touched.set(name, 'source-deleted')
        return
      case 'write-there':
        await admin.seed({ bucket: TO.bucket, key: TO.prefix + name, text: `other ${name}` })
        this.#touched.set(name, 'destination-written')
    }
  }

  #lock(): void {
    const db = openDatabase(path.join(this.#stage.dataDir, 'jobs.db'), 'write')
    db.exec('BEGIN IMMEDIATE')
    this.#locks.push(db)
  }

  #unlock(): void {
    for (const db of this.#locks.splice(0)) {
      db.exec('ROLLBACK')
      db.close()
    }
  }

  /** As the window does, over the owner's door. Answered when the job has come to rest. */
  async #cancel(): Promise<void> {
    const { dataDir } = this.#stage
    const { port, token } = readOwner(dataDir) ?? {}
    if (port === undefined || token === undefined) throw new Error('nobody owns the data directory')
    const db = openDatabase(path.join(dataDir, 'jobs.db'), 'read')
    const [id] = db.prepare('SELECT id FROM jobs').get() ?? []
    db.close()
    const link = await linkToOwner(port, token)
    await createClient(link.transport)
      .call('jobs.cancel', { id: String(id) })
      .catch(() => {
        // Killed meanwhile.
      })
    link.close()
  }

  async #evidence(): Promise<Evidence> {
    const { admin } = this.#stage.playground
    await until('nothing is in flight', async () => (await admin.counters()).inFlight === 0)
    return gather(this.#stage, this.#cell, {
      touched: this.#touched,
      lives: this.#lives,
      result: this.#result,
      log: await admin.log(this.#logSince),
      seen: this.seen,
      early: this.#early,
    })
  }

  #unexpected({ rows, listed }: Evidence): string[] {
    const { failed = {}, status = 'completed' } = this.#cell
    const codes: Record<string, number> = {}
    for (const { status: is, code } of rows) if (is === 'failed') codes[code] = (codes[code] ?? 0) + 1
    const found: string[] = []
    if (JSON.stringify(codes) !== JSON.stringify(failed)) {
      const said = rows.find((row) => row.status === 'failed')?.message ?? ''
      found.push(
        `failed are ${JSON.stringify(codes)} and not ${JSON.stringify(failed)}${said && `: "${said}"`}`,
      )
    }
    if (listed.status !== status) found.push(`the job is ${listed.status} and not ${status}`)
    return found
  }
}

function isMutationInDoubt(seen: Seen): boolean {
  return MUTATIONS.test(seen.op) && isInDoubt(seen)
}
