import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { keysOf, processCredentials } from '../../main/credentials/process.ts'
import { keyStage } from './stage.ts'

const NOW = Date.UTC(2026, 10, 21)
const GOOD = { Version: 1, AccessKeyId: 'AKIA', SecretAccessKey: 'hush' }

describe('a credential_process', () => {
  it('gives keys to its profile, and so to the roles that are taken with it', async () => {
    const { files, get, home, fake } = await keyStage()
    const script = path.join(home, 'keys.mjs')
    writeFileSync(script, `console.log(${JSON.stringify(JSON.stringify(GOOD))})`)
    const command = `"${process.execPath}" "${script}"`
    files(
      `[profile p]\ncredential_process = ${command}\n` +
        `[profile r]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = p\n`,
    )
    expect(await get({ kind: 'profile', profile: 'p' })).toMatchObject({
      ...{ accessKeyId: 'AKIA', secretAccessKey: 'hush' },
      expiresAt: undefined,
    })
    expect(await get({ kind: 'profile', profile: 'r' })).toMatchObject({ accessKeyId: 'ASIA1' })
    expect(fake.asked).toEqual({ AssumeRole: 1 })
  })

  it.each([
    [
      'fails',
      `process.stdout.write('hush'); process.stderr.write('hush'); process.exit(3)`,
      'ended with the code 3',
    ],
    ['prints junk', `process.stdout.write('hush {')`, 'printed no JSON object'],
    ['prints without end', `for (;;) process.stdout.write('hush'.repeat(10000))`, 'printed more than keys'],
  ])('that %s is said, with nothing of what it printed', async (_what, source, sentence) => {
    const { files, get, home } = await keyStage()
    const script = path.join(home, 'keys.mjs')
    writeFileSync(script, source)
    files(`[profile p]\ncredential_process = "${process.execPath}" "${script}"\n`)
    const error = await get({ kind: 'profile', profile: 'p' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ failure: { code: 'credentials-missing', reach: 'job' } })
    expect(String(error)).toContain(`The credential_process of the profile "p" ${sentence}`)
    expect(String(error)).not.toContain('hush')
  })

  it('that hangs is ended, with whatever it started', async () => {
    const { home, env } = await keyStage()
    const server = createServer()
    const held = once(server, 'connection') as Promise<[Socket]>
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const script = path.join(home, 'hang.mjs')
    writeFileSync(script, `import { connect } from 'node:net'; connect(${port}, '127.0.0.1')`)
    let endNow = (): void => {}
    const seams = {
      ...systemSeams,
      after: (_ms: number, act: () => void) => {
        endNow = act
        return () => {}
      },
    }
    // The shell waits for it, so there are two processes to end.
    const command = `"${process.execPath}" "${script}"; true`
    const keys = processCredentials(command, 'p', { seams, env }).catch((thrown: unknown) => String(thrown))
    const [socket] = await held
    const gone = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
    socket.resume()
    endNow()
    expect(await keys).toContain('gave no keys within 60 seconds and was ended')
    await gone
    server.close()
  })
})

describe('what a credential_process prints', () => {
  it.each([
    ['keys', GOOD, undefined],
    ['a session', { ...GOOD, SessionToken: 't', Expiration: '2026-11-22T00:00:00Z' }, undefined],
    ['another version', { ...GOOD, Version: 2 }, 'printed no "Version": 1'],
    ['no key id', { ...GOOD, AccessKeyId: '' }, 'printed no AccessKeyId'],
    ['no secret', { Version: 1, AccessKeyId: 'AKIA' }, 'printed no SecretAccessKey'],
    ['a date that is none', { ...GOOD, Expiration: 'soon' }, 'that is no date'],
    ['keys of yesterday', { ...GOOD, Expiration: '2026-11-20T00:00:00Z' }, 'have expired already'],
    ['a list', [], 'printed no JSON object'],
  ])('%s', (_what, printed, sentence) => {
    const read = (): unknown => keysOf(JSON.stringify(printed), 'It', NOW)
    if (sentence === undefined) expect(read()).toMatchObject({ accessKeyId: 'AKIA', secretAccessKey: 'hush' })
    else expect(read).toThrow(sentence)
  })
})
