import { MENU_IDS, type MenuDescription } from '#contract/menu.ts'
import type { Commands } from './commands.svelte.ts'

/** What the desktop's menu shows of the commands: drawn from the registry, as the palette and the list of keys are. */
export function describeMenu(commands: Commands, text: boolean): MenuDescription {
  return {
    commands: commands.all
      .filter(({ id }) => MENU_IDS.has(id))
      .map(({ id, title, keys, when, checked }) => ({
        id,
        title,
        // The first that is no bare letter or sign: those belong to whatever text is typed.
        keys: keys.find((chord) => chord.includes('+') || /^F\d/.test(chord)),
        enabled: when() === true,
        checked: checked?.(),
      })),
    text,
  }
}

/** Whether keys are text where the focus is. */
export function isText(element: Element | null): boolean {
  return (
    element?.closest('input:not([type="checkbox"], [type="radio"]), textarea, [contenteditable="true"]') !=
    null
  )
}
