import { expect } from 'vitest'
import type { Cases } from './stage.ts'

export const FILE_CASES: Cases<'files'> = {
  'files.place': async ({ client }) => {
    // Nothing was dropped here: the window may not even ask whether a file is there.
    await expect(client.call('files.place', { paths: [import.meta.filename] })).rejects.toMatchObject({
      failure: { code: 'bad-input', message: expect.stringContaining('neither dropped here nor chosen') },
    })
  },
  'files.choose': async ({ client }) => {
    // Where there is no dialog, and nobody to answer one, nothing is chosen.
    expect(await client.call('files.choose', { for: 'upload-files' })).toBeUndefined()
  },
  'files.reveal': async ({ client }) => {
    await expect(client.call('files.reveal', { path: import.meta.dirname })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'path' },
    })
  },
}
