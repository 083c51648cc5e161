import type { Place } from '#model/settings.ts'
import type { App } from '../state/app.svelte.ts'
import { mayWrite } from '../state/bucket-commands.ts'
import type { MenuEntry } from '../ui/menu.ts'
import { commandIcon } from './menus.ts'

/** What can be done with a bucket from outside of the panes: in the sidebar. */
export function bucketEntries(app: App, place: Place): MenuEntry[] {
  const { router } = app
  const can = mayWrite(app, place.connection)
  const item = (id: string, label: string, onselect: () => void): MenuEntry => {
    return { kind: 'item', label, icon: commandIcon(id), onselect }
  }
  const write = (
    id: string,
    label: string,
    onselect: () => void,
    tone: 'default' | 'danger' = 'danger',
  ): MenuEntry => ({
    ...{ kind: 'item', label, icon: commandIcon(id), onselect, tone },
    disabled: can !== true,
    reason: can === true ? undefined : can,
  })
  const browse = (act: () => void) => (): void => {
    app.goTo(place)
    act()
  }
  return [
    item('open', 'Open', () => app.goTo(place)),
    { kind: 'separator' },
    item(
      'bucket-properties',
      'Properties',
      browse(() => app.showBucket()),
    ),
    item(
      'search',
      'Search in it…',
      browse(() => app.search(place)),
    ),
    item('usage', 'Count what lies here…', () => router.open({ is: 'usage', place })),
    item('uploads', 'Unfinished uploads…', () => router.open({ is: 'uploads', place })),
    { kind: 'separator' },
    write(
      'create-bucket',
      'New bucket…',
      () => router.open({ is: 'new-bucket', connection: place.connection }),
      'default',
    ),
    write('empty-bucket', 'Empty…', () => void app.sheets.openEmptying(place)),
    write('delete-bucket', 'Delete…', () => router.open({ is: 'delete-bucket', place })),
  ]
}
