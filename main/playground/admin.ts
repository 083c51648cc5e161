import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerSettings } from './admin-settings.ts'
import { drained } from './call.ts'
import { comparePlaces } from './compare.ts'
import { OWNER } from './accounts.ts'
import { Fields, InputError, show } from './input.ts'
import { setKeyState } from './kms.ts'
import type { Playground } from './playground.ts'
import { seed } from './seed-request.ts'

/** What only the server around a playground can do. */
export interface ServerControls {
  /** Lets hung requests go on. @returns how many */
  release(): number
  /** Closes the S3 port and breaks off its connections, or opens it again. */
  setOffline(offline: boolean): Promise<void>
}

/**
 * The admin endpoint, on a port of its own so that it answers while the S3 port is closed. Every request
 * carries the secret access key in x-decant-admin; bodies and answers are JSON.
 *
 * | request               | body                                   | answer                         |
 * |-----------------------|----------------------------------------|--------------------------------|
 * | GET /ping             |                                        | {pid}                          |
 * | POST /faults          | {rules: FaultRule[]}                   | {ids}                          |
 * | DELETE /faults        |                                        | {}                             |
 * | POST /release         |                                        | {released}                     |
 * | GET /log?since=N      |                                        | a LogEntry a line              |
 * | GET /counters         |                                        | CounterValues                  |
 * | POST /counters/reset  |                                        | {}                             |
 * | POST /compare         | {a, b: Place, attributes, checksums}   | Comparison                     |
 * | POST /seed            | SeedRequest                            | {objects}                      |
 * | POST /kms             | KeyStateRequest                        | {arn}                          |
 * | DELETE /kms           |                                        | {}                             |
 * | POST /offline         | {on: boolean}                          | {}                             |
 * | GET /clock            |                                        | {now, ahead}, in seconds       |
 * | POST /clock           | {advance: seconds}                     | {now, ahead}                   |
 * | POST /regions         | {answer: any, redirect, malformed …}    | {}                             |
 * | POST /accounts        | {name}                                 | {accountId, canonicalId, keys} |
 * | POST /sessions        |                                        | keys with a session token      |
 * | DELETE /sessions      | (those given so far have expired)      | {ended}                        |
 * | POST /archive         | {bucket, key, versionId, tier}         | {}                             |
 * | POST /access          | {bucket, account, read …, deny}        | {}                             |
 */
export class Admin {
  readonly #playground: Playground
  readonly #controls: ServerControls
  readonly #secret: Buffer

  constructor(playground: Playground, controls: ServerControls, secretAccessKey: string) {
    this.#playground = playground
    this.#controls = controls
    this.#secret = Buffer.from(secretAccessKey)
  }

  /** Answers one request. Never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!this.#isAllowed(request.headers['x-decant-admin'])) {
        sendJson(response, 403, { error: 'x-decant-admin must be the secret access key' })
        return
      }
      const url = new URL(request.url ?? '/', 'http://playground')
      if (request.method === 'GET' && url.pathname === '/log') {
        await this.#sendLog(response, Number(url.searchParams.get('since') ?? 0))
        return
      }
      const answer = await this.#answer(`${request.method} ${url.pathname}`, await readJson(request))
      sendJson(response, answer === undefined ? 404 : 200, answer ?? { error: 'no such admin request' })
    } catch (error) {
      const isInput = error instanceof InputError
      if (!isInput) console.error(error)
      sendJson(response, isInput ? 400 : 500, { error: isInput ? error.message : 'internal error' })
    }
  }

  #isAllowed(secret: string | string[] | undefined): boolean {
    const given = Buffer.from(String(secret))
    return given.length === this.#secret.length && timingSafeEqual(given, this.#secret)
  }

  async #answer(route: string, body: unknown): Promise<object | undefined> {
    const { faults, counters } = this.#playground
    switch (route) {
      case 'GET /ping':
        return { pid: process.pid }
      case 'POST /faults':
        return { ids: faults.add(readRules(body)) }
      case 'DELETE /faults':
        faults.clear()
        return {}
      case 'POST /release':
        return { released: this.#controls.release() }
      case 'GET /counters':
        return counters.values()
      case 'POST /counters/reset':
        counters.reset()
        return {}
      case 'POST /compare':
        return comparePlaces(this.#playground, body)
      case 'POST /seed': {
        const objects = seed(this.#playground, body)
        await this.#playground.flushed()
        return { objects }
      }
      case 'POST /kms':
        return { arn: setKeyState(this.#playground.kms, OWNER.account, body) }
      case 'DELETE /kms':
        this.#playground.kms.clear()
        return {}
      case 'POST /sessions':
        return this.#playground.sessions.begin()
      case 'DELETE /sessions':
        return { ended: this.#playground.sessions.end() }
      case 'POST /offline':
        await this.#controls.setOffline(readOffline(body))
        return {}
      default:
        return answerSettings(this.#playground, route, body)
    }
  }

  async #sendLog(response: ServerResponse, since: number): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
    for (const entry of this.#playground.log.since(Number.isInteger(since) ? since : 0)) {
      if (response.destroyed) return
      if (!response.write(`${JSON.stringify(entry)}\n`)) await drained(response)
    }
    response.end()
  }
}

function readRules(body: unknown): readonly unknown[] {
  const fields = new Fields(body, 'faults')
  const rules = fields.list('rules')
  fields.end()
  if (rules === undefined) throw new InputError('faults.rules must be a list of rules')
  return rules
}

function readOffline(body: unknown): boolean {
  const fields = new Fields(body, 'offline')
  const on = fields.flag('on')
  fields.end()
  if (on === undefined) throw new InputError('offline.on must be true or false')
  return on
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new InputError(`the body must be JSON, not ${show(text)}`)
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(value))
}
