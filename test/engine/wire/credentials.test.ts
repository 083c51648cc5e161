import { describe, expect, it } from 'vitest'
import type { Credentials } from '#model/connection.ts'
import { DecantError } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { CredentialKeeper } from '../../../main/engine/wire/credentials.ts'

const MINUTE = 60_000

/** A keeper over a provider that counts: keys `n` for the n-th question, good for `life` milliseconds. */
function stage(life: number | undefined) {
  const at = { now: 1_000_000, asked: 0, fails: undefined as DecantError | undefined }
  const refused: (Credentials | undefined)[] = []
  const keeper = new CredentialKeeper(
    async (used) => {
      at.asked += 1
      refused.push(used)
      if (at.fails) throw at.fails
      const expiresAt = life === undefined ? undefined : at.now + life
      return { accessKeyId: `key-${at.asked}`, secretAccessKey: 's', sessionToken: `${at.asked}`, expiresAt }
    },
    { ...systemSeams, now: () => at.now },
  )
  return { at, keeper, refused }
}
const failure = (code: 'connection' | 'credentials-expired'): DecantError =>
  new DecantError({ code, reach: code === 'connection' ? 'attempt' : 'job', message: 'no' })

describe('the keys in use', () => {
  it.each([
    ['that never expire', undefined, 10_000 * MINUTE, 'key-1', 1],
    ['of an hour, in the middle', 60 * MINUTE, 30 * MINUTE, 'key-1', 1],
    ['of an hour, five minutes before their end', 60 * MINUTE, 56 * MINUTE, 'key-1', 2],
    ['of an hour, seconds before their end', 60 * MINUTE, 59.9 * MINUTE, undefined, 1],
    ['of four minutes, in their first half', 4 * MINUTE, MINUTE, 'key-1', 1],
    ['of four minutes, in their second half', 4 * MINUTE, 3 * MINUTE, 'key-1', 2],
    ['that were over when they came: the server decides', -MINUTE, 1000, 'key-1', 1],
  ])('%s', async (_which, life, later, used, asked) => {
    const { at, keeper } = stage(life)
    await keeper.renew()
    at.now += later
    expect(keeper.current?.accessKeyId).toBe(used)
    expect(at.asked).toBe(asked)
  })

  it('are asked for again behind the requests, and a failure of that is none while they last', async () => {
    const { at, keeper } = stage(60 * MINUTE)
    await keeper.renew()
    at.now += 56 * MINUTE
    at.fails = failure('connection')
    for (let n = 0; n < 100; n++) expect(keeper.current?.accessKeyId).toBe('key-1')
    expect(at.asked).toBe(2)
    await new Promise(setImmediate)
    at.fails = undefined
    at.now += 31_000
    expect(keeper.current?.accessKeyId).toBe('key-1')
    await new Promise(setImmediate)
    expect(keeper.current?.accessKeyId).toBe('key-3')
  })

  it('that the server says have expired are replaced by one question for all who heard it', async () => {
    const { at, keeper, refused } = stage(60 * MINUTE)
    const used = await keeper.renew()
    const all = await Promise.all(Array.from({ length: 1000 }, () => keeper.replace(used)))
    expect(all.every(Boolean)).toBe(true)
    expect([at.asked, keeper.current?.accessKeyId]).toEqual([2, 'key-2'])
    // Whoever heard it late finds the others at hand.
    expect(await keeper.replace(used)).toBe(true)
    expect(at.asked).toBe(2)
    expect(refused).toEqual([undefined, used])
  })

  it('that nobody could be asked for are not asked for by each of a thousand', async () => {
    const { at, keeper } = stage(60 * MINUTE)
    at.fails = failure('connection')
    for (let wave = 0; wave < 10; wave++) {
      const asked = Array.from({ length: 100 }, () => keeper.renew().catch((error: unknown) => error))
      expect(new Set(await Promise.all(asked))).toEqual(new Set([at.fails]))
    }
    expect(at.asked).toBe(1)
    at.now += 1001
    at.fails = undefined
    expect((await keeper.renew()).accessKeyId).toBe('key-2')
  })

  it('that somebody has to sign in for are asked for at once when somebody may have', async () => {
    const { at, keeper } = stage(60 * MINUTE)
    at.fails = failure('credentials-expired')
    await expect(keeper.renew()).rejects.toBe(at.fails)
    at.fails = undefined
    expect((await keeper.renew()).accessKeyId).toBe('key-2')
  })
})
