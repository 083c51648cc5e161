/**
 * What it costs to plan a manifest whose objects nobody looks at: `node test/bench/manifest.ts [rows] [shuffled]`. The
 * file is written and removed here; the plan is made in a process of its own, so that its peak is the plan's.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { systemSeams } from '#model/seams.ts'
import { openJobs } from '../../main/jobs/jobs.ts'
import { noKeys, specOf } from '../helpers/specs.ts'
import { emptyStorage } from './instant-storage.ts'

const [first = '10000000', second = '', dir] = process.argv.slice(2)
const ROWS = Number(first)
const MIB = 1024 ** 2
/** As the command line starts itself. */
const FLAG = '--max-semi-space-size=8'

/** Keys as logs have them, one row in a million without sense. */
function writeManifest(file: string): void {
  const out = openSync(file, 'w')
  for (let at = 0; at < ROWS; at += 10_000) {
    let text = ''
    for (let n = at; n < Math.min(ROWS, at + 10_000); n++) {
      // A prime: each number comes once, none beside its neighbour.
      const place = second === 'shuffled' ? (n * 7_368_787) % ROWS : n
      const key = `a/2026/11/events-${String(place).padStart(9, '0')}.json`
      text += n % 1_000_000 === 999_999 ? `from,${key}%\n` : `from,${key}\n`
    }
    writeSync(out, text)
  }
  closeSync(out)
}

const CONNECTION = {
  id: 'here',
  name: 'Here',
  config: {
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    addressing: 'path',
    credentials: { kind: 'environment' },
  },
} as const

async function plan(file: string, dataDir: string): Promise<void> {
  const storage = emptyStorage(0)
  const jobs = await openJobs({
    ...{ dir: dataDir, seams: systemSeams, findKey: noKeys, jobsAtOnce: 1 },
    openStorage: () => Promise.resolve(storage),
  })
  // CPU time of this thread: what else runs on the machine does not count.
  const used = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let longest = 0
  let last = used()
  let isOver = false
  const tick = (): void => {
    const now = used()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  const began = performance.now()
  const source = {
    connection: CONNECTION,
    bucket: 'from',
    select: [{ kind: 'prefix', prefix: '' }],
    base: '',
  } as const
  const spec = specOf<'copy'>({
    ...{ v: 1, kind: 'copy', conflict: 'skip', verify: 'auto' },
    sources: [source],
    destinations: [{ connection: CONNECTION, bucket: 'to', prefix: '' }],
    manifest: { at: { is: 'file', path: file }, format: 'batch', look: 'send' },
  } as never)
  const { id } = jobs.create(spec, { draft: true })
  const { status, tally } = await jobs.settled(id, 'idle')
  isOver = true
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage()
  const status_ = readFileSync('/proc/self/status', 'utf8')
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status_)?.[1]) / 1024
  const { manifest } = jobs.get(id)
  await jobs.close()
  const planned = tally.listed.items
  const cpu = (user + system) / 1_000_000
  console.log(
    [
      `${status.is}: ${planned.toLocaleString('en')} rows planned, ${manifest?.bad} bad, in ${seconds.toFixed(1)} s`,
      `${Math.round(planned / seconds).toLocaleString('en')} rows/s, ${cpu.toFixed(1)} s CPU (${((cpu * 1e6) / planned).toFixed(1)} µs a row)`,
      `peak memory ${peak.toFixed(0)} MiB (${((peak * MIB) / 1e6).toFixed(0)} MB), longest stall ${longest.toFixed(0)} ms of CPU`,
      `journal ${(statSync(path.join(dataDir, 'jobs.db')).size / MIB).toFixed(0)} MiB`,
    ].join('\n'),
  )
  if (planned !== ROWS - Math.floor(ROWS / 1_000_000)) process.exitCode = 1
}

if (dir === undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), 'decant-manifest-bench-'))
  try {
    const file = path.join(folder, 'manifest.csv')
    writeManifest(file)
    console.log(`manifest of ${(statSync(file).size / MIB).toFixed(0)} MiB`)
    const self = import.meta.filename
    const { status } = spawnSync(process.execPath, [FLAG, self, first, second, folder], { stdio: 'inherit' })
    process.exitCode = status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
} else await plan(path.join(dir, 'manifest.csv'), dir)
