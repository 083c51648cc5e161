import type { Keyboard } from '../format/keys.ts'

/** The keyboard in front of the person, from the system's name. */
export function keyboard(): Keyboard {
  return /^(Mac|iPhone|iPad)/.test(navigator.platform) ? 'mac' : 'other'
}
