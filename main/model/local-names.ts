import type { Failure } from './failure.ts'

/** Systems by the names that Node has for them; every other one counts as `linux`. */
export type LocalSystem = 'win32' | 'darwin' | 'linux'

/** Why a key cannot be a path below a folder. `name`: the part of it between two slashes that is meant. */
export interface LocalNameProblem {
  readonly kind:
    | 'empty' // `a//b`, `/a`
    | 'relative' // `.`, `..`
    | 'nul'
    | 'surrogate' // half a character: two such keys would be one name
    | 'too-long'
    | 'character' // one that the system does not take
    | 'device' // `CON`
    | 'end' // a dot or a space, which Windows cuts off
    | 'ours' // what Decant calls its own unfinished files
  readonly name: string
  /** Ends a sentence that begins with the key: "has a name that …". */
  readonly why: string
}

/** Units of a name's length: bytes of UTF-8 on Linux, UTF-16 units elsewhere. */
const LONGEST = 255
/** Sources: "Naming Files, Paths, and Namespaces" (Windows); the superscript digits count as digits there. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i
// eslint-disable-next-line no-control-regex
const NOT_ON_WINDOWS = /[<>:"\\|?*\u0000-\u001f]/
const HALF_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const ENCODER = new TextEncoder()

/** Unfinished downloads lie beside what they become, under names of this kind: no listing shows them. */
const UNFINISHED = /^\.decant-[0-9a-z]{26}\.(?:part|parts)$/i

/** The name of an unfinished file of ours; `parts` is the list of what a file written in parts has already. */
export function unfinishedName(id: string, what: 'part' | 'parts'): string {
  return `.decant-${id}.${what}`
}

export function isUnfinishedName(name: string): boolean {
  return UNFINISHED.test(name)
}

/**
 * Whether a key can be a path below a folder of this system, and if not, why. A slash at the end names a folder.
 *
 * | key                      | win32     | darwin   | linux    |
 * |--------------------------|-----------|----------|----------|
 * | `a/b.txt`, `a/`          | yes       | yes      | yes      |
 * | `a:b`, `a?`, `a\nb`      | character | yes      | yes      |
 * | `a\b`                    | character | yes      | yes      |
 * | `CON`, `con.txt`, `COM¹` | device    | yes      | yes      |
 * | `a.`, `a `               | end       | yes      | yes      |
 * | `..`, `a/./b`            | relative  | relative | relative |
 * | ``, `/a`, `a//b`         | empty     | empty    | empty    |
 * | `a\0b`                   | nul       | nul      | nul      |
 * | half a surrogate pair    | surrogate | surrogate| surrogate|
 * | 256 ASCII letters        | too-long  | too-long | too-long |
 * | 200 umlauts (400 bytes)  | yes       | yes      | too-long |
 * | an unfinished file's name| ours      | ours     | ours     |
 *
 * (`a:b` is a name on a Mac: the Finder shows it as `a/b`.)
 */
export function localNameProblem(key: string, system: LocalSystem): LocalNameProblem | undefined {
  const path = key.endsWith('/') ? key.slice(0, -1) : key
  for (const name of path.split('/')) {
    const problem = problemOf(name, system)
    if (problem) return { ...problem, name }
  }
  return undefined
}

/** The same as a failure of one item, with the way out. */
export function localNameFailure(key: string, system: LocalSystem): Failure | undefined {
  const problem = localNameProblem(key, system)
  if (problem === undefined) return undefined
  const message =
    `${JSON.stringify(key)} cannot be a file of this machine: it has ${problem.why}. ` +
    'A rule for names can give it another one.'
  return { code: 'not-possible', reach: 'item', message, property: 'name' }
}

/** The system that this process runs on, from `process.platform`. */
export function localSystem(platform: string): LocalSystem {
  return platform === 'win32' || platform === 'darwin' ? platform : 'linux'
}

type Problem = Pick<LocalNameProblem, 'kind' | 'why'>

function problemOf(name: string, system: LocalSystem): Problem | undefined {
  if (name === '') return { kind: 'empty', why: 'an empty name between slashes' }
  if (name === '.' || name === '..')
    return { kind: 'relative', why: `the name ${JSON.stringify(name)}, which means another folder` }
  if (name.includes('\0')) return { kind: 'nul', why: 'a NUL character' }
  if (HALF_CHARACTER.test(name)) return { kind: 'surrogate', why: 'half a character, which is no UTF-8' }
  if (UNFINISHED.test(name)) return { kind: 'ours', why: 'a name that Decant gives its unfinished files' }
  return lengthProblem(name, system) ?? (system === 'win32' ? windowsProblem(name) : undefined)
}

function lengthProblem(name: string, system: LocalSystem): Problem | undefined {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (name.length * 3 <= LONGEST) return undefined
  const length = system === 'linux' ? ENCODER.encode(name).length : name.length
  if (length <= LONGEST) return undefined
  const unit = system === 'linux' ? 'bytes' : 'characters'
  return { kind: 'too-long', why: `a name of ${length} ${unit}, which must be at most ${LONGEST}` }
}

function windowsProblem(name: string): Problem | undefined {
  const character = NOT_ON_WINDOWS.exec(name)?.[0]
  if (character !== undefined)
    return {
      kind: 'character',
      why: `the character ${JSON.stringify(character)}, which Windows does not take`,
    }
  if (DEVICES.test(name))
    return { kind: 'device', why: `the name ${JSON.stringify(name)}, which Windows keeps for a device` }
  if (/[. ]$/.test(name))
    return { kind: 'end', why: `a name that ends in ${JSON.stringify(name.at(-1))}, which Windows cuts off` }
  return undefined
}
