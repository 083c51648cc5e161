import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebhookEvent } from '#model/webhook-event.ts'
import { unfinishedOf } from '../../../main/local/write-file.ts'
import { openTap } from '../../faults/tap.ts'
import type { Fate, Tap } from '../../faults/tap.ts'
import { decantFor, jsonResult } from '../../helpers/decant.ts'
import type { Decant } from '../../helpers/decant.ts'
import type { RunningProcess } from '../../helpers/processes.ts'
import { RawS3 } from '../../helpers/raw-s3.ts'
import { FROM, openBench, TO } from './bench.ts'
import type { Bench } from './bench.ts'

const ITEMS = 20
const REPORTS = 'reports'
/** Milliseconds; a busy machine starts each of the processes slowly. */
const PATIENCE = { timeout: 120_000 }

let bench: Bench
let tap: Tap
let decant: Decant
let receiver: Receiver
let dir: string
beforeEach(async () => {
  bench = await openBench()
  await bench.playground.admin.seed({ bucket: REPORTS, count: 0 })
  await bench.seed({ count: ITEMS, pattern: 'obj-{n:2}' })
  tap = await openTap(bench.playground.endpoint)
  receiver = await openReceiver()
  const address = { ...bench.playground, endpoint: tap.endpoint }
  decant = decantFor(address, bench.dataDir, { DECANT_WEBHOOK_URL: receiver.url })
  dir = mkdtempSync(path.join(tmpdir(), 'decant-delivery-'))
})
afterEach(async () => {
  await decant.end()
  await receiver.close()
  await tap.close()
  await bench.end()
  rmSync(dir, { recursive: true, force: true })
})

/** Who is told of the end of jobs, over all lives of the process. */
interface Receiver {
  readonly url: string
  readonly heard: WebhookEvent[]
  /** What it does once it has heard a call; it answers 200, unless told. */
  answer: (response: ServerResponse) => void
  /** It breaks off every connection, and hears nothing. */
  refuses: boolean
  close(): Promise<void>
}

async function openReceiver(): Promise<Receiver> {
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      opened.heard.push(JSON.parse(body) as WebhookEvent)
      opened.answer(response)
    })
  })
  server.on('connection', (socket) => {
    if (opened.refuses) socket.destroy()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const opened: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    heard: [],
    answer: (response) => void response.writeHead(200).end(),
    refuses: false,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return opened
}

const copy = (reportTo: string): RunningProcess =>
  decant.start('copy', FROM, TO, '--json', '--webhook', 'team', '--report-to', reportTo, '--report', 'csv')

/** `decant resume --all` to its end; what was owed is done by then. */
async function resume(): Promise<void> {
  const { code, output } = await decant('resume', '--all', '--json')
  expect({ code, output }).toMatchObject({ code: 0 })
}

/** The report as it is written now; the one that was delivered is the same, to the byte. */
async function reportOf(jobId: string): Promise<string> {
  const out = path.join(dir, 'again.csv')
  await decant('report', jobId, '--format', 'csv', '--out', out)
  const text = readFileSync(out, 'utf8')
  expect(text.split('\n').filter((row) => row.includes(',succeeded,'))).toHaveLength(ITEMS)
  return text
}

async function jobIds(): Promise<string[]> {
  const { output } = await decant('jobs', '--json')
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => jsonResult(line).jobId)
}

/** Told at least once, and each time of the same thing by the same id; the report is whole, and there is one. */
async function expectDelivered(): Promise<void> {
  const [jobId = '', ...others] = await jobIds()
  expect(others).toEqual([])
  expect(receiver.heard[0]).toMatchObject({
    event: 'job.ended',
    job: { id: jobId, outcome: 'done', items: { listed: ITEMS, done: ITEMS, failed: 0 } },
  })
  expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(1)
  const log = await bench.playground.admin.log()
  const puts = log.filter(({ op, bucket }) => op === 'PutObject' && bucket === REPORTS)
  const key = `decant/decant-report-${jobId}.csv`
  expect(new Set(puts.map((put) => put.key))).toEqual(new Set([key]))
  expect(await delivered(key)).toBe(await reportOf(jobId))
}

async function delivered(key: string): Promise<string> {
  const raw = new RawS3(bench.playground)
  try {
    return (await raw.send({ method: 'GET', path: `/${REPORTS}/${key}` })).text
  } finally {
    raw.close()
  }
}

const PUT = { op: 'PutObject', bucket: REPORTS } as const
const INTO_BUCKET = `s3://${REPORTS}/decant/`

describe('SIGKILL around the delivery of a report and the call of a webhook', PATIENCE, () => {
  it('before: neither has got anywhere', async () => {
    const heard = Promise.withResolvers<void>()
    receiver.refuses = true
    tap.on({ at: 'arrives', ...PUT }, async (): Promise<Fate> => {
      await running.kill()
      tap.died()
      heard.resolve()
      return 'lost'
    })
    const running = copy(INTO_BUCKET)
    await heard.promise
    expect(receiver.heard).toEqual([])
    receiver.refuses = false
    tap.begin()
    await resume()
    await expectDelivered()
    expect(receiver.heard).toHaveLength(1)
  })

  it('during: both have arrived, and neither was answered', async () => {
    const told = Promise.withResolvers<void>()
    receiver.answer = () => told.resolve()
    const dead = Promise.withResolvers<void>()
    tap.on({ at: 'done', ...PUT }, async (): Promise<Fate> => {
      await told.promise
      await running.kill()
      tap.died()
      dead.resolve()
      return 'lost'
    })
    const running = copy(INTO_BUCKET)
    await dead.promise
    receiver.answer = (response) => void response.writeHead(200).end()
    tap.begin()
    await resume()
    await expectDelivered()
    expect(receiver.heard).toHaveLength(2)
  })

  it('after: once it is noted, nothing is delivered again', async () => {
    const running = copy(INTO_BUCKET)
    await running.line(/"jobId"/)
    await running.kill()
    tap.begin()
    await resume()
    await expectDelivered()
    const { length } = receiver.heard
    await resume()
    expect(receiver.heard).toHaveLength(length)
    expect(length).toBe(1)
  })

  it('into a folder: whole, and what a kill left of it is gone', async () => {
    const dead = Promise.withResolvers<void>()
    tap.on({ at: 'arrives', op: 'CopyObject', nth: ITEMS }, async (): Promise<Fate> => {
      await running.kill()
      tap.died()
      dead.resolve()
      return 'lost'
    })
    const running = copy(`${dir}/`)
    await dead.promise
    tap.begin()
    const [jobId = ''] = await jobIds()
    const file = `decant-report-${jobId}.csv`
    // As a kill in the midst of the write leaves it.
    writeFileSync(unfinishedOf(path.join(dir, file), file), 'bucket,key')
    await resume()
    expect(readFileSync(path.join(dir, file), 'utf8')).toBe(await reportOf(jobId))
    expect(readdirSync(dir).sort()).toEqual(['again.csv', file].sort())
  })
})
