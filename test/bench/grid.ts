/**
 * What a metadata grid costs the process that holds it: `node test/bench/grid.ts [rows] [list]`; with `list` only what a
 * listing costs. The playground is a process of its own; everything that is measured happens in this one, as in the core.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { FieldRule } from '#model/field-rules.ts'
import type { GridSnapshot } from '#model/grid.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import type { Grid } from '../../main/grid/grid.ts'
import { gridPath } from '../../main/grid/grid-file.ts'
import { Grids } from '../../main/grid/grids.ts'
import { spawnPlayground } from '../helpers/playground.ts'

const ROWS = Number(process.argv[2] ?? 100_000)
const MIB = 1024 ** 2
const RULES: FieldRule[] = [
  { field: 'cache-control', where: {}, action: { do: 'set', value: 'max-age=3600' } },
  { field: 'content-type', where: {}, action: { do: 'type-from-extension' } },
  { field: 'x-amz-meta-build', where: {}, action: { do: 'replace', find: '^v', with: 'release-' } },
  { field: 'tag:year', where: {}, action: { do: 'from-key', find: '(20\\d\\d)', with: '$1' } },
]

interface Measured {
  readonly what: string
  readonly wall: string
  readonly cpu: string
  readonly cpuPerRow: string
  readonly longestStall: string
  readonly rss: string
}
const table: Measured[] = []

/** CPU milliseconds of this thread: what else runs on the machine does not count. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** How long it takes, and for how long at the most nothing else had its turn (in CPU time of this thread). */
async function measure(what: string, act: () => Promise<unknown>): Promise<void> {
  let longest = 0
  let last = cpu()
  let isOver = false
  const tick = (): void => {
    const now = cpu()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  const began = performance.now()
  const cpuBefore = cpu()
  await act()
  const used = cpu() - cpuBefore
  isOver = true
  table.push({
    what,
    wall: `${((performance.now() - began) / 1000).toFixed(2)} s`,
    cpu: `${(used / 1000).toFixed(2)} s`,
    cpuPerRow: `${((used * 1000) / ROWS).toFixed(0)} µs`,
    longestStall: `${longest.toFixed(0)} ms`,
    rss: `${(process.memoryUsage.rss() / MIB).toFixed(0)} MiB`,
  })
}

async function until(grid: Grid, is: (snapshot: GridSnapshot) => boolean): Promise<void> {
  while (!is(grid.snapshot())) await new Promise((resolve) => setTimeout(resolve, 100))
}

/** CPU milliseconds of each `grids.rows`, as somebody scrolls about while other work goes on. */
async function windows(grid: Grid, view: 'all' | 'changed', limit: number): Promise<void> {
  const times: number[] = []
  for (let turn = 0; turn < 300; turn++) {
    const offset = Math.floor(((turn * 7919) % 300) * (Math.max(0, grid.store.total(view) - limit) / 300))
    const began = cpu()
    grid.window(view, offset, limit)
    times.push(cpu() - began)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  times.sort((one, other) => one - other)
  const at = (share: number): string => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`
  console.log(`window of ${limit}, ${view}: p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(0.999)}`)
}

const playground = await spawnPlayground()
const dir = mkdtempSync(path.join(tmpdir(), 'decant-bench-grid-'))
try {
  const half = { bucket: 'bucket', count: ROWS / 2, size: 100, metadata: { build: 'v1', team: 'sea' } }
  await playground.admin.seed({ ...half, prefix: '2025/', pattern: 'page-{n:8}.html' })
  await playground.admin.seed({ ...half, prefix: '2026/', pattern: 'page-{n:8}.css', tags: { kind: 'page' } })
  const { endpoint, accessKeyId, secretAccessKey } = playground
  const config = {
    endpoint,
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'keys', accessKeyId },
  } as const
  const storage = createStorage({
    config,
    credentials: async () => ({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
  })
  const make = (): Grids =>
    new Grids({
      ...{ dir, seams: systemSeams, openStorage: async () => storage },
      changed: () => {},
      removed: () => {},
    })
  let grids = make()
  const connection = { id: 'bench', name: 'Bench', config }
  const idle = process.memoryUsage.rss() / MIB
  const { id } = grids.open({
    ...{ connection, requesterPays: false, bucket: 'bucket', base: '' },
    select: [{ kind: 'prefix', prefix: '' }],
  })
  let grid = grids.find(id)
  await measure('list', () => until(grid, ({ listing }) => !listing))
  await windows(grid, 'all', 100)
  const isWhole = process.argv[3] !== 'list'
  if (isWhole)
    await measure('read all rows ahead', async () => {
      grid.ahead(true)
      await until(grid, ({ rows, known }) => rows === known)
    })
  await windows(grid, 'all', 100)
  if (isWhole)
    await measure('count after four rules', async () => {
      await grid.setRules(RULES)
      await grid.counted()
    })
  await windows(grid, 'changed', 100)
  await windows(grid, 'changed', 500)
  if (isWhole)
    await measure('count anew while somebody scrolls', async () => {
      await grid.setRules(RULES.slice(1))
      const counted = grid.counted()
      await windows(grid, 'all', 100)
      await counted
    })
  if (isWhole)
    await measure('edit every row by hand', () =>
      grid.edit({ view: 'all', from: 0, to: ROWS }, 'tag:by', 'hand'),
    )
  if (isWhole) await measure('undo that', () => grid.undo())
  const csv = path.join(dir, 'grid.csv')
  if (isWhole) await measure('export', () => grid.writeCsv('all', csv))
  if (isWhole)
    await measure('import it again', async () => {
      const { createReadStream } = await import('node:fs')
      let first = true
      for await (const text of createReadStream(csv, { encoding: 'utf8', highWaterMark: MIB })) {
        await grid.import(text as string, first, false)
        first = false
      }
      await grid.import('', false, true)
    })
  await measure('open after a restart', async () => {
    await grids.close()
    grids = make()
    grid = grids.find(id)
    grid.snapshot()
  })
  await windows(grid, 'changed', 100)
  console.table(table)
  const size = statSync(gridPath(dir, id)).size / MIB
  console.log(
    `${ROWS.toLocaleString('en')} rows; before the grid ${idle.toFixed(0)} MiB; its file ${size.toFixed(0)} MiB`,
  )
  await grids.close()
  storage.close()
} finally {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
}
