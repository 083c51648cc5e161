import { describe, expect, it } from 'vitest'
import { formatBytes, formatExactBytes } from '../../../renderer/format/bytes.ts'
import { formatCount, formatDoneOf, formatNumberOf, formatPercent } from '../../../renderer/format/count.ts'
import {
  formatClock,
  formatDay,
  formatDays,
  formatExactDate,
  formatFullDate,
  formatShortDate,
  formatSpokenDate,
} from '../../../renderer/format/date.ts'
import { formatDuration, formatEstimate, formatTimeLeft } from '../../../renderer/format/duration.ts'
import { ariaKeys, formatKeys } from '../../../renderer/format/keys.ts'
import { formatByteRate, formatObjectRate } from '../../../renderer/format/rate.ts'
import { visible, visibleParts } from '../../../renderer/format/visible.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const TIB = 1024 ** 4

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [912, '912 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [86_221, '84.2 KiB'],
    [1024 * 1023.9, '1023.9 KiB'],
    [1024 * 1023.96, '1.00 MiB'],
    [2.31 * MIB, '2.31 MiB'],
    [9.994 * MIB, '9.99 MiB'],
    [9.996 * MIB, '10.0 MiB'],
    [128.4 * MIB, '128.4 MiB'],
    [MIB * 1023.96, '1.00 GiB'],
    [5 * GIB, '5.00 GiB'],
    [1.37 * TIB, '1.37 TiB'],
    [5 * TIB * 1_000_000, '4.77 EiB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [1, '1 byte'],
    [0, '0 bytes'],
    [1_508_483, '1,508,483 bytes'],
  ])('%d is exactly %s', (bytes, text) => expect(formatExactBytes(bytes)).toBe(text))
})

describe('counts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1204, '1,204'],
    [1_204_331, '1,204,331'],
    [12.9, '12'],
    [-4096, '−4,096'],
  ])('%d is %s', (count, text) => expect(formatCount(count)).toBe(text))

  it('takes the noun with it', () => {
    expect(formatNumberOf(1, 'object')).toBe('1 object')
    expect(formatNumberOf(2048, 'object')).toBe('2,048 objects')
    expect(formatNumberOf(2, 'prefix', 'prefixes')).toBe('2 prefixes')
  })

  it('says when the listing has not ended', () => {
    expect(formatDoneOf(1204, 98_310, 'listing')).toBe('1,204 of 98,310 so far (still listing)')
    expect(formatDoneOf(3310, 12_480, 'listed')).toBe('3,310 of 12,480')
  })

  it.each([
    [0, 10, '0 %'],
    [0, 0, '0 %'],
    [1, 1_000, 'under 1 %'],
    [999, 1_000, '99 %'],
    [10, 10, '100 %'],
  ])('%d of %d is %s', (part, whole, text) => expect(formatPercent(part, whole)).toBe(text))
})

describe('rates', () => {
  it.each([
    [0, '0/s'],
    [0.42, '0.4/s'],
    [9.96, '10/s'],
    [211.6, '212/s'],
    [31_000, '31,000/s'],
  ])('%d is %s', (rate, text) => expect(formatObjectRate(rate)).toBe(text))
  it('of bytes are binary', () => expect(formatByteRate(1.31 * GIB)).toBe('1.31 GiB/s'))
})

describe('durations', () => {
  it.each([
    [38, '38 ms'],
    [4_999, '4 s'],
    [112_000, '1 min 52 s'],
    [360_000, '6 min'],
    [4_320_000, '1 h 12 min'],
    [183_600_000, '2 d 3 h'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [0, '1 s'],
    [7.2, '8 s'],
    [11, '15 s'],
    [54, '55 s'],
    [56, '1 min'],
    [301, '6 min'],
    [3_600, '1 h'],
    [4_300, '1 h 12 min'],
    [86_000, '23 h 54 min'],
    [86_399, '1 d'],
    [180_001, '2 d 3 h'],
  ])('an estimate of %d s is %s', (seconds, text) => expect(formatEstimate(seconds)).toBe(text))

  it('says whether it is a bound', () => {
    expect(formatTimeLeft(10, 'estimate')).toBe('10 s left')
    expect(formatTimeLeft(330, 'at-least')).toBe('6 min or more')
  })
})

describe('dates', () => {
  const now = new Date(2026, 10, 21, 12, 0)
  it.each([
    [new Date(2026, 10, 20, 9, 14), '20 Nov 09:14', '2026-11-20 09:14', 'yesterday 09:14'],
    [new Date(2026, 10, 21, 0, 5), '21 Nov 00:05', '2026-11-21 00:05', 'today 00:05'],
    [new Date(2026, 9, 2, 6, 45), '2 Oct 06:45', '2026-10-02 06:45', '2 Oct 06:45'],
    [new Date(2024, 0, 3, 23, 59), '3 Jan 2024', '2024-01-03 23:59', '3 Jan 2024'],
  ])('%s', (at, short, full, spoken) => {
    expect(formatShortDate(at, now)).toBe(short)
    expect(formatFullDate(at.getTime())).toBe(full)
    expect(formatSpokenDate(at.toISOString(), now)).toBe(spoken)
  })

  it('to the second carry their offset', () =>
    expect(formatExactDate(new Date(2026, 10, 20, 9, 14, 5))).toMatch(/^2026-11-20 09:14:05 [+−]\d\d:\d\d$/))

  it.each([
    [new Date(2026, 10, 17, 9), new Date(2026, 10, 20, 8), '17 Nov to 20 Nov 2026'],
    [new Date(2025, 11, 30), new Date(2026, 0, 2), '30 Dec 2025 to 2 Jan 2026'],
    [new Date(2026, 10, 20, 1), new Date(2026, 10, 20, 23), '20 Nov 2026'],
  ])('from %s to %s: %s', (first, last, said) => expect(formatDays(first, last)).toBe(said))

  it('a calendar day is the same in every zone', () => expect(formatDay('2025-06-01')).toBe('1 Jun 2025'))

  it('that cannot be read are empty', () => {
    expect(formatDays('no date', now)).toBe('')
    expect(formatDay('no date')).toBe('')
    expect(formatShortDate('no date', now)).toBe('')
    expect(formatFullDate('no date')).toBe('')
    expect(formatExactDate('no date')).toBe('')
    expect(formatSpokenDate('no date', now)).toBe('')
    expect(formatClock('no date')).toBe('')
  })
})

describe('visible', () => {
  it.each([
    ['events/2026/part-0.parquet', 'events/2026/part-0.parquet'],
    ['Übersicht_売上.parquet', 'Übersicht_売上.parquet'],
    ['a\tb\nc\u0000', 'a‹U+0009›b‹U+000A›c‹U+0000›'],
    ['a\u007fb\u0085c', 'a‹U+007F›b‹U+0085›c'],
    [' two  spaces ', '␣two  spaces␣'],
    ['a\u00a0b', 'a‹U+00A0›b'],
    ['\u202efdp.exe', '‹U+202E›fdp.exe'],
    ['a\u200bb\ufeff', 'a‹U+200B›b‹U+FEFF›'],
    ['👩\u200d👧 می\u200cخواهم', '👩\u200d👧 می\u200cخواهم'],
    ['lone\ud800', 'lone‹U+D800›'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => expect(visible(text)).toBe(shown))

  it.each([
    ['Copy names to a', 5, 10, ['Copy ', 'names', ' to a']],
    ['Copy names to a', 0, 4, ['', 'Copy', ' names to a']],
    [' a\tb ', 1, 4, ['␣', 'a‹U+0009›b', '␣']],
    ['abc', 0, 0, ['', '', 'abc']],
  ] as const)('%j, of which %i to %i was found, is shown in parts', (text, from, to, parts) =>
    expect(visibleParts(text, from, to)).toEqual(parts),
  )
})

describe('keys', () => {
  it.each([
    ['Mod+K', '⌘K', 'Ctrl K', 'Meta+K', 'Control+K'],
    ['Mod+Shift+E', '⌘⇧E', 'Ctrl Shift E', 'Meta+Shift+E', 'Control+Shift+E'],
    ['Mod+Enter', '⌘↵', 'Ctrl ↵', 'Meta+Enter', 'Control+Enter'],
    ['F5', 'F5', 'F5', 'F5', 'F5'],
  ])('%s', (keys, mac, other, ariaMac, ariaOther) => {
    expect(formatKeys(keys, 'mac')).toBe(mac)
    expect(formatKeys(keys, 'other')).toBe(other)
    expect(ariaKeys(keys, 'mac')).toBe(ariaMac)
    expect(ariaKeys(keys, 'other')).toBe(ariaOther)
  })
})
