import type { ConflictAnswer } from '#model/plan.ts'

/** As in the sheet's own choice. */
export const ANSWER_WORDS: Readonly<Record<ConflictAnswer, string>> = {
  overwrite: 'Overwrite',
  skip: 'Skip',
  'if-newer': 'If newer',
  'if-different': 'If different',
  'keep-both': 'Keep both',
}
