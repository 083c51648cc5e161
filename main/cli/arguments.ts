import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from './usage.ts'

type Options = NonNullable<ParseArgsConfig['options']>

const FLAG = { type: 'boolean' } as const
const TEXT = { type: 'string' } as const

export const COMMON_OPTIONS = { help: FLAG, json: FLAG, quiet: FLAG, 'data-dir': TEXT } as const
const SIDE = { profile: TEXT, 'endpoint-url': TEXT, region: TEXT, 'path-style': FLAG } as const
export const POUR_OPTIONS = {
  ...COMMON_OPTIONS,
  ...SIDE,
  'dest-profile': TEXT,
  'dest-endpoint-url': TEXT,
  'dest-region': TEXT,
  'dest-path-style': FLAG,
  recursive: FLAG,
  conflict: TEXT,
  verify: TEXT,
  'storage-class': TEXT,
  concurrency: TEXT,
} as const

/** Options and positionals, or a `UsageError` that names what is wrong. */
export function readArguments<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(sentence(error as Error))
  }
}

/** Node's words are good but long: what comes after the first sentence is about its own API. */
function sentence(error: Error): string {
  return error.message.split(/(?<=\.)\s|\n/)[0] ?? error.message
}

/** Exactly these positionals, by name. */
export function takePositionals<const N extends readonly string[]>(
  given: readonly string[],
  ...names: N
): { [K in keyof N]: string } {
  const extra = given[names.length]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`)
  const missing = names[given.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
  return given as unknown as { [K in keyof N]: string }
}

export function readChoice<T extends string>(name: string, given: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given)
  if (found === undefined)
    throw new UsageError(`--${name}: must be one of ${choices.join(', ')}, not "${given}"`)
  return found
}

export function readNumber(name: string, given: string, from: number, to: number): number {
  const value = /^\d+$/.test(given) ? Number(given) : NaN
  if (!(value >= from && value <= to)) {
    throw new UsageError(`--${name}: must be a whole number from ${from} to ${to}, not "${given}"`)
  }
  return value
}
