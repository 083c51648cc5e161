import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SeedSeries } from '../../../main/playground/seed-request.ts'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'

const OBJECTS = 5000
const WRONG = 300
/** For a job to do its work, in milliseconds. */
const PATIENCE = 60_000
/** Every copy takes this long until the app is killed: half-way is a place one can meet, in milliseconds. */
const SLOW = 400

const BEFORE = 'no-cache'
const AFTER = 'public, max-age=31536000, immutable'

/** The objects as they are, and as the edit is to leave them: the same bytes in other buckets. */
function seeds(bucket: string, state: 'before' | 'after'): readonly SeedSeries[] {
  const common = {
    bucket,
    size: 64,
    metadata: { build: '2026.11.3' },
    modified: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
  }
  const release = state === 'after' ? { release: '42' } : {}
  const cache = { 'cache-control': state === 'after' ? AFTER : BEFORE, 'content-language': 'de' }
  const wrong = state === 'after' ? 'text/css' : 'binary/octet-stream'
  return [
    {
      ...common,
      count: OBJECTS - WRONG,
      prefix: 'pages/',
      pattern: 'page-{n:5}.html',
      headers: { ...cache, 'content-type': 'text/html' },
      tags: release,
    },
    {
      ...common,
      count: WRONG,
      prefix: 'styles/',
      pattern: 'style-{n:4}.css',
      headers: { ...cache, 'content-type': wrong },
      // Those that have tags already keep them.
      tags: { team: 'web', ...release },
    },
  ]
}

async function addRule(window: DecantWindow, name: string | RegExp): Promise<void> {
  await window.button('Add a rule').click()
  await window.page.getByRole('menuitem', { name, exact: true }).click()
}

describe('the metadata grid', () => {
  const host = serveHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-metadata-'))
  afterAll(async () => {
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('edits 5,000 objects by rules, through a SIGKILL half-way, and takes it all back', async () => {
    const first = await host.open({ dataDir })
    {
      const { window } = first
      const { page } = window
      await window.openPlayground()
      const admin = playgroundOf(dataDir)
      for (const [bucket, state] of [
        ['site', 'before'],
        ['as-it-was', 'before'],
        ['as-it-will-be', 'after'],
      ] as const)
        for (const seed of seeds(bucket, state)) await admin.seed(seed)

      await window.goTo('left', 's3://site/')
      await window.row('left', 'styles/').waitFor()
      await window.list('left').focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Shift+F4')
      await page.getByText('5,000 objects in').waitFor()

      await addRule(window, 'A header…')
      await page.getByRole('textbox', { name: 'Value of rule 1' }).fill(AFTER)
      await addRule(window, 'Content-Type from the key’s extension')
      await addRule(window, 'A tag…')
      await page.getByRole('textbox', { name: 'Tag of rule 3' }).fill('release')
      await page.getByRole('textbox', { name: 'Value of rule 3' }).fill('42')
      await window.button(/^Read all 5,000 rows ahead/).click()
      const cells = 2 * OBJECTS + WRONG
      await page
        .getByText(`${cells.toLocaleString('en')} changes in 5,000 objects`, { exact: true })
        .waitFor()

      // The diff, by eye: what it was and what it becomes.
      await page.keyboard.press('Escape')
      const grid = page.getByRole('grid', { name: /^Metadata of the objects/ })
      await grid
        .getByRole('gridcell', { name: `Cache-Control: was ${BEFORE}, now ${AFTER}, by rule 1` })
        .first()
        .waitFor()

      await admin.faults({ op: 'CopyObject', do: 'slow', ms: SLOW })
      await page.keyboard.press('Control+s')
      await window
        .button(/^Start editing/)
        .and(page.locator(':not([aria-disabled="true"])'))
        .click()
      await window.halfWay(/site/)
    }
    await first.kill()

    const second = await host.open({ dataDir })
    const { window } = second
    const { page } = window
    await window.list('left').waitFor()
    const differs = (other: string) =>
      playgroundOf(dataDir).compare({ bucket: 'site', prefix: '' }, { bucket: other, prefix: '' })
    const over = () =>
      until('the job is over', async () => (await window.jobLine(/site/).count()) === 0, PATIENCE)
    // The window is there before the playground is, and before it knows of the job.
    await until(
      'everything is edited',
      async () => (await differs('as-it-will-be').catch(() => undefined))?.equal === true,
      PATIENCE,
    )
    await over()
    expect(await differs('as-it-will-be')).toMatchObject({ equal: true, compared: OBJECTS })
    expect((await differs('as-it-was')).differentCount).toBe(OBJECTS)
    expect(await window.page.getByRole('heading', { name: 'Unfinished edits' }).count()).toBe(0)

    await page.keyboard.press('Control+j')
    await window
      .button(/^Open the job: /)
      .first()
      .click()
    await window.button('Undo…').click()
    await window.button('Undo 5,000 objects').click()
    await window.jobLine(/site/).waitFor()
    await over()
    expect(await differs('as-it-was')).toMatchObject({ equal: true, compared: OBJECTS })
    await second.close()
  })
})
