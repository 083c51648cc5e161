import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { containerUrl } from '../../main/credentials/metadata.ts'
import { awsFilesOf } from '../../main/credentials/aws-files.ts'
import { asksForCode, portalOfProfile, wayOf } from '../../main/credentials/profile.ts'
import { keyStage } from './stage.ts'

const ENVIRONMENT = { kind: 'environment' } as const
const ROLE_ARN = 'arn:aws:iam::123456789012:role/Pod'

describe('keys of the environment', () => {
  it('are looked for in the order of the AWS tools', async () => {
    const { env, files, fake, get, home } = await keyStage()
    await expect(get(ENVIRONMENT)).rejects.toThrow('There are no keys: not in AWS_ACCESS_KEY_ID')
    Object.assign(env, fake.instanceEnv)
    expect(await get(ENVIRONMENT)).toMatchObject({ accessKeyId: 'ASIA1', sessionToken: 'token-1' })
    Object.assign(env, fake.containerEnv)
    await get(ENVIRONMENT)
    expect(fake.asked).toEqual({ InstanceSession: 1, InstanceKeys: 1, ContainerKeys: 1 })
    files(
      '',
      '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n[other]\naws_access_key_id = OTHER\naws_secret_access_key = s\n',
    )
    expect(await get(ENVIRONMENT)).toMatchObject({ accessKeyId: 'FILE' })
    env['AWS_PROFILE'] = 'other'
    expect(await get(ENVIRONMENT)).toMatchObject({ accessKeyId: 'OTHER' })
    env['AWS_PROFILE'] = 'nobody'
    await expect(get(ENVIRONMENT)).rejects.toThrow('There is no profile "nobody"')
    const token = path.join(home, 'token')
    Object.assign(env, { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: ROLE_ARN })
    await expect(get(ENVIRONMENT)).rejects.toThrow(
      `The web identity token file ${token} cannot be read (ENOENT)`,
    )
    writeFileSync(token, 'a.web.token\n')
    await get(ENVIRONMENT)
    expect(fake.lastRole).toMatchObject({ RoleArn: ROLE_ARN, WebIdentityToken: 'a.web.token' })
    Object.assign(env, { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' })
    expect(await get(ENVIRONMENT)).toMatchObject({ accessKeyId: 'ENV' })
  })
})

describe('keys of the machine', () => {
  it('of an instance, where there is none: a sentence, and soon', async () => {
    const { env, get } = await keyStage()
    env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = 'http://127.0.0.1:9'
    await expect(get({ kind: 'instance' })).rejects.toThrow('AWS_EC2_METADATA_DISABLED says')
    delete env['AWS_EC2_METADATA_DISABLED']
    await expect(get({ kind: 'instance' })).rejects.toMatchObject({
      failure: {
        code: 'credentials-missing',
        message: expect.stringContaining('no metadata service at 127.0.0.1:9') as string,
      },
    })
  })

  it('of a container, where there is none, or none that may be asked', async () => {
    const { env, get } = await keyStage()
    await expect(get({ kind: 'container' })).rejects.toThrow('There is no role of a container here')
    env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = 'http://127.0.0.1:9/keys'
    await expect(get({ kind: 'container' })).rejects.toThrow('endpoint 127.0.0.1:9 does not answer')
    env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] = '/nowhere/token'
    await expect(get({ kind: 'container' })).rejects.toThrow('/nowhere/token, which cannot be read (ENOENT)')
  })

  it.each([
    ['/role', undefined, 'http://169.254.170.2/role'],
    ['role', undefined, undefined],
    [undefined, 'https://keys.example/k', 'https://keys.example/k'],
    [undefined, 'http://169.254.170.23/v1', 'http://169.254.170.23/v1'],
    [undefined, 'http://[fd00:ec2::23]/v1', 'http://[fd00:ec2::23]/v1'],
    [undefined, 'http://localhost:1234/k', 'http://localhost:1234/k'],
    [undefined, 'http://keys.example/k', undefined],
    [undefined, 'http://127.0.0.1.example/k', undefined],
    [undefined, 'file:///etc/passwd', undefined],
    [undefined, 'keys', undefined],
  ])('relative %s, full %s: %s', (relative, full, url) => {
    const env = {
      ...(relative !== undefined && { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative }),
      ...(full !== undefined && { AWS_CONTAINER_CREDENTIALS_FULL_URI: full }),
    }
    if (url === undefined) expect(() => containerUrl(env)).toThrow('AWS_CONTAINER_CREDENTIALS_')
    else expect(containerUrl(env).href).toBe(url)
  })
})

describe('the way to the keys of a profile', () => {
  const way = (lines: string, isSource = false): unknown => {
    const files = awsFilesOf(
      `[profile p]\n${lines}\n[sso-session s]\nsso_start_url = https://s/start\nsso_region = eu-west-1\n`,
      '',
    )
    return wayOf('p', files.profiles.get('p')!, files, isSource)
  }
  const role = `role_arn = ${ROLE_ARN}`
  const keys = 'aws_access_key_id = A\naws_secret_access_key = S'
  it.each([
    ['keys', keys, { by: 'keys' }],
    ['a role before keys', `${role}\nsource_profile = p\n${keys}`, { by: 'role', from: { profile: 'p' } }],
    [
      'a role by the machine',
      `${role}\ncredential_source = EcsContainer`,
      { by: 'role', from: { source: 'EcsContainer' } },
    ],
    ['a token', `${role}\nweb_identity_token_file = /t`, { by: 'web-identity', tokenFile: '/t' }],
    [
      'a session',
      'sso_session = s\nsso_account_id = 1\nsso_role_name = R',
      { by: 'sso', portal: { startUrl: 'https://s/start', region: 'eu-west-1' } },
    ],
    ['a process', 'credential_process = /bin/keys --json', { by: 'process', command: '/bin/keys --json' }],
    ['nothing', 'region = eu-west-1', { by: 'other' }],
    ['a login', 'login_session = arn:aws:iam::1:user/me', { by: 'other' }],
  ])('%s', (_what, lines, expected) => {
    expect(way(lines)).toMatchObject(expected)
  })
  it.each([
    ['a role without a source', role, 'no source_profile'],
    ['a role by something else', `${role}\ncredential_source = Moon`, 'the credential_source "Moon"'],
    ['a session that is not there', 'sso_session = x', 'the sso-session "x", which is not in the AWS files'],
    ['half a sign-in', 'sso_session = s\nsso_account_id = 1', 'says no sso_role_name'],
  ])('%s is refused', (_what, lines, sentence) => {
    expect(() => way(lines)).toThrow(sentence)
  })
  it('as a source, its own keys count before a role', () => {
    expect(way(`${role}\nsource_profile = q\n${keys}`, true)).toMatchObject({ by: 'keys' })
  })

  it('goes round in circles only where it is said so', async () => {
    const { files, get } = await keyStage()
    files(`[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = a\n`)
    await expect(get({ kind: 'profile', profile: 'a' })).rejects.toThrow(
      'The profiles a, b, a name each other',
    )
    files(`[profile a]\n${role}\nsource_profile = a\n${keys}\n`)
    expect(await get({ kind: 'profile', profile: 'a' })).toMatchObject({ accessKeyId: 'ASIA1' })
  })

  it('leads to a code, or to a portal, over every profile between', () => {
    const files = awsFilesOf(
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = c\nmfa_serial = m\n` +
        `[profile c]\nsso_session = s\nsso_account_id = 1\nsso_role_name = R\n` +
        `[sso-session s]\nsso_start_url = https://s/start\nsso_region = eu-west-1\n`,
      '',
    )
    expect(['a', 'b', 'c', 'd'].map((name) => asksForCode(name, files))).toEqual([true, true, false, false])
    expect(portalOfProfile('a', files)).toEqual({ startUrl: 'https://s/start', region: 'eu-west-1' })
  })
})
