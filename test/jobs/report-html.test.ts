import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Jobs } from '../../main/jobs/api.ts'
import { itemId } from '../../main/jobs/item.ts'
import type { Item } from '../../main/jobs/item.ts'
import { HTML_ROWS, htmlText } from '../../main/jobs/report/report-html.ts'
import { makeWorld, pour } from './world.ts'
import type { World } from './world.ts'

/** A browser without a screen that runs whatever script it finds. It comes without types. */
interface Dom {
  readonly window: { readonly document: Document; readonly hit?: number }
}
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (text: string, options: { runScripts: 'dangerously' }) => Dom
}

let world: World
beforeEach(() => {
  world = makeWorld()
})
afterEach(() => world.end())

const HOSTILE = [
  `a/<script>window.hit=1</script>`,
  `a/"><img src=x onerror="window.hit=1">`,
  `a/'onmouseover='window.hit=1`,
  'a/</style></title><svg onload=window.hit=1>',
  'a/line\nbreak\u0001and\u202Egnp.exe',
  'a/ü&amp;`{{x}}`',
]

async function page(jobs: Jobs, id: string): Promise<{ text: string; dom: Dom }> {
  const path = join(world.dir, 'report.html')
  await jobs.writeReport(id, 'html', path)
  const text = readFileSync(path, 'utf8')
  return { text, dom: new JSDOM(text, { runScripts: 'dangerously' }) }
}

test('a page shows hostile keys as text, runs nothing and asks for nothing', async () => {
  for (const key of HOSTILE) world.s3.give('from', key)
  world.s3.faults.add({
    kind: 'AccessDenied',
    when: 'before',
    operation: 'CopyObject',
    key: `z/${HOSTILE[0]?.slice(2)}`,
  })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  const { text, dom } = await page(jobs, id)
  const { document } = dom.window
  expect(dom.window.hit).toBeUndefined()
  expect(
    document.querySelectorAll('script, img, svg, link, iframe, [onerror], [onload], [onmouseover]'),
  ).toHaveLength(0)
  const rows = [...document.querySelectorAll('table.items tbody tr')]
  const keys = rows.map((row) => row.querySelector('bdi')?.textContent)
  expect(keys.toSorted()).toEqual(
    [
      ...HOSTILE.filter((key) => !key.includes('\n')),
      'a/line‹U+000A›break‹U+0001›and‹U+202E›gnp.exe',
    ].toSorted(),
  )
  // Nothing that a reader's eyes obey, and nothing from elsewhere.
  expect(text).not.toMatch(/[\u202a-\u202e]/)
  expect(text).not.toContain('\u0001')
  expect(text).not.toMatch(/\b(src|href)=(?!x onerror)/)
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')
  expect(policy).toContain("default-src 'none'")
  expect(rows.filter((row) => row.className === 'failed')).toHaveLength(1)
  expect(document.body.textContent).toContain('Completed with 1 failed')
  expect(document.body.textContent).toContain('AccessDenied')
  await world.seams.finish(jobs.close())
})

test('of a large job the page lists what failed, and sends the reader to the CSV for the others', async () => {
  world.s3.giveMany('from', 'a/', HTML_ROWS + 1)
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject', key: 'z/00007' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  const { dom } = await page(jobs, id)
  const { document } = dom.window
  expect(
    [...document.querySelectorAll('table.items tbody tr td:nth-child(2) bdi')].map((key) => key.textContent),
  ).toEqual(['a/00007'])
  expect(document.body.textContent).toContain(`decant report ${id} --format csv`)
  expect(document.body.textContent).toContain('1 of 10,001 items failed and are listed here')
  await world.seams.finish(jobs.close())
})

test('of a million failures the page lists the first, after all causes, and reads no further', async () => {
  world.s3.give('from', 'a/1')
  world.s3.faults.add({ kind: 'AccessDenied', when: 'before', operation: 'CopyObject' })
  const jobs = await world.open()
  const { id } = jobs.create(pour('copy'), { draft: false })
  await world.settle(jobs, id)
  const detail = jobs.get(id)
  await world.seams.finish(jobs.close())
  const [group] = detail.failures
  const facts = { leg: 0, key: 'a/1', size: 1, action: 'copy', state: 'failed', failure: group?.example }
  let read = 0
  async function* million(): AsyncGenerator<Item> {
    for (; read < 1_000_000; read++) yield { ...facts, id: itemId(1, read + 1) } as Item
  }
  const count = { items: 1_000_000, bytes: 0 }
  const tally = { ...detail.snapshot.tally, listed: count, failed: count }
  const failures = detail.failures.map((one) => ({ ...one, items: 1_000_000 }))
  let text = ''
  const large = { ...detail, failures, snapshot: { ...detail.snapshot, tally } }
  for await (const piece of htmlText(large, million(), () => undefined)) text += piece
  expect(read).toBeLessThanOrEqual(HTML_ROWS)
  expect(text.match(/<tr class="failed">/g)).toHaveLength(HTML_ROWS)
  expect(text).toContain(
    '1,000,000 of 1,000,000 items failed; the first 10,000 of them are listed here, and their causes above count all of them',
  )
  expect(text.indexOf('Failures by cause')).toBeLessThan(text.indexOf('Items that failed'))
  expect(text).toMatch(/<td class="number">1,000,000<\/td><td>AccessDenied/)
})
