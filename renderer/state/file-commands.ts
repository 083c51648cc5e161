import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'
import { EARLIER } from './history-commands.ts'

/** Files of this computer: up into the place that is shown, and down from it. */
export function fileCommands(app: App): Command[] {
  const uploads = (): true | string => {
    if (app.files.can !== true) return ''
    const { place, view } = app.pane
    if (app.router.route.screen !== 'browse') return 'Go to the place that they are for.'
    if (!place?.bucket) return 'Go to a bucket first.'
    if (view.is === 'as-of') return EARLIER
    const verdict = app.files.judge(place, '')
    return verdict.ok ? true : verdict.reason
  }
  const choose = (what: 'files' | 'folder') => (): void => {
    const { place } = app.pane
    if (place !== null) void app.files.choose(what, place)
  }
  return [
    {
      id: 'upload-files',
      title: 'Upload files…',
      group: 'In this pane',
      scope: 'window',
      screen: 'browse',
      keys: ['Mod+U', 'Mod+Alt+ArrowUp'],
      when: uploads,
      run: choose('files'),
    },
    {
      id: 'upload-folder',
      title: 'Upload a folder…',
      group: 'In this pane',
      scope: 'window',
      screen: 'browse',
      keys: ['Mod+Shift+U', 'Mod+Alt+Shift+ArrowUp'],
      when: uploads,
      run: choose('folder'),
    },
    {
      id: 'download',
      title: 'Download…',
      group: 'With the selection',
      scope: 'list',
      screen: 'browse',
      keys: ['Mod+S', 'Mod+Alt+ArrowDown'],
      when: () => {
        if (app.files.can !== true) return ''
        if (app.router.route.screen !== 'browse') return 'Nothing is chosen.'
        return app.cargoOf(app.pane) === undefined ? 'Nothing is chosen.' : true
      },
      run: () => {
        const cargo = app.cargoOf(app.pane)
        if (cargo !== undefined) void app.files.download(cargo)
      },
    },
  ]
}
