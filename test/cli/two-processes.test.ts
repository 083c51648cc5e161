import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOwner } from '../../main/jobs/owner.ts'
import { decantFor, type Decant } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'
import { startSource, until, type RunningProcess } from '../helpers/processes.ts'

const SERVE = path.resolve(import.meta.dirname, '../../main/serve.ts')
const ITEMS = 300
const FROM = 's3://source/in/'
const TO = 's3://destination/out/'

let dir: string
let playground: PlaygroundProcess
let decant: Decant
const others: RunningProcess[] = []
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-two-'))
  playground = await spawnPlayground()
  decant = decantFor(playground, path.join(dir, 'data'))
  await playground.admin.seed({ bucket: 'source', count: ITEMS, prefix: 'in/' })
  await playground.admin.seed({ bucket: 'destination', key: 'stays', text: 'here' })
})
afterEach(async () => {
  for (const { kill } of others.splice(0)) await kill()
  await decant.end()
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function writes(): Promise<number[]> {
  const times = new Map<string, number>()
  for (const { op, bucket, key } of await playground.admin.log())
    if (op === 'CopyObject' && bucket === 'destination' && key !== undefined)
      times.set(key, (times.get(key) ?? 0) + 1)
  return [...times.values()]
}

/** A copy that is killed with `hung` of its requests at the server, which come to nothing. */
async function killedCopy(hung: number): Promise<void> {
  await playground.admin.faults({ op: 'CopyObject', keyPattern: `obj-0000000[0-${hung - 1}]$`, do: 'hang' })
  const first = decant.start('copy', FROM, TO, '--json', '--concurrency', '16')
  await until('most of it is copied', async () => (await writes()).length >= ITEMS / 2)
  await first.kill()
  await playground.admin.clearFaults()
}
const compare = (prefix = 'out/') =>
  playground.admin.compare({ bucket: 'source', prefix: 'in/' }, { bucket: 'destination', prefix })

describe('two processes on one data directory', () => {
  it('both told to go on with the same job, right after the death of its process: one does it, both say how it ended', async () => {
    await killedCopy(4)
    const both = ['one', 'two', 'three'].map(() => decant('resume', '--all', '--json'))
    const ended = await Promise.all(both)
    for (const { code, output } of ended) if (code !== 0) console.log(code, output)
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
    expect(Math.max(...(await writes()))).toBe(1)
  })

  it('serve goes on with the job, and a command that is told to only watches it', async () => {
    await killedCopy(4)
    const serving = startSource(SERVE, ['--data-dir', path.join(dir, 'data')], { env: decant.env })
    others.push(serving)
    await serving.line(/^http/)
    const [resumed, copied] = await Promise.all([
      decant('resume', '--all', '--json'),
      decant('copy', FROM, 's3://destination/second/', '--json'),
    ])
    expect([resumed.code, copied.code]).toEqual([0, 0])
    for (const prefix of ['out/', 'second/']) expect(await compare(prefix)).toMatchObject({ equal: true })
    expect(Math.max(...(await writes()))).toBe(1)
    expect(readOwner(path.join(dir, 'data'))?.pid).not.toBe(undefined)
  })

  it('the first is suspended: the second says so, and ends', async () => {
    await playground.admin.faults({ op: 'CopyObject', keyPattern: 'obj-00000004$', do: 'hang' })
    const first = decant.start('copy', FROM, TO, '--json')
    await until('most of it is copied', async () => (await writes()).length >= ITEMS / 2)
    first.child.kill('SIGSTOP')
    const second = await decant('resume', '--all', '--json')
    expect(second.code).toBe(3)
    expect(second.output).toMatch(/pid \d+.*has not answered for 10 seconds: is it suspended\?/)
    await playground.admin.clearFaults()
    await playground.admin.release()
    first.child.kill('SIGCONT')
    expect((await first.exit).code).toBe(0)
    expect(await compare()).toMatchObject({ equal: true, compared: ITEMS })
  })

  it('its directory is copied amid a move, and both go on: nothing is lost, and each says what it found', async () => {
    await decant('copy', FROM, 's3://destination/kept/', '--quiet')
    await playground.admin.faults({ op: 'CopyObject', keyPattern: '^out/obj-00000[12]50$', do: 'hang' })
    const first = decant.start('move', FROM, TO, '--json', '--concurrency', '16')
    await until('it is amid its copies', async () => (await writes()).length >= ITEMS + ITEMS / 2)
    cpSync(path.join(dir, 'data'), path.join(dir, 'elsewhere'), { recursive: true })
    const there = decantFor(playground, path.join(dir, 'elsewhere'))
    await playground.admin.clearFaults()
    const second = await there('resume', '--all', '--json')
    await playground.admin.release()
    const { code } = await first.exit
    expect([code, second.code].every((is) => is === 0 || is === 1)).toBe(true)
    const places = [
      { bucket: 'destination', prefix: 'kept/' },
      { bucket: 'destination', prefix: 'out/' },
    ] as const
    expect(await playground.admin.compare(...places)).toMatchObject({ equal: true, compared: ITEMS })
  })
})
