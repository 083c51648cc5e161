import { SWATCH_COLOURS } from '../ui/swatch.ts'
import type { SwatchColour } from '../ui/swatch.ts'

/** The colour a connection wears; one that is gone wears the grey. */
export function swatchOf(connection: { readonly color: number } | undefined): SwatchColour {
  return SWATCH_COLOURS.find((colour) => colour === connection?.color) ?? 6
}
