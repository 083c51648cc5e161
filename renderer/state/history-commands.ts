import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'
import type { Cargo } from './drop.ts'
import { purgeOf, restoreOf, rewindOf } from './history-spec.ts'
import type { Pane } from './pane.svelte.ts'
import type { MadeSpec } from './pour.ts'
import type { ConnectionRef } from '#model/connection.ts'

export const EARLIER = 'The pane shows an earlier moment: nothing is changed in it.'
const VERSION = 'An older version is not changed: restore it on top first.'

type Can = true | string

/** Whether the place of a pane has versions to show. What is not known of a bucket stands in nobody's way. */
export function canShowVersions(app: App, pane: Pane): Can {
  const { place } = pane
  if (!place?.bucket) return 'Go to a bucket first.'
  return app.buckets.get(place)?.versioning === 'off' ? `${place.bucket} keeps no versions.` : true
}

/** Whether what a pane shows can be changed as it is: it is neither past nor a version. */
export function isPresent(pane: Pane): Can {
  if (pane.view.is === 'as-of') return EARLIER
  return pane.subject.some(({ kind }) => kind === 'version') ? VERSION : true
}

/** What can be deleted of a pane: objects and prefixes, or versions, for good. */
export function isDeletable(pane: Pane): Can {
  if (pane.view.is === 'as-of') return EARLIER
  const versions = pane.subject.filter(({ kind }) => kind === 'version').length
  return versions === 0 || versions === pane.subject.length ? true : 'Choose versions or prefixes, not both.'
}

/** What is chosen, else the whole place. */
function chosenOrAll(app: App, pane: Pane): Cargo | undefined {
  if (pane.place === null) return undefined
  return pane.chosen.length > 0 ? app.cargoOf(pane) : wholeOf(pane)
}

function wholeOf({ place }: Pane): Cargo | undefined {
  return place === null ? undefined : { place, rows: [], whole: true }
}

/** What can be done with the versions of a place. */
export function historyCommands(app: App): Command[] {
  const browsing = (): Can => (app.router.route.screen === 'browse' ? true : '')
  const shows = (): Can => {
    const here = browsing()
    return here === true ? canShowVersions(app, app.pane) : here
  }
  const changes = (): Can => {
    const can = shows()
    if (can !== true) return can
    const connection = app.connections.get(app.pane.place?.connection)
    return connection?.readOnly === true ? `${connection.name} is read-only.` : true
  }
  const open = (make: (cargo: Cargo, connection: ConnectionRef) => MadeSpec, cargo: Cargo | undefined) => {
    const connection = app.connections.ref(cargo?.place.connection ?? '')
    if (cargo !== undefined && connection !== undefined) app.sheets.openSheet(make(cargo, connection))
  }
  const rewind = (to: 'as-of' | 'undelete', cargo: Cargo | undefined): void => {
    const { view } = app.pane
    const at = view.is === 'as-of' ? view.at : Date.now()
    open(
      (taken, connection) =>
        rewindOf(
          taken,
          connection,
          to === 'as-of' ? { is: to, at, later: 'keep' } : { is: to },
          app.session.settings.pour,
        ),
      cargo,
    )
  }
  const pane = { group: 'In this pane', scope: 'window' } as const
  return [
    {
      ...pane,
      id: 'toggle-versions',
      title: 'Show or hide versions',
      keys: ['F9', 'Mod+.'],
      when: shows,
      checked: () => app.pane.view.is === 'versions',
      run: () => app.pane.show({ is: app.pane.view.is === 'versions' ? 'now' : 'versions' }),
    },
    {
      ...pane,
      id: 'as-of',
      title: 'Show as of a moment, or now',
      keys: ['Shift+F9', 'Mod+;'],
      when: shows,
      checked: () => app.pane.view.is === 'as-of',
      run: () =>
        app.pane.show(app.pane.view.is === 'as-of' ? { is: 'now' } : { is: 'as-of', at: Date.now() }),
    },
    {
      ...pane,
      id: 'rewind',
      title: 'Bring back to a moment…',
      keys: [],
      when: changes,
      run: () => rewind('as-of', chosenOrAll(app, app.pane)),
    },
    {
      ...pane,
      id: 'undelete',
      title: 'Undelete…',
      keys: [],
      when: changes,
      run: () => rewind('undelete', chosenOrAll(app, app.pane)),
    },
    {
      ...pane,
      id: 'purge',
      title: 'Purge old versions…',
      keys: [],
      when: () => {
        const can = changes()
        return can === true && app.pane.view.is === 'as-of' ? EARLIER : can
      },
      run: () => open(purgeOf, chosenOrAll(app, app.pane)),
    },
    {
      group: 'With the selection',
      scope: 'list',
      id: 'restore-version',
      title: 'Restore on top…',
      keys: [],
      when: () => {
        const { subject, view } = app.pane
        if (view.is !== 'versions' || !subject.some(({ kind }) => kind === 'version')) return ''
        const can = changes()
        return can === true ? isRestorable(app.pane) : can
      },
      run: () =>
        open((cargo, ref) => restoreOf(cargo, ref, app.session.settings.pour), app.cargoOf(app.pane)),
    },
  ]
}

/**
 * Whether the chosen versions can be copied on top of their keys:
 *
 * | chosen                       | answer                                  |
 * |------------------------------|-----------------------------------------|
 * | prefixes among them          | no                                      |
 * | a delete marker              | no: Undelete takes it away              |
 * | the current version          | no: it is on top                        |
 * | two versions of one key      | no: which would it be?                  |
 * | older versions of as many keys | yes                                   |
 */
export function isRestorable({ subject }: Pick<Pane, 'subject'>): Can {
  const keys = new Set<string>()
  for (const { version, name } of subject) {
    if (version === undefined) return 'Choose versions or prefixes, not both.'
    if (version.is === 'marker') return 'A delete marker is taken away by “Undelete…”.'
    if (version.is === 'old-marker') return 'A delete marker holds nothing to restore.'
    if (version.is === 'current') return `This version of ${name} is current.`
    if (keys.has(version.key)) return `Two versions of ${name} are chosen.`
    keys.add(version.key)
  }
  return true
}
