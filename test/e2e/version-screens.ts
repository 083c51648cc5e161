/** Screens of what was: every version below a prefix, how it was at a moment, and the sheets that work on them. */
import type { PlaygroundAdmin } from '../helpers/playground.ts'
import type { DecantWindow } from '../helpers/window.ts'
import type { ScreenUnderTest } from './screen.ts'

const BUCKET = 'acme-handbook'

/** Half a year of a prefix: written, written over, deleted by the window. */
async function seedHistory(playground: PlaygroundAdmin): Promise<void> {
  const page = (pattern: string, day: string, size: number, count = 1) =>
    playground.seed({
      ...{ bucket: BUCKET, versioning: 'Enabled', prefix: 'guide/', pattern, count, size },
      modified: { from: `2026-${day}T08:30:00Z`, to: `2026-${day}T09:10:00Z` },
    })
  await page('chapter-{n:2}.md', '05-04', 18_200, 14)
  await page('figures/plate-{n:3}.png', '05-20', 240_000, 30)
  await page('index.md', '05-04', 2100)
  for (const [day, size] of [
    ['06-11', 2240],
    ['07-02', 2410],
    ['09-18', 2380],
  ] as const)
    await page('index.md', day, size)
  await page('chapter-{n:2}.md', '07-02', 19_650, 6)
  await page('draft.md', '07-28', 900)
  await page('glossary.md', '10-09', 6400)
}

export const VERSION_SCREENS: readonly ScreenUnderTest[] = [
  {
    name: 'versions',
    async show(window, playground) {
      await seedHistory(playground())
      await window.goTo('left', `s3://${BUCKET}/guide/`)
      await window.row('left', 'draft.md').click()
      await window.page.keyboard.press('Delete')
      await window.button('Delete 1 object').click()
      await window.row('left', 'draft.md').waitFor({ state: 'detached' })
      await window.list('left').focus()
      await window.page.keyboard.press('F9')
      await window.pane('left').getByText('delete marker').first().waitFor()
    },
  },
  {
    name: 'as-of',
    async show(window) {
      await window.page.keyboard.press('Shift+F9')
      const slider = window.pane('left').getByRole('slider', { name: 'Moment' })
      await slider.focus()
      for (let steps = 0; steps < 3; steps++) await slider.press('ArrowLeft')
      await window.pane('left').getByText('since: 1 changed, 1 deleted, 1 new').first().waitFor()
    },
  },
  {
    name: 'rewind',
    async show(window) {
      await window.button('Bring back…').click()
      await window.page
        .getByRole('dialog', { name: 'Bring back' })
        .getByText(/^See all/)
        .waitFor()
    },
    leave: escape,
  },
  {
    name: 'purge',
    async show(window) {
      await window.list('left').focus()
      await window.page.keyboard.press('Escape')
      await window.button('More for the left pane').click()
      await window.page.getByRole('menuitem', { name: /^Purge/ }).click()
      const sheet = window.page.getByRole('dialog', { name: 'Purge old versions' })
      await sheet.getByText(/^See all/).waitFor()
    },
    leave: escape,
  },
]

function escape(window: DecantWindow): Promise<void> {
  return window.page.keyboard.press('Escape')
}
