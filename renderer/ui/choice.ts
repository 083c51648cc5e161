import type { Glyph } from './glyph.ts'

/** One of several values a person chooses from, in a Segmented, a SelectField or a RadioGroup. */
export interface Choice<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly icon?: Glyph | undefined
  /** A second, quieter part: what follows from the choice. */
  readonly hint?: string | undefined
  readonly disabled?: boolean | undefined
  /** Why it cannot be chosen. */
  readonly reason?: string | undefined
}
