import ArrowUp from '@lucide/svelte/icons/arrow-up'
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste'
import Copy from '@lucide/svelte/icons/copy'
import Filter from '@lucide/svelte/icons/funnel'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import Pencil from '@lucide/svelte/icons/pencil'
import Pin from '@lucide/svelte/icons/pin'
import PinOff from '@lucide/svelte/icons/pin-off'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Trash2 from '@lucide/svelte/icons/trash-2'
import type { App } from '../state/app.svelte.ts'
import type { Glyph } from '../ui/glyph.ts'
import type { MenuEntry } from '../ui/menu.ts'

const ICONS: Readonly<Record<string, Glyph>> = {
  'copy-across': Copy,
  'move-across': FolderInput,
  'put-copy': ClipboardPaste,
  rename: Pencil,
  delete: Trash2,
  up: ArrowUp,
  filter: Filter,
  refresh: RotateCw,
  'new-folder': FolderPlus,
  pin: Pin,
  unpin: PinOff,
}

export function commandIcon(id: string): Glyph | undefined {
  return ICONS[id]
}

/** Commands as lines of a menu, `-` as a separator. What cannot be run is off and says why; what says nothing is left out. */
export function commandEntries(app: App, ids: readonly string[]): MenuEntry[] {
  const entries: MenuEntry[] = []
  for (const id of ids) {
    if (id === '-') {
      if (entries.at(-1)?.kind === 'item') entries.push({ kind: 'separator' })
      continue
    }
    const command = app.commands.get(id)
    const can = command?.when()
    if (command === undefined || can === '') continue
    entries.push({
      kind: 'item',
      label: command.title,
      icon: commandIcon(id),
      keys: command.keys[0],
      disabled: can !== true,
      reason: can === true ? undefined : can,
      tone: id === 'delete' ? 'danger' : 'default',
      onselect: () => command.run(),
    })
  }
  return entries.at(-1)?.kind === 'separator' ? entries.slice(0, -1) : entries
}
