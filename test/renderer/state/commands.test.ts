import { expect, test } from 'vitest'
import { chordOf } from '../../../renderer/state/chord.ts'
import { Commands, type Command } from '../../../renderer/state/commands.svelte.ts'
import { App } from '../../../renderer/state/app.svelte.ts'
import { browseCommands } from '../../../renderer/state/browse-commands.ts'
import { gridCommands } from '../../../renderer/state/grid-commands.ts'
import { historyCommands } from '../../../renderer/state/history-commands.ts'
import { windowCommands } from '../../../renderer/state/window-commands.ts'
import { fakeClient } from './fake-client.ts'
import { search } from '../../../renderer/state/palette.ts'

const key = (name: string, held = '') => ({
  key: name,
  ctrlKey: held.includes('c'),
  metaKey: held.includes('m'),
  altKey: held.includes('a'),
  shiftKey: held.includes('s'),
})

test.each([
  ['k', 'c', 'ctrl', 'Mod+K'],
  ['k', 'm', 'meta', 'Mod+K'],
  ['k', 'm', 'ctrl', 'Meta+K'],
  ['V', 'cs', 'ctrl', 'Mod+Shift+V'],
  ['?', 's', 'ctrl', '?'],
  ['/', '', 'ctrl', '/'],
  ['F5', '', 'ctrl', 'F5'],
  ['Enter', 'cs', 'ctrl', 'Mod+Shift+Enter'],
  ['ArrowLeft', 'a', 'ctrl', 'Alt+ArrowLeft'],
  [' ', '', 'ctrl', 'Space'],
  ['Shift', 's', 'ctrl', undefined],
] as const)('%s with %j on a %s keyboard is %s', (name, held, modifier, chord) => {
  expect(chordOf(key(name, held), modifier)).toBe(chord)
})

const command = (id: string, more: Partial<Command>): Command => ({
  id,
  title: id,
  group: 'Window',
  keys: [],
  scope: 'window',
  when: () => true,
  run: () => undefined,
  ...more,
})

test('bare signs are commands in a list and text in a field', () => {
  const commands = new Commands()
  commands.add([
    command('filter', { keys: ['/', 'Mod+F'] }),
    command('delete', { keys: ['Delete'], scope: 'list' }),
  ])
  expect(commands.forChord('/', 'list')?.id).toBe('filter')
  expect(commands.forChord('/', 'text')).toBeUndefined()
  expect(commands.forChord('Mod+F', 'text')?.id).toBe('filter')
  expect(commands.forChord('Delete', 'elsewhere')).toBeUndefined()
  expect(commands.forChord('Delete', 'list')?.id).toBe('delete')
})

test('a command that cannot be run is not run', () => {
  const commands = new Commands()
  let runs = 0
  commands.add([command('off', { when: () => 'Not now.', run: () => (runs += 1) })])
  expect([commands.run('off'), runs, commands.available()]).toEqual([false, 0, []])
})

test('what begins with the typed text stands before what only holds it, within its group', () => {
  const entries = [
    { title: 'move here', group: 'a' },
    { title: 'remote', group: 'a' },
    { title: 'to more', group: 'a' },
    { title: 'mover', group: 'b' },
    { title: 'else', group: 'b' },
  ]
  expect(search(entries, 'MO', 9).map(({ entry }) => entry.title)).toEqual([
    'move here',
    'to more',
    'remote',
    'mover',
  ])
})

test('no chord means two things in Browse, and none in the grid', () => {
  const app = new App(fakeClient({}).client, 'ctrl')
  const elsewhere = [...browseCommands(app), ...historyCommands(app)]
  const everywhere = windowCommands(app)
  for (const commands of [
    [...elsewhere, ...everywhere],
    [...gridCommands(app), ...everywhere],
  ]) {
    const chords = commands.flatMap(({ keys }) => keys)
    expect(chords.filter((chord, index) => chords.indexOf(chord) !== index)).toEqual([])
  }
})
