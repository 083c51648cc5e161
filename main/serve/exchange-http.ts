import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { ZipFile } from 'yazl'
import { fail, toFailure, type FailureCode } from '#model/failure.ts'
import type { Exchange } from './exchange.ts'
import { sameSecret } from './owner-socket.ts'

/**
 * How files go between a browser and the exchange. Host, and of what writes the Origin, are checked before.
 *
 *   POST   /uploads                  {"files":2,"bytes":17} → {"id":"…","folder":"/…"}
 *   PUT    /uploads/ID?name=a%2Fb&modified=MS   the file; Content-Length says how long it is
 *   DELETE /uploads/ID               the browser does not want it any more
 *   GET    /downloads/ID?token=…     the file that came, or a zip of them
 *
 * What writes carries the token in a header of its own, which no form and no foreign page can send unasked. A refusal
 * is `{"code","message"}`.
 */
export interface ExchangeRoutes {
  readonly exchange: Exchange
  readonly token: string
  readonly fetched: (folder: string) => void
}

const TOKEN_HEADER = 'x-decant-token'

/** Of the small JSON bodies. */
const LARGEST_BODY = 10_000

export async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { exchange, token }: ExchangeRoutes,
): Promise<void> {
  const given = request.headers[TOKEN_HEADER]
  if (typeof given !== 'string' || !sameSecret(given, token))
    return say(response, 401, { code: 'bad-input', message: 'The token is missing or wrong.' })
  const id = url.pathname.split('/')[2] ?? ''
  try {
    if (request.method === 'POST' && id === '') {
      return say(response, 200, await exchange.begin(counts(await readJson(request))))
    }
    if (request.method === 'PUT' && /^[a-f0-9]{32}$/.test(id)) {
      await exchange.take(id, sentFile(request, url), request)
      return say(response, 200, {})
    }
    if (request.method === 'DELETE' && /^[a-f0-9]{32}$/.test(id)) {
      await exchange.remove(path.join(exchange.uploads, id))
      return say(response, 200, {})
    }
    say(response, 404, { code: 'bad-input', message: 'There is no such transfer.' })
  } catch (error) {
    const { code, message } = toFailure(error)
    // A sender that is still sending would not hear the answer otherwise.
    request.resume()
    say(response, statusOf(code), { code, message })
  }
}

/** The only file as it is, several as one zip, made while it is sent. */
export async function sendDownload(
  response: ServerResponse,
  id: string,
  { exchange, fetched }: ExchangeRoutes,
): Promise<void> {
  const folder = exchange.downloadFolder(id)
  const first = folder === undefined ? [] : await firstFiles(folder)
  if (folder === undefined || first.length === 0)
    return say(response, 404, { code: 'bad-input', message: 'Nothing lies there, or not any more.' })
  exchange.touch(folder)
  response.once('finish', () => fetched(folder))
  const [only, second] = first
  if (only !== undefined && second === undefined) return sendFile(response, path.join(folder, only))
  await sendZip(response, folder, await zipName(folder))
}

async function sendFile(response: ServerResponse, file: string): Promise<void> {
  const { size } = await stat(file)
  response.writeHead(200, { ...attachment(path.basename(file)), 'Content-Length': size })
  if (size === 0) return void response.end()
  // Who has the last byte may go at once: a look for more of the file would come after that, and it would not be finished.
  const stream = createReadStream(file, { end: size - 1 })
  stream.once('error', () => response.destroy())
  response.once('close', () => stream.destroy())
  stream.pipe(response)
}

/** Stored, not packed: it goes no further than this machine, and most of what lies in buckets is packed already. */
async function sendZip(response: ServerResponse, folder: string, name: string): Promise<void> {
  const zip = new ZipFile()
  let gone = false
  response.once('close', () => (gone = true))
  // The answer has begun: a browser sees from its end that it is not whole.
  ;(zip as NodeJS.EventEmitter).once('error', () => response.destroy())
  response.writeHead(200, attachment(name))
  zip.outputStream.pipe(response)
  for await (const file of filesBelow(folder)) {
    if (gone) return
    // A zip knows one separator only, and no program unpacks a name that holds the other.
    zip.addFile(path.join(folder, file), file.split(path.sep).join('/').replaceAll('\\', '_'), {
      compress: false,
    })
  }
  zip.end()
}

/** By their paths below the folder; links are not followed. */
async function* filesBelow(folder: string, below = ''): AsyncGenerator<string> {
  const found = await readdir(path.join(folder, below), { withFileTypes: true })
  for (const one of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(below, one.name)
    if (one.isDirectory()) yield* filesBelow(folder, file)
    else if (one.isFile()) yield file
  }
}

/** Enough of them to know whether there is one, or several. */
async function firstFiles(folder: string): Promise<string[]> {
  const first: string[] = []
  try {
    for await (const file of filesBelow(folder)) if (first.push(file) === 2) break
  } catch {
    return []
  }
  return first
}

/** The one folder that was downloaded gives its name. */
async function zipName(folder: string): Promise<string> {
  const [only, second] = await readdir(folder)
  return `${only !== undefined && second === undefined ? only : 'decant-download'}.zip`
}

function attachment(name: string): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString()
    if (text.length > LARGEST_BODY) fail('bad-input', 'item', 'body: is too long')
  }
  try {
    return JSON.parse(text)
  } catch {
    return fail('bad-input', 'item', 'body: must be JSON')
  }
}

function counts(body: unknown): { files: number; bytes: number } {
  const { files, bytes } = (body ?? {}) as Partial<Record<'files' | 'bytes', unknown>>
  if (!isCount(files) || !isCount(bytes))
    return fail('bad-input', 'item', 'body: must say how many files and bytes will come')
  return { files, bytes }
}

function sentFile(request: IncomingMessage, url: URL) {
  const size = Number(request.headers['content-length'] ?? NaN)
  if (!isCount(size)) return fail('bad-input', 'item', 'Content-Length: must say how long the file is')
  const said = url.searchParams.get('modified')
  const modified = said === null ? undefined : Number(said)
  if (modified !== undefined && !Number.isFinite(modified))
    return fail('bad-input', 'item', `modified: must be milliseconds, not ${JSON.stringify(said)}`)
  return { name: url.searchParams.get('name') ?? '', size, modified }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function statusOf(code: FailureCode): number {
  if (code === 'storage-full') return 507
  return code === 'internal' ? 500 : 400
}

function say(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}
