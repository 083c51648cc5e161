import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decantFor, type Decant } from '../helpers/decant.ts'
import { spawnPlayground, type PlaygroundProcess } from '../helpers/playground.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'decant-cli-buckets-'))
let playground: PlaygroundProcess
let decant: Decant

beforeAll(async () => {
  playground = await spawnPlayground()
  decant = decantFor(playground, path.join(dir, 'data'))
  const logs = { bucket: 'logs', prefix: 'a/' } as const
  await playground.admin.seed({ ...logs, count: 1200, size: 10 })
  await playground.admin.seed({ ...logs, pattern: 'cold-{n}', count: 3, size: 5, storageClass: 'GLACIER' })
  for (const [key, since] of [
    ['a/old', '2026-01-01'],
    ['a/new', '2999-01-01'],
  ] as const)
    await playground.admin.seed({ bucket: 'logs', key, size: 9_000_000, unfinishedSince: since })
})
afterAll(async () => {
  await playground.stop()
  rmSync(dir, { recursive: true, force: true })
})

function lines(output: string): unknown[] {
  const some = output.split('\n').filter((line) => line.startsWith('{'))
  return some.map((line) => JSON.parse(line) as unknown)
}

describe('a bucket from the command line', () => {
  it('is counted by class', async () => {
    const { code, output } = await decant('usage', 's3://logs/a/', '--uploads', '--json')
    expect(code).toBe(0)
    expect(lines(output)[0]).toMatchObject({
      state: 'done',
      classes: [
        { storageClass: 'GLACIER', objects: 3, bytes: 15 },
        { storageClass: 'STANDARD', objects: 1200, bytes: 12_000 },
      ],
      objects: 1203,
      uploads: 2,
      uploadBytes: 18_000_000,
      requests: { ListObjectsV2: 2, ListMultipartUploads: 1, ListParts: 2 },
    })
  })

  it('is cleared of old uploads, and of no others', async () => {
    const unsaid = await decant('uploads', 's3://logs/', '--abort')
    expect([unsaid.code, unsaid.output]).toEqual([2, expect.stringContaining('--older-than')])
    const asked = await decant('uploads', 's3://logs/', '--abort', '--older-than', '7d')
    expect([asked.code, asked.output]).toEqual([2, expect.stringContaining('1 unfinished upload is aborted')])
    const done = await decant('uploads', 's3://logs/', '--abort', '--older-than', '7d', '--yes', '--json')
    expect(lines(done.output)).toMatchObject([
      { key: 'a/old', parts: 2, bytes: 9_000_000 },
      { aborted: 1, bytes: 9_000_000, used: 0, failed: 0 },
    ])
    const left = await decant('uploads', 's3://logs/')
    expect(left.output).not.toContain('a/old')
    expect(left.output).toContain('a/new')
  })

  it('gives out a link that opens, and keeps it nowhere', async () => {
    await playground.admin.seed({ bucket: 'logs', key: 'note ä.txt', text: 'hello' })
    const { code, output } = await decant('presign', 's3://logs/note ä.txt', '--expires', '30m', '--download')
    expect(code).toBe(0)
    const link = output.split('\n').find((line) => line.startsWith('http')) ?? ''
    const answer = await fetch(link)
    expect(await answer.text()).toBe('hello')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="note _.txt"/)
    for (const file of await readdir(path.join(dir, 'data'), { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(await readFile(path.join(file.parentPath, file.name), 'latin1')).not.toContain('X-Amz-Sig')
    expect((await decant('presign', 's3://logs/no such key')).code).toBe(3)
    expect((await decant('presign', 's3://logs/note ä.txt', '--expires', '8d')).output).toContain('7 days')
  })
})
