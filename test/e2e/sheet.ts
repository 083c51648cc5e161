/** The open sheet as a person uses it: themes that unfold, choices in a row, lists that open. */
import type { Locator } from 'playwright'
import type { DecantWindow } from '../helpers/window.ts'

/** Unfolds a theme of the open sheet and brings it into sight. */
export async function unfold(window: DecantWindow, theme: string): Promise<Locator> {
  const fold = window.pourSheet.getByRole('button', { name: new RegExp(`^${theme}`) })
  if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click()
  await fold.scrollIntoViewIfNeeded()
  return fold
}

export function choose(window: DecantWindow, group: string, name: string): Promise<void> {
  const choices = window.pourSheet.getByRole('radiogroup', { name: group, exact: true })
  return choices.getByRole('radio', { name, exact: true }).click()
}

/** Folds what was unfolded, put back to its default where it differs. */
export async function putBack(window: DecantWindow, theme: string): Promise<void> {
  const reset = window.button(`Reset ${theme}`, window.pourSheet)
  if ((await reset.count()) > 0) await reset.click()
  await window.pourSheet.getByRole('button', { name: new RegExp(`^${theme}`) }).click()
}

export async function pick(window: DecantWindow, label: string, option: RegExp): Promise<void> {
  await window.pourSheet.getByRole('combobox', { name: label, exact: true }).click()
  await window.page.getByRole('option', { name: option }).click()
}
