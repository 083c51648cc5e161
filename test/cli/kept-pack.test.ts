import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { decodePack, encodePack, hashOf, shouldKeep } from '../../main/kept-pack.ts'
import type { Pack } from '../../main/kept-pack.ts'

const PACK: Pack = {
  from: 'long',
  scripts: new Map([
    ['command.cjs', { hash: hashOf(Buffer.from('one')), code: Buffer.from('the code of one') }],
    [
      'command/größer.cjs',
      { hash: hashOf(Buffer.from('two')), code: Buffer.from([0, 10, 255, 1, 2, 3, 4, 5]) },
    ],
    ['command/empty.cjs', { hash: hashOf(Buffer.from('')), code: Buffer.alloc(0) }],
  ]),
}

test('a pack holds what was put into it, where V8 can read it without a copy', () => {
  const bytes = encodePack(PACK)
  const read = decodePack(bytes)
  expect(read?.from).toBe('long')
  expect(
    [...(read?.scripts ?? [])].map(([name, { hash, code }]) => [name, hash, code.toString('hex')]),
  ).toEqual([...PACK.scripts].map(([name, { hash, code }]) => [name, hash, code.toString('hex')]))
  for (const { code } of read?.scripts.values() ?? [])
    expect((code.byteOffset - bytes.byteOffset) % 8).toBe(0)
})

test('a pack that is cut off or changed anywhere is none', () => {
  const whole = encodePack(PACK)
  for (let at = 0; at < whole.length; at++) {
    expect(decodePack(whole.subarray(0, at))).toBeUndefined()
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(decodePack(changed)).toBeUndefined()
  }
})

test.each([
  [false, undefined, 'short', true],
  [false, undefined, 'long', true],
  [false, 'short', 'short', true],
  [false, 'long', 'short', true],
  [false, 'long', 'long', true],
  [true, 'long', 'short', false],
  [true, 'long', 'long', false],
  [true, 'short', 'long', true],
  [true, 'short', 'short', false],
] as const)('all fits: %s, kept by a %s run, this one is %s: kept is %s', (fits, by, run, keep) => {
  expect(shouldKeep(fits, by, run)).toBe(keep)
})
