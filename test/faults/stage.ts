import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decantFor } from '../helpers/decant.ts'
import type { Decant } from '../helpers/decant.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'
import { startProcess } from '../helpers/processes.ts'
import type { RunningProcess } from '../helpers/processes.ts'
import { RawS3 } from '../helpers/raw-s3.ts'
import type { Cell, Job } from './cell.ts'
import { openTap } from './tap.ts'
import type { Tap } from './tap.ts'

export const FROM = { bucket: 'source', prefix: 'in/' } as const
export const TO = { bucket: 'destination', prefix: 'out/' } as const
const GIB = 1024 ** 3
const MIB = 1024 ** 2
const CLI = path.resolve(import.meta.dirname, '../../main/cli.ts')
/** Bytes of the disk of a journal that gets full. */
const DISK = 16 * MIB

/** One cell's world: a playground behind taps, a data directory, the command. */
export interface Stage {
  readonly playground: PlaygroundProcess
  /** Before the source and before the destination: the same one, but for relays. */
  readonly taps: readonly Tap[]
  readonly dataDir: string
  readonly decant: Decant
  readonly raw: RawS3
  /** Of uploads. */
  readonly folder: string
  start(args: readonly string[]): RunningProcess
  fillDisk(): void
  emptyDisk(): void
  end(): Promise<void>
}

/** Why a cell cannot run here; undefined if it can. */
export function cannotRun(cell: Cell): string | undefined {
  const acts = cell.lives.flatMap(({ events = [] }) => events.map(({ act }) => act.do))
  if (acts.includes('fill-disk') && !canMount()) return 'no tmpfs can be mounted here (Linux, as root)'
  if (acts.includes('io-errors') && !has('prlimit')) return 'there is no prlimit here (Linux, util-linux)'
  return undefined
}

function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && has('mount') && tryMount()
}

function tryMount(): boolean {
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'ignore' })
    execFileSync('umount', [dir])
    return true
  } catch {
    return false
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function has(command: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(':')
  return ['/bin', '/usr/bin', '/usr/sbin', ...folders].some((dir) => existsSync(path.join(dir, command)))
}

export async function openStage(cell: Cell): Promise<Stage> {
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-faults-'))
  const dataDir = path.join(dir, 'data')
  const folder = path.join(dir, 'files')
  mkdirSync(dataDir, { mode: 0o700 })
  const isSmallDisk = cell.lives.some(({ events = [] }) => events.some(({ act }) => act.do === 'fill-disk'))
  if (isSmallDisk) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0700`, 'tmpfs', dataDir])
  }
  const playground = await spawnPlayground()
  const taps = [await openTap(playground.endpoint)]
  if (isRelay(cell.job)) taps.push(await openTap(playground.endpoint))
  const raw = new RawS3(playground)
  const decant = decantFor({ ...playground, endpoint: taps[0]!.endpoint }, dataDir)
  const filler = path.join(dataDir, 'filler')
  await seed(cell, playground, raw, folder)
  return {
    playground,
    taps,
    dataDir,
    decant,
    raw,
    folder,
    start(args) {
      // A file that may not grow then is an error of the write, as of a failing disk, and no signal.
      const script = `trap '' XFSZ 2>/dev/null; exec "$0" "$@"`
      return startProcess('/bin/sh', ['-c', script, process.execPath, CLI, ...args], { env: decant.env })
    },
    fillDisk() {
      for (let free = freeOf(dataDir); free > 0; free = freeOf(dataDir)) {
        writeFileSync(filler, Buffer.alloc(Math.min(free, MIB)), { flag: 'a' })
      }
    },
    emptyDisk: () => rmSync(filler, { force: true }),
    async end() {
      raw.close()
      for (const tap of taps) await tap.close()
      await playground.stop()
      if (isSmallDisk) execFileSync('umount', [dataDir])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function freeOf(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}

export function isRelay(job: Job): boolean {
  return job === 'relay' || job === 'relay-parts'
}

export function isUpload(job: Job): boolean {
  return job === 'upload' || job === 'upload-parts'
}

function isInParts(job: Job): boolean {
  return job.endsWith('-parts')
}

export function isMove(job: Job): boolean {
  return job === 'move' || job === 'move-parts'
}

export function isEdit(job: Job): boolean {
  return job === 'edit' || job === 'undo-edit'
}

const CARRIED = {
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache' },
  metadata: { by: 'hand' },
  tags: { colour: 'red' },
} as const
const EDITED = {
  ...CARRIED,
  headers: { 'content-type': 'text/plain', 'cache-control': 'max-age=60' },
} as const

/** `witness` holds what the source holds, `edited` the same as it is to be edited; nobody touches them. */
async function seed(cell: Cell, { admin }: PlaygroundProcess, raw: RawS3, folder: string): Promise<void> {
  const { job } = cell
  const versioning = cell.versioning === undefined ? {} : { versioning: cell.versioning }
  await admin.seed({ bucket: TO.bucket, key: 'stays', text: 'here', ...versioning })
  await admin.seed({ bucket: FROM.bucket, count: 0, ...versioning })
  // What somebody else writes while the job runs is here, too.
  await admin.seed({ bucket: 'others', count: 0 })
  if (isUpload(job)) return seedFiles(cell, admin, raw, folder)
  const { size = sizeOf(job), over = 0 } = cell
  const count = countOf(cell)
  const common = { prefix: FROM.prefix, pattern: 'obj-{n:2}', count, size }
  for (const bucket of [FROM.bucket, 'witness']) await admin.seed({ bucket, ...common, ...CARRIED })
  if (isEdit(job)) await admin.seed({ bucket: 'edited', ...common, ...EDITED })
  for (let n = count - over; n < count; n++) {
    const key = `${TO.prefix}obj-${String(n).padStart(2, '0')}`
    await admin.seed({ bucket: TO.bucket, key, text: 'was here' })
  }
}

export function countOf({ job, items }: Cell): number {
  return items ?? (isInParts(job) ? 2 : 30)
}

function sizeOf(job: Job): number {
  switch (job) {
    case 'copy-parts':
    case 'move-parts':
      return 6 * GIB
    case 'relay-parts':
    case 'upload-parts':
      return 48 * MIB
    default:
      return 1024
  }
}

/** A witness is what the playground makes of the same bytes. */
async function seedFiles(
  cell: Cell,
  admin: PlaygroundProcess['admin'],
  raw: RawS3,
  folder: string,
): Promise<void> {
  mkdirSync(folder)
  await admin.seed({ bucket: 'witness', count: 0 })
  for (let n = 0; n < countOf(cell); n++) {
    const name = `obj-${String(n).padStart(2, '0')}.txt`
    const body = Buffer.alloc(sizeOf(cell.job), `text ${n} `)
    writeFileSync(path.join(folder, name), body)
    const at = `/witness/${FROM.prefix}${name}`
    const { status } = await raw.send({
      method: 'PUT',
      path: at,
      headers: { 'content-type': 'text/plain' },
      body,
    })
    if (status !== 200) throw new Error(`${at}: ${status}`)
  }
}

/** The command's words for a job. */
export function wordsOf(job: Job, { taps, folder }: Stage): readonly string[] {
  const from = `s3://${FROM.bucket}/${FROM.prefix}`
  const to = `s3://${TO.bucket}/${TO.prefix}`
  switch (job) {
    case 'copy':
    case 'copy-parts':
    case 'undo-copy':
      return ['copy', from, to]
    case 'move':
    case 'move-parts':
    case 'undo-move':
      return ['move', from, to]
    case 'relay':
    case 'relay-parts':
      return ['copy', from, to, '--dest-endpoint-url', taps[1]?.endpoint ?? '']
    case 'edit':
    case 'undo-edit':
      return ['edit', from, '--set', 'cache-control=max-age=60']
    case 'upload':
    case 'upload-parts':
      return ['copy', `${folder}/`, to]
  }
}
