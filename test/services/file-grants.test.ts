import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FileGrant } from '#contract/host.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { jobSpec, type JobSpec, type Selection } from '#model/spec.ts'
import { refuseLocalConnection, refuseUngranted } from '../../main/services/file-grants.ts'
import type { Jobs } from '../../main/jobs/api.ts'
import { undoJob } from '../../main/services/jobs.ts'
import type { SettingsStore } from '../../main/services/settings.ts'
import { choosePlaces, placePaths, reveal } from '../../main/services/local-places.ts'
import { hostDouble } from '../helpers/host-double.ts'

const STORE = {
  id: 'store',
  name: 'Store',
  config: { region: 'us-east-1', addressing: 'path', credentials: { kind: 'environment' } },
} as const

let dir: string
const at = (...names: string[]): string => path.join(dir, ...names)

beforeAll(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'decant-grants-')))
  for (const folder of ['photos/2026', 'photos-private', 'out', 'else'])
    mkdirSync(at(folder), { recursive: true })
  for (const file of ['photos/a.jpg', 'photos-private/b.jpg', 'notes.txt', 'else/c.txt'])
    writeFileSync(at(file), file)
  // A link beside what was granted, one in it, and one whose own name is granted.
  symlinkSync(at('photos'), at('way'))
  symlinkSync(at('else'), at('photos/out-of-here'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function upload(bucket: string, select: Selection[], base = ''): JobSpec {
  return jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [{ connection: LOCAL_CONNECTION, bucket, select, base }],
    destinations: [{ connection: STORE, bucket: 'b', prefix: '' }],
    conflict: 'skip',
    verify: 'auto',
  })
}
function download(bucket: string, prefix = ''): JobSpec {
  return jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [{ connection: STORE, bucket: 'b', select: [prefixed('')], base: '' }],
    destinations: [{ connection: LOCAL_CONNECTION, bucket, prefix }],
    conflict: 'skip',
    verify: 'auto',
  })
}
const prefixed = (prefix: string): Selection => ({ kind: 'prefix', prefix })
const object = (key: string): Selection => ({ kind: 'object', key })

describe('a job that a window makes', () => {
  const grants = (): FileGrant[] => [
    { path: at('photos'), access: 'read' },
    { path: at('notes.txt'), access: 'read' },
    { path: at('out'), access: 'write' },
  ]
  const made = (spec: JobSpec): Promise<void> => refuseUngranted({ fileGrants: async () => grants() }, spec)

  it.each<[string, () => JobSpec]>([
    ['a dropped folder', () => upload(at('photos'), [prefixed('')])],
    ['the same, by its parent', () => upload(dir, [prefixed('photos/'), object('notes.txt')])],
    ['a part of it', () => upload(at('photos'), [prefixed('2026/'), object('a.jpg')])],
    ['a part of it, by its own path', () => upload(at('photos', '2026'), [prefixed('')])],
    ['the same through a link that leads to it', () => upload(at('way'), [prefixed('')])],
    ['a download into what was chosen', () => download(at('out'))],
    ['below it, where nothing is yet', () => download(at('out', 'new', 'er'), 'x/')],
    ['no file of this machine', () => ({ ...download(at('out')), destinations: [STORE_PLACE] }) as JobSpec],
  ])('is made: %s', async (_what, spec) => {
    await expect(made(spec())).resolves.toBeUndefined()
  })

  it.each<[string, () => JobSpec]>([
    ['another folder', () => upload(at('else'), [prefixed('')])],
    ['the folder above', () => upload(dir, [prefixed('')])],
    ['a neighbour whose name begins alike', () => upload(at('photos-private'), [prefixed('')])],
    ['a prefix that takes such a neighbour', () => upload(dir, [prefixed('photos')])],
    ['a step up in the folder', () => upload(`${at('photos')}/../else`, [prefixed('')])],
    ['a step up in a key', () => upload(at('photos'), [object('../else/c.txt')])],
    ['a step up in a prefix', () => upload(at('photos'), [prefixed('2026/../../else/')])],
    ['a step up in the base', () => upload(at('photos'), [object('a.jpg')], '../')],
    ['a key that begins at the root', () => upload(at('photos'), [object('/etc/passwd')])],
    ['a link in it that leads out', () => upload(at('photos', 'out-of-here'), [prefixed('')])],
    ['another case of its name', () => upload(at('PHOTOS'), [prefixed('')])],
    ['a dropped folder written to', () => download(at('photos'))],
    ['a chosen folder read from', () => upload(at('out'), [prefixed('')])],
    ['a step up while downloading', () => download(at('out'), '../else/')],
    ['a move, which deletes', () => ({ ...upload(at('photos'), [prefixed('')]), kind: 'move' }) as JobSpec],
    ['one that only its id makes local', () => disguised(upload(at('else'), [prefixed('')]))],
  ])('is refused: %s', async (_what, spec) => {
    await expect(made(spec())).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        message: expect.stringMatching(
          /^(sources|destinations)\.0: ".*" was neither dropped here nor chosen/,
        ),
      },
    })
  })

  it('is refused: a mirror, which deletes files in the folder it goes to', async () => {
    const mirror = { ...download(at('out')), deleteExtra: true } as JobSpec
    await expect(made(mirror)).rejects.toThrow('a window mirrors nothing into a folder')
  })

  const STORE_PLACE = { connection: STORE, bucket: 'c', prefix: '', requesterPays: false }
  /** A saved id counts for more than what the spec says of it, and another folder is as bad by either. */
  const disguised = (spec: JobSpec): JobSpec =>
    ({
      ...spec,
      sources: [{ ...spec.sources[0], connection: { ...STORE, id: LOCAL_CONNECTION.id } }],
    }) as JobSpec

  it('saves no connection to this machine', () => {
    expect(() => refuseLocalConnection(LOCAL_CONNECTION.config)).toThrow('not "local"')
    expect(() => refuseLocalConnection(STORE.config)).not.toThrow()
  })
})

describe('an undo that a window begins', () => {
  const grants: FileGrant[] = []
  const undo = (spec: JobSpec, is: 'yes' | 'no', caller: 'window' | 'person') => {
    const undone: string[] = []
    const jobs = {
      get: () => ({ spec, undo: { is } }),
      undo: (id: string) => undone.push(id),
    } as unknown as Jobs
    const settings = { current: () => ({ connections: [] }) } as unknown as SettingsStore
    const host = { ...hostDouble().port, fileGrants: async () => grants }
    return undoJob({ host, settings, jobs }, { id: 'job-1', draft: true }, caller).then(() => undone)
  }
  afterEach(() => void grants.splice(0))

  it('deletes files of a download only in a folder that is granted for writing', async () => {
    const spec = download(at('out'), 'x/')
    const refused = { failure: { code: 'not-possible', property: 'id' } }
    await expect(undo(spec, 'yes', 'window')).rejects.toMatchObject(refused)
    await expect(undo(spec, 'yes', 'window')).rejects.toThrow(
      `deletes files in ${JSON.stringify(at('out'))}, and a window does so only in a folder that was chosen to write to. Choose it once more for a download, or undo it in a terminal: decant undo job-1`,
    )
    grants.push({ path: at('out'), access: 'read' })
    await expect(undo(spec, 'yes', 'window')).rejects.toMatchObject(refused)
    grants.push({ path: at('out', 'x'), access: 'write' })
    expect(await undo(spec, 'yes', 'window')).toEqual(['job-1'])
  })

  it('asks nothing of an upload, of the command line, and of what cannot be taken back', async () => {
    expect(await undo(upload(at('photos'), [prefixed('')]), 'yes', 'window')).toEqual(['job-1'])
    expect(await undo(download(at('out')), 'yes', 'person')).toEqual(['job-1'])
    // The jobs themselves say why not.
    expect(await undo(download(at('out')), 'no', 'window')).toEqual(['job-1'])
  })
})

describe('what was dropped', () => {
  it('becomes a source for each folder that it lies in', async () => {
    const host = hostDouble()
    host.grants.push({ path: dir, access: 'read' })
    const paths = [at('photos'), at('notes.txt'), at('else', 'c.txt'), at('photos')]
    expect(await placePaths(host.port, paths)).toEqual([
      { path: dir, select: [prefixed('photos/'), object('notes.txt')], files: 1, folders: 1, bytes: 9 },
      { path: at('else'), select: [object('c.txt')], files: 1, folders: 0, bytes: 10 },
    ])
    await expect(placePaths(host.port, [at('gone')])).rejects.toThrow('is not there any more')
  })

  it('is what it leads to, where it is a link', async () => {
    const host = hostDouble()
    // As the host grants a link: by its own name, and by where it leads.
    host.grants.push({ path: at('way'), access: 'read' }, { path: at('photos'), access: 'read' })
    expect(await placePaths(host.port, [at('way')])).toMatchObject([
      { path: dir, select: [prefixed('photos/')] },
    ])
  })

  it('tells nothing of what was not', async () => {
    const host = hostDouble()
    const refused = 'was neither dropped here nor chosen'
    await expect(placePaths(host.port, [at('notes.txt')])).rejects.toThrow(refused)
    await expect(placePaths(host.port, [at('gone')])).rejects.toThrow(refused)
    await expect(reveal(host.port, at('out'))).rejects.toThrow(refused)
    expect(host.revealed).toEqual([])
  })

  it('is asked for in a dialog, which may be left without an answer', async () => {
    const host = hostDouble()
    expect(await choosePlaces(host.port, 'upload-folder')).toBeUndefined()
    host.choice = [at('out')]
    host.grants.push({ path: at('out'), access: 'write' })
    expect(await choosePlaces(host.port, 'download')).toMatchObject([{ path: at('out'), select: [] }])
    expect(await reveal(host.port, at('out'))).toEqual({ kind: 'shown' })
  })
})
