import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'

/** What can be done in the metadata grid as a whole; its cells have keys of their own. */
export function gridCommands(app: App): Command[] {
  const grid = { group: 'In the metadata grid', scope: 'list', screen: 'metadata' } as const
  const shown = () => (app.router.route.screen === 'metadata' ? app.grids.shown : undefined)
  const here = (): true | string => (shown() === undefined ? '' : true)
  return [
    {
      group: 'Go to',
      scope: 'window',
      id: 'grid-return',
      title: 'The unfinished metadata edit',
      keys: [],
      when: () => (app.grids.all.length > 0 && shown() === undefined ? true : ''),
      run: () => {
        const last = app.grids.all.at(-1)
        if (last !== undefined) app.router.go({ screen: 'metadata', id: last.id })
      },
    },
    {
      ...grid,
      scope: 'window',
      id: 'grid-plan',
      title: 'Plan these changes…',
      keys: ['Mod+S'],
      when: here,
      run: () => void app.sheets.planGrid(),
    },
    {
      ...grid,
      id: 'grid-undo',
      title: 'Undo the last edit of the grid',
      keys: ['Mod+Z'],
      when: () =>
        shown()?.snapshot?.canUndo === true ? true : shown() === undefined ? '' : 'Nothing to undo.',
      run: () => void shown()?.undo(),
    },
    {
      ...grid,
      id: 'grid-redo',
      title: 'Redo the edit of the grid',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      when: () =>
        shown()?.snapshot?.canRedo === true ? true : shown() === undefined ? '' : 'Nothing to redo.',
      run: () => void shown()?.redo(),
    },
    {
      ...grid,
      id: 'grid-fill-down',
      title: 'Fill down',
      keys: ['Mod+D'],
      when: here,
      run: () => void shown()?.fillDown(),
    },
    {
      ...grid,
      id: 'grid-choose-column',
      title: 'Choose the whole column',
      keys: ['Mod+Space'],
      when: here,
      run: () => shown()?.chooseColumn(),
    },
    {
      ...grid,
      id: 'grid-find-replace',
      title: 'Find and replace by rule',
      keys: ['Mod+H'],
      when: here,
      run: () => shown()?.rules.add('replace', 'content-type'),
    },
    {
      ...grid,
      id: 'grid-leave',
      title: 'Back to Browse; the edit stays',
      keys: ['Alt+ArrowLeft', 'Mod+['],
      scope: 'window',
      when: here,
      run: () => app.leaveGrid(),
    },
  ]
}
