import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isUnfinishedName } from '#model/local-names.ts'
import { compareKeys } from '../engine/names.ts'

/** One name of a folder; a folder's ends in a slash, by which it is ordered among the others. */
export interface Name {
  readonly name: string
  readonly is: 'file' | 'folder' | 'link' | 'other' | 'undecodable'
}

export interface Names {
  /** In the order of their UTF-8 bytes. */
  readonly names: readonly Name[]
  /** There are more behind the last. */
  readonly more: boolean
}

/** Names held of one folder at a time: one of a million files is read over a few times, and never held. */
const HELD = 32_768
/** Names sorted or merged in one go, some five milliseconds. */
const SLICE = 4096
const BUFFER = 1024

/**
 * The names of a folder behind `after`, from the first on, as many as are held. What is not taken is asked for
 * again, behind the last; so memory does not grow with the folder.
 */
export async function namesInOrder(
  folder: string,
  after: string,
  takes: (name: string) => boolean,
  held: number = HELD,
): Promise<Names> {
  let sorted: Name[] = []
  let runs: Name[][] = []
  let run: Name[] = []
  let count = 0
  let bound: string | undefined
  let more = false
  for await (const entry of await opendir(folder, { bufferSize: BUFFER })) {
    if (isUnfinishedName(entry.name)) continue
    const name = nameOf(entry)
    if ((after !== '' && compareKeys(name.name, after) <= 0) || !takes(name.name)) continue
    if (bound !== undefined && compareKeys(name.name, bound) > 0) continue
    run.push(name)
    if (run.length === SLICE) {
      runs.push(run.sort(byName))
      run = []
    }
    if (++count < 2 * held) continue
    sorted = await mergeAll([sorted, ...runs, run.sort(byName)], held)
    runs = []
    run = []
    count = sorted.length
    bound = sorted.at(-1)?.name
    more = true
  }
  sorted = await mergeAll([sorted, ...runs, run.sort(byName)], held)
  return { names: sorted, more: more || count > held }
}

function nameOf(entry: Dirent): Name {
  const { name } = entry
  // The system's names are bytes; those that are no UTF-8 can be neither keys nor opened again.
  if (name.includes('\ufffd')) return { name, is: 'undecodable' }
  if (entry.isDirectory()) return { name: `${name}/`, is: 'folder' }
  if (entry.isFile()) return { name, is: 'file' }
  return { name, is: entry.isSymbolicLink() ? 'link' : 'other' }
}

function byName(left: Name, right: Name): number {
  return compareKeys(left.name, right.name)
}

/** Two by two, so that each name is compared a few times only. */
async function mergeAll(runs: Name[][], most: number): Promise<Name[]> {
  let left = runs.filter((run) => run.length > 0)
  while (left.length > 1) {
    const next: Name[][] = []
    for (let at = 0; at < left.length; at += 2) {
      next.push(await merge(left[at] ?? [], left[at + 1] ?? [], most))
    }
    left = next
  }
  return (left[0] ?? []).slice(0, most)
}

async function merge(a: Name[], b: Name[], most: number): Promise<Name[]> {
  if (b.length === 0) return a
  const merged: Name[] = []
  let [left, right] = [0, 0]
  while (merged.length < most && (left < a.length || right < b.length)) {
    const [one, other] = [a[left], b[right]]
    const takesLeft = other === undefined || (one !== undefined && byName(one, other) <= 0)
    merged.push((takesLeft ? one : other) as Name)
    if (takesLeft) left++
    else right++
    if (merged.length % SLICE === 0) await nextTurn()
  }
  return merged
}
