import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../helpers/processes.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { foreignStore, importProfile } from '../store.ts'
import type { ForeignStore } from '../store.ts'

const MANY = 100_000

/** One window for all of it, in the order of the tests. */
describe('two panes', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-browse-'))
  let store: ForeignStore
  let app: OpenApp
  let window: DecantWindow
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { admin } = store.server
    await admin.seed({ bucket: 'many', count: MANY, pattern: 'k{n:6}', sizes: { min: 1, max: 1_000_000 } })
    await admin.seed({ bucket: 'few', count: 3, prefix: 'old/', size: 1 })
    await admin.seed({
      bucket: 'few',
      key: 'note.txt',
      text: 'Hello.',
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      metadata: { author: 'Ada' },
      tags: { team: 'data' },
    })
    for (const text of ['one', 'number two'])
      await admin.seed({ bucket: 'kept', versioning: 'Enabled', key: 'plan.txt', text })
    app = await host.open({ dataDir: path.join(dir, 'data'), env: store.env })
    window = app.window
    await importProfile(window)
    await window.row('right', 'store').dblclick()
    await window.row('right', 'few').dblclick()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('shows the first of 100,000 keys while the rest streams, and scrolls to the last', async () => {
    await store.server.admin.faults({ op: 'ListObjectsV2', bucket: 'many', nth: 5, do: 'hang' })
    await window.row('left', 'many').dblclick()
    await window.row('left', 'k000000').waitFor()
    await window
      .pane('left')
      .getByText(/listed so far/)
      .waitFor()
    await window.list('left').focus()
    await window.page.keyboard.press('PageDown')
    await window.row('left', 'k000020').waitFor()
    await until('the listing waits', async () => (await store.server.admin.release()) > 0)

    await window.page.keyboard.press('Escape')
    await window.pane('left').getByText('100,000 objects', { exact: true }).waitFor()
    await window.page.keyboard.press('End')
    await window.row('left', 'k099999').waitFor()
    expect(await rowsInPage(window)).toBeLessThan(100)
    await window.list('left').hover()
    await window.page.mouse.wheel(0, -28 * 50_000)
    await until('the rows of the middle are drawn', async () => (await firstName(window)) < 'k060000')
    expect(await firstName(window)).toMatch(/^k0[45]/)
  })

  it('shows no cell of another row after a jump, and all of a row in a moment', async () => {
    const list = window.list('left')
    const seen = await list.evaluate(async (element) => {
      const rows: (readonly [name: string, size: string])[] = []
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
      // Twice each: once each other frame, then with time for all of a row.
      for (const frames of [2, 12]) {
        for (const share of [0.1, 0.7, 0.3, 0.9, 0.5]) {
          element.scrollTop = element.scrollHeight * share
          for (let at = 0; at < frames; at++) {
            await frame()
            for (const row of element.querySelectorAll('[data-index]')) {
              const textOf = (cell: string): string => row.querySelector(cell)?.textContent?.trim() ?? ''
              rows.push([textOf('.name'), textOf('.size')])
            }
          }
        }
      }
      return rows
    })
    const sizes = new Map<string, Set<string>>()
    for (const [name, size] of seen) {
      const known = sizes.get(name) ?? new Set()
      sizes.set(name, size === '' ? known : known.add(size))
    }
    expect(sizes.size).toBeGreaterThan(100)
    expect(seen.some(([, size]) => size === '')).toBe(true)
    expect([...sizes].filter(([, known]) => known.size !== 1)).toEqual([])
  })

  it('shortens a name that its column has no room for in its middle', async () => {
    const name = `part-00412-${'5f0c2b1e-'.repeat(12)}snappy.parquet`
    await store.server.admin.seed({ bucket: 'long', key: name, size: 1 })
    await window.goTo('right', 's3://long/')
    const key = window.list('right').locator('[data-index="0"] .key')
    await until('it is shortened', async () =>
      /^part-0.*….*parquet$/.test(((await key.textContent()) ?? '').trim()),
    )
    expect(await key.evaluate((shown) => shown.scrollWidth <= shown.clientWidth)).toBe(true)
    expect(await key.getAttribute('title')).toBe(name)
    await window.goTo('right', 's3://few/')
  })

  it('filters by a part of the name', async () => {
    await window.list('left').focus()
    await window.page.keyboard.press('/')
    await window.page.keyboard.type('0777')
    await window.pane('left').getByText('120 match').waitFor()
    await window.page.keyboard.press('Escape')
    await window
      .pane('left')
      .getByRole('textbox', { name: /^Filter/ })
      .waitFor({ state: 'detached' })
  })

  it('sorts by size, both ways', async () => {
    const head = (name: string) => window.list('left').getByRole('columnheader', { name })
    await window.list('left').focus()
    await window.page.keyboard.press('Home')
    await head('Size').click()
    await until('the largest is the first', async () => (await sizeOfFirst(window)) === '976.6 KiB')
    await head('Size').click()
    await until('the smallest is the first', async () => (await sizeOfFirst(window)) === '1 B')
    await head('Name').click()
  })

  it('takes several by Ctrl and Shift, and deletes them after it has counted', async () => {
    await window.page.keyboard.press('Home')
    await window.row('left', 'k000001').click()
    await window.row('left', 'k000004').click({ modifiers: ['Shift'] })
    await window.row('left', 'k000006').click({ modifiers: ['Control'] })
    await window.pane('left').getByText('5 selected').waitFor()
    await window.page.keyboard.press('Delete')
    await window.button('Delete 5 objects').click()
    await window.row('left', 'k000001').waitFor({ state: 'detached' })
    const deleted = (await store.server.admin.log()).filter(({ op }) => op === 'DeleteObject')
    expect(deleted.map(({ key }) => key)).toEqual(['k000001', 'k000002', 'k000003', 'k000004', 'k000006'])
  })

  it('makes a folder', async () => {
    await window.list('right').focus()
    await window.page.keyboard.press('F7')
    await window.page.getByRole('textbox', { name: 'Name', exact: true }).fill('new')
    await window.page.keyboard.press('Enter')
    await window.row('right', 'new/').waitFor()
    const made = (await store.server.admin.log()).find(({ key }) => key === 'new/')
    expect(made).toMatchObject({ op: 'PutObject', bucket: 'few' })
  })

  it('tells everything about one object', async () => {
    await window.row('right', 'note.txt').click()
    const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
    for (const fact of ['6 B', 'text/plain', 'no-store', 'Ada', 'team', 'data']) {
      await inspector.getByText(fact, { exact: true }).first().waitFor()
    }
  })

  it('changes one header where it stands, and takes that back', async () => {
    const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
    const { keyboard } = window.page
    await window.row('right', 'note.txt').click()
    await inspector.getByRole('button', { name: /^Cache-Control: no-store/ }).waitFor()
    await keyboard.press('Alt+Enter')
    await window.tabTo(inspector.getByRole('button', { name: /^Cache-Control/ }))
    await keyboard.press('F2')
    await keyboard.type('max-age=60')
    await keyboard.press('Enter')
    await window.page.getByText('Cache-Control of note.txt was changed.').waitFor()
    await inspector.getByRole('button', { name: /^Cache-Control: max-age=60/ }).waitFor()
    await window.button('Undo').click()
    await window.page.getByText('Cache-Control of note.txt is as it was.').waitFor()
    await inspector.getByRole('button', { name: /^Cache-Control: no-store/ }).waitFor()
    for (const kept of [/^Content-Type: text\/plain/, /^author: Ada/, /^Tag team: data/])
      await inspector.getByRole('button', { name: kept }).waitFor()
  })

  it('brings an older version back, and deletes one for good', async () => {
    const inspector = window.page.getByRole('complementary', { name: 'Inspector' })
    const versions = inspector.getByRole('list', { name: 'Versions, newest first' }).getByRole('listitem')
    await window.goTo('right', 's3://kept/')
    await window.row('right', 'plan.txt').click()
    await window.button(/^Versions/, inspector).click()
    await versions.nth(1).waitFor()
    const act = async (line: number, entry: string): Promise<void> => {
      await versions
        .nth(line)
        .getByRole('button', { name: /^More for/ })
        .click()
      await window.page.getByRole('menuitem', { name: entry }).click()
    }
    await act(1, 'Restore…')
    await window.button('Restore this version').click()
    await versions.nth(2).waitFor()
    await window.button(/^Preview/, inspector).click()
    await inspector.getByRole('region', { name: 'Preview of plan.txt' }).getByText('one').waitFor()
    await act(1, 'Delete for good…')
    await window.button('Delete 1 version for good').click()
    await until('two versions are left', async () => (await versions.count()) === 2)
    await window.goTo('right', 's3://few/')
  })

  it('takes a drop on a prefix, and on a bucket of the sidebar', async () => {
    await window.drag(window.row('left', 'k000007'), window.row('right', 'old/'))
    await window.pourSheet.getByText('few').first().waitFor()
    await window.button(/^Start copying/, window.pourSheet).click()
    await until('it is there', async () => isThere(store, 'old/k000007'))

    const bucket = window.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'few' })
    await window.drag(window.row('left', 'k000008'), bucket)
    await window.button(/^Start copying/, window.pourSheet).click()
    await until('it is there', async () => isThere(store, 'k000008'))
  })
})

async function isThere({ server }: ForeignStore, key: string): Promise<boolean> {
  return (await server.admin.log()).some((entry) => entry.op === 'CopyObject' && entry.key === key)
}

function rowsOf(window: DecantWindow) {
  return window.list('left').locator('[role="row"][data-index]')
}

async function rowsInPage(window: DecantWindow): Promise<number> {
  return rowsOf(window).count()
}

async function firstName(window: DecantWindow): Promise<string> {
  return ((await rowsOf(window).first().locator('.name').textContent()) ?? '').trim()
}

async function sizeOfFirst(window: DecantWindow): Promise<string> {
  return ((await window.list('left').locator('[data-index="0"] .size').textContent()) ?? '').trim()
}
