import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ConnectionRef } from '#model/connection.ts'
import type { JobSnapshot } from '#model/job.ts'
import { isLocalConfig, LOCAL_CONNECTION } from '#model/local.ts'
import { systemSeams } from '#model/seams.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobFile, JobSpec } from '#model/spec.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { openJobsWith } from '../../main/jobs/jobs.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { inProcessPlayground } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'
import { noKeys } from '../helpers/specs.ts'
import { openStorage } from '../suites/storage/bench.ts'
import { turnedQueue } from '../sim/queue.ts'

/** Jobs between a bucket of a playground and a folder of this machine, in real time. */
export interface LocalWorld {
  readonly playground: TestPlayground
  readonly store: Storage
  /** The folder; it is there. */
  readonly folder: string
  readonly bucket: string
  readonly jobs: Jobs
  /** What stands between the jobs and the folder. */
  local: Storage
  /** Moves the folder's clock. */
  later(ms: number): void
  /** Makes files, and the folders above them. */
  give(files: Readonly<Record<string, string | Uint8Array>>, folder?: string): void
  /** All files below a folder by their keys, the unfinished ones too. */
  files(folder?: string): Record<string, string>
  put(objects: Readonly<Record<string, string>>): Promise<void>
  objects(): Promise<Record<string, string>>
  spec(kind: 'copy' | 'move' | 'parity', way: 'up' | 'down', more?: object): JobSpec
  /** Plans a job and carries it out, until it has ended or waits. */
  run(spec: JobSpec): Promise<JobSnapshot>
  end(): Promise<void>
}

let buckets = 0

export async function localWorld(): Promise<LocalWorld> {
  const playground = await inProcessPlayground()
  const store = openStorage('wire', playground)
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-local-'))
  const folder = path.join(dir, 'folder')
  for (const made of [folder, path.join(dir, 'data')]) mkdirSync(made)
  const bucket = `bucket-${++buckets}`
  await store.createBucket(bucket)
  const { endpoint, accessKeyId } = playground
  const credentials = { kind: 'keys', accessKeyId } as const
  const connection: ConnectionRef = {
    ...{ id: 'here', name: 'Here' },
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials },
  }
  const select = [{ kind: 'prefix', prefix: '' }]
  let ahead = 0
  const world: LocalWorld = {
    ...{ playground, store, folder, bucket },
    local: createLocalStorage({ seams: { ...systemSeams, now: () => systemSeams.now() + ahead } }),
    later: (ms) => void (ahead += ms),
    jobs: await openJobsWith(
      {
        dir: path.join(dir, 'data'),
        seams: systemSeams,
        openStorage: ({ config }) => Promise.resolve(isLocalConfig(config) ? world.local : store),
        findKey: noKeys,
        jobsAtOnce: 1,
      },
      turnedQueue,
    ),
    give(files, below = folder) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(below, name)), { recursive: true })
        writeFileSync(path.join(below, name), content)
      }
    },
    files(below = folder) {
      if (!existsSync(below)) return {}
      const found = readdirSync(below, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
      const paths = found.map((one) => path.join(one.parentPath, one.name)).sort()
      return Object.fromEntries(paths.map((one) => [path.relative(below, one), readFileSync(one, 'utf8')]))
    },
    async put(objects) {
      for (const [key, content] of Object.entries(objects)) {
        const body = Buffer.from(content)
        await store.putObject({ bucket, key, body, size: body.length })
      }
    },
    async objects() {
      const { objects } = await store.listObjects({ bucket, prefix: '' })
      const found: [string, string][] = []
      for (const { key } of objects) {
        const { body } = await store.getObject({ bucket, key })
        const pieces: Uint8Array[] = []
        for await (const piece of body) pieces.push(piece)
        found.push([key, Buffer.concat(pieces).toString()])
      }
      return Object.fromEntries(found)
    },
    spec(kind, way, more = {}) {
      const [from, to] = way === 'up' ? [LOCAL_CONNECTION, connection] : [connection, LOCAL_CONNECTION]
      const [source, target] = way === 'up' ? [folder, bucket] : [bucket, folder]
      const pours = { conflict: 'skip', verify: 'auto' }
      return jobSpec.parse({
        ...{ v: 1, kind },
        sources: [{ connection: from, bucket: source, select, base: '' }],
        destinations: [{ connection: to, bucket: target, prefix: '' }],
        ...(kind === 'parity' ? { compare: 'head' } : pours),
        ...more,
      } as unknown as JobFile)
    },
    async run(spec) {
      const { id } = world.jobs.create(spec, { draft: false })
      return world.jobs.settled(id, 'idle')
    },
    async end() {
      await world.jobs.close()
      world.local.close()
      store.close()
      await playground.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return world
}
