import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { parseArgs } from 'node:util'
import fc from 'fast-check'
import { methods } from '../../main/contract/methods.ts'
import { menuDescription } from '../../main/contract/menu.ts'
import * as options from '../../main/cli/arguments.ts'
import { specOfCommand, type JobCommand } from '../../main/cli/job-spec.ts'
import { s3Url } from '../../main/cli/places.ts'
import { UsageError } from '../../main/cli/usage.ts'
import { openable } from '../../main/desktop/opened.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { canonicalEndpoint } from '../../main/engine/route.ts'
import { addressOf } from '../../main/engine/wire/endpoint.ts'
import { networkFrom } from '../../main/engine/wire/network.ts'
import { redact } from '../../main/log/redact.ts'
import { connection, endpointConfig } from '../../main/model/connection.ts'
import { decodeWords } from '../../main/model/encoded-words.ts'
import { linkTo, parseLink } from '../../main/model/link.ts'
import { localNameProblem } from '../../main/model/local-names.ts'
import { hostOf } from '../../main/model/price-file.ts'
import { systemSeams } from '../../main/model/seams.ts'
import { visible, visibleControls } from '../../main/model/visible.ts'
import { cleanName, openExchange } from '../../main/serve/exchange.ts'
import { addressAsked, servePage } from '../../main/serve/http.ts'
import { parseMessage } from '../../main/serve/owner-socket.ts'
import { serveSocket } from '../../main/serve/socket.ts'
import { openCore, type Core } from '../../main/services/open-core.ts'
import { machineWith } from '../cli/machines.ts'
import { hostDouble } from '../helpers/host-double.ts'
import { junk, mutated, repeated, torn, valueOf } from './shapes.ts'
import { answered, isFailure, type Target } from './target.ts'

/** What comes in by a door: calls over the bridge, URLs, requests to serve, arguments. */

let core: Core
/** What goes to somebody else's service, or waits for a person, is no business of this test. */
const ELSEWHERE = /^(sso|updates|playground|connections\.(test|probe|signIn))\b/
const NAMES = Object.keys(methods).filter((name) => !ELSEWHERE.test(name))

const bridge: Target = {
  name: 'calls over the bridge, to a real core',
  share: 50,
  async stage() {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-fuzz-'))
    // Nothing leaves this machine: every way out is a proxy that nobody is.
    const env = {
      HOME: dataDir,
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const host = hostDouble()
    core = await openCore({
      options: { dataDir, host: 'serve', version: '0' },
      host: host.port,
      seams: systemSeams,
      createStorage,
      env,
    })
    return async () => {
      await core.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
  property: () => {
    const valid = NAMES.map((name) =>
      valueOf(methods[name as keyof typeof methods].input, 6).map((input) => [name, input] as const),
    )
    const call = fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .nat(valid.length - 1)
          .chain(
            (at) =>
              mutated((valid[at] as fc.Arbitrary<unknown>).map((one) => one)) as fc.Arbitrary<
                readonly [string, unknown]
              >,
          ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.constantFrom(...NAMES, '__proto__', 'constructor', 'toString', ''), junk),
      },
      { weight: 1, arbitrary: fc.tuple(fc.string(), junk) },
    )
    let calls = 0
    return fc.asyncProperty(call, async (made) => {
      const [method, input] = Array.isArray(made) ? (made as readonly unknown[]) : [made, made]
      if (typeof method === 'string' && ELSEWHERE.test(method)) return
      const id = `fuzz${++calls}`
      await answered(
        async () => {
          const asked = core.transport.invoke(String(method), input, id)
          const reply = await Promise.race([asked, afterwards(300)])
          // A plan that waits for a server that is not there: it is told to stop, and has to.
          if (reply === undefined) core.transport.cancel(id)
          const last = await asked
          if (!last.ok && last.failure.code === 'internal')
            throw new Error(`${String(method)}: ${last.failure.message}`)
        },
        () => false,
      )
    })
  },
}

function afterwards(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds))
}

const schemas: Target = {
  name: 'inputs of every method',
  share: 90,
  property: () => {
    const all = Object.entries(methods).map(([name, { input }]) => ({
      input,
      name,
      values: mutated(valueOf(input, 6)),
    }))
    const one = fc
      .nat(all.length - 1)
      .chain((at) => (all[at]?.values ?? junk).map((value) => [at, value] as const))
    return fc.asyncProperty(fc.oneof(one, fc.tuple(fc.nat(all.length - 1), junk)), async ([at, value]) => {
      await answered(() => {
        all[at]?.input.safeParse(value, { reportInput: true })
        menuDescription.safeParse(value)
      })
    })
  },
}

const messages: Target = {
  name: 'frames of the socket',
  share: 30,
  property: () => {
    const frame = fc.oneof(
      torn(fc.constant('{"type":"invoke","call":"7","method":"jobs.list","input":{}}'), [
        '"',
        '{',
        '"__proto__":{},',
        '[',
        'null',
      ]),
      junk.map((value) => JSON.stringify(value) ?? ''),
      repeated(['[', '{"a":', '"'], 30_000),
    )
    return fc.asyncProperty(frame, async (text) => {
      const message = await answered(() => parseMessage(text))
      if (message !== undefined && typeof message.call !== 'string') throw new Error('a call that is no text')
    })
  },
}

const LINKS = [
  'decant://open?connection=a&bucket=b&prefix=c/',
  'decant:open',
  'https://s3.eu-west-1.amazonaws.com',
  'http://[::1]:9000/base',
  's3://bucket/key',
  '/uploads/0123?name=a%2Fb&modified=1',
  '//',
  '/files/x/y?token=z',
  '/socket?token=',
]
const URL_PIECES = [
  '%',
  '%00',
  '//',
  '..',
  '/../',
  '@',
  '#',
  '?',
  '&',
  '[',
  ']',
  ':',
  'decant://',
  '\t',
  '%2e%2e%2f',
  ' ',
  '\\',
  '&bucket=x',
]
const urls: Target = {
  name: 'links, endpoints, places, paths',
  share: 160,
  property: () => {
    const text = fc.oneof(
      { weight: 6, arbitrary: torn(fc.constantFrom(...LINKS), URL_PIECES) },
      { weight: 2, arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 1, arbitrary: repeated(URL_PIECES, 4000) },
    )
    return fc.asyncProperty(text, async (said) => {
      const parsed = await answered(() => parseLink(said))
      if (parsed?.ok === true) {
        const again = parseLink(linkTo(parsed.link))
        if (!again.ok || JSON.stringify(again.link) !== JSON.stringify(parsed.link))
          throw new Error('a link is not read as it was written')
      }
      await answered(
        () => s3Url('SOURCE', said),
        (error) => error instanceof UsageError,
      )
      await answered(() => cleanName(said))
      await answered(() => addressAsked({ url: said }, 80))
      await answered(() => openable([said]))
      const config = endpointConfig.safeParse({
        endpoint: said,
        region: 'us-east-1',
        addressing: 'virtual',
        credentials: { kind: 'anonymous' },
      })
      if (!config.success) return
      await answered(() => {
        addressOf(config.data, networkFrom({ HTTP_PROXY: said }), 'us-east-1', 'bucket')
        canonicalEndpoint(config.data)
        hostOf(config.data)
      })
    })
  },
}

const words: Target = {
  name: 'names and words that are shown, logged or saved',
  share: 40,
  property: () => {
    const text = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
      {
        weight: 3,
        arbitrary: torn(fc.constant('=?UTF-8?B?w6Q=?= password="x" http://a:b@c/?d=e'), [
          '=?',
          '?=',
          '://',
          '?',
          '@',
        ]),
      },
      { weight: 1, arbitrary: repeated(['a.', '=?', 'a://', 'A', '://a@', 'token=', ' '], 8000) },
    )
    return fc.asyncProperty(text, fc.constantFrom('linux', 'darwin', 'win32'), async (said, system) => {
      await answered(() => {
        decodeWords(said.slice(0, 4000))
        visible(said)
        redact(said)
        // eslint-disable-next-line no-control-regex
        if (/[\u0000-\u0008\u001b\u009b]/.test(visibleControls(said)))
          throw new Error('a terminal would obey')
        const problem = localNameProblem(said, system as 'linux')
        const parts = said.replace(/\/$/, '').split('/')
        if (
          problem === undefined &&
          parts.some((part) => ['', '.', '..'].includes(part) || part.includes('\0'))
        )
          throw new Error('it leads out of its folder')
      })
    })
  },
}

let port = 0
const pages: Target = {
  name: 'requests to serve, without its token',
  share: 15,
  async stage() {
    const dir = mkdtempSync(path.join(tmpdir(), 'decant-fuzz-'))
    writeFileSync(path.join(dir, 'index.html'), 'PAGE')
    writeFileSync(path.join(dir, '..', `${path.basename(dir)}.secret`), 'OUTSIDE')
    const exchange = openExchange(dir, [], Date.now)
    const page = await servePage({
      root: dir,
      token: 'the token',
      port: 0,
      files: { find: () => undefined },
      texts: { take: () => undefined },
      exchange: { exchange, token: 'the token', fetched: () => {} },
    })
    const connectCore = (): never => {
      throw new Error('a socket was opened without a token')
    }
    const sockets = serveSocket({
      server: page.server,
      port: page.port,
      token: 'the token',
      connect: connectCore,
    })
    port = page.port
    return async () => {
      sockets.close()
      page.server.closeAllConnections()
      await new Promise((resolve) => page.server.close(resolve))
      rmSync(dir, { recursive: true, force: true })
      rmSync(`${dir}.secret`, { force: true })
    }
  },
  property: () => {
    const target = torn(
      fc.constantFrom(
        '/',
        '/index.html',
        '/../x.secret',
        '/files/a/b',
        '/downloads/a',
        '/once/a',
        '/uploads',
        '/socket?token=x',
        '//',
        '*',
        'http://[',
      ),
      URL_PIECES,
    )
    const head = fc.constantFrom(
      `Host: 127.0.0.1:PORT`,
      'Host: evil.example',
      'Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example',
      'Host: 127.0.0.1:PORT\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13',
      'Host: 127.0.0.1:PORT\r\nContent-Length: 3',
      '',
    )
    return fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'X'),
      target,
      head,
      async (method, asked, lines) => {
        const text = await answered(() =>
          rawAnswer(
            `${method} ${asked.replace(/[\r\n]/g, '')} HTTP/1.1\r\n${lines.replaceAll('PORT', String(port))}\r\nConnection: close\r\n\r\nabc`,
          ),
        )
        if (text === undefined || text.includes('OUTSIDE')) throw new Error(`answered ${String(text)}`)
        if (text.startsWith('HTTP/1.1 101') || text.startsWith('HTTP/1.1 500'))
          throw new Error(`answered ${text.slice(0, 80)}`)
      },
    )
  },
}

function rawAnswer(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(request, 'latin1')))
    let text = ''
    socket.on('data', (bytes) => (text += bytes.toString('latin1')))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? reject(error) : resolve(text),
    )
    socket.on('close', () => resolve(text))
  })
}

const TABLES = {
  copy: options.POUR_OPTIONS,
  move: options.POUR_OPTIONS,
  delete: options.DELETE_OPTIONS,
  edit: options.EDIT_OPTIONS,
  parity: options.PARITY_OPTIONS,
  purge: options.PURGE_OPTIONS,
  rewind: options.REWIND_OPTIONS,
  undelete: options.UNDELETE_OPTIONS,
} as const
const commandLine: Target = {
  name: 'arguments of the command line',
  share: 60,
  property: () => {
    const command = fc.constantFrom(...(Object.keys(TABLES) as (keyof typeof TABLES)[]))
    const value = fc.oneof(
      fc.constantFrom(
        's3://b/a/',
        's3://b',
        '1',
        '5MiB',
        's/a+/b/',
        'k=v',
        '2026-01-01',
        '*.log',
        'overwrite',
        'skip',
        './x',
        'AES256',
        'a => b',
        'tag:x',
      ),
      fc.string({ maxLength: 12 }),
    )
    const argument = command.chain((name) => {
      const known = Object.keys(TABLES[name])
      const option = fc.tuple(fc.constantFrom(...known), value).map(([one, given]) => `--${one}=${given}`)
      const bare = fc.constantFrom(...known).map((one) => `--${one}`)
      const line = fc.array(fc.oneof({ weight: 3, arbitrary: option }, bare, value), { maxLength: 5 })
      return line.map((all) => [name, ['s3://b/a/', ...all]] as const)
    })
    const machine = machineWith({})
    return fc.asyncProperty(argument, async ([name, line]) => {
      await answered(
        () => {
          const read = options.readArguments(
            line,
            TABLES[name] as NonNullable<Parameters<typeof parseArgs>[0]>['options'] & object,
          )
          const given = {
            places: read.positionals,
            options: read.values as never,
            inOrder: options.inOrder(read.tokens as never),
          }
          specOfCommand(name as JobCommand, given, {
            env: {},
            profileFacts: () => undefined,
            machine,
          } as never)
        },
        (error) => error instanceof UsageError || isFailure(error),
      )
    })
  },
}

const connections: Target = {
  name: 'connections',
  share: 25,
  property: () =>
    fc.asyncProperty(mutated(valueOf(connection)), async (value) => {
      await answered(() => connection.safeParse(value))
    }),
}

export const DOOR_TARGETS: readonly Target[] = [
  bridge,
  schemas,
  messages,
  urls,
  words,
  pages,
  commandLine,
  connections,
]
