import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterPrefix, fromByteKey, NO_KEY, toByteKey, urlEncodeKey } from '../../main/playground/keys.ts'
import type { ByteKey } from '../../main/playground/keys.ts'
import { OrderedMap } from '../../main/playground/ordered-map.ts'

function keysFrom<Value>(map: OrderedMap<Value>, from: ByteKey): string[] {
  const keys: string[] = []
  for (const cursor = map.seek(from); cursor.key !== undefined; cursor.next())
    keys.push(fromByteKey(cursor.key))
  return keys
}

describe('keys', () => {
  test.each([
    ['a', 'a'],
    ['a b', 'a+b'],
    ['a+b', 'a%2Bb'],
    ['ä/ö', '%C3%A4/%C3%B6'],
    ['%2F', '%252F'],
    ['🎨', '%F0%9F%8E%A8'],
    ["!'()~", '%21%27%28%29%7E'],
    ['tab\tnew\nline', 'tab%09new%0Aline'],
  ])('%j in a listing with encoding-type=url is %s', (key, encoded) => {
    expect(urlEncodeKey(toByteKey(key))).toBe(encoded)
  })

  test('order as UTF-8 bytes do, which UTF-16 does not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right))
        const [one, other] = [toByteKey(left), toByteKey(right)]
        expect(one < other ? -1 : one > other ? 1 : 0).toBe(bytes)
      }),
    )
    const [fullWidth, emoji] = ['\uff5e', '🎨']
    expect(fullWidth < emoji).toBe(false)
    expect(toByteKey(fullWidth) < toByteKey(emoji)).toBe(true)
  })
})

describe('an ordered map', () => {
  test('behaves as a sorted Map, whatever is done to it', () => {
    const step = fc.record({ remove: fc.boolean(), key: fc.integer({ min: 0, max: 3000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4000 }), fc.integer({ min: 0, max: 3000 }), (steps, start) => {
        const map = new OrderedMap<number>()
        const model = new Map<string, number>()
        for (const { remove, key } of steps) {
          const name = `key-${String(key).padStart(5, '0')}`
          if (remove) {
            map.delete(toByteKey(name))
            model.delete(name)
          } else {
            map.set(toByteKey(name), key)
            model.set(name, key)
          }
        }
        expect(map.size).toBe(model.size)
        expect(keysFrom(map, NO_KEY)).toEqual([...model.keys()].sort())
        const from = `key-${String(start).padStart(5, '0')}`
        expect(keysFrom(map, toByteKey(from))).toEqual([...model.keys()].filter((key) => key >= from).sort())
        for (const [key, value] of model) expect(map.get(toByteKey(key))).toBe(value)
      }),
      { numRuns: 30, seed: 7 },
    )
  })

  test('splits its chunks and goes on in order', () => {
    const map = new OrderedMap<number>()
    const names = Array.from(
      { length: 5000 },
      (_, index) => `k${String((index * 7919) % 5000).padStart(4, '0')}`,
    )
    names.forEach((name, index) => map.set(toByteKey(name), index))
    expect(keysFrom(map, NO_KEY)).toEqual([...names].sort())
    const cursor = map.seek(NO_KEY)
    cursor.seek(afterPrefix(toByteKey('k1')))
    expect(cursor.key).toBe('k2000')
    for (const name of names) map.delete(toByteKey(name))
    expect(map.size).toBe(0)
    expect(map.seek(NO_KEY).key).toBeUndefined()
  })
})
