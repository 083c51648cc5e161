import { CONFLICT_ANSWERS, type ConflictAnswer } from '#model/plan.ts'
import { ANSWER_WORDS } from './answer-words.ts'
import type { Command } from './commands.svelte.ts'

/** What a list of items can be told to do. */
export interface ItemActs {
  /** Names may be taken: it is a copy or a move. */
  readonly pours: () => boolean
  /** Names that are taken are shown, and can be answered. */
  readonly answers: () => boolean
  readonly find: () => void
  readonly save: (as: 'plan' | 'manifest') => void
  readonly showTaken: () => void
  readonly answer: (answer: ConflictAnswer) => void
}

/** What can be done where the items of a job are shown. Their keys are heard by the list itself. */
export function itemCommands(acts: ItemActs): Command[] {
  const items = { group: 'Items of a job', scope: 'window', keys: [] } as const
  return [
    { ...items, id: 'find-items', title: 'Search the items', when: () => true, run: acts.find },
    {
      ...items,
      id: 'export-plan',
      title: 'Export the items that are shown as CSV',
      when: () => true,
      run: () => acts.save('plan'),
    },
    {
      ...items,
      id: 'export-manifest',
      title: 'Save the items that are shown as a manifest',
      when: () => true,
      run: () => acts.save('manifest'),
    },
    {
      ...items,
      id: 'show-taken',
      title: 'Show the items whose name is taken',
      when: () => (acts.pours() ? true : 'Only copies and moves meet names that are taken.'),
      run: acts.showTaken,
    },
    ...CONFLICT_ANSWERS.map((answer) => ({
      ...items,
      id: `answer-${answer}`,
      title: `Names that are taken: ${ANSWER_WORDS[answer].toLowerCase()}`,
      when: (): true | string =>
        acts.answers() || 'It is answered where names that are taken are shown, before the start.',
      run: () => acts.answer(answer),
    })),
  ]
}
