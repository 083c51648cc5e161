import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { COMMANDS, helpOf } from '../../main/cli/usage.ts'

const cli = path.resolve(import.meta.dirname, '../../main/cli.ts')

/** A home of their own: what is refused must not look into the jobs of whoever runs this, nor make any there. */
const home = mkdtempSync(path.join(tmpdir(), 'decant-usage-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function decant(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const homes = { HOME: home, USERPROFILE: home, DECANT_DATA_DIR: path.join(home, 'data') }
  const env = { ...process.env, ...homes }
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env })
}

describe('decant', () => {
  it('says what it can do', () => {
    const { status, stdout } = decant('--help')
    expect(status).toBe(0)
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `)
  })

  it.each([...COMMANDS])('explains %s', (command) => {
    const { status, stdout } = decant(command, '--help')
    expect([status, stdout]).toEqual([0, `${helpOf(command)}\n`])
    expect(stdout).toMatch(new RegExp(`^Usage: decant ${command}`))
  })

  it('does not load what help has no need of', () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      process.argv = [process.argv[0], ${JSON.stringify(cli)}, '--help']
      process.on('exit', () => console.error(JSON.stringify(loaded)))
      await import(${JSON.stringify(cli)})`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect(stderr).not.toMatch(/node_modules/)
  })

  it.each([
    [[], 2, ''],
    [['pour'], 2, '"pour" is no command'],
    [['cp'], 2, '"cp" is no command. decant copy does that.'],
    [['constructor'], 2, '"constructor" is no command. decant --help'],
    [['copy', 's3://a/', 's3://b/', '--dryrun'], 2, "'--dryrun'. decant plan COMMAND shows"],
    [['resume', 'ID', '--endpoint-url', 'http://a'], 2, '--endpoint-url: a job has its stores and keys from'],
    [['resume', '--all', '--profile=a'], 2, '--profile: a job has its stores and keys from'],
    [['copy'], 2, 'SOURCE is missing'],
    [['copy', 's3://a/'], 2, 'DEST is missing'],
    [['copy', 's3://a/', 's3://b/', 'gs://more'], 2, 'DEST: must begin with s3://, or be a path'],
    [['copy', 's3://a/', 's3://b/', '--bogus'], 2, "Unknown option '--bogus'"],
    [['copy', 's3://a/', 's3://b/', '--region'], 2, '--region <value>'],
    [['plan'], 2, 'plan: must be followed by copy, move, edit, delete, parity, undo, purge, rewind'],
    [['plan', 'pour'], 2, 'undelete, restore-version, not "pour"'],
    [['purge', 's3://a/'], 2, 'purge: say which old versions go, with --older-than 30d, --keep 3 or both'],
    [['purge', 's3://a/', '--older-than', 'x'], 2, '--older-than: must be a number of days such as 30d'],
    [['purge', 's3://a/', '--keep', '101'], 2, '--keep: must be a whole number from 0 to 100, not "101"'],
    [['rewind', 's3://a/'], 2, '--to is missing: a time such as 2026-03-01T12:00Z'],
    [['rewind', 's3://a/', '--to', 'noon'], 2, '--to: must be a time such as 2026-03-01'],
    [['undelete'], 2, 'SOURCE is missing'],
    [['restore-version', 's3://a/b'], 2, '--version-id is missing'],
    [['restore-version', 's3://a/b/', '--version-id', 'v'], 2, 'SOURCE must be one object'],
    [['restore-version', 's3://a/b', '--version-id', '-v'], 2, 'in front as --version-id=VALUE'],
    [['plan', 'copy', 's3://a/', 's3://b/', '--only', 'all'], 2, '--only: must be one of overwrites, exists'],
    [['plan', 'copy', 's3://a/', 's3://b/', '--out', '-', '--json'], 2, 'cannot have --json as well'],
    [['start', 'nobody'], 2, 'there is no job "nobody"'],
    [['plan', 'edit'], 2, 'SOURCE is missing'],
    [['run', '/nowhere/job.json'], 2, 'JOBFILE: /nowhere/job.json cannot be read'],
    [['resume'], 2, 'JOBID (or --all) is missing'],
    [['resume', 'a', '--all'], 2, 'not both'],
    [['undo'], 2, 'JOBID is missing'],
    [['undo', 'nobody'], 2, 'there is no job "nobody"'],
    [['report', 'a', '--format', 'xml'], 2, '--format: must be one of csv, json, html, manifest, not "xml"'],
    [['serve', '--port', '99999'], 2, '--port: must be a whole number from 0 to 65535, not "99999"'],
    [['playground', '--port', 'x'], 2, '--port: must be a whole number'],
  ])('%j is refused with %i', (args, code, sentence) => {
    const { status, stderr } = decant(...args)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('at ')
    expect(status).toBe(code)
  })

  it('names a data directory that cannot be one', () => {
    const { status, stderr } = decant('undo', 'a', '--data-dir', path.join(cli, 'data'))
    expect(stderr).toMatch(/cli\.ts\/data" cannot be the data directory \(--data-dir\): ENOTDIR/)
    expect(status).toBe(3)
  })

  it('names a port that another program has', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (const command of ['serve', 'playground']) {
      const { status, stderr } = decant(command, '--port', `${port}`)
      expect(stderr).toContain(`--port: ${port} is taken by another program`)
      expect(status).toBeGreaterThan(0)
    }
    server.close()
  })

  it('knows its version', () => {
    expect(decant('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('makes nothing of its own in a home but the data directory', () =>
    expect(readdirSync(home).filter((name) => name !== 'data')).toEqual([]))
})
