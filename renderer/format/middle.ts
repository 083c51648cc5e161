/** How wide a text is, in the unit that the room is given in (CSS pixels in the window). */
export type Measure = (text: string) => number

const ELLIPSIS = '…'
const SHORTEST_TAIL = 8
const LONGEST_EXTENSION = 12

/**
 * A text that fits: it loses its middle, and keeps its beginning and as much of its end as tells the extension
 * (`part-00412-5…ppy.parquet`). Never cuts inside a grapheme. Where there is room for next to nothing the end
 * goes first, then the beginning; what is left may then be wider than the room.
 */
export function middle(text: string, room: number, measure: Measure): string {
  if (measure(text) <= room) return text
  const letters = graphemes(text)
  const wanted = Math.min(tailLength(text), Math.max(letters.length - 2, 0))
  const most = letters.length - 1
  for (let tail = wanted; tail >= 0; tail -= 1) {
    const end = tail === 0 ? '' : letters.slice(-tail).join('')
    const fits = (head: number): boolean => measure(joined(letters, head, end)) <= room
    if (!fits(1)) continue
    return joined(letters, longest(1, most - tail, fits), end)
  }
  return joined(letters, 1, '')
}

/** Three letters before the extension, and the extension. A text without one keeps eight. */
function tailLength(text: string): number {
  const dot = text.lastIndexOf('.')
  const extension = dot > 0 ? text.length - dot : 0
  return extension > 0 && extension <= LONGEST_EXTENSION
    ? Math.max(SHORTEST_TAIL, extension + 3)
    : SHORTEST_TAIL
}

/** The largest n in lo..hi that fits, given that lo fits and that wider does not fit again. */
function longest(lo: number, hi: number, fits: (n: number) => boolean): number {
  while (lo < hi) {
    const half = Math.ceil((lo + hi) / 2)
    if (fits(half)) lo = half
    else hi = half - 1
  }
  return lo
}

function joined(letters: readonly string[], head: number, end: string): string {
  return letters.slice(0, head).join('').trimEnd() + ELLIPSIS + end
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const ASCII = /^[\x20-\x7e]*$/

function graphemes(text: string): string[] {
  return ASCII.test(text) ? text.split('') : Array.from(segmenter.segment(text), (part) => part.segment)
}
