import { describe, expect, test } from 'vitest'
import type { FailureCode, Reach } from '#model/failure.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { AttemptOptions } from '../../main/engine/pace/retry.ts'
import { attempt } from '../../main/engine/pace/retry.ts'
import type { Pace, Settled } from '../../main/engine/work.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

const DONE: Settled<string> = { is: 'done', outcome: 'found' }
const NOT_DONE: Settled<string> = { is: 'not-done' }

function failure(code: FailureCode, reach: Reach = 'attempt'): DecantError {
  return new DecantError({ code, reach, message: code })
}

/** Sends a request that fails with each of `errors` in turn, then succeeds. */
async function send(
  errors: readonly Error[],
  options: AttemptOptions<string> = {},
  stop = new AbortController(),
) {
  const seams = virtualSeams(3)
  const began = seams.now()
  const left = [...errors]
  const paced: string[] = []
  const pace: Pace = { enter: () => undefined, leave: (outcome) => paced.push(outcome) }
  const operation = (): Promise<string> => {
    const error = left.shift()
    return error ? Promise.reject(error) : Promise.resolve('sent')
  }
  const result = attempt({ seams, pace, signal: stop.signal }, operation, options).catch(toFailure)
  return { result: await seams.finish(result), paced, waited: seams.now() - began }
}

const times = (count: number, error: Error): Error[] => Array.from({ length: count }, () => error)

describe('attempt', () => {
  test('a request that is answered is sent once', async () => {
    expect(await send([])).toEqual({ result: 'sent', paced: ['fine'], waited: 0 })
  })

  test('failures of an attempt are tried again, each in a slot of its own, told how it went', async () => {
    const { result, paced } = await send([failure('slow-down'), failure('server-error')])
    expect(result).toBe('sent')
    expect(paced).toEqual(['slow', 'failed', 'fine'])
  })

  test.each<{ code: FailureCode; told: string }>([
    { code: 'slow-down', told: 'slow' },
    { code: 'timeout', told: 'failed' },
    { code: 'server-error', told: 'failed' },
    { code: 'no-such-key', told: 'fine' },
    { code: 'destination-exists', told: 'fine' },
  ])('the pace is told of $code that it went $told', async ({ code, told }) => {
    const reach: Reach = told === 'fine' ? 'item' : 'attempt'
    expect((await send([failure(code, reach)])).paced[0]).toBe(told)
  })

  test.each<Reach>(['item', 'job'])('failures of the %s are not', async (reach) => {
    const { result, paced } = await send([failure('access-denied', reach)])
    expect(result).toMatchObject({ code: 'access-denied', reach })
    expect(paced).toHaveLength(1)
  })

  test.each([
    { code: 'server-error' as const, tries: 8, reach: 'item' },
    { code: 'slow-down' as const, tries: 30, reach: 'item' },
    { code: 'timeout' as const, tries: 8, reach: 'attempt' },
  ])('$code is given up after $tries tries, and then reaches the $reach', async ({ code, tries, reach }) => {
    const { result, paced } = await send(times(40, failure(code)))
    expect(result).toMatchObject({ code, reach })
    expect(paced).toHaveLength(tries)
  })

  test('asked to slow down often, and then failed once, is no reason to give up', async () => {
    const { result } = await send([...times(12, failure('slow-down')), failure('server-error')])
    expect(result).toBe('sent')
  })

  test('neither waiting for a slot nor settling is a reason to give up', async () => {
    const seams = virtualSeams(3)
    const later = (): Promise<void> => new Promise((go) => seams.after(400_000, go))
    const pace: Pace = { enter: later, leave: () => undefined }
    const left = [failure('connection'), failure('connection'), failure('server-error')]
    const operation = (): Promise<string> => {
      const error = left.shift()
      return error ? Promise.reject(error) : Promise.resolve('sent')
    }
    const settle = (): Promise<Settled<string>> => later().then(() => NOT_DONE)
    const context = { seams, pace, signal: new AbortController().signal }
    expect(await seams.finish(attempt(context, operation, { settle }).catch(toFailure))).toBe('sent')
  })

  test('an endpoint that does not answer is given up within ten seconds', async () => {
    const { result, waited } = await send(times(40, failure('connection')))
    expect(result).toMatchObject({ code: 'connection', reach: 'attempt' })
    expect(waited).toBeLessThan(10_000)
  })

  test('a request that hangs is given up within a minute or so', async () => {
    const seams = virtualSeams(5)
    let tries = 0
    const hang = (): Promise<never> =>
      new Promise((_, stop) => {
        tries += 1
        seams.after(30_000, () => stop(failure('timeout')))
      })
    const began = seams.now()
    const context = {
      seams,
      pace: { enter: () => undefined, leave: () => undefined },
      signal: new AbortController().signal,
    }
    const result = await seams.finish(attempt(context, hang).catch(toFailure))
    expect(result).toMatchObject({ code: 'timeout', reach: 'attempt' })
    expect(tries).toBe(2)
    expect(seams.now() - began).toBeLessThan(61_000)
  })

  test('a failure that the caller has a better answer to is left to it', async () => {
    const { paced } = await send([failure('conflict')], { notAfter: 'conflict' })
    expect(paced).toHaveLength(1)
  })

  test('an error that is no failure is a bug, and is not tried again', async () => {
    expect((await send([new TypeError('oops')])).result).toMatchObject({ code: 'internal', reach: 'job' })
  })

  test('a stopped job does not wait for its next try', async () => {
    const stop = new AbortController()
    const settle = (): Promise<Settled<string>> => {
      stop.abort()
      return Promise.resolve(NOT_DONE)
    }
    const { paced } = await send([failure('connection')], { settle }, stop)
    expect(paced).toHaveLength(1)
  })
})

describe('a request in doubt is settled before it is sent again (invariant 7)', () => {
  test.each<FailureCode>(['connection', 'timeout', 'bad-answer', 'server-error', 'slow-down'])(
    '%s, found done',
    async (code) => {
      const { result, paced } = await send([failure(code)], { settle: () => Promise.resolve(DONE) })
      expect(result).toBe('found')
      expect(paced).toHaveLength(1)
    },
  )

  test('a conflict was certainly not done', async () => {
    const { result } = await send([failure('conflict')], { settle: () => Promise.resolve(DONE) })
    expect(result).toBe('sent')
  })

  test('found not done, sent again, refused because it was done after all: settled once more', async () => {
    const answers = [NOT_DONE, DONE]
    const settle = (): Promise<Settled<string>> => Promise.resolve(answers.shift() ?? NOT_DONE)
    const { result } = await send([failure('timeout'), failure('destination-exists', 'item')], { settle })
    expect(result).toBe('found')
  })

  test('a refusal without a doubt is final', async () => {
    const settle = (): Promise<Settled<string>> => Promise.resolve(DONE)
    const { result } = await send([failure('destination-exists', 'item')], { settle })
    expect(result).toMatchObject({ code: 'destination-exists' })
  })
})
