import { parseArgs } from 'node:util'
import { CLIENTS, openStorage } from '../suites/storage/bench.ts'
import type { Client } from '../suites/storage/bench.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'

/**
 * What a request costs in the client: CopyObject, and pages of ListObjectsV2, against a playground in another process.
 *
 *   node test/bench/wire.ts [--copies 20000] [--in-flight 64] [--client wire|sdk]
 */
const { values } = parseArgs({
  options: {
    copies: { type: 'string', default: '20000' },
    'in-flight': { type: 'string', default: '64' },
    client: { type: 'string' },
  },
})
const copies = Number(values.copies)
const inFlight = Number(values['in-flight'])
const bucket = 'bench'

async function measure(client: Client, playground: PlaygroundProcess): Promise<void> {
  const storage = openStorage(client, playground)
  const copyAll = async (count: number, prefix: string): Promise<void> => {
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < count) {
        const at = next++
        await storage.copyObject({
          bucket,
          key: `${prefix}${at}`,
          source: { bucket, key: 'source/object', ifMatch: etag },
          storageClass: 'STANDARD',
          ifAbsent: true,
        })
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
  }
  const { etag } = await storage.headObject({ bucket, key: 'source/object' })
  // The compiler's own work is not the request's.
  await copyAll(Math.min(3000, copies), `${client}/warm/`)
  await playground.admin.resetCounters()
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  await copyAll(copies, `${client}/copy/`)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(cpu)
  const counters = await playground.admin.counters()
  console.log(
    [
      client.padEnd(5),
      `${Math.round(copies / seconds)} copies/s`,
      `${((user + system) / 1000 / copies).toFixed(4)} ms CPU a request (${(user / 1000 / copies).toFixed(4)} user)`,
      `${counters.mostConnectionsOpen} connections for ${counters.mostInFlight} in flight`,
      `${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB`,
    ].join('   '),
  )
  storage.close()
}

async function measureListing(client: Client, playground: PlaygroundProcess): Promise<void> {
  const storage = openStorage(client, playground)
  const listAll = async (): Promise<number> => {
    let pages = 0
    let token: string | undefined
    do {
      ;({ token } = await storage.listObjects({ bucket: 'listed', prefix: '', token }))
      pages += 1
    } while (token !== undefined)
    return pages
  }
  await storage.listObjects({ bucket: 'listed', prefix: '' })
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  const pages = await listAll()
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(cpu)
  const each = ((user + system) / 1000 / pages).toFixed(2)
  console.log(`${client.padEnd(5)}   ${Math.round(pages / seconds)} pages/s   ${each} ms CPU a page of 1,000`)
  storage.close()
}

const playground = await spawnPlayground()
try {
  const setUp = openStorage('wire', playground)
  await setUp.createBucket(bucket)
  await setUp.putObject({ bucket, key: 'source/object', body: Buffer.from('x'), size: 1 })
  setUp.close()
  await playground.admin.seed({ bucket: 'listed', count: 100_000, prefix: 'events/2026/', size: 100 })
  for (const client of CLIENTS) {
    if (values.client !== undefined && values.client !== client) continue
    await measure(client, playground)
    await measureListing(client, playground)
  }
} finally {
  await playground.stop()
}
