/** The kinds of keyboard a hint is written for. */
export type Keyboard = 'mac' | 'other'

const ON_MAC: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Ctrl: '⌃',
  Shift: '⇧',
  Alt: '⌥',
  Enter: '↵',
  Backspace: '⌫',
  Escape: 'Esc',
  Delete: 'Del',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
}
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...ON_MAC,
  Mod: 'Ctrl',
  Ctrl: 'Ctrl',
  Shift: 'Shift',
  Alt: 'Alt',
}

const SPOKEN: Readonly<Record<string, string>> = { Mod: 'Control', Ctrl: 'Control' }

/** A key hint as the platform writes it: `Mod+Shift+E` is `⌘⇧E` on a Mac and `Ctrl Shift E` elsewhere. */
export function formatKeys(keys: string, keyboard: Keyboard): string {
  const names = keyboard === 'mac' ? ON_MAC : ELSEWHERE
  return keys
    .split('+')
    .map((key) => names[key] ?? key)
    .join(keyboard === 'mac' ? '' : ' ')
}

/** The same for `aria-keyshortcuts` (WAI-ARIA 1.2, 6.6): `Meta+Shift+E`, `Control+Shift+E`. */
export function ariaKeys(keys: string, keyboard: Keyboard): string {
  return keys
    .split('+')
    .map((key) => (key === 'Mod' && keyboard === 'mac' ? 'Meta' : (SPOKEN[key] ?? key)))
    .join('+')
}
