/**
 * `npm run demo`: the main job with no window. Starts the playground, copies 20,000 small objects and one of 6 GB,
 * kills its own core half-way, goes on, verifies every object, and leaves nothing behind but the report.
 */
import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Comparison } from '../main/playground/compare.ts'
import type { CounterValues } from '../main/playground/counters.ts'
import type { LogEntry } from '../main/playground/mutation.ts'
import type { ReadyMessage } from '../main/playground/process.ts'
import type { SeedRequest } from '../main/playground/seed-request.ts'

const SMALL = 20_000
const BIG_BYTES = 6_000_000_000
const SOURCE = 'demo-source'
const DESTINATION = 'demo-destination'

const repository = path.resolve(import.meta.dirname, '..')
const dir = mkdtempSync(path.join(tmpdir(), 'decant-demo-'))
const dataDir = path.join(dir, 'data')
const report = path.join(dir, 'report.csv')
const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** A killed command leaves its progress bar on the line. */
const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  process.stdout.write(`${text}\n`)
}
const count = (items: number): string => items.toLocaleString('en')

/** The last line of `decant … --json`. */
interface Result {
  readonly jobId: string
  readonly outcome: string
  readonly tally: Readonly<Record<'copied' | 'failed' | 'skipped' | 'bytesCopied', number>>
  readonly requests: Readonly<Record<string, number>>
  readonly seconds: number
}

/** The playground, as a process of its own, and its admin requests. */
class DemoPlayground {
  readonly #child: ChildProcess
  readonly ready: Promise<ReadyMessage>

  constructor() {
    this.#child = fork(path.join(repository, 'main/playground/process.ts'), ['--empty'])
    children.add(this.#child)
    this.ready = once(this.#child, 'message').then(([message]) => message as ReadyMessage)
  }

  async ask(method: string, what: string, body?: object): Promise<string> {
    const { adminEndpoint, secretAccessKey } = await this.ready
    const answer = await fetch(`${adminEndpoint}/${what}`, {
      method,
      headers: { 'x-decant-admin': secretAccessKey },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the playground refused ${method} ${what}: ${text}`)
    return text
  }

  async seed(request: SeedRequest): Promise<void> {
    await this.ask('POST', 'seed', request)
  }

  async written(): Promise<number> {
    return (JSON.parse(await this.ask('GET', 'counters')) as CounterValues).mutations
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.send({ type: 'stop' })
    await gone
    children.delete(this.#child)
  }
}

function decant(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { child: ChildProcess; said: Promise<string> } {
  const child = spawn(
    process.execPath,
    [path.join(repository, 'main/cli.ts'), ...args, '--data-dir', dataDir],
    {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.add(child)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const said = once(child, 'close').then(() => {
    children.delete(child)
    return text.trim()
  })
  return { child, said }
}

/** The JSON line of a command that must end well. */
async function answer<T>(args: readonly string[], env: NodeJS.ProcessEnv): Promise<T> {
  const { child, said } = decant(args, env)
  const text = await said
  if (child.exitCode !== 0) throw new Error(`decant ${args.join(' ')} ended with ${child.exitCode}: ${text}`)
  return JSON.parse(text) as T
}

async function demo(): Promise<void> {
  const playground = new DemoPlayground()
  const { endpoint, accessKeyId, secretAccessKey } = await playground.ready
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
  }
  await playground.seed({
    bucket: SOURCE,
    count: SMALL,
    prefix: 'pictures/',
    pattern: '{n/100:3}/{n:6}.jpg',
    sizes: { min: 1_000, max: 500_000 },
    headers: { 'content-type': 'image/jpeg', 'cache-control': 'max-age=86400' },
    metadata: { camera: 'demo' },
    tags: { album: 'all' },
  })
  await playground.seed({
    bucket: SOURCE,
    key: 'film.mov',
    size: BIG_BYTES,
    metadata: { reel: '1' },
    tags: { kind: 'film' },
  })
  await playground.seed({ bucket: DESTINATION, count: 0 })
  say(`Playground at ${endpoint}: ${count(SMALL)} small objects and one of 6 GB in ${SOURCE}.`)

  const pour = [`s3://${SOURCE}/`, `s3://${DESTINATION}/`, '--json']
  const plan = await answer<{ items: number; planned: Record<string, { items: number }> }>(
    ['plan', 'copy', ...pour],
    env,
  )
  say(
    `Plan: ${count(plan.planned['copy']?.items ?? 0)} to copy, ${plan.planned['copy-parts']?.items ?? 0} to copy in parts.`,
  )

  const before = await playground.written()
  const first = decant(['copy', ...pour], env)
  while (first.child.exitCode === null && (await playground.written()) - before < SMALL / 2) await pause(20)
  const killed = first.child.kill('SIGKILL')
  await first.said
  const half = (await playground.written()) - before
  say(
    `Killed (SIGKILL) after ${count(half)} writes${killed ? '' : ', though it was done already'}. Starting again.`,
  )

  const result = await answer<Result>(['resume', '--all', '--json'], env)
  const { copied, failed } = result.tally
  say(`Went on to the end: ${count(copied)} copied, ${failed} failed, in ${result.seconds} s of work.`)

  await verify(playground)
  await mustEndWell(['report', result.jobId, '--format', 'csv', '--out', report], env)
  await playground.stop()
  rmSync(dataDir, { recursive: true, force: true })
  say(`Requests as the job counted them: ${JSON.stringify(result.requests)}`)
  say(`Report: ${report}`)
}

async function mustEndWell(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { child, said } = decant(args, env)
  await said
  if (child.exitCode !== 0) throw new Error(`decant ${args.join(' ')} ended with ${child.exitCode}`)
}

/** Every object, content and all that belongs to it; and from the server's own log, how often each was written. */
async function verify(playground: DemoPlayground): Promise<void> {
  const places = {
    a: { bucket: SOURCE, prefix: '' },
    b: { bucket: DESTINATION, prefix: '' },
    attributes: true,
  }
  const found = JSON.parse(await playground.ask('POST', 'compare', places)) as Comparison
  if (!found.equal) {
    const { missingCount, extraCount, differentCount } = found
    throw new Error(
      `${missingCount} objects are missing, ${extraCount} too many, ${differentCount} different`,
    )
  }
  const written = new Map<string, number>()
  for (const line of (await playground.ask('GET', 'log')).split('\n')) {
    const { bucket, key, op } = (line === '' ? {} : JSON.parse(line)) as Partial<LogEntry>
    if (bucket !== DESTINATION || key === undefined) continue
    if (op !== 'CopyObject' && op !== 'CompleteMultipartUpload') continue
    written.set(key, (written.get(key) ?? 0) + 1)
  }
  const twice = [...written.values()].filter((times) => times > 1).length
  say(`Verified: ${count(found.compared)} objects are equal in content, headers, metadata, tags and class.`)
  say(`Written once: ${count(written.size - twice)}; twice, being in flight at the kill: ${twice}.`)
}

demo().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`The demo failed: ${(error as Error).message}\nWhat it left is in ${dir}.\n`)
    process.exit(1)
  },
)
