import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hidingSecrets } from '../../main/log/hiding.ts'
import { openLogFile } from '../../main/log/log-file.ts'
import { createLog } from '../../main/log/log.ts'
import { redact } from '../../main/log/redact.ts'
import { hostDouble } from '../helpers/host-double.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const TOKEN = 'IQoJb3JpZ2luX2VjEHsaCXVzLWVhc3QtMSJHMEUCIQ'
const SIGNATURE = 'fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024'

/** Each plants something that must not stay; what of it has to be gone stands beside it. */
const PLANTED: readonly (readonly [string, readonly string[]])[] = [
  [`key AKIAIOSFODNN7EXAMPLE was refused`, ['AKIAIOSFODNN7EXAMPLE']],
  [`aws_secret_access_key = ${SECRET}`, [SECRET]],
  [`{ accessKeyId: 'x', secretAccessKey: '${SECRET}', sessionToken: '${TOKEN}' }`, [SECRET, TOKEN]],
  [JSON.stringify({ secretAccessKey: SECRET, sessionToken: TOKEN }), [SECRET, TOKEN]],
  [`it was ${SECRET}, they say`, [SECRET]],
  [
    `Authorization: AWS4-HMAC-SHA256 Credential=abc/20261121/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=${SIGNATURE}`,
    [SIGNATURE, 'aws4_request'],
  ],
  [`{"authorization":"AWS4-HMAC-SHA256 Signature=${SIGNATURE}"}`, [SIGNATURE]],
  [`headers: { Authorization: 'Bearer abcdefgh12345678' }`, ['abcdefgh12345678']],
  [`Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==`, ['dXNlcjpwYXNzd29yZA']],
  [
    `GET https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=abc%2Fs3&X-Amz-Signature=${SIGNATURE} failed`,
    [SIGNATURE, 'X-Amz-Credential', 'abc%2F'],
  ],
  [`/k?x-amz-signature=${SIGNATURE}&x-amz-security-token=${TOKEN}`, [SIGNATURE, TOKEN]],
  [`x-amz-security-token: ${TOKEN}`, [TOKEN]],
  [`http://mia:geheim1@proxy.example:3128 refused`, ['geheim1', 'mia']],
  [`proxyPassword="geh eim"`, ['geh eim']],
  [`customerKey: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='`, ['MDEyMzQ1']],
  [`serve at http://127.0.0.1:8080/?token=0fH3aaX_yz`, ['0fH3aaX_yz']],
]

describe('a log', () => {
  it.each(PLANTED)('does not say %s', (line, gone) => {
    const left = redact(line)
    for (const secret of gone) expect(left).not.toContain(secret)
  })

  it.each([
    'job 7 running: Copy orders/2026/ to acme-backups',
    'connections.test failed: Error: connect ECONNREFUSED 127.0.0.1:9000',
    'https://s3.eu-central-1.amazonaws.com/bucket/a/b.txt answered 403 AccessDenied, request 4442587FB7D0A2F9',
    '/home/mia/projects/decant/out/main/chunks/jobs-Bf3kZ0.js:12:34',
    'sha256 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  ])('says what is no secret as it is: %s', (line) => expect(redact(line)).toBe(line))

  it('says what weighs enough, one event in one line', () => {
    const lines: string[] = []
    const log = createLog({ append: (line) => lines.push(line) }, () => 0)
    log.write('debug', 'not this')
    log.write('info', 'a key named\n2026-01-01T00:00:00.000Z error   forged')
    log.setLevel('error')
    log.write('warning', 'nor this')
    log.write('error', new Error('Oh.'))
    expect(lines[0]).toBe(
      '1970-01-01T00:00:00.000Z info    a key named\n    2026-01-01T00:00:00.000Z error   forged\n',
    )
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^1970-01-01T00:00:00\.000Z error {3}Error: Oh\.\n {4} +at /)
  })

  it('says nothing to a terminal, and looks through no more than a line needs', () => {
    const lines: string[] = []
    const log = createLog({ append: (line) => lines.push(line) }, () => 0)
    log.write('info', '\u001b]0;owned\u0007\rforged \u009b31m')
    expect(lines[0]).toBe('1970-01-01T00:00:00.000Z info    \\u001b]0;owned\\u0007\\u000dforged \\u009b31m\n')
    expect(log.words(`password=geheim12 \u001b[2J`)).toBe('password=[removed] \\u001b[2J')
    // Each dot may begin the scheme of a URL: a rule that looks for one would look ahead from each to the end.
    log.write('info', 'a.'.repeat(4_000_000))
    expect(lines[1]?.length).toBeLessThan(8100)
  })

  it('leaves out every secret that the process has learned, whatever it looks like', async () => {
    const lines: string[] = []
    const log = createLog({ append: (line) => lines.push(line) }, () => 0)
    const double = hostDouble(async () => ({
      endpoint: 'http://127.0.0.1:1',
      adminEndpoint: 'http://127.0.0.1:2',
      accessKeyId: 'PLAYGROUND',
      secretAccessKey: 'of the playground',
    }))
    double.secrets.set('kept', { accessKeyId: 'mine', secretAccessKey: 'plain words as a key' })
    const host = hidingSecrets(double.port, log)
    await host.readSecret('kept')
    await host.writeSecret('proxy', { proxyPassword: 'hunter22' })
    await host.openPlayground()
    log.write('error', 'it was', { a: 'plain words as a key' }, 'hunter22', 'of the playground')
    expect(lines.join()).not.toMatch(/plain words|hunter22|of the playground/)
  })
})

describe('log files', () => {
  let dir: string
  beforeEach(() => {
    dir = path.join(mkdtempSync(path.join(tmpdir(), 'decant-log-')), 'logs')
  })
  afterEach(() => rmSync(path.dirname(dir), { recursive: true, force: true }))

  it('are few, bounded, and for their owner alone', () => {
    const line = `${'x'.repeat(99)}\n`
    let file = openLogFile(dir, 'core', 1000)
    for (let count = 0; count < 25; count++) file.append(line)
    file = openLogFile(dir, 'core', 1000)
    for (let count = 0; count < 40; count++) file.append(`${count} ${line}`)
    expect(readdirSync(dir).sort()).toEqual(['core.1.log', 'core.2.log', 'core.3.log', 'core.log'])
    for (const name of readdirSync(dir)) {
      const { size, mode } = statSync(path.join(dir, name))
      expect(size).toBeLessThanOrEqual(1000)
      if (process.platform !== 'win32') expect(mode & 0o077).toBe(0)
    }
    expect(readFileSync(path.join(dir, 'core.log'), 'utf8')).toContain('39 x')
    expect(readFileSync(path.join(dir, 'core.1.log'), 'utf8')).not.toContain('39 x')
  })

  it('that cannot be written stop nothing', () => {
    const file = openLogFile('/dev/null/logs', 'core')
    expect(() => file.append('a line\n')).not.toThrow()
  })
})
