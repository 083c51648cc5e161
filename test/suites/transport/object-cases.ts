import { expect } from 'vitest'
import type { Cases } from './stage.ts'

export const OBJECT_CASES: Cases<'objects' | 'versions'> = {
  'objects.list': async ({ client, connection }) => {
    const page = await client.call('objects.list', { connection, bucket: 'source', prefix: 'in/' })
    expect(page.objects).toHaveLength(20)
    expect(page.next).toBeUndefined()
  },
  'objects.details': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    expect(await client.call('objects.details', object)).toMatchObject({
      head: { size: 4, metadata: { who: 'suite' } },
      tags: { a: 'b' },
    })
  },
  'objects.acl': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    const { owner, grants } = await client.call('objects.acl', object)
    expect(grants).toEqual([{ grantee: { kind: 'account', id: owner }, permission: 'FULL_CONTROL' }])
  },
  'objects.preview': async ({ client, connection }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt' }
    const preview = await client.call('objects.preview', object)
    expect(preview).toMatchObject({ is: 'text', format: 'text', text: 'text', whole: true })
  },
  'objects.link': async ({ client, connection, opened }) => {
    const object = { connection, bucket: 'source', key: 'in/ä +.txt', expires: 3600 }
    const host = (await client.call('app.info', {})).host.kind
    if (host === 'cli') {
      await expect(client.call('objects.link', object)).rejects.toMatchObject({
        failure: { code: 'not-supported' },
      })
      return
    }
    const made = await client.call('objects.link', object)
    expect(made).toMatchObject({ endsWith: 'time', until: expect.any(Number) as number })
    // Invariant 9: the window hears nothing of the link.
    expect(JSON.stringify(made)).not.toContain('X-Amz')
    if (made.kind !== 'once') return
    const link = await opened.readDelivered(made)
    expect(await (await fetch(link)).text()).toBe('text')
    expect(await opened.readDelivered(made)).not.toContain('X-Amz')
  },
  'objects.createFolder': async ({ client, connection }) => {
    const folder = { connection, bucket: 'destination', prefix: 'neu/' }
    await client.call('objects.createFolder', folder)
    await expect(client.call('objects.createFolder', folder)).rejects.toMatchObject({
      failure: { code: 'destination-exists' },
    })
  },
  'versions.list': async ({ client, connection }) => {
    const place = { connection, bucket: 'kept', prefix: '' }
    const folder = await client.call('versions.list', { ...place, delimited: true })
    expect(folder).toEqual({ prefixes: ['old/'], versions: [], next: undefined })
    // 997 keys of one version, then a delete marker and three versions: the page ends among them.
    const first = await client.call('versions.list', { ...place, delimited: false })
    const rest = await client.call('versions.list', { ...place, delimited: false, next: first.next })
    const rows = [...first.versions, ...rest.versions]
    expect([first.versions.length, rest.versions.length, rest.next]).toEqual([1000, 1, undefined])
    expect(rows[0]).toMatchObject({ key: 'old/a-000', isDeleteMarker: false, isLatest: true, size: 1024 })
    expect(rows.slice(997)).toMatchObject([
      { key: 'old/ä', isDeleteMarker: true, isLatest: true, size: 0 },
      { isDeleteMarker: false, isLatest: false, size: 3, storageClass: 'STANDARD_IA' },
      { size: 2 },
      { key: 'old/ä', size: 1 },
    ])
    expect(new Set(rows.map(({ versionId }) => versionId)).size).toBe(1001)
    await expect(
      client.call('versions.list', { ...place, delimited: false, next: 'no token' }),
    ).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  },
}
