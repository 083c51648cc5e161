import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LocalNameProblem, LocalSystem } from '#model/local-names.ts'
import {
  isUnfinishedName,
  localNameFailure,
  localNameProblem,
  localSystem,
  unfinishedName,
} from '#model/local-names.ts'

type Kind = LocalNameProblem['kind'] | undefined
const SYSTEMS: readonly LocalSystem[] = ['win32', 'darwin', 'linux']
const ok = undefined

describe('what a system can hold', () => {
  test.each<readonly [key: string, win32: Kind, darwin: Kind, linux: Kind]>([
    ['a/b.txt', ok, ok, ok],
    ['a/', ok, ok, ok],
    ['.hidden', ok, ok, ok],
    ['a..b', ok, ok, ok],
    ['...', 'end', ok, ok],
    ['a:b', 'character', ok, ok],
    ['a?b/c', 'character', ok, ok],
    ['a\nb', 'character', ok, ok],
    ['a\\b', 'character', ok, ok],
    ['..\\..\\b', 'character', ok, ok],
    ['C:\\b', 'character', ok, ok],
    ['CON', 'device', ok, ok],
    ['a/con.txt', 'device', ok, ok],
    ['nul .tar.gz', 'device', ok, ok],
    ['COM\u00b9', 'device', ok, ok],
    ['LPT0', 'device', ok, ok],
    ['CONSOLE', ok, ok, ok],
    ['com10', ok, ok, ok],
    ['a.', 'end', ok, ok],
    ['a /b', 'end', ok, ok],
    ['..', 'relative', 'relative', 'relative'],
    ['a/./b', 'relative', 'relative', 'relative'],
    ['a/../../b', 'relative', 'relative', 'relative'],
    ['../', 'relative', 'relative', 'relative'],
    ['', 'empty', 'empty', 'empty'],
    ['/', 'empty', 'empty', 'empty'],
    ['/etc/passwd', 'empty', 'empty', 'empty'],
    ['a//b', 'empty', 'empty', 'empty'],
    ['a//', 'empty', 'empty', 'empty'],
    ['a\0b', 'nul', 'nul', 'nul'],
    ['a\ud800', 'surrogate', 'surrogate', 'surrogate'],
    ['\udc00a', 'surrogate', 'surrogate', 'surrogate'],
    ['\u{1f642}', ok, ok, ok],
    ['x'.repeat(255), ok, ok, ok],
    [`a/${'x'.repeat(256)}/b`, 'too-long', 'too-long', 'too-long'],
    ['\u00e4'.repeat(200), ok, ok, 'too-long'],
    ['\u00e4'.repeat(127), ok, ok, ok],
    [unfinishedName('0'.repeat(26), 'part'), 'ours', 'ours', 'ours'],
  ])('%j', (key, ...kinds) => {
    expect(SYSTEMS.map((system) => localNameProblem(key, system)?.kind)).toEqual(kinds)
  })

  test('is said in one sentence, with the way out', () => {
    expect(localNameFailure('a/b:c', 'win32')).toEqual({
      code: 'not-possible',
      reach: 'item',
      property: 'name',
      message:
        '"a/b:c" cannot be a file of this machine: it has the character ":", which Windows does not take. ' +
        'A rule for names can give it another one.',
    })
    expect(localNameFailure('a/b:c', 'linux')).toBeUndefined()
  })

  test('what is taken leads to one place below the folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', ':', ' ', '\0') }), (key) => {
        for (const system of SYSTEMS) {
          if (localNameProblem(key, system)) continue
          const names = key.split(system === 'win32' ? /[\\/]/ : '/')
          const inner = names.at(-1) === '' ? names.slice(0, -1) : names
          expect(inner.every((name) => !['', '.', '..'].includes(name) && !name.includes('\0'))).toBe(true)
        }
      }),
    )
  })
})

test('unfinished files are known by their names, and no others', () => {
  const name = unfinishedName('01jd0000000000000000000000', 'parts')
  expect(isUnfinishedName(name)).toBe(true)
  for (const other of ['.decant-x.part', `a${name}`, `${name}.txt`, '.decant-job-7'])
    expect(isUnfinishedName(other)).toBe(false)
})

test.each([
  ['win32', 'win32'],
  ['darwin', 'darwin'],
  ['freebsd', 'linux'],
])('%s counts as %s', (platform, system) => expect(localSystem(platform)).toBe(system))
