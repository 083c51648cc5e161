import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobSnapshot } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { localWorld } from './local-world.ts'
import type { LocalWorld } from './local-world.ts'

let world: LocalWorld
beforeEach(async () => {
  world = await localWorld()
})
afterEach(() => world.end())

const FILES = { 'a.txt': 'one', 'b/c.txt': 'two', 'b/d': 'three', 'z/y/x': 'four' }
const inFolder = (name: string): string => path.join(world.folder, name)

async function undone(spec: JobSpec, between: () => Promise<void> | void = () => {}): Promise<JobSnapshot> {
  const { id } = await world.run(spec)
  await between()
  const undo = world.jobs.undo(id, { draft: false })
  return world.jobs.settled(undo.id, 'finished')
}

function failures({ id }: JobSnapshot): string[] {
  const { items } = world.jobs.items(id, 'failed', 0, 100)
  return items.map(({ key, failure }) => `${key} ${failure?.code}`).sort()
}

describe('an upload', () => {
  test('its objects go, its files stay, and what changed since is left and named', async () => {
    world.give(FILES)
    await world.put({ bystander: 'x' })
    const job = await undone(world.spec('copy', 'up'), () => world.put({ 'b/d': 'theirs' }))
    expect(job.tally.deleted.items).toBe(3)
    expect(failures(job)).toEqual(['b/d source-changed'])
    expect(await world.objects()).toEqual({ bystander: 'x', 'b/d': 'theirs' })
    expect(world.files()).toEqual(FILES)
  })

  test('over other objects: those are gone for good, and nothing of them is touched', async () => {
    world.give(FILES)
    await world.put({ 'a.txt': 'older' })
    const job = await undone(world.spec('copy', 'up', { conflict: 'overwrite' }))
    expect(failures(job)).toEqual(['a.txt not-possible'])
    expect(await world.objects()).toEqual({ 'a.txt': 'one' })
  })

  test('over other objects that were kept: they come back', async () => {
    world.give(FILES)
    await world.put({ 'a.txt': 'older' })
    const spec = world.spec('copy', 'up', { conflict: 'overwrite', backup: { prefix: 'kept/' } })
    const job = await undone(spec, async () => {
      expect(await world.objects()).toMatchObject({ 'kept/a.txt': 'older', 'a.txt': 'one' })
    })
    expect(failures(job)).toEqual([])
    expect(await world.objects()).toEqual({ 'a.txt': 'older' })
  })
})

describe('a download', () => {
  test('its files go; what changed, or is another file by now, is left and named', async () => {
    await world.put({ ...FILES, 'same bytes': 'four' })
    const job = await undone(world.spec('copy', 'down'), () => {
      writeFileSync(inFolder('b/c.txt'), 'TWO')
      // The same bytes, written by somebody else.
      writeFileSync(inFolder('same bytes'), 'four')
      world.give({ 'b/mine': 'mine' })
    })
    expect(failures(job)).toEqual(['b/c.txt source-changed', 'same bytes source-changed'])
    expect(job.tally.deleted.items).toBe(3)
    expect(world.files()).toEqual({ 'b/c.txt': 'TWO', 'same bytes': 'four', 'b/mine': 'mine' })
    expect(Object.keys(await world.objects())).toHaveLength(5)
  })

  test('files that were replaced are gone for good: what stands there is left', async () => {
    await world.put(FILES)
    world.give({ 'a.txt': 'mine' })
    const spec = world.spec('copy', 'down', { conflict: 'overwrite' })
    const job = await undone(spec)
    expect(failures(job)).toEqual(['a.txt not-possible'])
    expect(world.files()).toEqual({ 'a.txt': 'one' })
  })

  test('a file that is gone already is no failure, and folders stay', async () => {
    await world.put(FILES)
    const job = await undone(world.spec('copy', 'down'), async () => {
      await world.local.deleteObject({ bucket: world.folder, key: 'a.txt' })
    })
    expect(failures(job)).toEqual([])
    expect(job.tally).toMatchObject({ deleted: { items: 3 }, skipped: { 'nothing-to-do': { items: 1 } } })
    expect(world.files()).toEqual({})
    expect(existsSync(inFolder('z/y'))).toBe(true)
  })

  test('a folder goes where the job made it and it is empty, and never with what lies in it', async () => {
    await world.put({ 'made/': '', 'filled/': '', 'there/': '' })
    mkdirSync(inFolder('there'))
    await undone(world.spec('copy', 'down'), () => world.give({ 'filled/mine': 'mine' }))
    expect(existsSync(inFolder('made'))).toBe(false)
    expect(existsSync(inFolder('there'))).toBe(true)
    expect(world.files()).toEqual({ 'filled/mine': 'mine' })
  })
})
