import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLog } from '../../../main/local/upload-log.ts'
import { sdkClient } from '../../helpers/playground.ts'
import { until } from '../../helpers/processes.ts'
import { expectOnce, holding, openBench } from './bench.ts'
import type { Bench } from './bench.ts'

const MIB = 1024 ** 2
const OPTIONS = ['--concurrency', '64', '--json']
/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

let bench: Bench
let dir: string
beforeEach(async () => {
  bench = await openBench()
  dir = mkdtempSync(path.join(tmpdir(), 'decant-files-'))
})
afterEach(async () => {
  await bench.end()
  rmSync(dir, { recursive: true, force: true })
})

const here = (name: string): string => path.join(dir, name)

/** So many small files in folders within folders, with an empty one of each. */
function giveFiles(folder: string, count: number): void {
  const old = new Date(Date.now() - 3_600_000)
  for (let n = 0; n < count; n++) {
    const file = path.join(folder, `year-${n % 7}`, `month ${n % 11}`, `file-${String(n).padStart(4, '0')}`)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, n === 0 ? '' : `text ${n} `.repeat(1 + (n % 500)))
    utimesSync(file, old, old)
  }
  mkdirSync(path.join(folder, 'nothing'))
}

/** Every file and folder by its path, a file with its digest. */
function contents(folder: string): ReadonlyMap<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return [path.relative(folder, file), entry.isFile() ? digestOf(file) : 'folder'] as const
  })
  return new Map(found.sort())
}

function digestOf(file: string): string {
  return createHash('md5').update(readFileSync(file)).digest('hex')
}

async function unfinishedUploads(): Promise<number> {
  const client = sdkClient(bench.playground)
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'destination' }))
  client.destroy()
  return Uploads.length
}

describe('SIGKILL of the real process between files and objects, and resume', PATIENCE, () => {
  it('a folder of 2,000 files goes up and comes down again, killed on both ways: equal, nothing sent twice', async () => {
    giveFiles(here('photos'), 2000)
    const { admin } = bench.playground
    // Held before their effect, and after it: of both it has to be found out what became.
    await admin.faults(holding('PutObject', '3', 'before'), holding('PutObject', '7', 'after'))
    const up = bench.decant.start('copy', `${here('photos')}/`, 's3://destination/photos/', ...OPTIONS)
    await bench.held(64, { PutObject: 200 })
    const sent = await bench.killAndResume(up)
    expect(sent).toMatchObject({ outcome: 'done', tally: { items: 2001, copied: 2001, failed: 0 } })
    const puts = [...(await bench.mutations('PutObject'))].filter(([key]) => key.startsWith('photos/'))
    expectOnce(new Map(puts), 2001)

    await admin.resetCounters()
    await admin.faults(holding('GetObject', '3', 'before'), { ...holding('GetObject', '7', 'after') })
    const down = bench.decant.start('copy', 's3://destination/photos/', here('again'), ...OPTIONS)
    await bench.held(64, { GetObject: 200 })
    const came = await bench.killAndResume(down)
    expect(came).toMatchObject({ outcome: 'done', tally: { items: 2001, copied: 2001, failed: 0 } })
    expect(contents(here('again'))).toEqual(contents(here('photos')))
    // Only what was in flight was asked for once more.
    expect((await admin.counters()).requests['GetObject']).toBeLessThanOrEqual(2001 + 64)
  })

  it.each(['before', 'after'] as const)(
    'in the midst of a large file going up, %s the effect of its parts: no finished part is sent again',
    async (when) => {
      writeFileSync(here('large'), Buffer.alloc(50 * MIB, 'decant'))
      await bench.playground.admin.faults({ op: 'UploadPart', every: 3, do: 'hang', when })
      const running = bench.decant.start('copy', here('large'), 's3://destination/', ...OPTIONS)
      await bench.held(3, { UploadPart: 7 })
      const result = await bench.killAndResume(running)
      expect(result).toMatchObject({ outcome: 'done', tally: { copied: 1 } })
      const parts = await bench.mutations('UploadPart')
      expect(parts.size).toBeGreaterThanOrEqual(7)
      expectOnce(parts, parts.size)
      expectOnce(await bench.mutations('CompleteMultipartUpload'), 1)
      expect(await unfinishedUploads()).toBe(0)
      expect((await bench.decant('copy', 's3://destination/large', here('back'), '--json')).code).toBe(0)
      expect(digestOf(here('back'))).toBe(digestOf(here('large')))
    },
  )

  it('in the midst of a large object coming down: no finished part is asked for again', async () => {
    const { admin } = bench.playground
    await admin.seed({ bucket: 'source', count: 0 })
    const client = sdkClient(bench.playground)
    const body = Buffer.alloc(50 * MIB, 'decant')
    await client.send(new PutObjectCommand({ Bucket: 'source', Key: 'in/large', Body: body }))
    client.destroy()
    await admin.faults({ op: 'GetObject', every: 3, do: 'hang' })
    await admin.resetCounters()
    const running = bench.decant.start('copy', 's3://source/in/', here('new'), ...OPTIONS)
    await bench.held(3, { GetObject: 7 })
    const written = async (): Promise<number[]> => {
      const log = await readLog(here(`new/${partsOf('new')}`))
      return [...(log?.parts.values() ?? [])].map(({ size }) => size)
    }
    await until('the others are on the disk', async () => (await written()).length >= 7)
    await running.kill()
    const finished = await written()
    // How many parts there are follows from how quickly the server answers.
    const parts = Math.ceil(body.length / Math.max(...finished))
    await admin.clearFaults()
    await admin.release()
    await until('the server is through', async () => (await admin.counters()).inFlight === 0)
    await admin.resetCounters()
    const result = await bench.killAndResume(running)
    expect(result).toMatchObject({ outcome: 'done', tally: { copied: 1 } })
    expect((await admin.counters()).requests['GetObject']).toBe(parts - finished.length)
    expect(readdirSync(here('new'))).toEqual(['large'])
    expect(readFileSync(here('new/large')).equals(body)).toBe(true)
    expect((await bench.decant('parity', 's3://source/in/', here('new'), '--compare', 'full')).code).toBe(0)
  })

  /** The list of parts beside an unfinished file. */
  const partsOf = (folder: string): string =>
    readdirSync(here(folder)).find((name) => name.endsWith('.parts')) ?? 'none'
})
