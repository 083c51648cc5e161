import assert from 'node:assert/strict'
import { systemSeams } from '#model/seams.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { copyParts } from '../../main/engine/copy-parts.ts'
import { deleteSource } from '../../main/engine/deletes/delete-source.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import { relay } from '../../main/engine/relay.ts'
import type { CopyWork, WorkContext } from '../../main/engine/work.ts'
import { MemoryJournal, MIB } from '../engine/world.ts'
import { openBench } from '../suites/storage/bench.ts'
import type { Endpoint } from '../suites/storage/bench.ts'
import { bytes, failsWith } from '../suites/storage/case.ts'
import type { Bench } from '../suites/storage/case.ts'
import type { Tally } from './tally.ts'
import { noKeys } from '../helpers/specs.ts'

/** One object's work, by the engine's own functions: what it promises must hold whatever the endpoint ignores. */
export async function checkEngine(at: Endpoint, tally: Tally): Promise<void> {
  console.log('\nThe engine, on one object')
  const bench = await openBench('wire', at)
  try {
    for (const [name, run] of CHECKS) await tally.check(name, () => run(bench))
  } finally {
    await bench.close()
  }
}

const PROPERTIES = {
  headers: { contentType: 'text/css', cacheControl: 'no-cache', contentLanguage: 'de' },
  metadata: { owner: 'ada', 'odd-name': 'x y' },
  tags: { team: 'web', tier: '1' },
  storageClass: 'STANDARD_IA',
}

const CHECKS: readonly (readonly [name: string, run: (bench: Bench) => Promise<void>])[] = [
  [
    'a copy carries everything',
    async (bench) => {
      const work = await put(bench, 'e/copy')
      await copyObject(work, contextOf(bench))
      await hasEverything(bench, work)
    },
  ],
  [
    'a copy in parts carries everything, and leaves no upload',
    async (bench) => {
      const work = await put(bench, 'e/parts', Buffer.alloc(11 * MIB, 'decant '))
      await copyParts(work, contextOf(bench), new MemoryJournal())
      await hasEverything(bench, work)
      assert.equal((await bench.storage.headObject(work.destination)).parts, 3)
      assert.deepEqual(await bench.storage.listUploads({ bucket: bench.bucket, prefix: 'e/' }), [])
    },
  ],
  [
    'a relay carries everything, whole and in parts',
    async (bench) => {
      const small = await put(bench, 'e/relay')
      await relay(small, contextOf(bench), new MemoryJournal())
      await hasEverything(bench, small)
      const large = await put(bench, 'e/relay large', Buffer.alloc(11 * MIB, 'decant '))
      await relay(large, contextOf(bench), new MemoryJournal(), MIB)
      await hasEverything(bench, large)
    },
  ],
  [
    'a move deletes its source, and only as it was copied',
    async (bench) => {
      const work = { ...(await put(bench, 'e/move')), verify: 'head' } as const
      const outcome = await copyObject(work, contextOf(bench))
      await deleteSource(work, outcome, contextOf(bench))
      await failsWith(bench.storage.headObject(work.source), 'no-such-key')
      await hasEverything(bench, work)

      const changed = { ...(await put(bench, 'e/move changed')), verify: 'head' } as const
      const copied = await copyObject(changed, contextOf(bench))
      await bench.storage.putObject({ ...changed.source, ...bytes('another') })
      await failsWith(deleteSource(changed, copied, contextOf(bench)), 'source-changed', 'delete-refused')
      assert.equal((await bench.storage.headObject(changed.source)).size, 7)
    },
  ],
  [
    'a source that changed is not copied, in one go or in parts',
    async (bench) => {
      const work = await put(bench, 'e/changed', Buffer.alloc(6 * MIB, 'a'))
      await bench.storage.putObject({ ...work.source, body: Buffer.alloc(6 * MIB, 'b'), size: 6 * MIB })
      await failsWith(copyObject(work, contextOf(bench)), 'source-changed')
      await failsWith(copyParts(work, contextOf(bench), new MemoryJournal()), 'source-changed')
      await failsWith(bench.storage.headObject(work.destination), 'no-such-key')
    },
  ],
  [
    'what stands at the destination meanwhile is not overwritten',
    async (bench) => {
      const work = await put(bench, 'e/taken', Buffer.alloc(6 * MIB, 'a'))
      await bench.storage.putObject({ ...work.destination, ...bytes('mine') })
      await failsWith(copyObject(work, contextOf(bench)), 'destination-exists')
      await failsWith(copyParts(work, contextOf(bench), new MemoryJournal()), 'destination-exists')
      assert.equal((await bench.storage.headObject(work.destination)).size, 4)
    },
  ],
]

function contextOf({ storage }: Bench): WorkContext {
  const pace = createPace({ seams: systemSeams, ceiling: 8 })
  const signal = new AbortController().signal
  return { source: storage, destination: storage, seams: systemSeams, pace, signal, findKey: noKeys }
}

/** An object with all properties, and the work of copying it beside itself. */
async function put(
  { storage, bucket }: Bench,
  key: string,
  body: Uint8Array = Buffer.from('x'),
): Promise<CopyWork> {
  const { tags, ...properties } = PROPERTIES
  await storage.putObject({ bucket, key, body, size: body.length, ...properties })
  await storage.putTags({ bucket, key, tags })
  const planned = (await storage.listObjects({ bucket, prefix: key })).objects.find(
    (each) => each.key === key,
  )
  assert.ok(planned)
  const { size, etag, lastModified, storageClass } = planned
  return {
    source: { bucket, key, customerKeys: [] },
    destination: { bucket, key: `${key} copy` },
    size,
    etag,
    lastModified,
    storageClass,
    expect: { is: 'absent' },
    properties: COPY_DEFAULTS,
    verify: 'auto',
    partLayout: 'chosen',
    purpose: 'copy',
  }
}

async function hasEverything({ storage }: Bench, { destination, size }: CopyWork): Promise<void> {
  const head = await storage.headObject(destination)
  assert.equal(head.size, size)
  assert.equal(head.storageClass, PROPERTIES.storageClass)
  assert.deepEqual({ ...head.metadata }, PROPERTIES.metadata)
  const { contentType, cacheControl, contentLanguage } = head.headers
  assert.deepEqual({ contentType, cacheControl, contentLanguage }, PROPERTIES.headers)
  assert.deepEqual(await storage.getTags(destination), PROPERTIES.tags)
}
