import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { desktopHost } from '../../main/desktop/host.ts'
import { hostDouble } from '../helpers/host-double.ts'

interface Notice {
  title: string
  click?: () => void
}
const electron = vi.hoisted(() => ({
  notices: [] as Notice[],
  awake: new Set<number>(),
  badge: 0,
  saveAs: '',
}))
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads', setBadgeCount: (count: number) => void (electron.badge = count) },
  dialog: {
    showSaveDialog: async () => ({ canceled: electron.saveAs === '', filePath: electron.saveAs }),
  },
  Notification: class {
    static isSupported = (): boolean => true
    readonly #notice: Notice
    constructor({ title }: { title: string }) {
      this.#notice = { title }
    }
    on(_event: string, click: () => void): void {
      this.#notice.click = click
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
  Object.assign(electron, { notices: [], badge: 0, saveAs: '' })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function stage() {
  const bars: number[] = []
  const shown: string[] = []
  const host = desktopHost({
    settings: hostDouble().port,
    secrets: { kept: true, read: () => undefined, write: () => {}, remove: () => {} },
    playground: { open: () => Promise.reject(new Error('none')), stop: async () => {} },
    window: () => ({ setProgressBar: (value: number) => bars.push(value) }) as never,
    showJob: (id) => shown.push(id),
  })
  return { host, bars, shown }
}

describe('the desktop', () => {
  it('shows how far the jobs are, and stays awake while they run', async () => {
    const { host, bars } = stage()
    await host.port.showProgress({ running: 2 })
    expect([host.running(), electron.awake.size, electron.badge]).toEqual([2, 1, 2])
    await host.port.showProgress({ running: 1, fraction: 0.25 })
    expect(electron.awake.size).toBe(1)
    await host.port.showProgress({ running: 0 })
    expect([host.running(), electron.awake.size, electron.badge]).toEqual([0, 0, 0])
    expect(bars).toEqual([2, 0.25, -1])
  })

  it('tells when a job is done; a click shows it', async () => {
    const { host, shown } = stage()
    await host.port.notify({ title: 'Job completed', body: '', jobId: '7' })
    expect(electron.notices).toMatchObject([{ title: 'Job completed' }])
    electron.notices[0]?.click?.()
    expect(shown).toEqual(['7'])
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
})
