import { describe, expect, test } from 'vitest'
import { compareKeys, destinationKey, isKeyTooLong } from '../../main/engine/names.ts'
import { mulberry32 } from '../helpers/virtual-seams.ts'

describe('destinationKey', () => {
  test.each([
    { base: 'a/', prefix: 'z/', key: 'a/b.txt', goes: 'z/b.txt' },
    { base: '', prefix: '', key: 'a/b.txt', goes: 'a/b.txt' },
    { base: '', prefix: 'backup/', key: 'a/b.txt', goes: 'backup/a/b.txt' },
    { base: 'a/', prefix: '', key: 'a/b/c.txt', goes: 'b/c.txt' },
    { base: 'a/b.txt', prefix: 'z/new name.txt', key: 'a/b.txt', goes: 'z/new name.txt' },
    { base: 'a', prefix: 'b', key: 'a/c', goes: 'b/c' },
  ])('$key, cut $base, put $prefix: $goes', ({ base, prefix, key, goes }) => {
    expect(destinationKey(base, prefix, key)).toBe(goes)
  })

  test('a key from elsewhere is refused by name', () => {
    expect(() => destinationKey('a/', 'z/', 'b/c')).toThrow(
      'base: "a/" is not the beginning of the key "b/c"',
    )
  })
})

describe('isKeyTooLong counts bytes of UTF-8', () => {
  test.each([
    { key: 'a'.repeat(1024), long: false },
    { key: 'a'.repeat(1025), long: true },
    { key: 'ü'.repeat(512), long: false },
    { key: 'ü'.repeat(513), long: true },
    { key: '💧'.repeat(256), long: false },
    { key: '💧'.repeat(257), long: true },
    { key: '', long: false },
  ])('$key.length units: $long', ({ key, long }) => {
    expect(isKeyTooLong(key)).toBe(long)
  })
})

describe('compareKeys', () => {
  test('is the order of UTF-8 bytes, on characters from every range', () => {
    const random = mulberry32(5)
    const letters = [
      '',
      'a',
      'b',
      '/',
      '\x00',
      '\x7f',
      '\x80',
      'ü',
      '߿',
      'ࠀ',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '💧',
      '\u{10ffff}',
    ]
    const key = (): string =>
      Array.from({ length: 4 }, () => letters[Math.floor(random() * letters.length)]).join('')
    for (let n = 0; n < 20_000; n++) {
      const [left, right] = [key(), key()]
      const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right))
      expect(Math.sign(compareKeys(left, right)), JSON.stringify([left, right])).toBe(bytes)
    }
  })
})
