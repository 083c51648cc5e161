const FIELDS = ['input', 'textarea', '[role="combobox"]', '[role="radio"][tabindex="0"]']
const ENABLED = FIELDS.map((field) => `${field}:not(:disabled)`).join(',')

/**
 * Puts the focus where one goes on in a dialog that has just opened: on its first field; else on a button of its
 * foot, the one that goes on (`last`) or the one that does not (`first`); else on the dialog itself. Never on the
 * cross that closes it.
 */
export function focusFirst(event: Event, dialog: HTMLElement | null, button: 'first' | 'last'): void {
  if (dialog === null) return
  event.preventDefault()
  const field = dialog.querySelector<HTMLElement>(ENABLED)
  const buttons = Array.from(dialog.querySelectorAll<HTMLElement>('.foot button:not(:disabled)'))
  const target = field ?? buttons.at(button === 'first' ? 0 : -1) ?? dialog
  target.focus()
}
