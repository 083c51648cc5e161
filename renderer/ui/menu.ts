import type { Glyph } from './glyph.ts'

/** A line of a menu. The same list serves a dropdown, a context menu and the command palette. */
export type MenuEntry =
  | {
      readonly kind: 'item'
      readonly label: string
      readonly onselect: () => void
      readonly icon?: Glyph | undefined
      /** The keys that do the same: `F5`, `Mod+Shift+C`. */
      readonly keys?: string | undefined
      readonly disabled?: boolean | undefined
      /** Why it is off. */
      readonly reason?: string | undefined
      readonly tone?: 'default' | 'danger' | undefined
    }
  | {
      readonly kind: 'check'
      readonly label: string
      readonly checked: boolean
      readonly onchange: (checked: boolean) => void
      readonly disabled?: boolean | undefined
    }
  | { readonly kind: 'heading'; readonly label: string }
  | { readonly kind: 'separator' }
