import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionView, SignIn } from '#contract/connection-answers.ts'
import type { Failure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import { watchSignIns, type SignInWatchOptions } from '../../main/services/sign-in.ts'
import type { KeyNeed } from '../../main/services/storages.ts'

const FAILURE: Failure = { code: 'credentials-expired', reach: 'job', message: 'It has ended.' }
const PORTAL = { startUrl: 'https://corp.example/start', region: 'eu-west-1' }
const BROWSER: SignIn = { by: 'browser', ...PORTAL }

let home: string
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'decant-sign-in-'))
  mkdirSync(path.join(home, '.aws'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Connections that need keys, and a timer that the test winds. */
function stage(kinds: Record<string, ConnectionView['credentials']['kind']>) {
  const needs = new Map<string, KeyNeed>()
  const served: string[] = []
  const asked: string[] = []
  const timers: (() => void)[] = []
  const at = { signedIn: false }
  let told = (_id: string, _failure: Failure | undefined): void => {}
  let jobsChanged = (_change: { jobs: JobSnapshot[]; removed: string[] }): void => {}
  const list = () =>
    Object.entries(kinds).map(([id, kind]) => ({
      ...{ id, credentials: { kind } },
      state: needs.has(id) ? 'sign-in' : 'ready',
    }))
  const stop = watchSignIns({
    storages: {
      needs: () => needs,
      onKeys: (listener: typeof told) => {
        told = listener
        return () => (told = () => {})
      },
      served: (id: string) => {
        needs.delete(id)
        served.push(id)
      },
    },
    connections: {
      list,
      use: async (id: string) => void asked.push(id),
    },
    jobs: {
      onChange: (listener: typeof jobsChanged) => {
        jobsChanged = listener
        return () => (jobsChanged = () => {})
      },
    },
    sso: { isSignedIn: async () => at.signedIn },
    seams: {
      after: (_ms: number, act: () => void) => {
        timers.push(act)
        return () => void timers.splice(timers.indexOf(act), 1)
      },
    },
    env: { HOME: home },
  } as unknown as SignInWatchOptions)
  const need = (id: string, signIn?: SignIn): void => {
    needs.set(id, { failure: FAILURE, signIn })
    told(id, FAILURE)
  }
  /** One look, to its end: the next timer is set, or none is needed. */
  const look = async (): Promise<void> => {
    const before = timers.length
    timers.shift()?.()
    await expect.poll(() => timers.length === before || needs.size === 0).toBe(true)
  }
  const job = (is: object, ...connections: string[]): void =>
    jobsChanged({
      jobs: [
        {
          id: 'j',
          status: is,
          sources: connections.map((connectionId) => ({ connectionId })),
          destinations: [],
        },
      ] as unknown as JobSnapshot[],
      removed: [],
    })
  return { at, need, look, timers, served, asked, job, stop }
}

describe('what waits for keys', () => {
  it('of a portal is served when somebody has signed in there by another program', async () => {
    const { at, need, look, served, timers } = stage({ a: 'sso', b: 'profile', c: 'role' })
    need('a', BROWSER)
    need('b', { by: 'browser', ...PORTAL, startUrl: `${PORTAL.startUrl}/` })
    need('c', { by: 'code', serial: 'device' })
    expect(timers).toHaveLength(1)
    await look()
    expect(served).toEqual([])
    at.signedIn = true
    await look()
    expect(served).toEqual(['a', 'b'])
  })

  it('of the AWS files is served when they change, and nobody looks once all have keys', async () => {
    const { need, look, served, timers } = stage({ a: 'profile' })
    need('a')
    await look()
    await look()
    expect(served).toEqual([])
    writeFileSync(path.join(home, '.aws', 'credentials'), '[default]\naws_access_key_id = fresh\n')
    await look()
    expect([served, timers.length]).toEqual([['a'], 0])
  })

  it('of the machine is asked for again now and then', async () => {
    const { need, look, asked } = stage({ a: 'instance', b: 'keys' })
    need('a')
    need('b')
    for (let n = 0; n < 15; n++) await look()
    expect(asked).toEqual(['a'])
  })

  it('is found out of a job that lost its keys, once', () => {
    const { job, asked, stop } = stage({ a: 'keys', b: 'keys', c: 'keys' })
    const paused = { is: 'paused', reason: 'credentials' }
    job(paused, 'a', 'b', 'elsewhere')
    job(paused, 'a', 'b', 'elsewhere')
    job({ is: 'running' }, 'a')
    job(paused, 'a')
    expect(asked).toEqual(['a', 'b', 'a'])
    stop()
    job(paused, 'c')
    expect(asked).toHaveLength(3)
  })
})
