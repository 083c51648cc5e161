import { z } from 'zod'

/**
 * What the window tells of its commands, whole each time: what the menu shows of them. Only ids that stand in MENUS
 * are taken; a title is shown, and does nothing.
 */
export const menuDescription = z.strictObject({
  commands: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(64),
        title: z.string().min(1).max(120),
        /** As the registry writes it: `Mod+Shift+E`. */
        keys: z.string().max(40).optional(),
        enabled: z.boolean(),
        /** Of what is on or off. */
        checked: z.boolean().optional(),
      }),
    )
    .max(300),
  /** A field for text has the focus: copying, pasting and undoing are about its text. */
  text: z.boolean(),
})
export type MenuDescription = z.infer<typeof menuDescription>
export type MenuCommand = MenuDescription['commands'][number]

/** What the desktop's window has besides the transport. */
export interface DesktopBridge {
  /** Also says that the window listens: what was asked of it until then is told now. */
  describeMenu(description: MenuDescription): void
  /** Opens the menu at this point of the window, where no bar shows it. */
  openMenu(x: number, y: number): void
  /**
   * Where files lie that were dropped, pasted or chosen; `''` for what the page made itself. They are granted on the
   * way: main hears of the paths from the preload, never from the page.
   */
  pathsOf(files: readonly File[]): Promise<readonly string[]>
}

/** The commands of each menu, by their ids in the window's registry; `-` is a line. */
export const MENUS = {
  File: [
    'open',
    'new-folder',
    'create-bucket',
    'upload-files',
    'upload-folder',
    'download',
    'show-in-folder',
    'open-job-file',
    'open-manifest',
    'use-as-manifest',
    'save-manifest',
    '-',
    'copy-across',
    'move-across',
    'compare',
    'rename',
    'rename-by-rules',
    'delete',
    'presign',
    '-',
    'empty-bucket',
    'delete-bucket',
    '-',
    'edit',
    'edit-metadata',
    'grid-plan',
    'restore-version',
    'rewind',
    'undelete',
    'purge',
    '-',
    'pause-all',
    'resume-all',
    'undo-job',
  ],
  /** While no field for text has the focus; else the system's own. */
  Edit: [
    'grid-undo',
    'grid-redo',
    '-',
    'take',
    'put-copy',
    'put-move',
    '-',
    'select-all',
    'select-nothing',
    '-',
    'grid-fill-down',
    'grid-choose-column',
    'grid-find-replace',
  ],
  View: [
    'toggle-sidebar',
    'toggle-second',
    'toggle-inspector',
    '-',
    'toggle-versions',
    'as-of',
    'filter',
    'search',
    'refresh',
    '-',
    'bucket-properties',
    'usage',
    'uploads',
  ],
  Go: [
    'back',
    'forward',
    'up',
    'edit-path',
    'same-place',
    'go-inspector',
    '-',
    'show-browse',
    'show-jobs',
    'show-connections',
    'add-connection',
    'import-connections',
    'open-playground',
    'grid-return',
    'grid-leave',
    '-',
    'pin',
    'unpin',
    'copy-link',
    '-',
    'open-palette',
  ],
  Help: ['show-keys', 'start-tour', 'resume-tour', 'leave-tour', 'show-logs'],
} as const
export type MenuName = keyof typeof MENUS

export const MENU_IDS: ReadonlySet<string> = new Set<string>([
  ...Object.values(MENUS).flat(),
  'show-settings',
])
