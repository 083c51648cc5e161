import { describe, expect, it } from 'vitest'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Connections } from '../../main/services/connections.ts'
import { watchOffline } from '../../main/services/offline-watch.ts'

type JobsChange = { jobs: JobSnapshot[]; removed: string[] }

/** Two connections that answer as the test says, and a timer that it winds. */
function stage() {
  const states: Record<string, ConnectionView['state']> = { a: 'ready', b: 'ready' }
  const answers: Record<string, boolean> = { a: true, b: true }
  const probes: string[] = []
  const woken: (string | undefined)[] = []
  const timers: { ms: number; act: () => void }[] = []
  let changed = (): void => {}
  let jobsChanged = (_change: JobsChange): void => {}
  const set = (id: string, state: ConnectionView['state']): void => {
    const before = states[id]
    states[id] = state
    if (before !== state) changed()
  }
  const connections = {
    list: () => Object.entries(states).map(([id, state]) => ({ id, state })),
    reach: async (id: string) => {
      probes.push(id)
      set(id, answers[id] ? 'ready' : 'offline')
    },
    onChange(listener: () => void) {
      changed = listener
      return () => (changed = () => {})
    },
  } as unknown as Connections
  const stop = watchOffline({
    connections,
    jobs: {
      wake: (id) => void woken.push(id),
      onChange(listener) {
        jobsChanged = listener
        return () => (jobsChanged = () => {})
      },
    },
    seams: {
      after(ms, act) {
        const timer = { ms, act }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    },
  })
  return { answers, probes, woken, timers, set, stop, tellJobs: (change: JobsChange) => jobsChanged(change) }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a connection that is offline', () => {
  it('is asked again, less and less often, and its jobs are woken when it answers', async () => {
    const { answers, probes, woken, timers, set } = stage()
    answers['a'] = false
    set('a', 'offline')
    const waits: number[] = []
    for (let round = 0; round < 6; round++) {
      const timer = timers.pop()!
      waits.push(timer.ms)
      timer.act()
      await settle()
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
    expect(probes).toEqual(Array(6).fill('a'))
    expect(woken).toEqual([])
    answers['a'] = true
    timers.pop()!.act()
    await settle()
    expect(woken).toEqual(['a'])
    expect(timers).toEqual([])
    set('b', 'offline')
    expect(timers.map(({ ms }) => ms)).toEqual([1000])
  })

  it('is noticed by a job, once', async () => {
    const { answers, probes, tellJobs, timers, stop } = stage()
    answers['b'] = false
    const job = {
      id: '1',
      status: { is: 'paused', reason: 'offline', since: 0 },
      sources: [{ connectionId: 'a' }],
      destinations: [{ connectionId: 'b' }],
    } as unknown as JobSnapshot
    tellJobs({ jobs: [job], removed: [] })
    tellJobs({ jobs: [job], removed: [] })
    await settle()
    expect(probes).toEqual(['a', 'b'])
    expect(timers).toHaveLength(1)
    stop()
    expect(timers).toEqual([])
  })
})
