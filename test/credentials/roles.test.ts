import { describe, expect, it } from 'vitest'
import { stsRefusal } from '../../main/credentials/sts.ts'
import { serviceUrl } from '../../main/credentials/services.ts'
import { keyStage } from './stage.ts'

const ROLE_ARN = 'arn:aws:iam::123456789012:role/Reader'
const SERIAL = 'arn:aws:iam::123456789012:mfa/me'
const KEYS = { kind: 'keys', accessKeyId: 'AKIA' } as const
const ROLE = { kind: 'role', roleArn: ROLE_ARN, base: KEYS } as const

describe('a role', () => {
  it('is taken with the keys of its base', async () => {
    const { get, fake } = await keyStage()
    const role = { ...ROLE, externalId: 'their-id', sessionName: 'me@work', duration: 900 }
    expect(await get(role)).toMatchObject({ accessKeyId: 'ASIA1', expiresAt: expect.any(Number) as number })
    expect(fake.lastRole).toMatchObject({
      RoleArn: ROLE_ARN,
      ExternalId: 'their-id',
      RoleSessionName: 'me@work',
      DurationSeconds: '900',
    })
    expect(fake.lastRole['TokenCode']).toBeUndefined()
  })

  it('takes a code where it names a device; the session is kept until it ends', async () => {
    const { get, fake } = await keyStage()
    const role = { ...ROLE, mfaSerial: SERIAL }
    const needed = {
      signIn: { by: 'code', serial: SERIAL },
      failure: { code: 'credentials-missing', reach: 'job' },
    }
    await expect(get(role)).rejects.toMatchObject(needed)
    await expect(get(role, { code: '000000' })).rejects.toMatchObject({
      failure: { code: 'bad-input', property: 'code', message: expect.stringMatching(/^code: /) as string },
    })
    const taken = await get(role, { code: fake.mfaCode })
    expect(await get(role)).toEqual(taken)
    // It is not that of another connection, nor of a job file from elsewhere.
    await expect(get(role, { scope: 'elsewhere' })).rejects.toMatchObject(needed)
    await expect(get(role, { refused: taken })).rejects.toMatchObject({
      failure: { code: 'credentials-expired', message: expect.stringContaining('has ended') as string },
    })
    expect(await get(role, { code: fake.mfaCode })).toMatchObject({ accessKeyId: 'ASIA2' })
  })

  it('of a profile, with a source_profile and a device, asks for the same code', async () => {
    const questions: string[] = []
    const stage = await keyStage(async ({ serial }) => {
      questions.push(serial)
      return '123456'
    })
    stage.files(
      `[profile p]\nrole_arn = ${ROLE_ARN}\nsource_profile = middle\n` +
        `[profile middle]\nrole_arn = ${ROLE_ARN}2\nsource_profile = base\nmfa_serial = ${SERIAL}\nregion = us-west-2\n`,
      '[base]\naws_access_key_id = AKIA\naws_secret_access_key = s\n',
    )
    const all = await Promise.all([1, 2, 3].map(() => stage.get({ kind: 'profile', profile: 'p' })))
    expect(questions).toEqual([SERIAL])
    expect(all).toMatchObject(all.map(() => ({ accessKeyId: 'ASIA2' })))
  })

  it('that is refused says by whom and why, and leaks nothing', async () => {
    const { get, fake } = await keyStage()
    fake.refuseRole = {
      code: 'AccessDenied',
      message: 'User me is not authorized to perform: sts:AssumeRole',
    }
    const refusal = get(ROLE, { own: { accessKeyId: 'AKIA', secretAccessKey: 'hush' } })
    await expect(refusal).rejects.toMatchObject({
      failure: {
        code: 'credentials-missing',
        message: expect.stringContaining(`${ROLE_ARN} cannot be taken: User me`) as string,
      },
    })
    await expect(refusal).rejects.not.toThrow('hush')
  })

  it('is asked for at the STS of a store that is not AWS', async () => {
    const { get, env, fake } = await keyStage()
    const endpoint = env['AWS_ENDPOINT_URL_STS']!
    delete env['AWS_ENDPOINT_URL_STS']
    expect(await get(ROLE, { endpoint })).toMatchObject({ accessKeyId: 'ASIA1' })
    expect(fake.asked['AssumeRole']).toBe(1)
  })
})

describe('what STS refuses', () => {
  const mfa = { serial: SERIAL, code: '123456' }
  it.each([
    [
      'a wrong code',
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      mfa,
      'bad-input',
      'code',
    ],
    [
      'another device',
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid',
      mfa,
      'bad-input',
      'mfaSerial',
    ],
    [
      'no code',
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide a valid MFA code',
      undefined,
      'credentials-missing',
      'mfaSerial',
    ],
    [
      'old base keys',
      'ExpiredToken',
      'The security token included in the request is expired',
      undefined,
      'credentials-expired',
      undefined,
    ],
    [
      'unknown base keys',
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      mfa,
      'credentials-missing',
      undefined,
    ],
    [
      'a wrong clock',
      'SignatureDoesNotMatch',
      'Signature expired: 20261121T is now earlier than 20261121T',
      undefined,
      'credentials-missing',
      undefined,
    ],
    [
      'a long duration',
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      undefined,
      'credentials-missing',
      undefined,
    ],
  ])('%s', (_what, code, said, device, failure, property) => {
    const refusal = stsRefusal({ status: 403, code, said }, { roleArn: ROLE_ARN }, device)
    expect([refusal.code, refusal.property]).toEqual([failure, property])
    expect(refusal.message).not.toContain('123456:')
  })
})

describe('where a service is', () => {
  it.each([
    ['sts', 'eu-central-1', {}, undefined, 'https://sts.eu-central-1.amazonaws.com/'],
    ['sts', 'us-gov-west-1', {}, undefined, 'https://sts.us-gov-west-1.amazonaws.com/'],
    ['sts', 'cn-north-1', {}, undefined, 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['sts', 'us-east-1', {}, 'http://ceph:8000/', 'http://ceph:8000/'],
    ['sts', 'us-east-1', { AWS_ENDPOINT_URL_STS: 'http://sts/' }, 'http://ceph:8000/', 'http://sts/'],
    ['sts', 'us-east-1', { AWS_ENDPOINT_URL: 'http://all/' }, undefined, 'http://all/'],
    [
      'sts',
      'us-east-1',
      { AWS_ENDPOINT_URL: 'http://all/', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      undefined,
      'https://sts.us-east-1.amazonaws.com/',
    ],
    ['sso', 'cn-north-1', {}, undefined, 'https://portal.sso.cn-north-1.amazonaws.com.cn/'],
    ['sso_oidc', 'eu-west-1', {}, undefined, 'https://oidc.eu-west-1.amazonaws.com/'],
  ] as const)('%s in %s, %j', (service, region, env, own, url) => {
    expect(serviceUrl(service, region, env, { own }).href).toBe(url)
  })
})
