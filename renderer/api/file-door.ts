import { DecantError } from '#model/failure.ts'
import { collectEntries, type NamedFile } from './file-entries.ts'
import { sendFiles, type Brought } from './send-files.ts'

/** What was dropped, pasted or chosen. It is taken in the event itself: afterwards a browser shows it to nobody. */
export interface Dropped {
  readonly files: readonly File[]
  /** Where the browser tells folders: what lies in them is found out later. */
  readonly entries: readonly FileSystemEntry[]
}

export interface BringOptions {
  readonly signal: AbortSignal
  readonly onprogress: (brought: Brought) => void
}

/** The way of a person's files to where jobs can read them. */
export interface FileDoor {
  /** Whether files travel, so that it takes time and can be watched. */
  readonly travels: boolean
  /** Lets the person choose; undefined where nothing was chosen. Only where the host has no dialogs of its own. */
  pick(what: 'files' | 'folder'): Promise<Dropped | undefined>
  /** Absolute paths of what was dropped itself: what lies in a folder comes with it. */
  bring(dropped: Dropped, options: BringOptions): Promise<readonly string[]>
}

/** Of an event of the clipboard or of a drop; undefined where it holds no files. */
export function takeDropped(data: DataTransfer | null): Dropped | undefined {
  if (data === null) return undefined
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const files = [...data.files]
  return files.length === 0 && entries.length === 0 ? undefined : { files, entries }
}

/** On the desktop the files are here already: main is told of them, and says where they lie. */
export function desktopDoor(pathsOf: (files: readonly File[]) => Promise<readonly string[]>): FileDoor {
  return {
    travels: false,
    pick: async () => undefined,
    async bring({ files }) {
      const paths = (await pathsOf(files)).filter((path) => path !== '')
      if (paths.length > 0) return paths
      const message = 'What was dropped or pasted is no file on this computer. Save it as one first.'
      throw new DecantError({ code: 'bad-input', reach: 'item', message })
    },
  }
}

/** A browser sends them to the machine that serves Decant. */
export function browserDoor(token: string): FileDoor {
  return {
    travels: true,
    pick: pickFiles,
    async bring(dropped, options) {
      const found = await collect(dropped, options.signal)
      if (found.length === 0) {
        const message = 'There is no file in what was dropped: S3 keeps no empty folders.'
        throw new DecantError({ code: 'bad-input', reach: 'item', message })
      }
      const folder = await sendFiles(found, { token, ...options })
      const names = new Set(found.map(({ name }) => name.split('/')[0] ?? name))
      return [...names].map((name) => `${folder}/${name}`)
    },
  }
}

async function collect({ files, entries }: Dropped, signal: AbortSignal): Promise<readonly NamedFile[]> {
  if (entries.length > 0) return collectEntries(entries, signal)
  return files.map((file) => ({
    name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }))
}

function pickFiles(what: 'files' | 'folder'): Promise<Dropped | undefined> {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.webkitdirectory = what === 'folder'
  return new Promise((resolve) => {
    input.addEventListener('change', () =>
      resolve(input.files?.length ? { files: [...input.files], entries: [] } : undefined),
    )
    input.addEventListener('cancel', () => resolve(undefined))
    input.click()
  })
}
