import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decantFor, jsonResult, type Decant } from '../helpers/decant.ts'
import { startFakeAws, type FakeAws } from '../helpers/fake-aws.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

/** Where the command line gets its keys from, with nobody at a terminal. */
let home: string
let playground: TestPlayground
let fake: FakeAws
let decant: Decant
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'decant-cli-keys-'))
  mkdirSync(path.join(home, '.aws'))
  playground = await inProcessPlayground()
  await playground.admin.seed({ bucket: 'source', prefix: 'a/', count: 3, size: 3 })
  await playground.admin.seed({ bucket: 'destination', key: 'other', text: '' })
  fake = await startFakeAws()
  fake.keys = () => playground.admin.session()
  const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
  decant = decantFor(playground, home, { ...keys, ...fake.env })
})
afterEach(async () => {
  await fake.stop()
  await playground.stop()
  rmSync(home, { recursive: true, force: true })
})

const files = (config: string): void => writeFileSync(path.join(home, '.aws', 'config'), config)
const copy = (...options: string[]) =>
  decant('copy', 's3://source/a/', 's3://destination/b/', '--json', ...options)

describe('decant login', () => {
  it('signs in by a device code, and every command with that profile has keys', async () => {
    const { startUrl, region } = fake.portal
    files(
      `[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n` +
        `[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = ${region}\n`,
    )
    const before = await copy('--profile', 'work')
    expect(before.code).toBe(3)
    expect(jsonResult(before.output)).toMatchObject({ status: 'paused', reason: 'credentials' })
    fake.page = ['pending', 'allowed']
    const { code, output } = await decant('login', '--profile', 'work')
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH'),
    ])
    expect(output).toContain('the code ABCD-EFGH')
    expect(output).toContain(`Signed in at ${startUrl}.`)
    expect(output).not.toContain(fake.accessToken)
    // What waited for it goes on.
    const resumed = await decant('resume', '--json', jsonResult(before.output).jobId)
    expect(resumed.code).toBe(0)
    expect(jsonResult(resumed.output).tally).toMatchObject({ copied: 3, failed: 0 })
  })

  it('says what is wrong', async () => {
    files('[profile keys]\naws_access_key_id = A\naws_secret_access_key = B\n')
    fake.page = ['denied']
    const { startUrl, region } = fake.portal
    for (const [args, code, sentence] of [
      [['--sso-start-url', startUrl, '--sso-region', region], 3, 'The sign-in was refused on the page'],
      [
        ['--sso-start-url', 'https://else/start', '--sso-region', region],
        2,
        'there is no sign-in portal https://else/start',
      ],
      [
        ['--sso-start-url', 'http://else/start', '--sso-region', region],
        2,
        '--sso-start-url: must be a URL that begins with https://',
      ],
      [['--sso-region', region], 2, '--sso-start-url: must be given beside --sso-region'],
      [['--profile', 'keys'], 2, '"keys" does not sign in by a browser'],
      [['--profile', 'nobody'], 2, 'there is no profile "nobody"'],
    ] as const) {
      const ended = await decant('login', ...args)
      expect([ended.code, ended.output]).toEqual([code, expect.stringContaining(sentence)])
    }
  })
})

describe('a role', () => {
  const role = 'arn:aws:iam::123456789012:role/Pourer'
  const base = '[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n'

  it('is taken for both sides', async () => {
    files(base)
    const { code, output } = await copy(
      '--role-arn',
      role,
      '--external-id',
      'theirs',
      '--role-session-name',
      'me',
    )
    expect([code, jsonResult(output).tally]).toMatchObject([0, { copied: 3 }])
    expect(fake.lastRole).toMatchObject({ RoleArn: role, ExternalId: 'theirs', RoleSessionName: 'me' })
  })

  it('that takes a code says so where nobody can type one', async () => {
    files(base)
    const { code, output } = await copy('--role-arn', role, '--mfa-serial', fake.mfaSerial)
    expect(code).toBe(3)
    const { jobId } = jsonResult(output)
    const words = await decant('resume', jobId)
    expect(words.output).toContain(`The role ${role} takes a code of the device ${fake.mfaSerial}.`)
    expect(fake.asked).toEqual({})
  })
})
