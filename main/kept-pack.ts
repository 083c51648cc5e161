import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** V8's code of one file, good for the file whose content has this hash. */
export interface KeptScript {
  readonly hash: string
  readonly code: Buffer
}

/** V8's code of everything that one command loads, by the name of the file. `from`: how long the run was that it was made by. */
export interface Pack {
  readonly from: RunLength
  readonly scripts: ReadonlyMap<string, KeptScript>
}

export type RunLength = 'short' | 'long'

interface Header {
  readonly from: RunLength
  readonly scripts: readonly { readonly name: string; readonly hash: string; readonly length: number }[]
}

const HASH_LENGTH = 64
/** V8 copies code that lies elsewhere. */
const ALIGNED = 8

/** Of a content. */
export function hashOf(content: Buffer): string {
  return hash('sha256', content)
}

/** The hash of all that follows; a line of JSON, and the code of each script, filled up to where the next may begin. */
export function encodePack({ from, scripts }: Pack): Buffer {
  const entries = [...scripts]
  const header: Header = {
    from,
    scripts: entries.map(([name, { hash, code }]) => ({ name, hash, length: code.length })),
  }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  const rest = Buffer.concat([line, ...entries.map(([, { code }]) => code)].flatMap(filledUp))
  return Buffer.concat([Buffer.from(hashOf(rest)), rest])
}

/** Undefined where it is not whole: V8 itself would run whatever it is given. */
export function decodePack(bytes: Buffer): Pack | undefined {
  const rest = bytes.subarray(HASH_LENGTH)
  const end = rest.indexOf(0x0a)
  if (end < 0 || hashOf(rest) !== bytes.toString('latin1', 0, HASH_LENGTH)) return undefined
  const { from, scripts } = JSON.parse(rest.toString('utf8', 0, end)) as Header
  const found = new Map<string, KeptScript>()
  let at = alignedAfter(end + 1)
  for (const { name, hash, length } of scripts) {
    found.set(name, { hash, code: rest.subarray(at, at + length) })
    at += alignedAfter(length)
  }
  return { from, scripts: found }
}

function filledUp(bytes: Buffer): Buffer[] {
  return [bytes, Buffer.alloc(alignedAfter(bytes.length) - bytes.length)]
}

function alignedAfter(length: number): number {
  return Math.ceil(length / ALIGNED) * ALIGNED
}

/**
 * Whether what a run has compiled is kept, at its end:
 *
 * | code was kept for all that it loaded | by a run that was | this run was | it is kept |
 * |--------------------------------------|-------------------|--------------|------------|
 * | no                                   | any               | any          | yes        |
 * | yes                                  | long              | any          | no         |
 * | yes                                  | short             | long         | yes        |
 * | yes                                  | short             | short        | no         |
 *
 * A function is compiled when it is first called: what a long run knows, a short one may not have come to.
 */
export function shouldKeep(fitsAll: boolean, keptBy: RunLength | undefined, run: RunLength): boolean {
  return !fitsAll || (keptBy !== 'long' && run === 'long')
}
