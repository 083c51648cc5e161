/**
 * `npm run test:endpoint [-- --ceph 16|20 | --playground]`: the storage suite, a copy, a move and a copy by the
 * over-5-GB path against a real S3 endpoint; what it cannot do is compared with test/endpoint/expectations.ts.
 * How to name an endpoint: test/endpoint/README.md.
 */
import { parseArgs } from 'node:util'
import { CEPHS, startCeph } from '../test/endpoint/ceph.ts'
import type { CephVersion } from '../test/endpoint/ceph.ts'
import { checkCommands } from '../test/endpoint/command-checks.ts'
import { checkEdits } from '../test/endpoint/edit-checks.ts'
import { checkEngine } from '../test/endpoint/engine-checks.ts'
import { EXPECTATIONS } from '../test/endpoint/expectations.ts'
import type { ServerKind } from '../test/endpoint/expectations.ts'
import { checkStorage } from '../test/endpoint/storage-checks.ts'
import { Tally } from '../test/endpoint/tally.ts'
import { spawnPlayground } from '../test/helpers/playground.ts'
import type { Endpoint } from '../test/suites/storage/bench.ts'

interface Server {
  readonly at: Endpoint
  readonly kind: ServerKind | undefined
  end(): Promise<void>
}

async function openServer(): Promise<Server> {
  const { values } = parseArgs({
    options: { ceph: { type: 'string' }, playground: { type: 'boolean', default: false } },
  })
  const version = values.ceph ?? process.env['DECANT_TEST_CEPH']
  if (values.playground) {
    const playground = await spawnPlayground()
    return { at: playground, kind: 'aws', end: () => playground.stop() }
  }
  if (version !== undefined) {
    if (!isCeph(version)) throw new Error(`--ceph: must be ${CEPHS.join(' or ')}, not "${version}"`)
    const ceph = await startCeph(version)
    return { at: ceph, kind: ceph.kind, end: () => ceph.wipe() }
  }
  const kind = process.env['DECANT_TEST_SERVER']
  if (kind !== undefined && !isKind(kind)) {
    throw new Error(
      `DECANT_TEST_SERVER: must be one of ${Object.keys(EXPECTATIONS).join(', ')}, not "${kind}"`,
    )
  }
  const region = process.env['DECANT_TEST_REGION']
  const at = {
    endpoint: needed('DECANT_TEST_ENDPOINT'),
    accessKeyId: needed('DECANT_TEST_ACCESS_KEY'),
    secretAccessKey: needed('DECANT_TEST_SECRET_KEY'),
    ...(region !== undefined && { region }),
  }
  return { at, kind, end: () => Promise.resolve() }
}

function needed(name: string): string {
  const value = process.env[name]
  if (value) return value
  throw new Error(`${name} is not set. Set it, or give --ceph 16, --ceph 20 or --playground.`)
}

function isCeph(text: string): text is CephVersion {
  return CEPHS.some((version) => version === text)
}

function isKind(text: string): text is ServerKind {
  return Object.hasOwn(EXPECTATIONS, text)
}

async function main(): Promise<number> {
  const tally = new Tally()
  const server = await openServer()
  // A Ceph that nobody stops would go on for ever.
  const interrupted = (): void => void server.end().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    console.log(`Endpoint ${server.at.endpoint}, expected to be ${server.kind ?? 'anything'}`)
    await checkStorage(server.at, server.kind, tally)
    await checkEngine(server.at, tally)
    await checkEdits(server.at, server.kind, tally)
    await checkCommands(server.at, tally)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await server.end()
  }
  console.log(`\n${tally.toString()}`)
  return tally.failed === 0 ? 0 : 1
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 2
  },
)
