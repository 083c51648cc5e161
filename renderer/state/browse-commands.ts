import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'
import { EARLIER, isDeletable, isPresent } from './history-commands.ts'
import { samePlace } from './place.ts'

type Base = Pick<Command, 'group' | 'scope' | 'screen'>

/** What can be done in Browse, by key, by menu and by palette. */
export function browseCommands(app: App): Command[] {
  return [...selectionCommands(app), ...paneCommands(app)]
}

function selectionCommands(app: App): Command[] {
  const selection: Base = { group: 'With the selection', scope: 'list', screen: 'browse' }
  const chosen = (): true | string =>
    app.router.route.screen === 'browse' && app.cargoOf(app.pane) !== undefined ? true : 'Nothing is chosen.'
  const inBucket = (): true | string => {
    const some = chosen()
    if (some !== true) return some
    return app.pane.place?.bucket ? true : 'A bucket is copied as a whole; it is not changed here.'
  }
  const allowed = (): true | string => {
    const connection = app.connections.get(app.pane.place?.connection)
    return connection?.readOnly === true ? `${connection.name} is read-only.` : true
  }
  const writable = (): true | string => {
    const can = allowed()
    return can === true ? isPresent(app.pane) : can
  }
  const pour = (kind: 'copy' | 'move') => (): void => {
    const cargo = app.cargoOf(app.pane)
    const target = app.otherPane?.place
    if (cargo !== undefined && target != null) app.sheets.openPour(kind, cargo, target)
  }
  const canPour = (kind: 'copy' | 'move') => (): true | string => {
    const cargo = app.cargoOf(app.pane)
    const target = app.otherPane?.place
    if (cargo === undefined) return 'Nothing is chosen.'
    if (target == null) return 'The other pane shows no bucket.'
    const verdict = app.sheets.judge(cargo, target, kind)
    if (!verdict.ok) return verdict.reason
    return verdict.kind === kind ? true : verdict.hint
  }
  const paste = (kind: 'copy' | 'move') => (): void => {
    const { clipboard, pane } = app
    if (clipboard !== undefined && pane.place !== null) app.sheets.openPour(kind, clipboard, pane.place)
  }
  const canCompare = (): true | string => {
    const cargo = app.cargoOf(app.pane)
    const target = app.otherPane?.place
    if (cargo === undefined) return 'Nothing is chosen.'
    if (!target?.bucket) return 'The other pane shows no bucket.'
    return samePlace(cargo.place, target) ? 'The other pane shows the same place.' : true
  }
  const canPaste = (): true | string =>
    app.clipboard === undefined
      ? 'Nothing was copied for pasting.'
      : app.pane.view.is === 'as-of'
        ? EARLIER
        : app.pane.place?.bucket
          ? true
          : 'Go to a bucket first.'

  return [
    {
      ...selection,
      id: 'open',
      title: 'Open',
      keys: ['Enter', 'Mod+ArrowDown'],
      when: () => (cursorPlace(app) === undefined ? 'An object has nothing inside.' : true),
      run: () => {
        const place = cursorPlace(app)
        if (place !== undefined) app.pane.go(place)
      },
    },
    {
      ...selection,
      id: 'copy-across',
      title: 'Copy to the other pane',
      keys: ['F5', 'Mod+Enter'],
      when: canPour('copy'),
      run: pour('copy'),
    },
    {
      ...selection,
      id: 'move-across',
      title: 'Move to the other pane',
      keys: ['F6', 'Mod+Shift+Enter'],
      when: canPour('move'),
      run: pour('move'),
    },
    {
      ...selection,
      id: 'edit',
      title: 'Edit properties…',
      keys: ['F4', 'Mod+Shift+E'],
      when: () => {
        const some = chosen()
        return some === true ? writable() : some
      },
      run: () => {
        const cargo = app.cargoOf(app.pane)
        if (cargo !== undefined) app.sheets.openEdit(cargo)
      },
    },
    {
      ...selection,
      id: 'edit-metadata',
      title: 'Edit metadata…',
      keys: ['Shift+F4', 'Mod+E'],
      when: () => {
        const some = chosen()
        return some === true ? writable() : some
      },
      run: () => {
        const cargo = app.cargoOf(app.pane)
        if (cargo !== undefined) void app.openGrid(cargo)
      },
    },
    {
      ...selection,
      id: 'go-inspector',
      title: 'Go to the inspector',
      keys: ['Alt+Enter', 'F8'],
      when: () => (app.router.route.screen === 'browse' ? true : ''),
      run: () => app.enterInspector(),
    },
    {
      ...selection,
      id: 'compare',
      title: 'Compare with the other pane…',
      keys: ['F3', 'Mod+Shift+X'],
      when: canCompare,
      run: () => {
        const cargo = app.cargoOf(app.pane)
        const target = app.otherPane?.place
        if (cargo !== undefined && target != null) app.sheets.openCompare(cargo, target)
      },
    },
    {
      ...selection,
      id: 'take',
      title: 'Copy for pasting',
      keys: ['Mod+C'],
      when: chosen,
      run: () => {
        app.take()
      },
    },
    {
      ...selection,
      id: 'put-copy',
      title: 'Paste here as a copy',
      keys: ['Mod+V'],
      when: canPaste,
      run: paste('copy'),
    },
    {
      ...selection,
      id: 'put-move',
      title: 'Paste here as a move',
      keys: ['Mod+Shift+V'],
      when: canPaste,
      run: paste('move'),
    },
    {
      ...selection,
      id: 'rename',
      title: 'Rename…',
      keys: ['F2', 'Mod+Alt+Enter'],
      when: () => {
        const free = inBucket()
        if (free !== true) return free
        return app.pane.subject.length === 1 ? writable() : 'One thing at a time is renamed.'
      },
      run: () => app.router.open({ is: 'rename', side: app.side }),
    },
    {
      ...selection,
      id: 'rename-by-rules',
      title: 'Rename by rules…',
      keys: ['Shift+F2', 'Mod+Alt+Shift+Enter'],
      when: () => {
        const some = inBucket()
        return some === true ? writable() : some
      },
      run: () => {
        const cargo = app.cargoOf(app.pane)
        if (cargo !== undefined) app.sheets.openNames(cargo)
      },
    },
    {
      ...selection,
      id: 'delete',
      title: 'Delete…',
      keys: ['Delete', 'Mod+Backspace'],
      when: () => {
        const free = inBucket()
        if (free !== true) return free
        const can = allowed()
        return can === true ? isDeletable(app.pane) : can
      },
      run: () => {
        const cargo = app.cargoOf(app.pane)
        if (cargo !== undefined) app.sheets.openDeletion(cargo)
      },
    },
    {
      ...selection,
      id: 'select-all',
      title: 'Select all',
      keys: ['Mod+A'],
      when: () => (app.pane.rows.length > 0 ? true : 'Nothing is here.'),
      run: () => app.pane.selectAll(),
    },
    {
      ...selection,
      id: 'select-nothing',
      title: 'Select nothing',
      keys: ['Escape'],
      when: () =>
        app.pane.chosen.length > 0 ||
        app.pane.filtering ||
        app.pane.view.is === 'as-of' ||
        app.pane.search !== undefined
          ? true
          : '',
      run: () => {
        if (app.pane.chosen.length > 0) app.pane.selectNothing()
        else if (app.pane.filtering) app.pane.closeFilter()
        else if (app.pane.search !== undefined) app.pane.closeSearch()
        else app.pane.show({ is: 'now' })
      },
    },
  ]
}

function paneCommands(app: App): Command[] {
  const list: Base = { group: 'In this pane', scope: 'list', screen: 'browse' }
  const pane: Base = { group: 'In this pane', scope: 'window', screen: 'browse' }
  const browsing = (): true | string => (app.router.route.screen === 'browse' ? true : '')
  return [
    {
      ...list,
      id: 'up',
      title: 'Up one level',
      keys: ['Backspace', 'Mod+ArrowUp'],
      when: () => (app.pane.place === null ? 'This is the top.' : browsing()),
      run: () => app.pane.goUp(),
    },
    {
      ...pane,
      id: 'back',
      title: 'Back',
      keys: ['Alt+ArrowLeft', 'Mod+['],
      when: () => (app.pane.canGoBack ? browsing() : ''),
      run: () => app.pane.goBack(),
    },
    {
      ...pane,
      id: 'forward',
      title: 'Forward',
      keys: ['Alt+ArrowRight', 'Mod+]'],
      when: () => (app.pane.canGoForward ? browsing() : ''),
      run: () => app.pane.goForward(),
    },
    {
      ...pane,
      id: 'filter',
      title: 'Filter this list',
      keys: ['/', 'Mod+F'],
      when: browsing,
      run: () => app.pane.openFilter(),
    },
    {
      ...pane,
      id: 'edit-path',
      title: 'Go to a place by its name…',
      keys: ['Mod+L'],
      when: browsing,
      run: () => app.pane.editPath(),
    },
    {
      ...pane,
      id: 'refresh',
      title: 'List again',
      keys: ['Mod+R'],
      when: () => (app.pane.listing === undefined ? '' : browsing()),
      run: () => app.pane.refresh(),
    },
    {
      ...pane,
      id: 'new-folder',
      title: 'New folder…',
      keys: ['F7'],
      when: () => {
        if (!app.pane.place?.bucket) return 'Go to a bucket first.'
        if (app.pane.view.is === 'as-of') return EARLIER
        const connection = app.connections.get(app.pane.place.connection)
        return connection?.readOnly === true ? `${connection.name} is read-only.` : browsing()
      },
      run: () => app.router.open({ is: 'new-folder', side: app.side }),
    },
    {
      ...pane,
      id: 'pin',
      title: 'Pin this place',
      keys: ['Mod+D'],
      when: () => {
        if (!app.pane.place?.bucket) return 'Go to a bucket first.'
        return app.session.isPinned(app.pane.place) ? 'It is pinned.' : browsing()
      },
      run: () => app.session.pin(app.pane.place),
    },
    {
      ...pane,
      id: 'unpin',
      title: 'Unpin this place',
      keys: [],
      when: () => (app.pane.place !== null && app.session.isPinned(app.pane.place) ? browsing() : ''),
      run: () => app.session.unpin(app.pane.place),
    },
    {
      ...pane,
      id: 'same-place',
      title: 'Show this place in the other pane',
      keys: [],
      when: () => {
        const other = app.otherPane
        if (other === undefined) return 'Only one pane is shown.'
        return samePlace(other.place, app.pane.place) ? 'It is there already.' : browsing()
      },
      run: () => app.otherPane?.go(app.pane.place),
    },
  ]
}

function cursorPlace(app: App) {
  const row = app.pane.rows[app.pane.cursor]
  return row === undefined ? undefined : app.pane.placeOf(row)
}
