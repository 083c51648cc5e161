import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'
import type { Connection } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import { readCyberduck } from '../../main/services/elsewhere/cyberduck.ts'
import { createElsewhere } from '../../main/services/elsewhere/elsewhere.ts'
import { readSettings } from '../../main/services/elsewhere/files.ts'
import { readRclone } from '../../main/services/elsewhere/rclone.ts'
import { readS3cmd } from '../../main/services/elsewhere/s3cmd.ts'

const RCLONE = `# a comment
[b2 native]
type = b2
account = x

[minio]
type = s3
provider = Minio
access_key_id = AKIDMINIO
secret_access_key = se=cret
endpoint = http://127.0.0.1:9000/
region = eu-home-1

[r2]
type = s3
provider = Cloudflare
access_key_id = AKIDR2
secret_access_key = geheim
session_token = token
endpoint = https://abc.r2.cloudflarestorage.com
[aws]
type = s3
provider = AWS
env_auth = true
region = eu-central-1
[profile]
type = s3
provider = AWS
env_auth = true
profile = work
region = cn-north-1
[open]
type = s3
provider = AWS
endpoint = s3.us-west-2.amazonaws.com
[broken]
type = s3
provider = Other
endpoint = ht!tp://nowhere
`

const plist = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>${body}</dict></plist>`
const entry = (key: string, value: string): string => `<key>${key}</key><string>${value}</string>`
const BOOKMARK = plist(
  entry('Protocol', 's3') +
    entry('Nickname', 'Ceph &amp; Co') +
    entry('Hostname', 'ceph.example.test') +
    entry('Port', '7480') +
    entry('Username', 'AKIDCEPH') +
    entry('Path', '/photos/2026/') +
    '<key>Labels</key><array><string>x</string></array>',
)

describe('the settings of rclone', () => {
  it('are its S3 remotes, with their keys', () => {
    const stores = readRclone(RCLONE)
    expect(stores).toMatchObject([
      {
        ...{
          name: 'minio',
          provider: 'minio',
          endpoint: 'http://127.0.0.1:9000',
          region: 'eu-home-1',
          addressing: 'path',
        },
        keys: { are: 'here', secret: { accessKeyId: 'AKIDMINIO', secretAccessKey: 'se=cret' } },
      },
      { name: 'r2', provider: 'r2', region: 'auto', keys: { secret: { sessionToken: 'token' } } },
      {
        name: 'aws',
        provider: 'aws',
        endpoint: undefined,
        region: 'eu-central-1',
        keys: { source: { kind: 'environment' } },
      },
      { name: 'profile', provider: 'aws-cn', keys: { source: { kind: 'profile', profile: 'work' } } },
      {
        name: 'open',
        provider: 'aws',
        endpoint: undefined,
        region: 'us-west-2',
        keys: { source: { kind: 'anonymous' } },
      },
    ])
  })

  it('that are encrypted are recognised', () => {
    const [store] = readRclone('# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc=\n')
    expect(store).toMatchObject({ name: 'rclone.conf', keys: { are: 'sealed' } })
  })
})

it('the settings of s3cmd are one store', () => {
  const text = (more: string) => `[default]\naccess_key = AKID\nsecret_key = geheim\n${more}`
  expect(
    readS3cmd(
      text('host_base = s3.amazonaws.com\nhost_bucket = %(bucket)s.s3.amazonaws.com\nbucket_location = EU'),
    ),
  ).toMatchObject([
    {
      provider: 'aws',
      endpoint: undefined,
      region: 'eu-west-1',
      addressing: 'virtual',
      keys: { are: 'here' },
    },
  ])
  expect(
    readS3cmd(text('host_base = ceph.test:7480\nhost_bucket = ceph.test:7480/%(bucket)s\nuse_https = False')),
  ).toMatchObject([
    {
      provider: 'other',
      endpoint: 'http://ceph.test:7480',
      addressing: 'path',
      name: 's3cmd ceph.test:7480',
    },
  ])
  expect(readS3cmd('access_key = no section')).toEqual([])
})

describe('a bookmark or a profile of Cyberduck', () => {
  it('is a store whose keys are in the key chain, with its place', () => {
    expect(readCyberduck(BOOKMARK, 'x.duck')).toMatchObject([
      {
        ...{ name: 'Ceph & Co', endpoint: 'https://ceph.example.test:7480', provider: 'other' },
        keys: { are: 'elsewhere', accessKeyId: 'AKIDCEPH' },
        places: [{ bucket: 'photos', prefix: '2026/' }],
      },
    ])
    const profile = plist(
      entry('Protocol', 's3') +
        entry('Vendor', 'wasabi') +
        entry('Description', 'Wasabi (eu-central-1)') +
        entry('Default Hostname', 's3.eu-central-1.wasabisys.com'),
    )
    expect(readCyberduck(profile, 'w.cyberduckprofile')).toMatchObject([
      { name: 'Wasabi (eu-central-1)', provider: 'wasabi', region: 'eu-central-1', keys: { are: 'none' } },
    ])
    expect(readCyberduck(plist(entry('Protocol', 'sftp') + entry('Hostname', 'h')), 'x.duck')).toEqual([])
  })

  it.each([
    [
      'entities',
      '<!DOCTYPE plist [<!ENTITY a "aaaa">]><plist><dict><key>Protocol</key><string>&a;</string></dict></plist>',
    ],
    ['an entity nobody declared', plist(entry('Protocol', '&xxe;'))],
    ['another document', '<html></html>'],
    ['half a document', BOOKMARK.slice(0, 300)],
    ['very deep elements', `<plist>${'<dict>'.repeat(10_000)}`],
    ['values without keys', plist('<string>s3</string><string>s3</string>')],
  ])('with %s is refused', (_words, text) => {
    expect(() => readSettings('evil.duck', text)).toThrow(/This is no property list/)
  })
})

it.each([
  ['photo.conf', 'JFIF\0\0\u0001', /is no text/],
  ['notes.txt', 'dear diary', /is no settings file of rclone, s3cmd or Cyberduck/],
  ['', '', /no settings file/],
])('%j is refused', (name, text, words) => {
  expect(() => readSettings(name, text)).toThrow(words)
})

const homes: string[] = []
afterEach(() => homes.splice(0).forEach((home) => rmSync(home, { recursive: true, force: true })))

function stage(files: Record<string, string>, keeps = true) {
  const home = mkdtempSync(path.join(tmpdir(), 'decant-home-'))
  homes.push(home)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true })
    writeFileSync(path.join(home, name), text)
  }
  const saved: Connection[] = []
  const secrets = new Map<string, unknown>()
  const add = (connection: ConnectionDraft['connection'], secret: unknown): ConnectionView => {
    if (secret && !keeps) fail('credentials-missing', 'item', 'There is no safe place for keys here.')
    const view = { ...connection, id: `c${saved.length}`, state: 'unknown' } as const
    saved.push(view)
    if (secret) secrets.set(view.id, secret)
    return view
  }
  const elsewhere = createElsewhere({
    around: { home, platform: 'linux', env: {} },
    connections: {
      list: () => saved,
      save: async ({ connection, secret }) => add(connection, secret),
      saveWithoutKeys: async (connection) => add(connection, undefined),
    },
  })
  return { elsewhere, saved, secrets }
}

describe('what other tools of this machine know', () => {
  const files = {
    '.config/rclone/rclone.conf': RCLONE,
    '.s3cfg': '[default]\naccess_key = AKID\nsecret_key = geheim\nhost_base = ceph.test\n',
    '.duck/bookmarks/a.duck': BOOKMARK,
    '.duck/bookmarks/broken.duck': 'not XML',
    '.duck/bookmarks/huge.duck': `<plist>${' '.repeat(1_100_000)}</plist>`,
  }

  it('is found without its keys, imported with them, and then known', async () => {
    const { elsewhere, saved, secrets } = stage(files)
    const found = await elsewhere.list()
    expect(found.map(({ from, name, keys, imported }) => [from, name, keys, imported])).toEqual([
      ['rclone', 'minio', 'here', false],
      ['rclone', 'r2', 'here', false],
      ['rclone', 'aws', 'none', false],
      ['rclone', 'profile', 'none', false],
      ['rclone', 'open', 'none', false],
      ['s3cmd', 's3cmd ceph.test', 'here', false],
      ['cyberduck', 'Ceph & Co', 'elsewhere', false],
    ])
    expect(JSON.stringify(found)).not.toMatch(/cret|geheim|token/)
    const views = await elsewhere.import(found.map(({ id }) => id))
    expect(JSON.stringify([views, saved])).not.toMatch(/cret|geheim|token/)
    expect(secrets.size).toBe(3)
    expect((await elsewhere.list()).every(({ imported }) => imported)).toBe(true)
    expect(await elsewhere.import(found.map(({ id }) => id))).toEqual([])
    await expect(elsewhere.import(['rclone-gone'])).rejects.toThrow(/not there any more/)
  })

  it('is nothing where there is none of them', async () => {
    expect(await stage({}).elsewhere.list()).toEqual([])
  })

  it('goes nowhere where the host keeps no keys, and it is said', async () => {
    const { elsewhere, saved } = stage(files, false)
    const [first] = await elsewhere.list()
    await expect(elsewhere.import([first!.id])).rejects.toThrow(/no safe place for keys/)
    expect(saved).toEqual([])
  })

  it('that is encrypted is named, and how to open it', async () => {
    const { elsewhere } = stage({ '.rclone.conf': 'RCLONE_ENCRYPT_V0:\nabc' })
    const [sealed] = await elsewhere.list()
    expect(sealed).toMatchObject({ keys: 'elsewhere', imported: false })
    await expect(elsewhere.import([sealed!.id])).rejects.toThrow(/rclone config show/)
  })

  it('is taken from a file that was dropped, too', async () => {
    const { elsewhere, saved } = stage({})
    expect(await elsewhere.importFile({ name: 'mine.conf', text: RCLONE })).toHaveLength(5)
    await expect(elsewhere.importFile({ name: 'r.conf', text: '[x]\ntype = sftp\n' })).rejects.toThrow(
      /names no S3 store/,
    )
    expect(saved).toHaveLength(5)
  })
})
