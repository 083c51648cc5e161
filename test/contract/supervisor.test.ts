import { describe, expect, it } from 'vitest'
import type { HostPort } from '#contract/host.ts'
import { superviseCore, type CoreListener } from '#contract/supervisor.ts'
import type { ToCore } from '#contract/transport.ts'
import { hostDouble } from '../helpers/host-double.ts'

/** A core that does what the test says, and a clock that the test winds. */
function stage(host: HostPort = hostDouble().port) {
  const cores: { listener: CoreListener; heard: ToCore[]; killed: boolean }[] = []
  const timers: { at: number; act: () => void }[] = []
  let now = 0
  const core = superviseCore({
    spawn(listener) {
      const self = { listener, heard: [] as ToCore[], killed: false }
      cores.push(self)
      return {
        send: (message) => void self.heard.push(message),
        kill: () => {
          self.killed = true
          listener.exit()
        },
      }
    },
    host,
    core: { dataDir: '/data', host: 'serve', version: '0' },
    seams: {
      now: () => now,
      after(ms, act) {
        const timer = { at: now + ms, act }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    },
  })
  const latest = () => cores.at(-1)!
  return {
    core,
    cores,
    latest,
    up: () => latest().listener.message({ type: 'started', reply: { ok: true, value: { pid: 1 } } }),
    pass(ms: number) {
      now += ms
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.act()
      }
    },
  }
}

const REFUSED = { code: 'bad-input', reach: 'job', message: 'taken' } as const

describe('the supervisor of a core', () => {
  it('starts it, holds calls back until it is up, and brings the answers home', async () => {
    const { core, latest, up } = stage()
    const one = core.connect()
    const two = core.connect()
    const replies = [one.invoke('jobs.list', {}, '1'), two.invoke('app.info', {}, '1')]
    expect(latest().heard.map(({ type }) => type)).toEqual(['start'])
    up()
    expect(await core.started).toEqual({ ok: true, value: { pid: 1 } })
    const calls = latest().heard.filter((message) => message.type === 'invoke')
    expect(calls.map(({ method }) => method)).toEqual(['jobs.list', 'app.info'])
    for (const { call, method } of calls) {
      latest().listener.message({ type: 'reply', call, reply: { ok: true, value: method } })
    }
    expect(await Promise.all(replies)).toEqual([
      { ok: true, value: 'jobs.list' },
      { ok: true, value: 'app.info' },
    ])
  })

  it('answers what was outstanding with core-lost and starts another one, later each time', async () => {
    const { core, cores, latest, up, pass } = stage()
    const events: string[] = []
    const pipe = core.connect()
    pipe.subscribe(({ topic, payload }) => topic === 'core.changed' && events.push(payload.state))
    up()
    const reply = pipe.invoke('jobs.list', {}, '1')
    latest().listener.exit()
    expect(await reply).toMatchObject({ ok: false, failure: { code: 'core-lost' } })
    pass(99)
    expect(cores).toHaveLength(1)
    pass(1)
    expect(cores).toHaveLength(2)
    latest().listener.exit()
    pass(199)
    expect(cores).toHaveLength(2)
    pass(1)
    expect(cores).toHaveLength(3)
    up()
    expect(events).toEqual(['up', 'restarting', 'restarting', 'up'])
    const next = pipe.invoke('jobs.list', {}, '2')
    const call = latest().heard.find((message) => message.type === 'invoke')!
    latest().listener.message({ type: 'reply', call: call.call, reply: { ok: true, value: [] } })
    expect(await next).toEqual({ ok: true, value: [] })
  })

  it('starts no other one where the first could not begin', async () => {
    const { core, cores, latest, pass } = stage()
    const reply = core.connect().invoke('jobs.list', {}, '1')
    latest().listener.message({ type: 'started', reply: { ok: false, failure: REFUSED } })
    latest().listener.exit()
    expect(await core.started).toEqual({ ok: false, failure: REFUSED })
    expect(await reply).toEqual({ ok: false, failure: REFUSED })
    pass(60_000)
    expect(cores).toHaveLength(1)
    await core.stop()
    expect(await core.connect().invoke('jobs.list', {}, '2')).toMatchObject({ ok: false })
  })

  it('stops it by a message, and kills one that does not listen', async () => {
    const { core, latest, up, pass } = stage()
    up()
    const stopped = core.stop(1000)
    expect(latest().heard.at(-1)).toEqual({ type: 'stop' })
    expect(latest().killed).toBe(false)
    pass(1000)
    await stopped
    expect(latest().killed).toBe(true)
  })

  it('carries out what the core asks of its host, and answers as data', async () => {
    const host = hostDouble()
    host.secrets.set('a', { accessKeyId: 'k', secretAccessKey: 's' })
    const { latest, up } = stage(host.port)
    up()
    const ask = (call: string, method: string, input: unknown): void =>
      latest().listener.message({ type: 'host-call', call, method, input })
    ask('1', 'readSecret', ['a'])
    ask('2', 'openPlayground', [])
    ask('3', 'constructor', [])
    await expect.poll(() => latest().heard.filter(({ type }) => type === 'host-reply').length).toBe(3)
    const reply = (call: string) =>
      latest().heard.find((message) => message.type === 'host-reply' && message.call === call)
    expect(reply('1')).toMatchObject({ reply: { ok: true, value: { accessKeyId: 'k' } } })
    expect(reply('2')).toMatchObject({ reply: { ok: false, failure: { code: 'internal' } } })
    expect(reply('3')).toMatchObject({ reply: { ok: false } })
  })

  it('cancels what a closed window had asked', () => {
    const { core, latest, up } = stage()
    up()
    const pipe = core.connect()
    void pipe.invoke('buckets.list', { connection: 'c' }, '7')
    pipe.close()
    const [, call, cancel] = latest().heard
    expect(cancel).toEqual({ type: 'cancel', call: (call as { call: string }).call })
  })
})
