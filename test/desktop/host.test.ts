import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { desktopHost } from '../../main/desktop/host.ts'
import { openGrants } from '../../main/desktop/grants.ts'
import { hostDouble } from '../helpers/host-double.ts'

interface Notice {
  title: string
  actions: { text: string }[]
  heard: Map<string, (event?: unknown, index?: number) => void>
}
const electron = vi.hoisted(() => ({
  notices: [] as Notice[],
  awake: new Set<number>(),
  badge: 0,
  saveAs: '',
  chosen: [] as string[],
  revealed: [] as string[],
}))
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads', setBadgeCount: (count: number) => void (electron.badge = count) },
  dialog: {
    showOpenDialog: async () => ({ canceled: electron.chosen.length === 0, filePaths: electron.chosen }),
    showSaveDialog: async () => ({ canceled: electron.saveAs === '', filePath: electron.saveAs }),
  },
  shell: { showItemInFolder: (file: string) => void electron.revealed.push(file) },
  Notification: class {
    static isSupported = (): boolean => true
    readonly #notice: Notice
    constructor({ title, actions }: Omit<Notice, 'heard'>) {
      this.#notice = { title, actions, heard: new Map() }
    }
    on(event: string, listener: () => void): void {
      this.#notice.heard.set(event, listener)
    }
    show(): void {
      electron.notices.push(this.#notice)
    }
  },
  powerSaveBlocker: {
    start() {
      electron.awake.add(1)
      return 1
    },
    stop: (id: number) => void electron.awake.delete(id),
  },
}))

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-desktop-'))
  Object.assign(electron, { notices: [], badge: 0, saveAs: '', chosen: [], revealed: [] })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function stage(focused = false) {
  const bars: number[] = []
  const grants = openGrants(dir)
  const acted: string[] = []
  const host = desktopHost({
    grants,
    settings: hostDouble().port,
    secrets: { kept: true, read: () => undefined, write: () => {}, remove: () => {} },
    playground: { open: () => Promise.reject(new Error('none')), stop: async () => {} },
    releases: { known: false, read: async () => undefined },
    window: () =>
      ({ setProgressBar: (value: number) => bars.push(value), isFocused: () => focused }) as never,
    background: async () => 'minimised',
    actOnJob: (id, action) => acted.push(`${id} ${action}`),
    atWork: () => {},
  })
  return { host, bars, acted, grants }
}

describe('the desktop', () => {
  it('shows how far the jobs are, and stays awake while they run', async () => {
    const { host, bars } = stage()
    const work = { paused: 0, awake: true, jobs: [] }
    await host.port.showProgress({ ...work, running: 2 })
    expect([host.running(), electron.awake.size, electron.badge]).toEqual([2, 1, 2])
    await host.port.showProgress({ ...work, running: 1, fraction: 0.25 })
    expect(electron.awake.size).toBe(1)
    await host.port.showProgress({ ...work, running: 1, fraction: 0.25, awake: false })
    expect(electron.awake.size).toBe(0)
    await host.port.showProgress({ ...work, running: 0, awake: false })
    expect([host.running(), electron.awake.size, electron.badge]).toEqual([0, 0, 0])
    expect(bars).toEqual([2, 0.25, 0.25, -1])
  })

  it('tells when a job is done; a click is the first of what can be done about it', async () => {
    const { host, acted } = stage()
    await host.port.notify({ title: 'Job completed', body: '', jobId: '7', actions: ['show', 'undo'] })
    const [notice] = electron.notices
    expect(notice?.actions.map(({ text }) => text)).toEqual(['Show', 'Undo…'])
    notice?.heard.get('click')?.()
    notice?.heard.get('action')?.({}, 1)
    notice?.heard.get('action')?.({}, 5)
    expect(acted).toEqual(['7 show', '7 undo'])
  })

  it('tells nothing to who looks at the window', async () => {
    await stage(true).host.port.notify({ title: 'Job completed', body: '', jobId: '7', actions: ['show'] })
    expect(electron.notices).toEqual([])
  })

  it('puts a file where the person wants it, or nowhere', async () => {
    const { host } = stage()
    const file = path.join(dir, 'report.csv')
    writeFileSync(file, 'Bucket,Key\n')
    expect(await host.port.deliverFile({ path: file, name: 'r.csv' })).toEqual({ kind: 'cancelled' })
    electron.saveAs = path.join(dir, 'mine.csv')
    expect(await host.port.deliverFile({ path: file, name: 'r.csv' })).toEqual({
      kind: 'saved',
      path: electron.saveAs,
    })
    expect(readFileSync(electron.saveAs, 'utf8')).toBe('Bucket,Key\n')
  })

  it('remembers what was chosen, for what it was chosen for', async () => {
    const { host, grants } = stage()
    expect(await host.port.choosePaths('upload-files')).toBeUndefined()
    electron.chosen = [path.join(dir, 'out')]
    mkdirSync(path.join(dir, 'out'))
    expect(await host.port.choosePaths('download')).toEqual(electron.chosen)
    // A link counts by its own name and by where it leads; what stands above it is resolved now.
    symlinkSync(path.join(dir, 'out'), path.join(dir, 'link'))
    grants.add([path.join(dir, 'link'), 'no/absolute/path'], 'read')
    const real = realpathSync(dir)
    const expected = [
      { path: path.join(real, 'out'), access: 'write' },
      { path: path.join(real, 'link'), access: 'read' },
      { path: path.join(real, 'out'), access: 'read' },
    ]
    expect(await host.port.fileGrants()).toEqual(expected)
    expect(openGrants(dir).list()).toEqual(expected)
    writeFileSync(path.join(dir, 'file-grants.json'), '[{"path":"/","access":"all"},7]')
    expect(openGrants(dir).list()).toEqual([])
  })

  it('shows what came, and opens nothing', async () => {
    const { host } = stage()
    await host.port.revealPath(dir)
    writeFileSync(path.join(dir, 'a.txt'), '')
    await host.port.revealPath(dir)
    expect(electron.revealed).toEqual([dir, path.join(dir, 'a.txt')])
  })
})
