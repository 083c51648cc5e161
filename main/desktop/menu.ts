import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { WindowCommand } from '#contract/events.ts'

/** The menu, by Electron's roles where there is one; ours send a command to the window, which knows what it means. */
export function setMenu(command: (command: WindowCommand) => void): void {
  const item = (label: string, name: WindowCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => command(name),
  })
  const settings = item('Settings…', 'show-settings', 'CmdOrCtrl+,')
  const mac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [
          {
            label: app.name,
            submenu: [
              { role: 'about' },
              { type: 'separator' },
              settings,
              { type: 'separator' },
              { role: 'services' },
              { type: 'separator' },
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              { type: 'separator' },
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: 'File',
      submenu: mac ? [{ role: 'close' }] : [settings, { type: 'separator' }, { role: 'quit' }],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        item('Browse', 'show-browse'),
        item('Jobs', 'show-jobs'),
        item('Connections', 'show-connections'),
        { type: 'separator' },
        item('Command Palette…', 'open-palette'),
        item('Refresh', 'refresh'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Keyboard Shortcuts', 'show-keys')] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
