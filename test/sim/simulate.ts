import { isFinished } from '#model/job.ts'
import type { JobSnapshot } from '#model/job.ts'
import { Draw } from './draw.ts'
import { makeHome, startLife } from './life.ts'
import type { Home, Life } from './life.ts'
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

/** What a person, or the machine, does to the process at a step of its life. */
type Turn = 'kill' | 'quit' | 'pause' | 'cancel'

interface PlannedTurn {
  readonly is: Turn
  /** Instants from the turn before it. */
  readonly in: number
  /** It waits until an upload is under way, and for so many instants more. */
  readonly amid?: number | undefined
}

/** Plays one seed to its end. Throws what is wrong, with the story that led there. */
export async function simulate(seed: number): Promise<void> {
  const world = await drawWorld(seed)
  stirUp(world)
  const home = makeHome()
  try {
    await new Play(world, home).run()
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new Error(`seed ${seed}: ${said}\n\n${world.story.join('\n')}`, { cause: error })
  } finally {
    home.remove()
  }
}

class Play {
  readonly #world: World
  readonly #home: Home
  readonly #draw: Draw
  readonly #oracle: Judge
  #turns: readonly PlannedTurn[]
  #life!: Life
  #lives = 0
  #disk = 0
  #id = ''

  constructor(world: World, home: Home) {
    this.#world = world
    this.#home = home
    this.#draw = new Draw(world.seed + 1_000_000)
    const { scene } = world
    this.#oracle = scene === undefined ? new Oracle(world) : new SceneOracle({ ...world, scene })
    this.#turns = drawTurns(this.#draw, world.written.size)
  }

  async run(): Promise<void> {
    await this.#start()
    const draft = this.#draw.chance(0.3)
    this.#id = this.#life.jobs.create(this.#world.spec, { draft }).id
    if (draft) await this.#fromDraft()
    for (const turn of this.#turns) {
      if ((await this.#goOn(turn.in)) && (await this.#waitAmid(turn.amid))) await this.#take(turn.is)
    }
    await this.#toTheEnd()
    this.#oracle.check(this.#id, this.#life)
    if (this.#draw.chance(0.3)) await this.#retry()
    await this.#world.seams.finish(this.#life.close())
  }

  get #job(): JobSnapshot {
    return this.#life.jobs.get(this.#id).snapshot
  }

  async #start(): Promise<void> {
    this.#life = await startLife(this.#world, this.#home.dir(this.#disk))
    this.#oracle.began(this.#life)
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
      return left-- <= 0 || until() || isFinished(this.#job.status)
    })
  }

  async #take(turn: Turn): Promise<void> {
    const { seams, story } = this.#world
    story.push(`${seams.now()} ${turn} in life ${this.#lives}, job ${this.#job.status.is}`)
    switch (turn) {
      case 'kill':
        return this.#kill()
      case 'quit':
        await seams.finish(this.#life.close())
        return this.#again()
      case 'pause':
        this.#life.jobs.pause(this.#id)
        await this.#steps(this.#draw.int(1, 300))
        if (this.#job.status.is === 'paused') this.#life.jobs.resume(this.#id)
        return
      case 'cancel':
        this.#life.jobs.cancel(this.#id)
        return
    }
  }

  async #kill(): Promise<void> {
    this.#oracle.died()
    this.#life.kill(this.#draw.pick(['lands', 'lost']), this.#home.dir(++this.#disk))
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
      const { status } = this.#job
      if (status.is === 'paused' && status.reason === 'user') this.#life.jobs.resume(this.#id)
      return isFinished(status) || seams.now() > end
    })
    const { status } = this.#job
    if (!isFinished(status)) throw new Error(`it hangs: ${JSON.stringify(this.#job)}`)
    // What an earlier process had sent lands, and what is left to clean up is cleaned up.
    await seams.advance(30 * SECOND)
  }

  /** With nothing going wrong any more, everything that may pass passes. */
  async #retry(): Promise<void> {
    const { source, destination } = this.#world
    if (this.#job.status.is !== 'completed' || this.#job.tally.failed.items === 0) return
    for (const server of new Set([source, destination])) server.faults.clear()
    this.#oracle.retried(this.#id, this.#life)
    this.#life.jobs.retry(this.#id)
    await this.#toTheEnd()
    this.#oracle.check(this.#id, this.#life)
  }
}

function drawTurns(draw: Draw, objects: number): PlannedTurn[] {
  const turns: PlannedTurn[] = []
  const amid = (): number | undefined => (draw.chance(0.3) ? draw.int(0, 30) : undefined)
  for (let n = draw.int(0, 4); n > 0; n--) {
    const is = draw.pick<Turn>(['kill', 'kill', 'kill', 'quit', 'pause'])
    turns.push({ is, in: draw.int(1, draw.pick([10, objects, objects * 3])), amid: amid() })
  }
  if (draw.chance(0.15)) turns.push({ is: 'cancel', in: draw.int(1, objects * 2), amid: amid() })
  return turns
}
