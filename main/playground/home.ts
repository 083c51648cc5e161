import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fields } from './input.ts'
import type { Credentials } from './signature.ts'

/** What a playground's directory remembers from start to start, beside the journal. */
export interface Home {
  readonly credentials: Credentials
  /** The S3 port of the last start; undefined before the first. */
  readonly port: number | undefined
  /** Where the last start's admin endpoint was. */
  readonly adminEndpoint: string | undefined
}

const FILE = 'playground.json'
const HIGHEST_PORT = 65_535

/** Keys that nobody has seen before. */
export function newCredentials(): Credentials {
  return {
    accessKeyId: `DECANT${randomBytes(7).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
}

/**
 * Reads what `dir` remembers; undefined for a directory that no playground used.
 * @throws Error naming the field that cannot be read
 */
export function readHome(dir: string): Home | undefined {
  const text = readIfThere(join(dir, FILE))
  if (text === undefined) return undefined
  const fields = new Fields(JSON.parse(text), FILE)
  return {
    credentials: {
      accessKeyId: fields.requiredText('accessKeyId'),
      secretAccessKey: fields.requiredText('secretAccessKey'),
    },
    port: fields.integer('port', 1, HIGHEST_PORT),
    adminEndpoint: fields.text('adminEndpoint'),
  }
}

/** Remembers it, readable for this user alone. */
export function writeHome(dir: string, { credentials, port, adminEndpoint }: Home): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const { accessKeyId, secretAccessKey } = credentials
  const half = join(dir, `${FILE}.new`)
  writeFileSync(half, JSON.stringify({ accessKeyId, secretAccessKey, port, adminEndpoint }), { mode: 0o600 })
  renameSync(half, join(dir, FILE))
}

/** Whether a playground answers there: two on one directory would spoil each other's journal. */
export async function isRunning({ adminEndpoint, credentials }: Home): Promise<boolean> {
  if (adminEndpoint === undefined) return false
  try {
    const answer = await fetch(`${adminEndpoint}/ping`, {
      headers: { 'x-decant-admin': credentials.secretAccessKey },
      signal: AbortSignal.timeout(2000),
    })
    return answer.ok
  } catch {
    return false
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
