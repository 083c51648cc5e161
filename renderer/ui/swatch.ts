/** The colours a connection can wear, as the tokens number them. */
export const SWATCH_COLOURS = [1, 2, 3, 4, 5, 6] as const

export type SwatchColour = (typeof SWATCH_COLOURS)[number]
