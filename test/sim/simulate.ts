import { isFinished } from '#model/job.ts'
import type { JobSnapshot } from '#model/job.ts'
import { Draw } from './draw.ts'
import { fileDisk, memoryDisk } from './disk.ts'
import type { Disk } from './disk.ts'
import { startLife } from './life.ts'
import type { Life } from './life.ts'
import { count, countWorld, hashOf } from './events.ts'
import type { Played } from './events.ts'
import { Oracle } from './oracle.ts'
import type { Judge } from './oracle.ts'
import { SceneOracle } from './scene-oracle.ts'
import { SCENE_PATIENCE } from './scenes.ts'
import { stirUp } from './troubles.ts'
import { drawWorld } from './world.ts'
import type { World } from './world.ts'

const SECOND = 1000
/** Virtual milliseconds after which a job that is not finished hangs. */
const PATIENCE = 6 * 3600 * SECOND
/** Instants that a turn waits for an upload; many worlds have none. */
const MOST_STEPS = 500
/** Every so many seeds the journal is a real file; odd, so that all kinds of worlds have some. */
const FILE_EVERY = 25

/** What a person, or the machine, does to the process at a step of its life. */
type Turn = 'kill' | 'quit' | 'pause' | 'cancel' | 'give up'

interface PlannedTurn {
  readonly is: Turn
  /** Instants from the turn before it. */
  readonly in: number
  /** It waits until an upload is under way, and for so many instants more. */
  readonly amid?: number | undefined
}

/** Plays one seed to its end. Throws what is wrong, with the story that led there. */
export async function simulate(seed: number): Promise<Played> {
  const world = await drawWorld(seed)
  const inFile = seed % FILE_EVERY === 0
  count(world.events, 'journal in a file', Number(inFile))
  const disk = inFile ? fileDisk() : memoryDisk()
  try {
    const play = new Play(world, disk)
    await play.prepare()
    stirUp(world)
    await play.run()
    countWorld(world)
    return { seed, events: world.events, hash: hashOf(world), story: world.story }
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new Error(`seed ${seed}: ${said}\n\n${world.story.join('\n')}`, { cause: error })
  } finally {
    disk.remove()
  }
}

class Play {
  readonly #world: World
  readonly #disk: Disk
  readonly #draw: Draw
  #oracle: Judge
  #turns: readonly PlannedTurn[]
  #life!: Life
  #lives = 0
  #id = ''
  #undone: string | undefined
  #isOver = false
  /** By a person, as far as the job has told it. */
  #isPaused = false

  constructor(world: World, disk: Disk) {
    this.#world = world
    this.#disk = disk
    this.#draw = new Draw(world.seed + 1_000_000)
    this.#oracle = judgeOf(world)
    this.#turns = drawTurns(this.#draw, world.written.size)
  }

  /** What the job takes back is done, with nothing in its way; then somebody works at its sources. */
  async prepare(): Promise<void> {
    const { scene, spec, seams, source, destination } = this.#world
    if (scene?.meanwhile === undefined) return
    const life = await startLife(this.#world, this.#disk)
    this.#undone = life.jobs.create(spec, { draft: false }).id
    await seams.finish(life.jobs.settled(this.#undone, 'finished'))
    await seams.finish(life.close())
    await seams.advance(5 * SECOND)
    scene.meanwhile()
    for (const { log } of new Set([source, destination])) log.length = 0
    this.#oracle = judgeOf(this.#world)
  }

  async run(): Promise<void> {
    await this.#start()
    const draft = this.#draw.chance(0.3)
    const { jobs } = this.#life
    const undone = this.#undone
    this.#id = (
      undone === undefined ? jobs.create(this.#world.spec, { draft }) : jobs.undo(undone, { draft })
    ).id
    this.#watch()
    count(this.#world.events, 'draft', Number(draft))
    if (draft) await this.#fromDraft()
    for (const turn of this.#turns) {
      if ((await this.#goOn(turn.in)) && (await this.#waitAmid(turn.amid))) await this.#take(turn.is)
    }
    await this.#toTheEnd()
    this.#oracle.check(this.#id, this.#life)
    if (this.#draw.chance(0.3)) await this.#retry()
    const { copied, moved, deleted, edited, skipped, failed } = this.#job.tally
    for (const [state, { items }] of Object.entries({ copied, moved, deleted, edited, failed }))
      count(this.#world.events, `item ${state}`, items)
    for (const { items } of Object.values(skipped)) count(this.#world.events, 'item skipped', items)
    const last = this.#life.jobs.get(this.#id).failures.find(({ code }) => code === 'only-copy')
    count(this.#world.events, 'kept as the last copy', last?.items ?? 0)
    await this.#world.seams.finish(this.#life.close())
  }

  get #job(): JobSnapshot {
    const job = this.#life.jobs.list().find(({ id }) => id === this.#id)
    if (job === undefined) throw new Error('the job is gone')
    return job
  }

  /** Snapshots at every instant would be most of what a seed costs. */
  #watch(): void {
    const life = this.#life
    this.#isOver = false
    const isPaused = ({ status }: JobSnapshot): boolean =>
      status.is === 'paused' && (status.reason === 'user' || status.reason === 'budget')
    this.#isPaused = isPaused(this.#job)
    const note = (): void => {
      this.#isOver ||= life === this.#life
    }
    life.jobs.settled(this.#id, 'finished').then(note, note)
    life.jobs.onChange(({ jobs }) => {
      for (const job of jobs) if (job.id === this.#id) this.#isPaused = isPaused(job)
    })
  }

  async #start(): Promise<void> {
    this.#life = await startLife(this.#world, this.#disk)
    this.#oracle.began(this.#life)
    if (this.#id !== '') this.#watch()
  }

  /** As from the pour sheet: planned first, or started while the plan is being made. */
  async #fromDraft(): Promise<void> {
    const { jobs } = this.#life
    if (this.#draw.chance(0.5)) await this.#world.seams.finish(jobs.settled(this.#id, 'idle'))
    else await this.#steps(this.#draw.int(0, 20))
    if (!isFinished(this.#job.status)) jobs.start(this.#id, this.#draw.pick(['now', 'queue']))
  }

  /** `count` instants of the world, or until the job is finished; whether it still goes on. */
  async #goOn(count: number): Promise<boolean> {
    await this.#steps(count)
    return !isFinished(this.#job.status)
  }

  async #waitAmid(further: number | undefined): Promise<boolean> {
    const { destination, foreignUpload } = this.#world
    if (further === undefined) return true
    const others = foreignUpload === undefined ? 0 : 1
    await this.#steps(MOST_STEPS, () => destination.uploads.size > others)
    return this.#goOn(further)
  }

  async #steps(count: number, until: () => boolean = () => false): Promise<void> {
    let left = count
    await this.#world.seams.run(() => {
      this.#oracle.look()
      return left-- <= 0 || until() || this.#isOver
    })
  }

  async #take(turn: Turn): Promise<void> {
    const { seams, story, events } = this.#world
    count(events, turn)
    story.push(`${seams.now()} ${turn} in life ${this.#lives}, job ${this.#job.status.is}`)
    switch (turn) {
      case 'kill':
        return this.#kill()
      case 'quit':
        await this.#quit()
        return this.#again()
      case 'pause':
        this.#life.jobs.pause(this.#id)
        await this.#steps(this.#draw.int(1, 300))
        this.#resume()
        return
      case 'cancel':
        this.#life.jobs.cancel(this.#id)
        return
      case 'give up':
        return this.#giveUp()
    }
  }

  /** A pause first, which may have come to its end or not; then nobody works on what is cancelled. */
  async #giveUp(): Promise<void> {
    const { jobs } = this.#life
    jobs.pause(this.#id)
    await this.#steps(this.#draw.int(1, 300))
    if (!isFinished(this.#job.status)) jobs.cancel(this.#id)
    if (this.#draw.chance(0.3)) await this.#kill()
  }

  #resume(): void {
    this.#isPaused = false
    const { status } = this.#job
    if (status.is !== 'paused') return
    const { jobs } = this.#life
    if (status.reason === 'budget') {
      count(this.#world.events, 'stopped by its budget')
      this.#oracle.spent?.(this.#life.jobs.get(this.#id).requests)
      jobs.setBudget(this.#id, null)
    } else if (status.reason !== 'user') return
    jobs.resume(this.#id)
  }

  /** Looked at at every instant: what a request did is judged by what the journal said at the time. */
  async #quit(): Promise<void> {
    let isClosed = false
    const closing = this.#life.close().finally(() => {
      isClosed = true
    })
    await this.#world.seams.run(() => {
      this.#oracle.look()
      return isClosed
    })
    if (!isClosed) throw new Error('it does not quit')
    await closing
  }

  async #kill(): Promise<void> {
    const { events } = this.#world
    this.#oracle.died()
    const fate = this.#draw.pick<'lands' | 'lost'>(['lands', 'lost'])
    count(events, `kill, and what was sent ${fate === 'lost' ? 'is lost' : fate}`)
    count(events, 'kill of a second life', Number(this.#lives > 0))
    const { listing } = this.#life.journal.jobs.byId(this.#id) ?? {}
    count(events, 'kill amid ranges', Number((listing?.ranges?.length ?? 0) > 1))
    this.#life.kill(fate)
    return this.#again()
  }

  /** The next process starts at once, or after everything that was under way has landed. */
  async #again(): Promise<void> {
    const { seams, story } = this.#world
    this.#lives += 1
    await seams.advance(this.#draw.pick([0, 50, 10 * SECOND]))
    this.#oracle.look()
    await this.#start()
    story.push(`${seams.now()} life ${this.#lives}, job ${this.#job.status.is}`)
  }

  async #toTheEnd(): Promise<void> {
    const { seams, scene } = this.#world
    const end = seams.now() + (scene === undefined ? PATIENCE : SCENE_PATIENCE)
    await seams.run(() => {
      this.#oracle.look()
      if (this.#isPaused) this.#resume()
      return this.#isOver || seams.now() > end
    })
    // Of a cancel that looks at what an earlier run had left.
    await seams.run(() => this.#job.endedAt !== undefined || seams.now() > end)
    const { status, endedAt } = this.#job
    if (!isFinished(status) || endedAt === undefined)
      throw new Error(`it hangs: ${JSON.stringify(this.#job)}`)
    // What an earlier process had sent lands, and what is left to clean up is cleaned up.
    await seams.advance(30 * SECOND)
  }

  /** With nothing going wrong any more, everything that may pass passes. */
  async #retry(): Promise<void> {
    const { source, destination } = this.#world
    if (this.#job.status.is !== 'completed' || this.#job.tally.failed.items === 0) return
    for (const server of new Set([source, destination])) server.faults.clear()
    count(this.#world.events, 'failed tried again')
    this.#oracle.retried(this.#id, this.#life)
    this.#life.jobs.retry(this.#id)
    this.#watch()
    await this.#toTheEnd()
    this.#oracle.check(this.#id, this.#life)
  }
}

function judgeOf(world: World): Judge {
  const { scene } = world
  return scene === undefined ? new Oracle(world) : new SceneOracle({ ...world, scene })
}

function drawTurns(draw: Draw, objects: number): PlannedTurn[] {
  const turns: PlannedTurn[] = []
  const amid = (): number | undefined => (draw.chance(0.3) ? draw.int(0, 30) : undefined)
  for (let n = draw.int(0, 4); n > 0; n--) {
    const is = draw.pick<Turn>(['kill', 'kill', 'kill', 'quit', 'pause'])
    turns.push({ is, in: draw.int(1, draw.pick([10, objects, objects * 3])), amid: amid() })
  }
  if (draw.chance(0.15)) {
    turns.push({ is: draw.pick(['cancel', 'give up']), in: draw.int(1, objects * 2), amid: amid() })
    if (draw.chance(0.3)) turns.push({ is: 'kill', in: draw.int(1, 20) })
  }
  return turns
}
