import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RawS3 } from '../helpers/raw-s3.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'

/**
 * What the playground can do on this machine: seeding and listing a million keys, copies in memory and with
 * a journal, and a start from a journal of 100,000 mutations.
 */
const KEYS = 1_000_000
const COPIES = 100_000
const IN_FLIGHT = 64

function processFigures(pid: number): { cpuMs: number; rssMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const ticks = Number(stat[11]) + Number(stat[12])
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuMs: ticks * 10, rssMb: Math.round(Number(rss) / 1024) }
}

interface Measured {
  readonly seconds: number
  readonly serverCpuMs: number
}

async function measure(playground: PlaygroundProcess, act: () => Promise<void>): Promise<Measured> {
  const before = processFigures(playground.pid).cpuMs
  const start = performance.now()
  await act()
  return {
    seconds: (performance.now() - start) / 1000,
    serverCpuMs: processFigures(playground.pid).cpuMs - before,
  }
}

function report(what: string, count: number, { seconds, serverCpuMs }: Measured): void {
  const rate = Math.round(count / seconds)
  const alone = Math.round((count * 1000) / serverCpuMs)
  const each = (serverCpuMs / count).toFixed(4)
  console.log(`${what}: ${rate}/s, ${each} ms server CPU each, so ${alone}/s on a core of its own`)
}

/**
 * Requests signed beforehand over bare sockets, one in flight on each, so that what is measured is the
 * server.
 */
async function copies(playground: PlaygroundProcess, requests: readonly string[]): Promise<void> {
  let next = 0
  const { port } = new URL(playground.endpoint)
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1')
      const send = (): void => {
        const request = requests[next++]
        if (request === undefined) socket.end(resolve)
        else socket.write(request, 'latin1')
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (answer) => {
        if (answer.toString('latin1', 0, 15) === 'HTTP/1.1 200 OK') send()
        else reject(new Error(answer.toString()))
      })
    })
  await Promise.all(Array.from({ length: IN_FLIGHT }, run))
}

function signedCopies(playground: PlaygroundProcess): readonly string[] {
  const client = new RawS3(playground)
  return Array.from({ length: COPIES }, (_, index) => {
    const key = `obj-${String(index).padStart(8, '0')}`
    const path = `/copies/${key}`
    const headers = client.sign({ method: 'PUT', path, headers: { 'x-amz-copy-source': `/big/${key}` } })
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return `PUT ${path} HTTP/1.1\r\n${lines.join('')}content-length: 0\r\n\r\n`
  })
}

async function measureCopies(playground: PlaygroundProcess, what: string): Promise<void> {
  await playground.admin.seed({ bucket: 'copies', key: 'first', text: '' })
  const requests = signedCopies(playground)
  report(what, COPIES, await measure(playground, () => copies(playground, requests)))
}

async function listAll(playground: PlaygroundProcess): Promise<number> {
  const client = new RawS3(playground, 1)
  let pages = 0
  let token = ''
  do {
    const path = `/big?${token === '' ? '' : `continuation-token=${token}&`}encoding-type=url&list-type=2`
    const { text } = await client.send({ method: 'GET', path })
    token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? ''
    pages += 1
  } while (token !== '')
  client.close()
  return pages
}

async function inMemory(): Promise<void> {
  const playground = await spawnPlayground()
  try {
    const seeded = await measure(playground, async () => {
      await playground.admin.seed({ bucket: 'big', count: KEYS, size: 4096 })
    })
    const { rssMb } = processFigures(playground.pid)
    console.log(`seed ${KEYS} keys: ${seeded.seconds.toFixed(2)} s, then ${rssMb} MB resident`)
    let pages = 0
    const listed = await measure(playground, async () => void (pages = await listAll(playground)))
    report('list pages of 1000 keys, one client', pages, listed)
    await measureCopies(playground, 'copies in memory')
    console.log(`after listing and copies: ${processFigures(playground.pid).rssMb} MB resident`)
  } finally {
    await playground.stop()
  }
}

async function withJournal(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'playground-bench-'))
  try {
    const playground = await spawnPlayground({ dir })
    await playground.admin.seed({ bucket: 'big', count: COPIES, size: 4096 })
    await measureCopies(playground, 'copies with a journal')
    await playground.kill()
    const start = performance.now()
    const again = await spawnPlayground({ dir })
    console.log(
      `start from a journal of ${COPIES} mutations: ${((performance.now() - start) / 1000).toFixed(2)} s`,
    )
    await again.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

await inMemory()
await withJournal()
