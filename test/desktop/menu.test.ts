import { describe, expect, it, vi } from 'vitest'
import { acceleratorOf, template } from '../../main/desktop/menu.ts'
import { textEntries } from '../../main/desktop/text-menu.ts'
import { openable } from '../../main/desktop/opened.ts'
import { trayEntries, trayTip } from '../../main/desktop/tray-menu.ts'

vi.mock('electron', () => ({ app: { name: 'Decant', isPackaged: true }, Menu: {} }))

type Item = {
  id?: string
  role?: string
  label?: string
  type?: string
  click?: () => void
  submenu?: Item[]
}
const menuOf = (items: unknown, label: string): Item[] =>
  (items as Item[]).find((item) => item.label === label)?.submenu ?? []

describe('the menu', () => {
  const commands = [
    { id: 'open', title: 'Open', enabled: true, keys: 'Mod+ArrowDown' },
    { id: 'take', title: 'Copy for pasting', enabled: false },
    { id: 'toggle-sidebar', title: 'Sidebar', enabled: true, checked: true },
  ]

  it('shows what the window tells, and a click asks for it by its id', () => {
    const asked: string[] = []
    const items = template({ commands, text: false }, (id) => asked.push(id))
    const open = menuOf(items, 'File').find(({ id }) => id === 'open')
    expect(open).toMatchObject({ label: 'Open', accelerator: 'CmdOrCtrl+Down', registerAccelerator: false })
    open?.click?.()
    expect(asked).toEqual(['open'])
    expect(menuOf(items, 'Edit')).toMatchObject([{ id: 'take', enabled: false }])
    expect(menuOf(items, 'View')[0]).toMatchObject({ type: 'checkbox', checked: true })
  })

  it('is about text where text has the focus', () => {
    expect(template({ commands, text: true }, () => {})).toContainEqual({ role: 'editMenu' })
  })

  it('has no line at its ends or beside another', () => {
    for (const { submenu = [] } of template({ commands, text: false }, () => {}) as Item[]) {
      const types = submenu.map(({ type }) => type === 'separator')
      expect([types[0], types.at(-1)]).toEqual([false, false])
      expect(types.some((line, at) => line && types[at + 1] === true)).toBe(false)
    }
  })

  it.each([
    ['Mod+Shift+E', 'CmdOrCtrl+Shift+E'],
    ['Alt+ArrowLeft', 'Alt+Left'],
    ['F5', 'F5'],
    ['?', undefined],
    ['Delete', undefined],
  ])('writes %s as Electron does: %s', (keys, accelerator) => expect(acceleratorOf(keys)).toBe(accelerator))
})

describe('the tray', () => {
  const job = { id: '1', title: 'Copy orders/ to acme-backups', state: 'running', fraction: 0.456 } as const
  it.each([
    [{ running: 0, paused: 0 }, [], 'Decant: nothing runs', [false, false]],
    [{ running: 1, paused: 0, fraction: 0.456 }, [job], 'Decant: one job runs, 45 %', [true, false]],
    [
      { running: 0, paused: 2 },
      [{ ...job, state: 'paused' as const }],
      'Decant: 2 are paused',
      [false, true],
    ],
    [{ running: 2, paused: 1 }, [job], 'Decant: 2 jobs run, still listing; one is paused', [true, true]],
  ])('says %j', (work, jobs, tip, [canPause, canResume]) => {
    const said = { ...work, awake: true, jobs }
    expect(trayTip(said)).toBe(tip)
    const entries = trayEntries(said).filter((entry) => entry !== '-')
    const enabled = (label: string) => entries.find((entry) => entry.label === label)?.enabled
    expect([enabled('Open Decant'), enabled('Quit')]).toEqual([true, true])
    expect([enabled('Pause all'), enabled('Resume all')]).toEqual([canPause, canResume])
  })

  it('names the jobs, and says how many more there are', () => {
    const labels = trayEntries({
      running: 3,
      paused: 1,
      awake: true,
      jobs: [job, { ...job, state: 'paused' }],
    })
      .filter((entry) => entry !== '-')
      .map(({ label }) => label)
    expect(labels.slice(1, 4)).toEqual([
      'Copy orders/ to acme-backups: 45 %',
      'Copy orders/ to acme-backups: paused',
      'and 2 more',
    ])
  })
})

it('of a command line only links and job files are opened', () => {
  const argv = ['.', '--data-dir=/x.decant', 'decant://open?connection=a', '/a/B.Decant', '/etc/passwd']
  expect(openable(argv)).toEqual(['decant://open?connection=a', '/a/B.Decant'])
})

it('a field for text has a menu, and so has text that is chosen', () => {
  const editFlags = { canCopy: true, canPaste: false } as Electron.EditFlags
  const roles = (isEditable: boolean, selectionText: string) =>
    textEntries({ isEditable, editFlags, selectionText })
      .filter(({ type }) => type !== 'separator')
      .map(({ role }) => role)
  expect(roles(true, '')).toEqual(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'])
  expect(roles(false, 'a key')).toEqual(['copy'])
  expect(roles(false, ' ')).toEqual([])
})
