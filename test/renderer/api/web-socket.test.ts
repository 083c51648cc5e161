import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openWebSocketTransport, type Socket } from '../../../renderer/api/web-socket.ts'

/** A socket that a test opens, closes and speaks through. */
class FakeSocket implements Socket {
  readonly sent: unknown[] = []
  #events = new EventTarget()
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.happen('close')
  }
  addEventListener(type: string, listener: (message: { readonly data: unknown }) => void): void {
    this.#events.addEventListener(type, (event) => listener(event as MessageEvent))
  }
  happen(type: 'open' | 'close'): void {
    this.#events.dispatchEvent(new Event(type))
  }
  say(message: unknown): void {
    this.#events.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}

let sockets: FakeSocket[]
const open = () =>
  openWebSocketTransport('ws://test/socket', () => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket
  })
const reply = { ok: true, value: 1 } as const

beforeEach(() => {
  sockets = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('calls made before the first connection wait for it', async () => {
  const transport = open()
  const answer = transport.invoke('app.info', {}, '1')
  expect(sockets[0]?.sent).toEqual([])
  sockets[0]?.happen('open')
  expect(sockets[0]?.sent).toEqual([{ type: 'invoke', call: '1', method: 'app.info', input: {} }])
  sockets[0]?.say({ type: 'reply', call: '1', reply })
  expect(await answer).toEqual(reply)
})

test('a lost connection answers what is open, says so, and is made again', async () => {
  const transport = open()
  const told: unknown[] = []
  transport.subscribe((event) => told.push(event.payload))
  sockets[0]?.happen('open')
  const answer = transport.invoke('app.info', {}, '1')
  sockets[0]?.happen('close')
  expect(await answer).toMatchObject({ ok: false, failure: { code: 'core-lost' } })
  expect(await transport.invoke('app.info', {}, '2')).toMatchObject({ failure: { code: 'core-lost' } })

  await vi.advanceTimersToNextTimerAsync()
  sockets[1]?.happen('open')
  expect(told).toEqual([{ state: 'restarting' }, { state: 'up' }])
  const again = transport.invoke('app.info', {}, '3')
  sockets[1]?.say({ type: 'reply', call: '3', reply })
  expect(await again).toEqual(reply)
})

test('events reach who listens, until he stops', () => {
  const transport = open()
  const told: unknown[] = []
  const stop = transport.subscribe((event) => told.push(event.topic))
  sockets[0]?.say({ type: 'event', event: { topic: 'jobs.changed', payload: { jobs: [], removed: [] } } })
  stop()
  sockets[0]?.say({ type: 'event', event: { topic: 'jobs.changed', payload: { jobs: [], removed: [] } } })
  expect(told).toEqual(['jobs.changed'])
})

test('a cancelled call is named to the other end', () => {
  const transport = open()
  sockets[0]?.happen('open')
  void transport.invoke('objects.list', {}, '7')
  transport.cancel('7')
  expect(sockets[0]?.sent[1]).toEqual({ type: 'cancel', call: '7' })
})

test('closed for good, it is not made again', async () => {
  const transport = open()
  sockets[0]?.happen('open')
  transport.close()
  await vi.runAllTimersAsync()
  expect(sockets).toHaveLength(1)
})
