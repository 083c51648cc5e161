import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createClient, type Client } from '#contract/client.ts'
import { openWebSocketTransport } from '../../renderer/api/web-socket.ts'
import { readOwner } from '../../main/jobs/owner.ts'
import { decantFor, jsonResult } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { isAlive, startSource, until, type RunningProcess } from '../helpers/processes.ts'

const ENTRY = path.resolve(import.meta.dirname, '../../main/serve.ts')
let dir: string
const running: RunningProcess[] = []
const open: { close(): void }[] = []
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-served-'))
})
afterEach(async () => {
  for (const transport of open.splice(0)) transport.close()
  for (const { kill } of running.splice(0)) await kill()
  rmSync(dir, { recursive: true, force: true })
})

async function start(): Promise<{ serving: RunningProcess; client: Client }> {
  const serving = startSource(ENTRY, ['--data-dir', dir])
  running.push(serving)
  const url = new URL(await serving.line(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/))
  const transport = openWebSocketTransport(
    `ws://${url.host}/socket${url.search}`,
    // It asks for a serve that was ended once more, until the test is over: nobody has to hear of that.
    (address) => new WebSocket(address, { origin: url.origin }).on('error', () => {}),
  )
  open.push(transport)
  return { serving, client: createClient(transport) }
}

/** The ids of a process's children. Linux only. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

describe('the process of serve', () => {
  it('says one line, and stops in order', async () => {
    const { serving, client } = await start()
    await client.call('playground.open', {})
    expect(serving.output().trim().split('\n')).toHaveLength(1)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(dir, 'owner.json')).mode & 0o777).toBe(0o600)
    expect(await serving.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(readOwner(dir)).toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('leaves no process behind when it is killed', async () => {
    const { serving, client } = await start()
    await client.call('playground.open', {})
    const children = childrenOf(serving.pid)
    expect(children).toHaveLength(2)
    await serving.kill()
    await until('its children are gone', () => !children.some(isAlive))
  })

  it.runIf(process.platform === 'linux')('outlives the SIGKILL of its core', async () => {
    const { serving, client } = await start()
    const states: string[] = []
    client.on('core.changed', ({ state }) => states.push(state))
    const before = await client.call('app.info', {})
    const [core] = childrenOf(serving.pid)
    process.kill(core!, 'SIGKILL')
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(['restarting', 'up'])
    expect(await client.call('app.info', {})).toEqual(before)
    expect(childrenOf(serving.pid)).not.toEqual([core])
  })

  it('names who has the data directory', async () => {
    const { serving } = await start()
    const second = startSource(ENTRY, ['--data-dir', dir])
    expect((await second.exit).code).toBe(3)
    expect(second.output()).toMatch(/^Decant \(pid \d+, serve\) is working in .*; use --data-dir/)
    expect(serving.child.exitCode).toBeNull()
  })

  it('keeps a settings file aside that it cannot read, and says so', async () => {
    writeFileSync(path.join(dir, 'settings.json'), '{ "v": 1, "jobsAtOnce": 99 }')
    const { serving, client } = await start()
    expect((await client.call('settings.get', {})).jobsAtOnce).toBe(3)
    await serving.line(/jobsAtOnce: .*not 99.*settings\.broken-1\.json/)
    expect(readFileSync(path.join(dir, 'settings.broken-1.json'), 'utf8')).toContain('99')
  })

  it.each([['--port', 'x'], ['--bogus'], ['--port', '70000']])('refuses %j %j', (...args) => {
    expect(() => execFileSync(process.execPath, [ENTRY, ...args], { stdio: 'pipe' })).toThrow(/Usage: serve/)
  })
})

describe('a window and a command in one data directory', () => {
  let playground: PlaygroundProcess
  beforeEach(async () => {
    playground = await spawnPlayground()
    await playground.admin.seed({ bucket: 'source', count: 1000, prefix: 'in/' })
    await playground.admin.seed({ bucket: 'destination', key: 'stays', text: '' })
  })
  afterEach(() => playground.stop())

  it('work as one: the window sees the job of the command, and each key is written once', async () => {
    const { client } = await start()
    const titles = new Set<string>()
    client.on('jobs.changed', ({ jobs }) => jobs.forEach(({ title }) => titles.add(title)))
    const decant = decantFor(playground, dir)
    const { code, output } = await decant('copy', 's3://source/in/', 's3://destination/out/', '--json')
    expect(code).toBe(0)
    expect(jsonResult(output)).toMatchObject({ outcome: 'done', tally: { copied: 1000 } })
    expect([...titles]).toEqual(['Copy in/ to destination'])
    const written = (await playground.admin.log()).filter(({ op }) => op === 'CopyObject')
    expect(written).toHaveLength(1000)
    // Its keys came with it, for the memory of the owner only.
    expect(readFileSync(path.join(dir, 'jobs.db')).includes(playground.secretAccessKey)).toBe(false)
  })
})
