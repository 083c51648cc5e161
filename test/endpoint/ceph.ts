import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { ServerKind } from './expectations.ts'
import type { Endpoint } from '../suites/storage/bench.ts'

const SCRIPT = path.join(import.meta.dirname, 'ceph-rgw.sh')
const run = promisify(execFile)

/** With Ceph 20, CopyObject refuses more than this: the over-5-GB path with small objects. */
export const SMALL_MAX_PUT = 16 * 1024 * 1024

export const CEPHS = ['16', '20'] as const
export type CephVersion = (typeof CEPHS)[number]

export interface RunningCeph extends Endpoint {
  readonly kind: ServerKind
  /** Stops it and deletes what it kept. */
  wipe(): Promise<void>
}

/**
 * A Ceph of its own, on loopback, in a temporary directory. Needs root, and Debian or Ubuntu with the way to
 * their packages; version 20 lives in a chroot, RGW_ROOT or one in the temporary directory.
 */
export async function startCeph(version: CephVersion): Promise<RunningCeph> {
  const root =
    version === '20' ? (process.env['RGW_ROOT'] ?? path.join(tmpdir(), 'decant-ceph-20')) : undefined
  const { RGW_ROOT: _outer, ...outer } = process.env
  const environment = {
    ...outer,
    ...(root !== undefined && { RGW_ROOT: root, RGW_MAX_PUT: String(SMALL_MAX_PUT) }),
  }
  const ceph = (...args: string[]): Promise<{ stdout: string }> =>
    run('bash', [SCRIPT, ...args], { env: environment, maxBuffer: 64 * 1024 * 1024 })
  console.log(`Installing Ceph ${version} ...`)
  await ceph('install')
  const directory = await mkdtemp(path.join(tmpdir(), 'decant-ceph-'))
  const wipe = async (): Promise<void> => {
    await ceph('wipe', directory)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const port = await freePort()
    console.log(`Starting Ceph ${version} on port ${port} ...`)
    await ceph('start', directory, String(port))
    const { stdout } = await ceph('env', directory)
    const value = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(stdout)?.[1] ?? ''
    return {
      kind: `ceph-${version}`,
      endpoint: value('S3_ENDPOINT'),
      accessKeyId: value('AWS_ACCESS_KEY_ID'),
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
      kmsKey: value('S3_KMS_KEY1'),
      wipe,
    }
  } catch (error) {
    await wipe()
    throw error
  }
}

/** Low enough that the script's own second port (10,000 above) exists. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    if (port < 55_000) return port
  }
}
