import { Buffer } from 'node:buffer'
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { cachedDataVersionTag } from 'node:v8'
import { Script } from 'node:vm'
import { isOurs, ownCacheFolder } from './cache-folder.ts'
import { decodePack, encodePack, hashOf, shouldKeep } from './kept-pack.ts'
import type { KeptScript, Pack } from './kept-pack.ts'
import { endLongWork } from './cli/long-work.ts'

/** Microseconds of CPU from which on a run was a long one. */
const LONG = 500_000
/** Milliseconds after which code that another V8 left is thrown away. */
const OLD = 30 * 24 * 3600 * 1000

/** What CommonJS gives a file, and `importPackage`. */
const BEFORE = Buffer.from('(function (exports, require, module, __filename, __dirname, importPackage) { ')
const AFTER = Buffer.from('\n})')

interface Loaded {
  readonly name: string
  readonly hash: string
  readonly script: Script
}

type Load = (id: string) => unknown

/**
 * Runs the CommonJS file `entry`, and what it requires below its folder, with the code that V8 made of them in an earlier run
 * of the same `command`: not as it is right after a file was compiled, which is what Node can keep (compile-cache.ts), but
 * with every function that was called then. That saves a fifth of the CPU of a start. What does not fit is compiled as ever:
 * code is good for one content of a file, one V8 and one set of its flags. It lies in the user's own cache, and what another
 * user could have written is not run. NODE_DISABLE_COMPILE_CACHE=1 turns it off.
 */
export function runWithKeptCode(entry: string, command: string): void {
  const base = path.dirname(entry)
  const outside = createRequire(entry)
  // Of a script that import() is left to, Node warns that this is an experiment: the built files call this instead.
  const importPackage: Load = (id) => import(id)
  const tag = tagNow()
  const folder = process.env['NODE_DISABLE_COMPILE_CACHE'] === undefined ? ownCacheFolder('code') : undefined
  const file = folder === undefined ? undefined : path.join(folder, `${command}-${tag}`)
  const pack = file === undefined ? undefined : readPack(file)
  const loaded: Loaded[] = []
  const modules = new Map<string, { exports: object }>()

  const load = (at: string): unknown => {
    const known = modules.get(at)
    if (known) return known.exports
    const module = { exports: {} }
    modules.set(at, module)
    const content = readFileSync(at)
    const [name, hash] = [path.relative(base, at), hashOf(content)]
    const kept = pack?.scripts.get(name)
    const script = new Script(wrapped(content), {
      filename: at,
      cachedData: kept?.hash === hash ? kept.code : undefined,
    })
    loaded.push({ name, hash, script })
    const below = path.dirname(at)
    const require: Load = (id) => (id.startsWith('.') ? load(path.join(below, id)) : outside(id))
    const run = script.runInThisContext() as (...around: unknown[]) => void
    run.call(module.exports, module.exports, require, module, at, below, importPackage)
    return module.exports
  }

  process.once('exit', (code) => {
    // What nobody meant to ask for is no run to learn from.
    if (file !== undefined && code !== 2) keep(file, tag, pack, loaded)
  })
  load(entry)
}

/** Of V8's version, its flags, and what the processor can do. */
function tagNow(): string {
  return `${process.arch}-${cachedDataVersionTag()}`
}

/** On the file's first line, so that the others keep their numbers. One string, and no parts of it that V8 would join. */
function wrapped(content: Buffer): string {
  return Buffer.concat([BEFORE, content, AFTER]).toString()
}

function readPack(file: string): Pack | undefined {
  let open: number | undefined
  try {
    open = openSync(file, 'r')
    return isOurs(fstatSync(open)) ? decodePack(readFileSync(open)) : undefined
  } catch {
    return undefined
  } finally {
    if (open !== undefined) closeSync(open)
  }
}

function keep(file: string, tag: string, pack: Pack | undefined, loaded: readonly Loaded[]): void {
  const { user, system } = process.cpuUsage()
  const from = user + system >= LONG ? 'long' : 'short'
  const isAsKept = ({ script, name, hash }: Loaded): boolean =>
    pack?.scripts.get(name)?.hash === hash && script.cachedDataRejected !== true
  if (!shouldKeep(loaded.every(isAsKept), pack?.from, from)) return
  endLongWork()
  // Under other flags than those that the next run begins with it would fit nothing.
  if (tagNow() !== tag) return
  const scripts = new Map<string, KeptScript>(pack?.scripts)
  // Of another build nothing fits, and what was not loaded just now may be of it.
  if (loaded.some(({ name, hash }) => scripts.has(name) && scripts.get(name)?.hash !== hash)) scripts.clear()
  for (const { name, hash, script } of loaded) scripts.set(name, { hash, code: script.createCachedData() })
  writePack(file, encodePack({ from, scripts }))
}

/** Whole or not at all; where it cannot be written, everything is compiled anew. */
function writePack(file: string, bytes: Buffer): void {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, bytes, { mode: 0o600 })
    renameSync(draft, file)
    for (const name of readdirSync(path.dirname(file))) {
      const other = path.join(path.dirname(file), name)
      if (Date.now() - statSync(other).mtimeMs > OLD) rmSync(other)
    }
  } catch {
    rmSync(draft, { force: true })
  }
}
