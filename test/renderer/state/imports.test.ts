import { expect, test } from 'vitest'
import type { FoundElsewhere, FoundProfile } from '#contract/connection-answers.ts'
import { DecantError } from '#model/failure.ts'
import { Connections } from '../../../renderer/state/connections.svelte.ts'
import { Imports } from '../../../renderer/state/imports.svelte.ts'
import { Notices, type Notice } from '../../../renderer/state/notices.ts'
import { connection } from './build.ts'
import { fakeClient } from './fake-client.ts'

const profiles: FoundProfile[] = [
  { name: 'ci', kind: 'role', region: 'eu-west-1', imported: false },
  { name: 'old', kind: 'keys', imported: true },
]
const elsewhere: FoundElsewhere[] = [
  { id: 'r1', from: 'rclone', name: 'media', provider: 'r2', keys: 'elsewhere', imported: false },
  { id: 'r2', from: 's3cmd', name: 's3cfg', provider: 'aws', keys: 'here', imported: false },
]

function open(broken = false) {
  const fake = fakeClient({
    'connections.list': () => [],
    'connections.profiles': () => profiles,
    'connections.elsewhere': () => {
      if (broken) throw new DecantError({ code: 'internal', reach: 'item', message: 'no' })
      return elsewhere
    },
    'connections.import': () => [connection('ci')],
    'connections.importElsewhere': () => [connection('media', { state: 'sign-in' })],
    'connections.importFile': ({ name }) => [connection(name)],
  })
  const notices = new Notices()
  const said: Notice[] = []
  notices.on((notice) => said.push(notice))
  const imports = new Imports(fake.client, new Connections(fake.client), notices)
  const asked = (method: string) =>
    fake.asked.filter((call) => call.method === method).map(({ input }) => input)
  return { imports, said, asked }
}

test('only what is not here yet is chosen, and each is taken from where it was found', async () => {
  const { imports, asked, said } = open()
  await imports.begin()
  expect(imports.toImport.map(({ name }) => name)).toEqual(['ci', 'media', 's3cfg'])
  imports.toggle(imports.toImport[2]!.id)
  const taken = await imports.importChosen()
  expect(taken.map(({ id }) => id)).toEqual(['ci', 'media'])
  expect(asked('connections.import')).toEqual([{ profiles: ['ci'] }])
  expect(asked('connections.importElsewhere')).toEqual([{ ids: ['r1'] }])
  expect(said).toMatchObject([{ title: '2 connections imported.', detail: 'Type in the keys of media.' }])
})

test('what is left out while it is looked anew stays out', async () => {
  const { imports } = open()
  await imports.look()
  const looking = imports.begin()
  imports.toggle(imports.toImport[0]!.id)
  await looking
  expect(imports.toImport.map(({ name }) => name)).toEqual(['media', 's3cfg'])
})

test('settings that cannot be read hide nothing else', async () => {
  const { imports, said } = open(true)
  await imports.look()
  expect(imports.finds.map(({ name }) => name)).toEqual(['ci', 'old'])
  expect(said).toHaveLength(1)
})

test('a settings file is read here and handed over; one that cannot be one is not', async () => {
  const { imports, asked, said } = open()
  await imports.importFile(new File(['[media]\ntype = s3'], 'rclone.conf'))
  expect(asked('connections.importFile')).toEqual([{ name: 'rclone.conf', text: '[media]\ntype = s3' }])
  await imports.importFile(new File([new Uint8Array(1_000_001)], 'movie.mov'))
  expect(asked('connections.importFile')).toHaveLength(1)
  expect(said.at(-1)?.title).toBe('movie.mov is too large for a settings file.')
})
