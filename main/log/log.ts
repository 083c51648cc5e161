import { inspect } from 'node:util'
import type { LogLevel } from '#model/settings.ts'
import { visibleControls } from '#model/visible.ts'
import { redact } from './redact.ts'

/** How much is written: a level and all that weigh more. */
const WEIGHT: Readonly<Record<LogLevel, number>> = { error: 0, warning: 1, info: 2, debug: 3 }
/** A line says what happened; a megabyte of it says no more. */
const LONGEST = 8000
/** So much of it is looked through for secrets: what is longer is cut first, or a hostile text would take minutes. */
const LOOKED_THROUGH = 4 * LONGEST

/** One process's log. Nothing that goes wrong with it stops the work. */
export interface Log {
  write(level: LogLevel, ...said: readonly unknown[]): void
  setLevel(level: LogLevel): void
  /** A secret that this process knows: it appears in no line, whatever it looks like. */
  hide(secret: string): void
  /** The same words as they may be said elsewhere: without secrets, and without what a terminal would obey. */
  words(...said: readonly unknown[]): string
}

export interface LogFile {
  append(line: string): void
}

/** Shorter ones would be found in every other word. */
const LEAST_SECRET = 8

export function createLog(file: LogFile, now: () => number, first: LogLevel = 'info'): Log {
  let level = first
  const hidden = new Set<string>()
  const clean = (text: string): string => {
    let line = text.length > LOOKED_THROUGH ? text.slice(0, LOOKED_THROUGH) : text
    for (const secret of hidden) line = line.replaceAll(secret, '[removed]')
    return redact(line)
  }
  const words = (...said: readonly unknown[]): string =>
    visibleControls(clean(said.map(wordsOf).join(' ')).slice(0, LONGEST).replaceAll('\r\n', '\n'))
  return {
    words,
    write(weight, ...said) {
      if (WEIGHT[weight] > WEIGHT[level]) return
      // One event is one line and those below it that are indented: nobody can forge an entry by a line break.
      const lines = words(...said).replace(/\n/g, '\n    ')
      file.append(`${new Date(now()).toISOString()} ${weight.padEnd(7)} ${lines}\n`)
    },
    setLevel(next) {
      level = next
    },
    hide(secret) {
      if (secret.length >= LEAST_SECRET) hidden.add(secret)
    },
  }
}

function wordsOf(said: unknown): string {
  if (typeof said === 'string') return said
  // An error's own fields may hold a whole request; its stack says where it came from.
  if (said instanceof Error) return said.stack ?? `${said.name}: ${said.message}`
  return inspect(said, { depth: 4, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 1000 })
}

export const SILENT: Log = { write: () => {}, setLevel: () => {}, hide: () => {}, words: () => '' }
