import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EventMessage } from '#contract/events.ts'
import { superviseCore } from '#contract/supervisor.ts'
import type { Transport } from '#contract/transport.ts'
import { systemSeams } from '#model/seams.ts'
import { forkCore } from '../../main/serve/children.ts'
import { linkToOwner, listenAsOwner } from '../../main/serve/owner-socket.ts'
import { hostDouble } from '../helpers/host-double.ts'

const CALLS = 100

describe('a reply is not overtaken by an event that was sent after it', () => {
  it('from a core in a child', async () => {
    const core = superviseCore({
      spawn: forkCore(fileURLToPath(new URL('fake-core.ts', import.meta.url))),
      host: hostDouble().port,
      core: { dataDir: '/data', host: 'serve', version: '0' },
      seams: systemSeams,
    })
    await core.started
    try {
      expect(await overtakenOf(core.connect())).toEqual([])
    } finally {
      await core.stop()
    }
  })

  it('from the owner of a data directory', async () => {
    const listeners = new Set<(event: EventMessage) => void>()
    const transport: Transport = {
      async invoke(_method, input, call) {
        await Promise.resolve()
        setImmediate(() => listeners.forEach((hear) => hear(changed(call))))
        return { ok: true, value: input }
      },
      cancel: () => {},
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const door = await listenAsOwner(transport, 'right')
    const link = await linkToOwner(door.port, 'right')
    try {
      expect(await overtakenOf(link.transport)).toEqual([])
    } finally {
      link.close()
      await door.close()
    }
  })
})

const changed = (call: string): EventMessage => ({
  topic: 'jobs.changed',
  payload: { jobs: [], removed: [call] },
})

/** Makes calls at once; those whose event was heard before their reply. A window hears replies some promises later, as here. */
async function overtakenOf(transport: Transport): Promise<readonly string[]> {
  const answered = new Set<string>()
  const overtaken: string[] = []
  const said = new Promise<void>((done) => {
    let events = 0
    transport.subscribe((event) => {
      if (event.topic !== 'jobs.changed') return
      const call = event.payload.removed[0]!.split(':').at(-1)!
      if (!answered.has(call)) overtaken.push(call)
      if (++events === CALLS) done()
    })
  })
  const calls = Array.from({ length: CALLS }, async (_, n) => {
    await transport.invoke('connections.list', {}, String(n))
    await Promise.resolve()
    answered.add(String(n))
  })
  // What comes meanwhile is told at once when this is over.
  await new Promise((sent) => setImmediate(sent))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  await Promise.all([...calls, said])
  return overtaken
}
