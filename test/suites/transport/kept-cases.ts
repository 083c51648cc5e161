import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { spec } from './stage.ts'
import type { Cases } from './stage.ts'

/** What is kept for the jobs to come. */
export const KEPT_CASES: Cases<'templates' | 'webhooks' | 'prices'> = {
  'templates.list': async ({ client }) => {
    expect(await client.call('templates.list', {})).toEqual([])
  },
  'templates.save': async ({ client, job }) => {
    const saved = await client.call('templates.save', { name: ' Weekly ', job })
    expect(saved).toMatchObject({ name: 'Weekly', kind: 'copy' })
    expect(await client.call('templates.save', { name: 'Weekly', job })).toMatchObject({ id: saved.id })
    expect((await client.call('templates.list', {})).map(({ id }) => id)).toEqual([saved.id])
  },
  'templates.spec': async (stage) => {
    const [template] = await stage.client.call('templates.list', {})
    const saved = await stage.client.call('templates.spec', { id: template?.id ?? '' })
    expect(saved).toEqual(spec(stage, 'out/'))
  },
  'templates.remove': async ({ client }) => {
    const [template] = await client.call('templates.list', {})
    const id = template?.id ?? ''
    await client.call('templates.remove', { id })
    expect(await client.call('templates.list', {})).toEqual([])
    await expect(client.call('templates.remove', { id })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'id' },
    })
  },
  'webhooks.list': async ({ client }) => {
    expect(await client.call('webhooks.list', {})).toEqual([])
  },
  'webhooks.save': async ({ client }) => {
    const secret = 'sixteen letters.'
    await expect(
      client.call('webhooks.save', { name: 'team', url: 'http://example.com/x', secret }),
    ).rejects.toThrow(/^url: must begin with https:/)
  },
  'webhooks.remove': async ({ client }) => {
    await client.call('webhooks.remove', { name: 'team' })
    expect(await client.call('webhooks.list', {})).toEqual([])
  },
  'webhooks.test': async ({ client }) => {
    await expect(client.call('webhooks.test', { name: 'nobody' })).rejects.toThrow(
      'the settings have no webhook named "nobody"',
    )
  },
  'prices.get': async ({ client }) => {
    const { source, problem } = await client.call('prices.get', {})
    expect([source, problem]).toEqual(['built-in', undefined])
  },
  'prices.edit': async ({ client }) => {
    const edited = await client.call('prices.edit', {})
    expect([edited.source, edited.problem]).toEqual(['own', undefined])
    expect(JSON.parse(readFileSync(edited.path, 'utf8'))).toMatchObject({ v: 1, date: edited.date })
  },
}
