import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { EventMessage } from '#contract/events.ts'
import type { Transport } from '#contract/transport.ts'
import {
  linkToOwner,
  listenAsOwner,
  parseMessage,
  sameSecret,
  type OwnerSocket,
} from '../../main/serve/owner-socket.ts'

let socket: OwnerSocket | undefined
afterEach(() => socket?.close())

function echo(): Transport & { cancelled: string[]; tell(event: EventMessage): void } {
  const listeners = new Set<(event: EventMessage) => void>()
  const cancelled: string[] = []
  return {
    cancelled,
    tell: (event) => listeners.forEach((listener) => listener(event)),
    invoke: (method, input) =>
      method === 'hang' ? new Promise(() => {}) : Promise.resolve({ ok: true, value: { method, input } }),
    cancel: (call) => void cancelled.push(call),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const EVENT: EventMessage = { topic: 'core.changed', payload: { state: 'up' } }

describe('the door of the owner', () => {
  it('carries calls and events to who knows the token', async () => {
    const transport = echo()
    socket = await listenAsOwner(transport, 'right')
    const link = await linkToOwner(socket.port, 'right')
    expect(await link.transport.invoke('jobs.list', { a: 'ä\n' }, '1')).toEqual({
      ok: true,
      value: { method: 'jobs.list', input: { a: 'ä\n' } },
    })
    const heard: EventMessage[] = []
    link.transport.subscribe((event) => heard.push(event))
    transport.tell(EVENT)
    await expect.poll(() => heard).toEqual([EVENT])
    link.close()
  })

  it('lets nobody else in', async () => {
    socket = await listenAsOwner(echo(), 'right')
    const link = await linkToOwner(socket.port, 'wrong')
    expect(await link.transport.invoke('jobs.list', {}, '1')).toMatchObject({
      failure: { code: 'core-lost' },
    })
    await link.closed
  })

  it('says so when the owner is gone, and cancels what a caller who is gone had asked', async () => {
    const transport = echo()
    socket = await listenAsOwner(transport, 'right')
    const gone = await linkToOwner(socket.port, 'right')
    void gone.transport.invoke('hang', {}, '1')
    await gone.transport.invoke('jobs.list', {}, '2')
    gone.close()
    await expect.poll(() => transport.cancelled).toEqual(['owner1:1'])
    const link = await linkToOwner(socket.port, 'right')
    await link.transport.invoke('jobs.list', {}, '1')
    const waiting = link.transport.invoke('hang', {}, '2')
    await socket.close()
    expect(await waiting).toMatchObject({ ok: false, failure: { code: 'core-lost' } })
    await expect(linkToOwner(socket.port, 'right')).rejects.toThrow('is gone')
    socket = undefined
  })

  it('hangs up on what is no message', async () => {
    socket = await listenAsOwner(echo(), 'right')
    const raw = createConnection({ host: '127.0.0.1', port: socket.port })
    const closed = new Promise((resolve) => raw.once('close', resolve))
    raw.write('right\n{"type":"stop"}\n')
    await closed
  })
})

describe('a message', () => {
  it.each([
    ['{"type":"cancel","call":"1"}', { type: 'cancel', call: '1' }],
    [
      '{"type":"invoke","call":"1","method":"m","input":[1]}',
      { type: 'invoke', call: '1', method: 'm', input: [1] },
    ],
    ['{"type":"invoke","call":"1"}', undefined],
    [`{"type":"cancel","call":"${'x'.repeat(65)}"}`, undefined],
    ['{"type":"start"}', undefined],
    ['[]', undefined],
    ['null', undefined],
    ['{', undefined],
  ])('%s', (text, message) => {
    expect(parseMessage(text)).toEqual(message)
  })

  it('comes from who has the secret', () => {
    expect([sameSecret('a', 'a'), sameSecret('a', 'b'), sameSecret('', 'a')]).toEqual([true, false, false])
  })
})
