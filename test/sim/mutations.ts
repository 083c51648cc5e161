import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { MUTATIONS } from './mutation-table.ts'
import { playUntil } from './played.ts'
import type { PlayedUntil } from './played.ts'

/** Seeds of the random simulator, the first and the last; or cells of one of the grid's jobs, by a pattern of their names. */
export type Ground =
  { readonly seeds: readonly [number, number] } | { readonly job: string; readonly cells: string }

/** A bug to be planted: `to` in the place of `from`. */
export interface Mutation {
  readonly name: string
  /** Within main/. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** A pattern of what the oracle has to say. */
  readonly rule: string
  readonly play: Ground
}

/** Plants each bug of the table, one process each; false where one survives, or is caught by another rule than its own. */
export async function tryMutations(
  say: (line: string) => void,
  mutations: readonly Mutation[] = MUTATIONS,
): Promise<boolean> {
  const waiting = [...mutations]
  let missed = 0
  // A world is alone in its process.
  let turn: Promise<unknown> = Promise.resolve()
  const playWithout = ({ play }: Mutation, most: number): Promise<PlayedUntil> => {
    const played = turn.then(() => playUntil(play, most))
    turn = played
    return played
  }
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const { isCaught, words } = judge(one, await tryOne(one, playWithout))
      if (!isCaught) missed += 1
      say(words)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  say(`${mutations.length - missed} of ${mutations.length} planted bugs were caught`)
  return missed === 0
}

interface Tried {
  readonly mutant: PlayedUntil
  /** The same seeds, or cells, without the bug. */
  readonly without: PlayedUntil
}

async function tryOne(
  mutation: Mutation,
  playWithout: (mutation: Mutation, most: number) => Promise<PlayedUntil>,
): Promise<Tried> {
  const mutant = await playMutant(mutation)
  return { mutant, without: await playWithout(mutation, mutant.count) }
}

/**
 * | without the bug | with it                  | is                        |
 * |-----------------|--------------------------|---------------------------|
 * | fails           | any                      | no proof of anything      |
 * | passes          | passes                   | survived                  |
 * | passes          | fails, not by its rule   | caught by another rule    |
 * | passes          | fails by its rule        | caught                    |
 */
export function judge(
  { name, rule, play }: Pick<Mutation, 'name' | 'rule' | 'play'>,
  { mutant, without }: Tried,
): { readonly isCaught: boolean; readonly words: string } {
  const missed = (words: string) => ({ isCaught: false, words: `MISSED  ${name}: ${words}` })
  const { count, failure } = mutant
  const played = `${count} ${'seeds' in play ? 'seed' : 'cell'}${count === 1 ? '' : 's'}`
  if (without.failure !== undefined) return missed(`it fails without the bug as well: ${without.failure}`)
  if (failure === undefined) return missed(`survived ${played}`)
  const said = new RegExp(rule).exec(firstLines(failure))?.[0]
  if (said === undefined) return missed(`after ${played}, by another rule than ${rule}: ${failure}`)
  return { isCaught: true, words: `caught  ${name}: after ${played}, by: ${said}` }
}

/** What is wrong; behind it is the story. */
function firstLines(failure: string): string {
  return failure.split('\n\n')[0] ?? ''
}

function playMutant(mutation: Mutation): Promise<PlayedUntil> {
  const child = fork(path.resolve(import.meta.dirname, 'mutant.ts'), [JSON.stringify(mutation)], {
    execArgv: ['--no-warnings'],
  })
  return new Promise((resolve, reject) => {
    child.on('message', (played: PlayedUntil) => resolve(played))
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${mutation.name}: its process ended with ${code}`)))
  })
}
