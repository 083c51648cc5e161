import type { ConnectionTestStep } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'

/** A draft, and what of it is to be tried. */
export interface Trial extends ConnectionDraft {
  readonly code?: string | undefined
  readonly bucket?: string | undefined
  readonly prefix?: string | undefined
  readonly write: boolean
}

/** What a step found; a thrown one is a failure of that step, explained by its hint. */
export type Found = Omit<ConnectionTestStep, 'step' | 'milliseconds'>
