import { app, Menu, type MenuItem, type MenuItemConstructorOptions } from 'electron'
import { MENU_IDS, MENUS, type MenuCommand, type MenuDescription, type MenuName } from '#contract/menu.ts'

type Item = MenuItemConstructorOptions
type Run = (command: string) => void

/** The application's menu: the system's own roles, and what the window tells of its commands. */
export interface AppMenu {
  show(description: MenuDescription): void
}

const LINE: Item = { type: 'separator' }
const NOTHING: MenuDescription = { commands: [], text: false }

/** A menu that only changes what is on or off is changed in its place: one that is open stays so. */
export function openMenu(run: Run): AppMenu {
  let built = ''
  const show = (description: MenuDescription): void => {
    const known = description.commands.filter(({ id }) => MENU_IDS.has(id))
    const shape = JSON.stringify([
      description.text,
      known.map(({ id, title, keys, checked }) => [id, title, keys, checked === undefined]),
    ])
    if (shape !== built) {
      built = shape
      Menu.setApplicationMenu(Menu.buildFromTemplate(template({ ...description, commands: known }, run)))
      return
    }
    const menu = Menu.getApplicationMenu()
    for (const { id, enabled, checked } of known) {
      const item: MenuItem | null | undefined = menu?.getMenuItemById(id)
      if (item == null) continue
      item.enabled = enabled
      if (checked !== undefined) item.checked = checked
    }
  }
  show(NOTHING)
  return { show }
}

/** Pure but for the platform and the name of the app. */
export function template({ commands, text }: MenuDescription, run: Run): Item[] {
  const mac = process.platform === 'darwin'
  const byId = new Map(commands.map((command) => [command.id, command]))
  const of = (name: MenuName): Item[] => itemsOf(MENUS[name], byId, run)
  const settings = of1('show-settings', byId, run)
  return [
    ...(mac ? [appMenu(settings)] : []),
    {
      label: 'File',
      submenu: joined(of('File'), mac ? [{ role: 'close' }] : settings, mac ? [] : [{ role: 'quit' }]),
    },
    text ? { role: 'editMenu' } : { label: 'Edit', submenu: of('Edit') },
    { label: 'View', submenu: joined(of('View'), viewRoles()) },
    { label: 'Go', submenu: of('Go') },
    mac ? { role: 'windowMenu' } : { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'close' }] },
    { role: 'help', submenu: joined(of('Help'), mac ? [] : [{ role: 'about' }]) },
  ].filter((menu) => !('submenu' in menu) || (menu.submenu as Item[]).length > 0) as Item[]
}

function appMenu(settings: readonly Item[]): Item {
  return {
    label: app.name,
    submenu: joined(
      [{ role: 'about' }],
      settings,
      [{ role: 'services' }],
      [{ role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }],
      [{ role: 'quit' }],
    ),
  }
}

function viewRoles(): Item[] {
  const roles: Item[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    LINE,
    { role: 'togglefullscreen' },
  ]
  // What shows the inside of the page is for those who build it.
  return app.isPackaged ? roles : [...roles, LINE, { role: 'forceReload' }, { role: 'toggleDevTools' }]
}

function itemsOf(ids: readonly string[], byId: ReadonlyMap<string, MenuCommand>, run: Run): Item[] {
  const groups: Item[][] = [[]]
  for (const id of ids) {
    if (id === '-') groups.push([])
    else groups.at(-1)?.push(...of1(id, byId, run))
  }
  return joined(...groups)
}

function of1(id: string, byId: ReadonlyMap<string, MenuCommand>, run: Run): Item[] {
  const command = byId.get(id)
  if (command === undefined) return []
  const { title, keys, enabled, checked } = command
  const accelerator = keys === undefined ? undefined : acceleratorOf(keys)
  return [
    {
      id,
      label: title,
      enabled,
      ...(checked !== undefined && { type: 'checkbox', checked }),
      // The window hears its keys itself, and knows what has the focus; here they are shown. macOS has no such
      // choice, but asks the page first.
      ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
      click: () => run(id),
    },
  ]
}

/** Groups with a line between them, without those that are empty. */
function joined(...groups: readonly (readonly Item[])[]): Item[] {
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, at) => (at === 0 ? group : [LINE, ...group]))
}

const NAMES: Readonly<Record<string, string>> = {
  Mod: 'CmdOrCtrl',
  Ctrl: 'Ctrl',
  Meta: 'Super',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Escape: 'Esc',
}

/**
 * The chord as Electron writes it. A sign or a letter alone is none: on macOS it would be taken from whatever text is
 * typed.
 */
export function acceleratorOf(keys: string): string | undefined {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  if (parts.length === 1 && !/^F\d+$/.test(key)) return undefined
  return parts.map((part) => NAMES[part] ?? part).join('+')
}
