import type { Component } from 'svelte'

/** What every drawing takes: one from lucide, or one of ours in ui/glyphs. A type, so that lucide's index fits. */
export type GlyphProps = {
  size?: number | string
  strokeWidth?: number | string
  'aria-hidden'?: 'true'
}

/** A drawing that Icon can show. */
export type Glyph = Component<GlyphProps>
