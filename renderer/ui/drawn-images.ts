/**
 * Shapes as images that CSS can name. In a long list an image behind the words costs a frame nothing, and a drawing
 * beside them is an element with a place, a clip and a transform of its own in each row.
 */
import type { Attachment } from 'svelte/attachments'
import { readColours, watchTheme } from './theme.ts'

/** A symbol of a sprite, and the token of its colour. */
export interface DrawnImage {
  readonly name: string
  readonly colour: string
}

/** On a sprite of symbols: gives what is around it `--image-NAME` for each of them, anew when the theme changes. */
export function asImages(images: readonly DrawnImage[]): Attachment<SVGElement> {
  return (sprite) => {
    const around = sprite.parentElement
    if (around === null) return
    const drawings = [...sprite.querySelectorAll('symbol > svg')]
    const draw = (): void => {
      const colours = readColours(
        around,
        images.map(({ colour }) => colour),
      )
      images.forEach(({ name, colour }, at) => {
        const drawing = drawings[at]
        if (drawing !== undefined)
          around.style.setProperty(`--image-${name}`, imageOf(drawing, colours[colour] ?? ''))
      })
    }
    draw()
    return watchTheme(draw)
  }
}

function imageOf(drawing: Element, colour: string): string {
  const text = new XMLSerializer().serializeToString(drawing).replaceAll('currentColor', colour)
  return `url("data:image/svg+xml,${encodeURIComponent(text)}")`
}
