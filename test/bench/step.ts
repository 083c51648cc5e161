/**
 * One step between a bare loop of requests and the `decant` command, as a process of its own: each does what the one
 * before it does, and more. `node test/bench/step.ts STEP OBJECTS DIR`; where to, the environment says (points/steps.ts).
 */
import { mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { Signer } from '../../main/engine/wire/sign.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { CopyWork } from '../../main/engine/work.ts'

const [step = '', count = '0', dir = ''] = process.argv.slice(2)
const objects = Number(count)
const IN_FLIGHT = 64
/** Holds what a job copies. */
const FROM = said('STEP_FROM')
const TO = said('STEP_TO')
/** What the steps without a listing copy again and again, under other names. */
const ONE = { bucket: 'one', key: 'small/one', ifMatch: said('STEP_ETAG') }
const at = {
  endpoint: said('STEP_ENDPOINT'),
  accessKeyId: said('AWS_ACCESS_KEY_ID'),
  secretAccessKey: said('AWS_SECRET_ACCESS_KEY'),
}

switch (step) {
  case 'bare':
    await bare()
    break
  case 'wire':
    await wire()
    break
  case 'engine':
    await engine()
    break
  case 'jobs':
    await jobs()
    break
  default:
    throw new Error(`There is no step ${JSON.stringify(step)}.`)
}

function said(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set.`)
  return value
}

function keyOf(n: number): string {
  return `small/obj-${String(n).padStart(8, '0')}`
}

/** Sixty-four of them at a time, none waits for another. */
async function each(copy: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < objects) await copy(next++)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

/** node:http with keep-alive, a signature, and a look at the status: what anybody would write first. */
async function bare(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  const signer = new Signer()
  const { host, hostname, port } = new URL(at.endpoint)
  const payload = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  await each((n) => {
    const path = `/${TO}/${keyOf(n)}`
    const headers = ['host', host, 'x-amz-copy-source', `${ONE.bucket}/${ONE.key}`, 'content-length', '0']
    signer.sign({ method: 'PUT', path, query: '', headers, payload }, at, 'us-east-1', Date.now())
    return new Promise<void>((resolve, reject) => {
      const sent = request({ agent, host: hostname, port, method: 'PUT', path, headers }, (answer) => {
        answer.resume()
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`)),
        )
      })
      sent.on('error', reject)
      sent.end()
    })
  })
  agent.destroy()
}

async function storage(): Promise<Storage> {
  const { openStorage } = await import('../suites/storage/bench.ts')
  return openStorage('wire', at)
}

/** Our own client: the answer read whole and believed only if it says what was made. */
async function wire(): Promise<void> {
  const client = await storage()
  await each((n) =>
    client.copyObject({
      bucket: TO,
      key: keyOf(n),
      source: ONE,
      storageClass: 'STANDARD',
      ifAbsent: true,
    }),
  )
  client.close()
}

/** Properties, conditions, the pace, tries, and the verification of the answer. */
async function engine(): Promise<void> {
  const { copyObject } = await import('../../main/engine/copy-object.ts')
  const { createPace } = await import('../../main/engine/pace/pace.ts')
  const { systemSeams: seams } = await import('#model/seams.ts')
  const { COPY_DEFAULTS: properties } = await import('#model/properties.ts')
  const client = await storage()
  // The first answer says whose endpoint it is; before it nothing would be trusted.
  await client.headBucket(TO)
  const context = {
    ...{ source: client, destination: client, seams },
    pace: createPace({ seams, ceiling: IN_FLIGHT }),
    findKey: () => Promise.reject(new Error('no keys')),
    signal: new AbortController().signal,
  }
  await each((n) => {
    const work: CopyWork = {
      source: { bucket: ONE.bucket, key: ONE.key, customerKeys: [] },
      destination: { bucket: TO, key: keyOf(n) },
      ...{ size: 4096, etag: ONE.ifMatch, lastModified: 0, storageClass: 'STANDARD' },
      expect: { is: 'absent' },
      ...{ properties, verify: 'answer', partLayout: 'chosen', purpose: 'copy' },
    }
    return copyObject(work, context)
  })
  client.close()
}

/** A job: listed into a plan, marked, sent, and journaled, all of it on the disk. */
async function jobs(): Promise<void> {
  const { openJobs } = await import('../../main/jobs/jobs.ts')
  const { systemSeams: seams } = await import('#model/seams.ts')
  const { jobSpec } = await import('#model/spec.ts')
  const client = await storage()
  mkdirSync(dir)
  const opened = await openJobs({
    ...{ dir, seams, jobsAtOnce: 1 },
    openStorage: () => Promise.resolve(client),
    findKey: () => Promise.reject(new Error('no keys')),
  })
  const config = {
    ...{ endpoint: at.endpoint, region: 'us-east-1', addressing: 'path' },
    credentials: { kind: 'environment' },
  } as const
  const connection = { id: 'here', name: 'here', config }
  const select = [{ kind: 'prefix', prefix: 'small/' }] as const
  const spec = jobSpec.parse({
    ...{ v: 1, kind: 'copy', conflict: 'if-different', verify: 'answer', concurrency: IN_FLIGHT },
    sources: [{ connection, bucket: FROM, select, base: 'small/' }],
    destinations: [{ connection, bucket: TO, prefix: 'small/' }],
  })
  const { id } = opened.create(spec, { draft: false })
  const { tally } = await opened.settled(id, 'finished')
  if (tally.copied.items !== objects) throw new Error(`${tally.copied.items} of ${objects} were copied.`)
  await opened.close()
  client.close()
}
