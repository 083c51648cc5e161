/** A screen of the app, and steps that lead to many of them. */
import type { Locator } from 'playwright'
import type { PlaygroundAdmin } from '../helpers/playground.ts'
import type { DecantWindow } from '../helpers/window.ts'

export interface ScreenUnderTest {
  readonly name: string
  show(window: DecantWindow, playground: () => PlaygroundAdmin): Promise<void>
  /** Takes away what lies over the window, for the next one. */
  leave?(window: DecantWindow, playground: () => PlaygroundAdmin): Promise<void>
}

export const places = ({ page }: DecantWindow): Locator => page.getByRole('navigation', { name: 'Places' })

export const escape = ({ page }: DecantWindow): Promise<void> => page.keyboard.press('Escape')

export async function openJob(window: DecantWindow, name: RegExp): Promise<void> {
  await places(window).getByRole('button', { name: /^Jobs/ }).click()
  const jobs = window.page.getByRole('region', { name: 'Jobs', exact: true })
  await window.button(name, jobs).first().click()
}

export async function showTab({ page }: DecantWindow, name: string | RegExp): Promise<void> {
  await page.getByRole('tab', { name }).click()
  await page.getByRole('tabpanel', { name }).waitFor()
}
