import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'

let dir: string
let playground: PlaygroundProcess
let decant: Decant
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'decant-cli-files-'))
  playground = await spawnPlayground()
  decant = decantFor(playground, path.join(dir, 'data'))
  await playground.admin.seed({ bucket: 'web', count: 0 })
  mkdirSync(path.join(dir, 'site', 'img'), { recursive: true })
  writeFileSync(path.join(dir, 'site', 'index.html'), '<h1>one</h1>')
  writeFileSync(path.join(dir, 'site', 'img', 'a.svg'), '<svg/>')
})
afterEach(async () => {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe('decant copy with files of this computer', { timeout: 60_000 }, () => {
  it('is planned, carried out, and found equal; a job file does the same again', async () => {
    const site = `${path.join(dir, 'site')}/`
    const upload = [site, 's3://web/', '--set', 'cache-control=no-cache']
    const plan = await decant('plan', 'copy', ...upload)
    expect(plan).toMatchObject({ code: 0 })
    expect(plan.output).toContain('Plan: 2 objects listed')
    expect(plan.output).toContain('Requests: 2 PutObject.')
    const up = await decant('copy', ...upload, '--json')
    expect([up.code, jsonResult(up.output).tally.copied]).toEqual([0, 2])
    expect(jsonResult(up.output).requests).toMatchObject({ PutObject: 2 })

    const back = path.join(dir, 'new', 'folder')
    const down = await decant('copy', 's3://web/', back)
    expect(down).toMatchObject({ code: 0 })
    expect(down.output).toContain(`Download web to ${back}/`)
    expect(readFileSync(path.join(back, 'img', 'a.svg'), 'utf8')).toBe('<svg/>')
    expect((await decant('parity', 's3://web/', back)).code).toBe(0)
    writeFileSync(path.join(back, 'index.html'), '<h1>two</h1>')
    expect((await decant('parity', `${back}/`, 's3://web/')).code).toBe(1)

    const job = path.join(dir, 'job.json')
    writeFileSync(job, JSON.stringify(jobFile(path.join(dir, 'site'))))
    const run = await decant('run', job, '--json')
    expect([run.code, jsonResult(run.output).tally.copied]).toEqual([0, 2])
    rmSync(path.join(dir, 'site'), { recursive: true })
    const gone = await decant('run', job, '--json')
    expect([gone.code, JSON.parse(gone.output)]).toMatchObject([3, { status: 'paused', reason: 'folder' }])
  })

  /** With the keys of the environment, as another machine would have it. */
  function jobFile(folder: string): object {
    const { endpoint } = playground
    const config = { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } }
    const local = { region: 'local', addressing: 'path', credentials: { kind: 'local' } }
    const select = [{ kind: 'prefix', prefix: '' }]
    return {
      ...{ v: 1, kind: 'copy', conflict: 'overwrite', verify: 'auto' },
      sources: [
        { connection: { id: 'local', name: 'Here', config: local }, bucket: folder, select, base: '' },
      ],
      destinations: [{ connection: { id: 'there', name: 'There', config }, bucket: 'web', prefix: 'again/' }],
    }
  }
})
