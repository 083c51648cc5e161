import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../figures.ts'
import type { Bench, BenchPoint, PointResult, Table } from '../figures.ts'
import { beginGroup } from '../group.ts'
import type { Group } from '../group.ts'
import { decantCopy, decantResume } from '../peers.ts'
import type { PlaygroundAdmin } from '../../helpers/playground.ts'

const OBJECTS = 1_000_000
const IN_FLIGHT = 64
const KILLS = 3
/** Of all objects: what a run copies before it is killed again. */
const BETWEEN = 0.01
/** Milliseconds between two looks at the server's counters: at the first copy, and while many are awaited. */
const CLOSELY = 5
const NOW_AND_THEN = 200
/** Milliseconds without one request more: then the run hangs. */
const PATIENCE = 60_000

/** SIGKILL at half of a million, and what the next start makes of it. */
export const point: BenchPoint = {
  name: 'resume',
  title: `SIGKILL at half of 1,000,000 copies, ${KILLS} times, and on to the end`,
  run: async (bench) => {
    const objects = bench.objects ?? OBJECTS
    const playground = await bench.playground()
    const { admin } = playground
    // The source is made when it is asked for; what is copied is kept, to be compared in the end.
    await admin.seed({ bucket: 'source', count: objects, prefix: 'k/', size: 4096, discards: true })
    await admin.seed({ bucket: 'destination', count: 0 })
    const [from, to] = [
      { bucket: 'source', prefix: 'k/' },
      { bucket: 'destination', prefix: 'k/' },
    ]
    const dir = path.join(bench.dir, 'resume')
    const watch = new Watch(bench, admin)
    const restarts: Restart[] = []
    let running = beginGroup(decantCopy({ playground, from, to, inFlight: IN_FLIGHT }, dir))
    try {
      await watch.until(running, objects / 2, NOW_AND_THEN)
      for (let n = 1; n <= KILLS; n++) {
        const before = await watch.killed(running)
        const began = performance.now()
        running = beginGroup(decantResume(playground, dir))
        await watch.until(running, before.copies + 1, CLOSELY)
        const wait = (performance.now() - began) / 1000
        const { heads } = await watch.look()
        await watch.until(running, before.copies + objects * BETWEEN, NOW_AND_THEN)
        const { lists } = await watch.look()
        restarts.push({
          at: before.copies,
          wait,
          heads: heads - before.heads,
          lists: lists - before.lists,
        })
        bench.say(`restart ${n}: ${wait.toFixed(2)} s to the first copy, ${lists - before.lists} lists`)
      }
      await watch.until(running, objects, NOW_AND_THEN)
      const { how, complaints } = await running.ended
      if (how !== '0') throw new Error(`the last run ended with ${how}\n${complaints}`)
    } finally {
      await running.kill()
    }
    const { copies } = await watch.look()
    bench.say('comparing both buckets')
    const same = await admin.compare(from, to)
    const wrong = same.missingCount + same.extraCount + same.differentCount
    return resultOf(restarts, copies - objects, objects - same.compared + wrong)
  },
}

/** What a start after a kill came to. */
interface Restart {
  /** Copies that the server had made until the kill. */
  readonly at: number
  /** Seconds from the command's start to the first answer to a copy. */
  readonly wait: number
  /** Looks at what was in doubt, until then. */
  readonly heads: number
  readonly lists: number
}

/** What the server answered so far. */
interface Answered {
  readonly copies: number
  readonly lists: number
  readonly heads: number
  readonly inFlight: number
}

class Watch {
  readonly #bench: Bench
  readonly #admin: PlaygroundAdmin

  constructor(bench: Bench, admin: PlaygroundAdmin) {
    this.#bench = bench
    this.#admin = admin
  }

  async look(): Promise<Answered> {
    const { requests, inFlight } = await this.#admin.counters()
    return {
      copies: requests['CopyObject'] ?? 0,
      lists: requests['ListObjectsV2'] ?? 0,
      heads: requests['HeadObject'] ?? 0,
      inFlight,
    }
  }

  /** Throws when the command ends before, or nothing more is asked of the server. */
  async until(running: Group, copies: number, each: number): Promise<void> {
    let last = -1
    let since = performance.now()
    for (let told = since; ;) {
      this.#bench.signal.throwIfAborted()
      const { end } = running
      const now = await this.look()
      if (now.copies >= copies) return
      if (end) throw new Error(`it ended with ${end.how} after ${now.copies} copies\n${end.complaints}`)
      const all = now.copies + now.lists + now.heads
      if (all !== last) [last, since] = [all, performance.now()]
      if (performance.now() - since > PATIENCE)
        throw new Error(`nothing came for ${PATIENCE} ms after ${now.copies} copies and ${now.lists} lists`)
      if (performance.now() - told > 15_000) {
        told = performance.now()
        this.#bench.tell(`${now.copies} copies, ${now.lists} lists`)
      }
      await pause(each)
    }
  }

  /** SIGKILL; what the server had answered once nothing of it was in flight any more. */
  async killed(running: Group): Promise<Answered> {
    await running.kill()
    for (;;) {
      const now = await this.look()
      if (now.inFlight === 0) return now
      await pause(CLOSELY)
    }
  }
}

function resultOf(restarts: readonly Restart[], again: number, wrong: number): PointResult {
  const lists = restarts.reduce((sum, restart) => sum + restart.lists, 0)
  return {
    series: [],
    checks: [
      {
        what: 'first new copy after the restart',
        is: median(restarts.map(({ wait }) => wait)),
        atMost: 2,
        unit: 's',
      },
      // One page may have been on its way, and one look at the destination.
      { what: 'lists after a restart', is: lists / KILLS, atMost: 2 },
      { what: 'copies sent again, each kill', is: again / KILLS, atMost: IN_FLIGHT },
      { what: 'objects that are not there in the end', is: wrong, atMost: 0 },
    ],
    tables: [tableOf(restarts)],
    notes: [
      'Seconds are from the start of `decant resume --all` to the first copy that the server answered.',
    ],
  }
}

function tableOf(restarts: readonly Restart[]): Table {
  return {
    title: 'Each restart',
    columns: ['killed after copies', 'first copy after, s', 'HEADs until then', 'lists'],
    rows: restarts.map(({ at, wait, heads, lists }) => [
      at.toLocaleString('en'),
      wait.toFixed(2),
      heads,
      lists,
    ]),
  }
}
