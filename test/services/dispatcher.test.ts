import { describe, expect, it } from 'vitest'
import type { Handlers } from '#contract/handlers.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { fail } from '#model/failure.ts'
import { createDispatcher } from '../../main/services/dispatcher.ts'

function dispatcher(handlers: Partial<Handlers>, bug?: (method: string, error: unknown) => void) {
  return createDispatcher({ handlers: handlers as Handlers, ...(bug && { bug }) })
}

describe('the dispatcher', () => {
  it('answers with what the handler gives', async () => {
    const { invoke } = dispatcher({ 'settings.get': () => DEFAULT_SETTINGS })
    expect(await invoke('settings.get', {}, '1')).toEqual({ ok: true, value: DEFAULT_SETTINGS })
  })

  it.each([
    ['no.such', {}, 'method: "no.such" is none that Decant knows'],
    ['toString', {}, 'method: "toString" is none that Decant knows'],
    ['settings.get', { more: 1 }, 'Unrecognized key: "more"'],
    ['jobs.get', {}, 'id: '],
    ['jobs.get', { id: 7 }, 'not 7'],
    ['jobs.items', { id: 'a', filter: 'odd', offset: 0, limit: 10 }, 'filter: '],
    ['jobs.items', { id: 'a', filter: 'all', offset: -3, limit: 10 }, 'not -3'],
    ['objects.list', { connection: 'c', bucket: 'a/b', prefix: '' }, 'bucket: must be a bucket name'],
    ['settings.update', null, 'input: '],
  ])('refuses %s %j, naming field and value', async (method, input, sentence) => {
    const reply = await dispatcher({}).invoke(method, input, '1')
    expect(reply).toMatchObject({ ok: false, failure: { code: 'bad-input' } })
    expect(reply.ok ? '' : reply.failure.message).toContain(sentence)
  })

  it('never repeats what may be a secret', async () => {
    const connection = {
      name: 'a',
      provider: 'aws',
      color: 9,
      readOnly: false,
      region: 'x',
      addressing: 'path',
    }
    const credentials = { kind: 'keys', accessKeyId: 'AKIA' }
    const reply = await dispatcher({}).invoke(
      'connections.save',
      {
        connection: { ...connection, credentials },
        secret: { accessKeyId: 'AKIA', secretAccessKey: ['hush'] },
      },
      '1',
    )
    expect(reply.ok).toBe(false)
    expect(JSON.stringify(reply)).not.toContain('hush')
  })

  it('turns what a handler throws into data, and tells of bugs', async () => {
    const bugs: string[] = []
    const { invoke } = dispatcher(
      {
        'settings.get': () => fail('storage-full', 'job', 'The disk is full.'),
        'connections.list': () => {
          throw new TypeError('x is not a function')
        },
      },
      (method) => bugs.push(method),
    )
    expect(await invoke('settings.get', {}, '1')).toMatchObject({ failure: { code: 'storage-full' } })
    expect(await invoke('connections.list', {}, '2')).toMatchObject({ failure: { code: 'internal' } })
    expect(bugs).toEqual(['connections.list'])
  })

  it('answers a cancelled call at once, and tells its handler', async () => {
    let signal: AbortSignal | undefined
    const { invoke, cancel } = dispatcher({
      'buckets.list': (_input, context) => {
        signal = context.signal
        return new Promise(() => {})
      },
    })
    const reply = invoke('buckets.list', { connection: 'c' }, '1')
    expect(await invoke('buckets.list', { connection: 'c' }, '1')).toMatchObject({
      failure: { message: 'call: "1" is under way already' },
    })
    cancel('1')
    expect(await reply).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect(signal?.aborted).toBe(true)
    cancel('1')
  })
})
