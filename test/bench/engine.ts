import { systemSeams } from '#model/seams.ts'
import { COPY_DEFAULTS } from '#model/properties.ts'
import { copyObject } from '../../main/engine/copy-object.ts'
import { createPace } from '../../main/engine/pace/pace.ts'
import type { CopyWork } from '../../main/engine/work.ts'
import { MemoryS3 } from '../helpers/memory/server.ts'
import { noKeys } from '../helpers/specs.ts'
import { MemoryStorage } from '../helpers/memory-storage.ts'

// What copyObject costs over the request itself: CPU microseconds an object, on a storage that answers at once.
//   node test/bench/engine.ts

const COUNT = 200_000
const IN_FLIGHT = 64

const server = new MemoryS3({ seams: systemSeams })
server.makeBucket('from')
server.makeBucket('to')
const { etag, lastModified, storageClass } = server.give('from', 'one', { size: 10 })
const storage = new MemoryStorage(server)
const context = {
  source: storage,
  destination: storage,
  seams: systemSeams,
  pace: createPace({ seams: systemSeams, ceiling: IN_FLIGHT }),
  findKey: noKeys,
  signal: new AbortController().signal,
}
const work: CopyWork = {
  source: { bucket: 'from', key: 'one', customerKeys: [] },
  destination: { bucket: 'to', key: 'one' },
  size: 10,
  etag,
  lastModified,
  storageClass,
  expect: { is: 'anything' },
  properties: COPY_DEFAULTS,
  verify: 'answer',
  partLayout: 'chosen',
  purpose: 'copy',
}
const request = {
  ...work.destination,
  source: { ...work.source, ifMatch: etag },
  storageClass,
}

async function measure(act: () => Promise<unknown>): Promise<number> {
  server.log.length = 0
  const before = process.cpuUsage()
  let left = COUNT
  const worker = async (): Promise<void> => {
    while (left-- > 0) await act()
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / COUNT
}

const alone = (): Promise<unknown> => storage.copyObject(request)
const whole = (): Promise<unknown> => copyObject(work, context)
for (const act of [alone, whole]) await measure(act)
const requestCost = Math.min(await measure(alone), await measure(alone))
const objectCost = Math.min(await measure(whole), await measure(whole))
console.log(`request alone ${requestCost.toFixed(2)} µs, copyObject ${objectCost.toFixed(2)} µs an object`)
console.log(`copyObject adds ${(objectCost - requestCost).toFixed(2)} µs`)
