/**
 * What an upload and a download cost in the engine, against a playground in another process: many small files, and a
 * large one. Prints objects a second, MB/s and the CPU of this process for each object or mebibyte; of the large one also
 * the way by parts that cannot be compared with the source's ETag.
 *
 *   node test/bench/local.ts [--files 20000] [--bytes 4096] [--large-mib 2048] [--in-flight 64]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { relay } from '../../main/engine/relay.ts'
import type { Storage } from '../../main/engine/storage.ts'
import type { CopyWork, UploadJournal, WorkContext } from '../../main/engine/work.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'
import { spawnPlayground } from '../helpers/playground.ts'
import { noKeys } from '../helpers/specs.ts'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '4096' },
    'large-mib': { type: 'string', default: '2048' },
    'in-flight': { type: 'string', default: '64' },
  },
})
const [files, bytes, largeMib, inFlight] = [
  values.files,
  values.bytes,
  values['large-mib'],
  values['in-flight'],
].map(Number) as [number, number, number, number]
const MIB = 1024 ** 2

const dir = mkdtempSync(path.join(tmpdir(), 'decant-local-bench-'))
const playground = await spawnPlayground()
const store = openStore()
const local = createLocalStorage({ seams: systemSeams })
await store.createBucket('bench')

function openStore(): Storage {
  const { endpoint, accessKeyId, secretAccessKey } = playground
  return createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
}

function contextOf(source: Storage, destination: Storage): WorkContext {
  const pace = createPace({ seams: systemSeams, ceiling: inFlight })
  return {
    source,
    destination,
    seams: systemSeams,
    pace,
    findKey: noKeys,
    signal: new AbortController().signal,
  }
}

const NO_JOURNAL: UploadJournal = {
  intend: () => Promise.resolve(),
  begun: () => Promise.resolve(),
  part: () => {},
  ended: () => Promise.resolve(),
}

async function* listed(
  storage: Storage,
  bucket: string,
  prefix: string,
  to: string,
): AsyncGenerator<CopyWork> {
  let token: string | undefined
  do {
    const page = await storage.listObjects({ bucket, prefix, token })
    for (const { key, size, etag, lastModified, storageClass } of page.objects) {
      yield {
        source: { bucket, key, customerKeys: [] },
        destination: { bucket: to, key },
        ...{ size, etag, lastModified, storageClass },
        expect: { is: 'absent' },
        properties: COPY_DEFAULTS,
        verify: 'auto',
        partLayout: 'chosen',
        purpose: 'copy',
      }
    }
    token = page.token
  } while (token !== undefined)
}

async function pourAll(works: AsyncGenerator<CopyWork>, context: WorkContext): Promise<void> {
  const worker = async (): Promise<void> => {
    for (;;) {
      const next = await works.next()
      if (next.done === true) return
      await relay(next.value, context, NO_JOURNAL)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

async function measured(what: string, count: number, size: number, act: () => Promise<void>): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await act()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const ms = (user + system) / 1000
  const each =
    count > 1
      ? `${(ms / count).toFixed(3)} ms CPU an object`
      : `${(ms / (size / MIB)).toFixed(2)} ms CPU a MiB`
  const rate = count > 1 ? `${Math.round(count / seconds)} objects/s, ` : ''
  console.log(`${what}: ${seconds.toFixed(1)} s, ${rate}${Math.round(size / 1e6 / seconds)} MB/s, ${each}`)
}

try {
  const [from, to] = ['from', 'to'].map((name) => path.join(dir, name)) as [string, string]
  mkdirSync(from)
  mkdirSync(to)
  mkdirSync(path.join(from, 'large'))
  for (let at = 0; at < files; at++) {
    const folder = path.join(from, 'small', String(at % 20))
    if (at < 20) mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, `file-${at}.txt`), Buffer.alloc(bytes, `${at} `))
  }
  const up = contextOf(local, store)
  const down = contextOf(store, local)
  await measured(`list ${files} files`, files, files * bytes, async () => {
    for await (const _ of listed(local, from, 'small/', 'bench')) continue
  })
  await measured(`upload ${files} files of ${bytes} bytes`, files, files * bytes, () =>
    pourAll(listed(local, from, 'small/', 'bench'), up),
  )
  await measured('download them', files, files * bytes, () =>
    pourAll(listed(store, 'bench', 'small/', to), down),
  )
  if (largeMib > 0) {
    writeFileSync(path.join(from, 'large/file'), '')
    for (let at = 0; at < largeMib; at++) {
      writeFileSync(path.join(from, 'large/file'), Buffer.alloc(MIB, at % 251), { flag: 'a' })
    }
    const size = largeMib * MIB
    await measured(`upload ${largeMib} MiB`, 1, size, () =>
      pourAll(listed(local, from, 'large/', 'bench'), up),
    )
    await measured('download it', 1, size, () => pourAll(listed(store, 'bench', 'large/', to), down))
    await playground.admin.seed({ bucket: 'bench', key: 'whole/file', size })
    await measured('download one of one part', 1, size, () =>
      pourAll(listed(store, 'bench', 'whole/', to), down),
    )
  }
} finally {
  store.close()
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
}
