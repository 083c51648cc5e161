import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemSeams, type Seams } from '#model/seams.ts'
import { deviceSignIn, type SignInOutcome } from '../../main/credentials/sso-device.ts'
import { createWeb } from '../../main/engine/web.ts'
import { networkFrom } from '../../main/engine/wire/network.ts'
import { readAwsFiles } from '../../main/credentials/aws-files.ts'
import {
  parseToken,
  readToken,
  tokenFile,
  tokenNames,
  writeToken,
} from '../../main/credentials/sso-tokens.ts'
import { keyStage, type KeyStage } from './stage.ts'

const ROLE = { accountId: '123456789012', roleName: 'Reader' } as const

const signIn = async ({ fake, keys, signedIn }: KeyStage): Promise<void> => {
  const before = signedIn.length
  fake.page = ['pending', 'allowed']
  expect(await keys.sso.signIn(fake.portal)).toMatchObject({ state: 'waiting' })
  await expect.poll(() => signedIn.length).toBe(before + 1)
}
const session = async ({ keys }: KeyStage) => (await keys.sso.sessions())[0]

describe('a sign-in by the browser', () => {
  it('shows page and code, waits at the pace of the server, and keeps the token where the AWS tools do', async () => {
    const stage = await keyStage()
    const { fake, keys, env, home, pages } = stage
    stage.files(
      `[sso-session corp]\nsso_start_url = ${fake.portal.startUrl}/\nsso_region = ${fake.portal.region}\n`,
    )
    fake.page = ['pending', 'pending', 'allowed']
    expect(await keys.sso.signIn(fake.portal)).toMatchObject({
      ...fake.portal,
      state: 'waiting',
      userCode: 'ABCD-EFGH',
      page: expect.stringMatching(/^https:.*user_code=ABCD-EFGH$/) as string,
    })
    expect(pages).toHaveLength(1)
    await expect.poll(() => stage.signedIn).toEqual([fake.portal])
    expect(fake.asked['CreateToken']).toBe(3)
    expect(await session(stage)).toMatchObject({ state: 'signed-in' })
    // Under the session's name and under the start URL: both forms of profiles find it.
    const files = readdirSync(path.join(home, '.aws', 'sso', 'cache'))
    expect(files).toHaveLength(2)
    const file = tokenFile('corp', env)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...fake.portal,
      accessToken: fake.accessToken,
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      clientId: 'client',
      clientSecret: 'client-secret',
      registrationExpiresAt: expect.any(String) as string,
      refreshToken: fake.refreshToken,
    })
    const keysGiven = await stage.get({ kind: 'sso', ...fake.portal, ...ROLE })
    expect(keysGiven).toMatchObject({ accessKeyId: 'ASIA1', sessionToken: 'token-1' })
  })

  it.each([
    ['denied', 'refused on the page'],
    ['expired', 'has run out'],
  ] as const)('that is %s says so, and can be begun again', async (answer, sentence) => {
    const stage = await keyStage()
    stage.fake.page = ['pending', answer]
    await stage.keys.sso.signIn(stage.fake.portal)
    await expect.poll(async () => (await session(stage))?.failure?.message).toContain(sentence)
    expect(await session(stage)).toMatchObject({ state: 'signed-out' })
    await signIn(stage)
    expect(await session(stage)).toMatchObject({ state: 'signed-in' })
  })

  it('slows down when it is told to', async () => {
    const { fake } = await keyStage()
    const waits: number[] = []
    const seams: Seams = {
      ...systemSeams,
      after: (ms, act) => {
        waits.push(ms)
        return systemSeams.after(0, act)
      },
    }
    const env = fake.env
    const web = createWeb({
      seams: systemSeams,
      network: () => networkFrom({}),
      patience: { connect: 1000, idle: 1000 },
    })
    fake.page = ['pending', 'slow-down', 'pending', 'slow-down', 'allowed']
    const outcome = await new Promise<SignInOutcome>((resolve, reject) => {
      deviceSignIn({ web, seams, env }, fake.portal, async (done) => resolve(done)).catch(reject)
    })
    web.close()
    expect(outcome).toMatchObject({ token: { accessToken: fake.accessToken } })
    expect(waits).toEqual([50, 50, 5050, 5050, 10_050])
  })

  it('is one a portal: a second one shows the same page again, and a cancel ends it', async () => {
    const stage = await keyStage()
    const { fake, keys, pages } = stage
    await keys.sso.signIn(fake.portal)
    await keys.sso.signIn({ ...fake.portal, startUrl: `${fake.portal.startUrl}/#/` })
    expect([fake.asked['RegisterClient'], pages.length]).toEqual([1, 2])
    await keys.sso.cancel(fake.portal)
    fake.page = ['allowed']
    expect(await session(stage)).toMatchObject({ state: 'signed-out' })
    expect(stage.signedIn).toEqual([])
  })

  it('names a start URL that leads nowhere', async () => {
    const { keys, fake } = await keyStage()
    const nowhere = { ...fake.portal, startUrl: 'https://nowhere.awsapps.com/start' }
    await expect(keys.sso.signIn(nowhere)).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        property: 'startUrl',
        message: expect.stringContaining('nowhere.') as string,
      },
    })
  })
})

describe('keys by a sign-in', () => {
  it('are not there before, and say where to sign in', async () => {
    const { get, fake } = await keyStage()
    await expect(get({ kind: 'sso', ...fake.portal, ...ROLE })).rejects.toMatchObject({
      failure: {
        code: 'credentials-missing',
        message: expect.stringContaining('decant-test.awsapps.com/start') as string,
      },
      signIn: { by: 'browser', ...fake.portal },
    })
  })

  it.each([
    [
      'of a session',
      (portal: { startUrl: string; region: string }) =>
        `[profile p]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n` +
        `[sso-session corp]\nsso_start_url = ${portal.startUrl}\nsso_region = ${portal.region}\n`,
    ],
    [
      'of the older form',
      (portal: { startUrl: string; region: string }) =>
        `[profile p]\nsso_start_url = ${portal.startUrl}\nsso_region = ${portal.region}\nsso_account_id = 123456789012\nsso_role_name = Reader\n`,
    ],
  ])('come to a profile %s as well', async (_form, config) => {
    const stage = await keyStage()
    stage.files(config(stage.fake.portal))
    const profile = { kind: 'profile', profile: 'p' } as const
    await expect(stage.get(profile)).rejects.toMatchObject({
      signIn: { by: 'browser', ...stage.fake.portal },
    })
    await signIn(stage)
    expect(await stage.get(profile)).toMatchObject({ accessKeyId: 'ASIA1' })
  })

  it('are had with a token that was renewed without a person, by one request for all', async () => {
    const stage = await keyStage()
    stage.fake.tokenSeconds = 0
    await signIn(stage)
    stage.fake.tokenSeconds = 3600
    const source = { kind: 'sso', ...stage.fake.portal, ...ROLE } as const
    await Promise.all(['Reader', 'Admin'].map((roleName) => stage.get({ ...source, roleName })))
    expect(stage.fake.asked['RenewToken']).toBe(1)
    expect(parseToken(readFileSync(tokenFile(stage.fake.portal.startUrl, stage.env), 'utf8'))).toMatchObject({
      accessToken: stage.fake.accessToken,
    })
  })

  it('end with the session, and a network that is away is no end', async () => {
    const stage = await keyStage()
    stage.fake.tokenSeconds = 0
    await signIn(stage)
    const source = { kind: 'sso', ...stage.fake.portal, ...ROLE } as const
    await stage.fake.offline(true)
    await expect(stage.get(source)).rejects.toMatchObject({
      failure: { code: 'connection', reach: 'attempt' },
    })
    await stage.fake.offline(false)
    stage.fake.refreshToken = undefined
    await expect(stage.get(source)).rejects.toMatchObject({ failure: { code: 'credentials-expired' } })
    await expect(stage.get(source)).rejects.toMatchObject({ failure: { code: 'credentials-expired' } })
    // A renewal that was refused is not asked for again.
    expect(stage.fake.asked['RenewToken']).toBe(1)
  })

  it('end when the portal takes the token no longer, although it should last', async () => {
    const stage = await keyStage()
    await signIn(stage)
    stage.fake.accessToken = undefined
    stage.fake.refreshToken = undefined
    await expect(stage.get({ kind: 'sso', ...stage.fake.portal, ...ROLE })).rejects.toMatchObject({
      failure: { code: 'credentials-expired' },
    })
    expect(await session(stage)).toMatchObject({ state: 'signed-out' })
    expect(await stage.keys.sso.isSignedIn(stage.fake.portal)).toBe(false)
  })

  it('are refused by name for a role that one may not take', async () => {
    const stage = await keyStage()
    await signIn(stage)
    const source = { kind: 'sso', ...stage.fake.portal, ...ROLE, roleName: 'Nobody' } as const
    await expect(stage.get(source)).rejects.toThrow('may not take the role Nobody of account 123456789012')
  })
})

describe('accounts and roles', () => {
  it('are listed page by page, by name', async () => {
    const stage = await keyStage()
    const { fake } = stage
    fake.pageSize = 2
    fake.accounts = [5, 3, 1, 2, 4].map((n) => ({
      ...{ accountId: `00000000000${n}`, accountName: `Account ${n}` },
      roles: ['Writer', 'Reader', 'Admin'].slice(0, n),
    }))
    await signIn(stage)
    const accounts = await stage.keys.sso.accounts(fake.portal)
    expect(accounts.map(({ name, roles }) => [name, roles.length])).toEqual([
      ['Account 1', 1],
      ['Account 2', 2],
      ['Account 3', 3],
      ['Account 4', 3],
      ['Account 5', 3],
    ])
    expect(accounts[4]?.roles).toEqual(['Admin', 'Reader', 'Writer'])
    expect(fake.asked['ListAccounts']).toBe(3)
  })
})

describe('the token file', () => {
  it('of the AWS tools is read, whichever of the names it has', async () => {
    const stage = await keyStage()
    const { fake, env } = stage
    stage.files(
      `[sso-session corp]\nsso_start_url = ${fake.portal.startUrl}\nsso_region = ${fake.portal.region}\n`,
    )
    const names = tokenNames(fake.portal, await readAwsFiles(env))
    expect(names).toEqual(['corp', fake.portal.startUrl])
    expect(await readToken(names, env)).toBeUndefined()
    await writeToken({ accessToken: 'old', expiresAt: 1000 }, fake.portal, [fake.portal.startUrl], env)
    await writeToken({ accessToken: 'new', expiresAt: 2000 }, fake.portal, ['corp'], env)
    expect(await readToken(names, env)).toEqual({ accessToken: 'new', expiresAt: 2000, names: ['corp'] })
  })

  it.each(['', '{', '[]', '{"accessToken":"a"}', '{"accessToken":"a","expiresAt":"soon"}'])(
    'that says %j is none',
    (text) => {
      expect(parseToken(text)).toBeUndefined()
    },
  )
})
