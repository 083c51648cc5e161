import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { middle } from '../../../renderer/format/middle.ts'

/** Every letter is one wide: the room is a number of letters. */
const letters = (text: string): number =>
  Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)).length

describe('middle', () => {
  it.each([
    ['README.md', 20, 'README.md'],
    ['part-00412-5f0c2b1e-snappy.parquet', 24, 'part-00412-5…ppy.parquet'],
    ['clickstream_eu-central-1_rebuild.parquet', 24, 'clickstream_…ild.parquet'],
    ['a-long-key-without-an-extension', 16, 'a-long-…xtension'],
    ['telemetry raw 50%.parquet', 22, 'telemetry…50%.parquet'],
    ['売上_2026年11月_確定.parquet', 17, '売上_20…_確定.parquet'],
    ['prefix/name.not-an-extension-so-long', 16, 'prefix/…-so-long'],
    ['abcdefghijkl.parquet', 5, 'a…uet'],
    ['abcdefghijkl.parquet', 2, 'a…'],
    ['abcdefghijkl.parquet', 0, 'a…'],
  ])('%s in %d', (key, room, shown) => expect(middle(key, room, letters)).toBe(shown))

  it('does not cut a grapheme in two', () => expect(middle('👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧', 4, letters)).toBe('👩‍👧…👩‍👧👩‍👧'))

  it('fits wherever two letters fit, and keeps beginning and end', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 2, max: 70 }),
        (key, room) => {
          const shown = middle(key, room, letters)
          expect(letters(shown)).toBeLessThanOrEqual(room)
          const [head = '', tail = ''] = shown.split('…')
          if (shown !== key && !key.includes('…'))
            expect(key.startsWith(head) && key.endsWith(tail)).toBe(true)
        },
      ),
    )
  })
})
