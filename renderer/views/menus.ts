import ArchiveRestore from '@lucide/svelte/icons/archive-restore'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import BrushCleaning from '@lucide/svelte/icons/brush-cleaning'
import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import ChartPie from '@lucide/svelte/icons/chart-pie'
import ChevronLeft from '@lucide/svelte/icons/chevron-left'
import ChevronRight from '@lucide/svelte/icons/chevron-right'
import ClipboardCopy from '@lucide/svelte/icons/clipboard-copy'
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste'
import CloudUpload from '@lucide/svelte/icons/cloud-upload'
import Columns2 from '@lucide/svelte/icons/columns-2'
import Copy from '@lucide/svelte/icons/copy'
import Download from '@lucide/svelte/icons/download'
import FileUp from '@lucide/svelte/icons/file-up'
import Eraser from '@lucide/svelte/icons/eraser'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderOpen from '@lucide/svelte/icons/folder-open'
import FolderPlus from '@lucide/svelte/icons/folder-plus'
import FolderSymlink from '@lucide/svelte/icons/folder-symlink'
import FolderUp from '@lucide/svelte/icons/folder-up'
import Filter from '@lucide/svelte/icons/funnel'
import GitCompare from '@lucide/svelte/icons/git-compare'
import Info from '@lucide/svelte/icons/info'
import Keyboard from '@lucide/svelte/icons/keyboard'
import LayoutTemplate from '@lucide/svelte/icons/layout-template'
import List from '@lucide/svelte/icons/list'
import PanelLeft from '@lucide/svelte/icons/panel-left'
import PanelRight from '@lucide/svelte/icons/panel-right'
import FileDown from '@lucide/svelte/icons/file-down'
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet'
import FileInput from '@lucide/svelte/icons/file-input'
import Link from '@lucide/svelte/icons/link'
import Link2 from '@lucide/svelte/icons/link-2'
import MenuIcon from '@lucide/svelte/icons/menu'
import Pause from '@lucide/svelte/icons/pause'
import Play from '@lucide/svelte/icons/play'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Pencil from '@lucide/svelte/icons/pencil'
import PencilLine from '@lucide/svelte/icons/pencil-line'
import Pin from '@lucide/svelte/icons/pin'
import PinOff from '@lucide/svelte/icons/pin-off'
import Plug from '@lucide/svelte/icons/plug'
import Plus from '@lucide/svelte/icons/plus'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import RotateCcwClock from '@lucide/svelte/icons/rotate-ccw-clock'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Search from '@lucide/svelte/icons/search'
import Settings2 from '@lucide/svelte/icons/settings-2'
import Table2 from '@lucide/svelte/icons/table-2'
import TextCursorInput from '@lucide/svelte/icons/text-cursor-input'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Undo2 from '@lucide/svelte/icons/undo-2'
import Wine from '@lucide/svelte/icons/wine'
import type { App } from '../state/app.svelte.ts'
import type { Glyph } from '../ui/glyph.ts'
import type { MenuEntry } from '../ui/menu.ts'

const ICONS: Readonly<Record<string, Glyph>> = {
  open: FolderOpen,
  back: ChevronLeft,
  forward: ChevronRight,
  'edit-path': FolderSymlink,
  'put-move': ClipboardPaste,
  take: ClipboardCopy,
  'same-place': Columns2,
  'toggle-second': Columns2,
  'toggle-sidebar': PanelLeft,
  'toggle-inspector': PanelRight,
  'show-browse': Columns2,
  'show-jobs': List,
  'show-connections': Plug,
  'add-connection': Plus,
  'show-settings': Settings2,
  'show-keys': Keyboard,
  'open-playground': Wine,
  'pause-all': Pause,
  'undo-job': Undo2,
  'resume-all': Play,
  'open-job-file': FileInput,
  'new-from-template': LayoutTemplate,
  'open-manifest': FileSpreadsheet,
  'use-as-manifest': FileSpreadsheet,
  'save-manifest': FileDown,
  'copy-link': Link,
  'show-logs': ScrollText,
  'open-menu': MenuIcon,
  'copy-across': Copy,
  'upload-files': FileUp,
  'upload-folder': FolderUp,
  download: Download,
  'move-across': FolderInput,
  'put-copy': ClipboardPaste,
  compare: GitCompare,
  edit: PencilLine,
  'edit-metadata': Table2,
  rename: Pencil,
  'rename-by-rules': TextCursorInput,
  delete: Trash2,
  'toggle-versions': RotateCcwClock,
  'as-of': CalendarClock,
  rewind: RotateCcw,
  undelete: Undo2,
  purge: BrushCleaning,
  'restore-version': ArchiveRestore,
  search: Search,
  usage: ChartPie,
  uploads: CloudUpload,
  'bucket-properties': Info,
  'create-bucket': Plus,
  'empty-bucket': Eraser,
  'delete-bucket': Trash2,
  presign: Link2,
  'show-in-folder': FolderOpen,
  up: ArrowUp,
  filter: Filter,
  refresh: RotateCw,
  'new-folder': FolderPlus,
  pin: Pin,
  unpin: PinOff,
}

const DANGEROUS: ReadonlySet<string> = new Set(['delete', 'purge', 'empty-bucket', 'delete-bucket'])

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
      tone: DANGEROUS.has(id) ? 'danger' : 'default',
      onselect: () => command.run(),
    })
  }
  return entries.at(-1)?.kind === 'separator' ? entries.slice(0, -1) : entries
}
