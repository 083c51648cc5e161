/** Which key is the main modifier: Command on a Mac, Control elsewhere. */
export type Modifier = 'meta' | 'ctrl'

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const SHIFTED = /^[^a-z0-9]$/i

/**
 * What was pressed, as commands write it: `Mod+Shift+C`, `F5`, `?`. Undefined for a modifier alone. A sign that
 * needs Shift on some keyboards (`?`, `/`) is itself, with or without.
 */
export function chordOf(event: Key, modifier: Modifier): string | undefined {
  if (['Control', 'Meta', 'Alt', 'Shift', 'Dead', 'Process'].includes(event.key)) return undefined
  const mod = modifier === 'meta' ? event.metaKey : event.ctrlKey
  const other = modifier === 'meta' ? event.ctrlKey : event.metaKey
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  const parts = [
    mod && 'Mod',
    other && (modifier === 'meta' ? 'Ctrl' : 'Meta'),
    event.altKey && 'Alt',
    event.shiftKey && !SHIFTED.test(event.key) && 'Shift',
    key === ' ' ? 'Space' : key,
  ]
  return parts.filter((part) => part !== false).join('+')
}
