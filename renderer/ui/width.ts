import type { Attachment } from 'svelte/attachments'
import { middle } from '../format/middle.ts'

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

/** Room for a text, in CSS pixels, and the font that it is drawn in. */
export interface Fit {
  readonly room: number
  readonly font: string
}

/**
 * Tells what an element has for text, as `watchWidth` does: one element of a table stands for all of its column, so that
 * none of them is measured by itself.
 */
export function watchFit(told: (fit: Fit) => void): Attachment<HTMLElement> {
  return (element) => watchWidth(element, (room) => told({ room, font: getComputedStyle(element).font }))
}

let pen: CanvasRenderingContext2D | null | undefined
/** As it was asked for: the context gives it back in words of its own. Setting it costs more than measuring. */
let penFont = ''
/** By font: how wide each letter of ASCII is. Adding them up costs a hundredth of asking the browser. */
const advances = new Map<string, Float64Array>()
const ASCII = /^[\x20-\x7e]*$/

/**
 * Measures text as an element with this `font` (the computed style's shorthand) draws it, in CSS pixels. Kerning
 * is ignored where all of it is ASCII, and across a cut, so the answer may be a fraction of a pixel too wide; never too
 * narrow.
 */
export function measureIn(font: string): (text: string) => number {
  pen ??= document.createElement('canvas').getContext('2d')
  const wide = advances.get(font) ?? newAdvances(font)
  return (text) => {
    if (!ASCII.test(text)) return drawn(text, font)
    let width = 0
    for (let at = 0; at < text.length; at++) width += wide[text.charCodeAt(at)] ?? 0
    return width
  }
}

/** The text without as much of its middle as it has no room for. */
export function fitted(text: string, { room, font }: Fit): string {
  return middle(text, room, measureIn(font))
}

function newAdvances(font: string): Float64Array {
  const wide = Float64Array.from({ length: 127 }, (_, code) => drawn(String.fromCharCode(code), font))
  advances.set(font, wide)
  return wide
}

function drawn(text: string, font: string): number {
  if (pen === null || pen === undefined) return 0
  if (font !== penFont) pen.font = penFont = font
  return pen.measureText(text).width
}
