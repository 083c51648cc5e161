/** One observer for all: a virtual list makes and drops such elements by the dozen a frame. */
let observer: ResizeObserver | undefined
const watchers = new WeakMap<Element, (width: number) => void>()

/** Tells the width of an element's content box in CSS pixels, now and after each change, until the answer is called. */
export function watchWidth(element: Element, told: (width: number) => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const entry of entries) watchers.get(entry.target)?.(entry.contentRect.width)
  })
  watchers.set(element, told)
  observer.observe(element)
  return () => {
    observer?.unobserve(element)
    watchers.delete(element)
  }
}

let pen: CanvasRenderingContext2D | null | undefined

/**
 * Measures text as an element with this `font` (the computed style's shorthand) draws it, in CSS pixels. Kerning
 * across a cut is ignored, so the answer may be a fraction of a pixel too wide; never too narrow.
 */
export function measureIn(font: string): (text: string) => number {
  pen ??= document.createElement('canvas').getContext('2d')
  return (text) => {
    if (pen === null || pen === undefined) return 0
    pen.font = font
    return pen.measureText(text).width
  }
}
