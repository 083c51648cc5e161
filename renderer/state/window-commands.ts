import type { App } from './app.svelte.ts'
import type { Command, CommandGroup } from './commands.svelte.ts'
import type { Screen } from './router.svelte.ts'

/** What can be done anywhere in the window. */
export function windowCommands(app: App): Command[] {
  const goTo: { group: CommandGroup; scope: 'window' } = { group: 'Go to', scope: 'window' }
  const inWindow: { group: CommandGroup; scope: 'window' } = { group: 'Window', scope: 'window' }
  const isShown = (screen: Screen) => (): boolean => app.router.route.screen === screen
  const shown = (screen: Screen) => (): true | string =>
    app.router.has(screen) && !isShown(screen)() ? true : ''
  return [
    {
      ...goTo,
      id: 'show-browse',
      title: 'Browse',
      keys: [],
      when: shown('browse'),
      checked: isShown('browse'),
      run: () => app.router.go({ screen: 'browse' }),
    },
    {
      ...goTo,
      id: 'show-jobs',
      title: 'Jobs',
      keys: ['Mod+J'],
      when: shown('jobs'),
      checked: isShown('jobs'),
      run: () => app.router.go({ screen: 'jobs' }),
    },
    {
      ...goTo,
      id: 'show-connections',
      title: 'Connections',
      keys: [],
      when: shown('connections'),
      checked: isShown('connections'),
      run: () => app.router.go({ screen: 'connections' }),
    },
    {
      ...goTo,
      id: 'add-connection',
      title: 'Add a connection…',
      keys: [],
      when: () => (app.router.has('connections') ? true : ''),
      run: () => app.router.go({ screen: 'connections', edit: 'new' }),
    },
    {
      ...goTo,
      id: 'import-connections',
      title: 'Import connections…',
      keys: [],
      when: shown('connections'),
      run: () => app.router.open({ is: 'import' }),
    },
    {
      ...goTo,
      id: 'show-settings',
      title: 'Settings',
      keys: ['Mod+,'],
      when: shown('settings'),
      checked: isShown('settings'),
      run: () => app.router.go({ screen: 'settings' }),
    },
    {
      ...goTo,
      id: 'open-playground',
      title: 'The playground',
      keys: [],
      when: () => true,
      run: () => void app.openPlayground(),
    },
    {
      ...goTo,
      id: 'start-tour',
      title: 'The tour of the playground, from its beginning',
      keys: [],
      when: () => (app.tour.on ? '' : true),
      run: () => void app.tour.start(),
    },
    {
      ...goTo,
      id: 'resume-tour',
      title: 'The tour of the playground, where it was left',
      keys: [],
      when: () => (app.tour.wasLeft ? true : ''),
      run: () => void app.tour.resume(),
    },
    {
      ...goTo,
      id: 'leave-tour',
      title: 'Leave the tour',
      keys: [],
      when: () => (app.tour.on ? true : ''),
      run: () => app.tour.leave(),
    },
    {
      ...inWindow,
      id: 'open-palette',
      title: 'Go to a place, or run a command',
      keys: ['Mod+K'],
      when: () => true,
      run: () => app.router.open({ is: 'palette' }),
    },
    {
      ...inWindow,
      id: 'show-keys',
      title: 'The list of keys',
      keys: ['?'],
      when: () => true,
      run: () => app.router.open({ is: 'keys' }),
    },
    {
      ...inWindow,
      id: 'toggle-sidebar',
      title: 'Show or hide the sidebar',
      keys: ['Mod+B'],
      when: () => true,
      checked: () => app.session.settings.layout.sidebar,
      run: () => app.session.changeLayout({ sidebar: !app.session.settings.layout.sidebar }),
    },
    {
      ...inWindow,
      id: 'toggle-second',
      title: 'One pane or two',
      keys: ['Mod+\\'],
      when: () => true,
      checked: () => app.session.settings.layout.second,
      run: () => app.toggleSecond(),
    },
    {
      ...inWindow,
      id: 'toggle-inspector',
      title: 'Show or hide the inspector',
      keys: ['Mod+I'],
      when: () => true,
      checked: () => app.inspectorShown,
      run: () => app.toggleInspector(),
    },
  ]
}
