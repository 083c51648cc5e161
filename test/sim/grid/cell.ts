import type { Store } from '../../../main/jobs/store/store.ts'
import { isFinished } from '#model/job.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { MemoryS3, RequestStep } from '../../helpers/memory/server.ts'
import { memoryDisk } from '../disk.ts'
import type { Disk } from '../disk.ts'
import { journalFailure } from './door.ts'
import type { GridFault, Trace } from './faults.ts'
import type { GridJob } from './jobs.ts'
import { isWrite, Killer } from './kills.ts'
import type { KillPoint } from './kills.ts'
import { openLife } from './life.ts'
import type { Life } from './life.ts'
import { GridOracle } from './oracle.ts'
import type { GridWorld } from './world.ts'

const SECOND = 1000
/** Virtual milliseconds that one request's trouble may hold up a job, without a kill. */
const WITHIN = 60 * SECOND
/** How long a request that is `late` is on its way; milliseconds. */
const LONG = 400
const SETTLING = 30 * SECOND
/** Turns of the real file system that nothing virtual waits for. */
const PATIENCE = 2000

export interface Cell {
  readonly job: GridJob
  readonly fault: GridFault
  readonly kill: KillPoint | undefined
  /** At the same point again while the second process goes on. */
  readonly again: boolean
}

export interface Played {
  readonly kills: number
  /** Operations that were sent to a store, in the order of their first request. */
  readonly trace: Trace
  /** Virtual milliseconds. */
  readonly took: number
}

export function nameOf({ job, fault, kill, again }: Cell): string {
  const killed = kill === undefined ? 'no kill' : `killed ${kill.name}${again ? ', and again' : ''}`
  return `${job.name} × ${fault.name} × ${killed}`
}

/** `trace`: of the same job without a fault; undefined for that one itself. Throws what is wrong. */
export async function play(cell: Cell, trace: Trace | undefined, seed = 1): Promise<Played> {
  const world = cell.job.make(seed, cell.fault.servers ?? {})
  const one = new Play(cell, world, trace)
  try {
    return await one.run()
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new Error(`${nameOf(cell)}: ${said}\n\n${told(world.story)}`, { cause: error })
  } finally {
    one.remove()
  }
}

function told(story: GridWorld['story']): string {
  const lines = story.map((line) => {
    if (typeof line === 'string') return line
    const { phase, operation, key = '', part = '', orphan } = line.step
    return `${line.at} ${orphan === true ? 'orphan ' : ''}${phase} ${operation} ${key} ${part}`
  })
  return lines.join('\n')
}

class Play {
  readonly #cell: Cell
  readonly #world: GridWorld
  readonly #trace: Trace | undefined
  readonly #disk: Disk = memoryDisk()
  readonly #listeners: ((step: RequestStep) => void)[] = []
  readonly #mourners: (() => void)[] = []
  /** Operations that stores, and folders, were asked for; in the order of their first request. */
  readonly #stored: string[] = []
  readonly #filed: string[] = []
  #oracle: GridOracle | undefined
  #killer: Killer | undefined
  #killsLeft = 0
  #kills = 0
  #life!: Life
  #isDead = false
  #id = ''
  #broken: { readonly how: 'busy' | 'full' | 'io'; readonly until: number } | undefined
  #mayBeOver = true
  #isPersonDue = false
  #isPersonDone = false
  #sent = 0
  /** How far the machine's clock is; milliseconds. */
  #ahead = 0
  #retries = false

  constructor(cell: Cell, world: GridWorld, trace: Trace | undefined) {
    this.#cell = cell
    this.#world = world
    this.#trace = trace
  }

  async run(): Promise<Played> {
    const { seams } = this.#world
    await this.#start()
    await this.#prepare()
    const began = seams.now()
    this.#arm()
    this.#id = this.#world.begin(this.#life.jobs)
    this.#oracle?.began(this.#life, this.#id)
    await this.#toTheEnd()
    const took = seams.now() - began
    if (this.#trace === undefined && this.#cell.job.person && !this.#isPersonDone)
      throw new Error('it was over before anybody could pause or cancel it')
    await this.#settle()
    await this.#check()
    await this.#retry()
    await seams.finish(this.#life.jobs.close())
    const { within = WITHIN } = this.#cell.fault
    if (this.#cell.job.reads !== 'files' && took > within * (1 + this.#kills))
      throw new Error(`it took ${took} ms`)
    return { kills: this.#kills, trace: this.#traced(), took }
  }

  #traced(): Trace {
    const stored = this.#stored
    const operations = [...new Set([...stored, ...this.#filed])]
    const writes = operations.filter(isWrite)
    const main = stored.find(isWrite) ?? (stored.includes('GetObject') ? 'GetObject' : '')
    const last = writes.includes('CompleteMultipartUpload') ? 'CompleteMultipartUpload' : (writes[0] ?? main)
    return { operations, main, last, isAcross: this.#world.objects[0]?.to !== undefined }
  }

  remove(): void {
    this.#disk.remove()
  }

  get #job(): JobSnapshot {
    const found = this.#life.jobs.list().find(({ id }) => id === this.#id)
    if (found === undefined) throw new Error('the job is gone')
    return found
  }

  /** What has to be over before the job itself. */
  async #prepare(): Promise<void> {
    const { before, seams } = this.#world
    if (before === undefined) return
    this.#id = before(this.#life.jobs)
    await seams.run(() => isFinished(this.#job.status))
    const { status, tally } = this.#job
    if (status.is !== 'completed' || tally.failed.items > 0)
      throw new Error(`what comes before it failed: ${JSON.stringify(this.#job)}`)
    await seams.advance(5 * SECOND)
    this.#world.prepared?.()
  }

  #arm(): void {
    const { world, fault, job, kill, again } = { ...this.#cell, world: this.#world }
    this.#oracle = new GridOracle(world, job, fault)
    const all = Object.values(world.servers)
    for (const server of all) server.watch = (step) => this.#step(step, server)
    if (kill) {
      this.#killer = new Killer(kill)
      this.#killsLeft = again ? 2 : 1
    }
    if (this.#trace === undefined) return
    const stores = all.filter(({ habits }) => habits.holds !== 'files')
    fault.put?.({
      ...{ world, stores, trace: this.#trace },
      onStep: (listener) => this.#listeners.push(listener),
      onDeath: (listener) => this.#mourners.push(listener),
      breakJournal: (how, ms) => {
        this.#broken = { how, until: world.seams.now() + ms }
        world.story.push(`${world.seams.now()} the journal: ${how} for ${ms} ms`)
      },
      wake: () => this.#life.jobs.wake(),
      setClock: (ahead) => {
        this.#ahead = ahead
        world.story.push(`${world.seams.now()} the machine's clock is ${ahead} ms ahead`)
      },
    })
  }

  #step(step: RequestStep, server: MemoryS3): void {
    const { world, job } = { world: this.#world, job: this.#cell.job }
    if (step.phase === 'leaves') this.#sent += 1
    world.story.push({ at: world.seams.now(), step })
    const all = server.habits.holds === 'files' ? this.#filed : this.#stored
    if (step.phase === 'leaves' && !all.includes(step.operation)) all.push(step.operation)
    this.#oracle?.step(step, server)
    if (this.#isDead) return
    const { person } = job
    if (person && step.phase === person.at.phase && step.operation === person.at.operation) {
      this.#isPersonDue = true
      this.#mayBeOver = true
    }
    if (this.#killer?.step(step)) this.#kill(server)
    for (const listener of this.#listeners) listener(step)
  }

  /** At once, from within whatever goes on: nothing of this process happens any more. */
  #kill(server?: MemoryS3): void {
    const { seams, story } = this.#world
    const { kill } = this.#cell
    story.push(`${seams.now()} killed ${kill?.name}`)
    if (server && kill?.at === 'late') delayOne(server)
    this.#oracle?.died()
    this.#kills += 1
    this.#isDead = true
    this.#life.kill(this.#killer?.fate ?? 'lands')
    for (const listener of this.#mourners) listener()
    this.#killsLeft -= 1
    this.#killer = this.#killsLeft > 0 && kill ? new Killer(kill) : undefined
  }

  /** A process that cannot open its journal ends, and is started again. */
  async #start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        this.#life = await this.#open()
        this.#isDead = false
        return
      } catch (error) {
        if (tries > 20) throw error
        await this.#world.seams.advance(SECOND)
      }
    }
  }

  #open(): Promise<Life> {
    const { seams } = this.#world
    return openLife({
      ...{ world: this.#world, disk: this.#disk, ahead: () => this.#ahead },
      before: (path) => {
        if (this.#broken && seams.now() < this.#broken.until) throw journalFailure(this.#broken.how, path)
      },
      committed: (journal) => {
        this.#mayBeOver = true
        if (!this.#isDead && this.#killer?.committed(() => this.#hasPlan(journal)) === true) this.#kill()
      },
    })
  }

  #hasPlan(journal: Store): boolean {
    const record = this.#id === '' ? undefined : journal.jobs.byId(this.#id)
    return record !== undefined && record.nextSeq > 1
  }

  async #toTheEnd(): Promise<void> {
    const { seams } = this.#world
    const { within = WITHIN } = this.#cell.fault
    const end = this.#cell.job.reads === 'files' ? Infinity : seams.now() + 4 * within
    for (let idle = 0; idle < PATIENCE;) {
      const before = seams.now()
      this.#mayBeOver = true
      await seams.run(() => this.#isDead || seams.now() > end || this.#isOverOrDue())
      if (this.#isDead) await this.#again()
      else if (this.#isDue()) this.#tend()
      else if (isFinished(this.#job.status)) break
      else if (seams.now() > end) break
      else if (seams.now() === before) {
        // Real files are read and written, of manifests.
        idle += 1
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    if (!isFinished(this.#job.status)) throw new Error(`it hangs: ${JSON.stringify(this.#job)}`)
  }

  /** What an earlier process had sent lands, and what is left to clean up is cleaned up. */
  async #settle(): Promise<void> {
    await this.#world.seams.advance(SETTLING)
    while (this.#isDead) {
      await this.#toTheEnd()
      await this.#world.seams.advance(SETTLING)
    }
  }

  async #again(): Promise<void> {
    await this.#start()
    const { seams, story } = this.#world
    story.push(`${seams.now()} life ${this.#kills + 1}, job ${JSON.stringify(this.#job.status)}`)
    this.#oracle?.began(this.#life, this.#id)
    await seams.advance(0)
  }

  /** Every change of a job's status is written: between two transactions there is nothing to look for. */
  #isOverOrDue(): boolean {
    if (!this.#mayBeOver) return false
    // Asked twice before the run ends for it: what is true stays so until somebody acts.
    this.#mayBeOver = this.#isDue() || isFinished(this.#job.status)
    return this.#mayBeOver
  }

  #isDue(): boolean {
    const { status } = this.#job
    if (this.#isPersonDue && !this.#isPersonDone && status.is === 'running') return true
    if (status.is === 'ready') return true
    return status.is === 'paused' && (status.reason === 'user' || status.reason === 'budget')
  }

  /** What somebody at the window does. */
  #tend(): void {
    const { jobs } = this.#life
    const { status } = this.#job
    const { person, budget } = this.#cell.job
    if (status.is === 'ready') return this.#world.ready?.(jobs, this.#id)
    if (status.is === 'paused' && status.reason === 'budget') {
      if (budget === undefined || this.#sent > budget)
        throw new Error(`${this.#sent} requests were sent, and ${budget} were granted`)
      jobs.setBudget(this.#id, null)
      jobs.resume(this.#id)
    } else if (status.is === 'paused' && person?.is === 'pause-left') {
      this.#act('cancel')
    } else if (status.is === 'paused') jobs.resume(this.#id)
    else {
      this.#isPersonDone = true
      this.#act(person?.is === 'cancel' ? 'cancel' : 'pause')
    }
  }

  #act(does: 'cancel' | 'pause'): void {
    const { seams, story } = this.#world
    story.push(`${seams.now()} somebody at the window: ${does}`)
    this.#life.jobs[does](this.#id)
  }

  async #check(): Promise<void> {
    this.#oracle?.check(this.#job)
    const problems = this.#oracle?.problems ?? []
    if (problems.length > 0) throw new Error(problems.join('\n'))
  }

  /** With the fault gone, what failed passes, unless somebody else made it impossible. */
  async #retry(): Promise<void> {
    const { fault } = this.#cell
    const { status, tally } = this.#job
    // What nobody started is planned anew by whoever made it.
    const isHeld = this.#world.ready !== undefined && status.is === 'failed'
    if (
      this.#retries ||
      isHeld ||
      status.is === 'cancelled' ||
      (status.is === 'completed' && tally.failed.items === 0)
    )
      return
    this.#retries = true
    for (const server of Object.values(this.#world.servers)) server.faults.clear()
    this.#oracle?.retried()
    this.#life.jobs.retry(this.#id)
    await this.#toTheEnd()
    await this.#settle()
    this.#oracle = this.#oracle?.healed()
    await this.#check()
    if (fault.heals !== false && this.#cell.job.fails === undefined && this.#job.tally.failed.items > 0)
      throw new Error('what failed fails still')
  }
}

/** The next request takes long to arrive. */
function delayOne(server: MemoryS3): void {
  const { latency } = server
  let isFirst = true
  Object.assign(server, {
    latency: (of: { operation: string }) => {
      if (!isFirst) return latency(of)
      isFirst = false
      return LONG
    },
  })
}
