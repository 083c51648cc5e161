import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { visibleControls } from '#model/visible.ts'

/**
 * Where the command line speaks: results on stdout, progress and words on stderr. Names and messages come from
 * strangers: none of them says anything to the terminal.
 */
export interface Screen {
  /** One line that replaces the one before it; nothing where stderr is no terminal. */
  progress(line: (width: number) => string): void
  /** A sentence for the person; silent with --quiet. */
  say(text: string): void
  /** What is wrong with what was given; also with --quiet. */
  complain(text: string): void
  /** What the command was asked for. */
  result(text: string): void
  /** Resolves when the reader of the results has caught up. */
  drained(): Promise<void>
  clear(): void
  /** Asks for a yes. Where there is nobody to ask, no is the answer. */
  ask(sentence: string): Promise<boolean>
}

export function terminal({ quiet }: { quiet: boolean }): Screen {
  const bar = process.stderr.isTTY && !quiet
  let shown = false
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[K')
    shown = false
  }
  return {
    progress(line) {
      if (!bar) return
      process.stderr.write(`\r\x1b[K${visibleControls(line((process.stderr.columns || 80) - 1))}`)
      shown = true
    },
    say(text) {
      clear()
      if (!quiet) process.stderr.write(`${visibleControls(text)}\n`)
    },
    complain(text) {
      clear()
      process.stderr.write(`${visibleControls(text)}\n`)
    },
    result(text) {
      clear()
      process.stdout.write(`${visibleControls(text)}\n`)
    },
    async drained() {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    clear,
    async ask(sentence) {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return false
      clear()
      const line = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return /^y(es)?$/i.test((await line.question(`${visibleControls(sentence)} Go on? [y/N] `)).trim())
      } finally {
        line.close()
      }
    },
  }
}
