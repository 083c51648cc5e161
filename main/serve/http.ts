import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { DecantError } from '#model/failure.ts'
import { answerUpload, sendDownload, type ExchangeRoutes } from './exchange-http.ts'
import type { OnceTexts, SharedFiles } from './host.ts'
import { sameSecret } from './owner-socket.ts'

export interface PageServer {
  readonly server: http.Server
  readonly port: number
}

export interface PageOptions {
  /** Where the built renderer lies. */
  readonly root: string
  readonly token: string
  readonly port: number
  readonly files: SharedFiles
  readonly exchange: ExchangeRoutes
  readonly texts: OnceTexts
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
}

/** Serves the page, its assets and finished files on loopback, to who has the token and speaks to us by our name. */
export function servePage(options: PageOptions): Promise<PageServer> {
  // A large file takes longer than any limit for a whole request; its headers still have theirs.
  const server = http.createServer({ requestTimeout: 0 }, (request, response) => {
    answer(request, response, options, portOf(server)).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'Something went wrong inside Decant.')
      else response.destroy()
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, options.port)))
    server.listen(options.port, '127.0.0.1', () => resolve({ server, port: portOf(server) }))
  })
}

function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  const why =
    error.code === 'EADDRINUSE'
      ? 'is taken by another program'
      : error.code === 'EACCES'
        ? 'may not be listened on by this user'
        : undefined
  if (why === undefined) return error
  const message = `--port: ${port} ${why}. Without --port one is found that is free.`
  return new DecantError({ code: 'bad-input', reach: 'job', message, property: 'port' })
}

function portOf(server: http.Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { root, token, files, exchange, texts }: PageOptions,
  port: number,
): Promise<void> {
  protect(response, port)
  // A name of somebody else's that leads here (DNS rebinding) is not one of ours.
  if (!isOurHost(request.headers.host, port)) return refuse(response, 403, 'This is not a name of Decant.')
  const url = addressAsked(request, port)
  if (url === undefined) return refuse(response, 400, 'This is no address.')
  if (url.pathname === '/uploads' || url.pathname.startsWith('/uploads/')) {
    // A browser says from which page it writes; one that does not is none.
    if (!isOurOrigin(request.headers.origin, port) || !isSameSite(request))
      return refuse(response, 403, 'Only the page of Decant may send files.')
    return answerUpload(request, response, url, exchange)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'Only GET is answered.')
  if (url.pathname === '/' || GUARDED.test(url.pathname)) {
    if (!sameSecret(url.searchParams.get('token') ?? '', token)) {
      return refuse(
        response,
        401,
        'The token is missing or wrong: open the address that `decant serve` printed.',
      )
    }
  }
  if (url.pathname.startsWith('/files/')) return sendShared(response, url.pathname, files)
  if (url.pathname.startsWith('/downloads/'))
    return sendDownload(response, url.pathname.split('/')[2] ?? '', exchange)
  if (url.pathname.startsWith('/once/')) {
    const text = request.method === 'GET' ? texts.take(url.pathname.split('/')[2] ?? '') : undefined
    if (text === undefined) return refuse(response, 404, 'It was fetched already, or is forgotten.')
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' })
    return void response.end(text)
  }
  await sendAsset(response, root, url.pathname)
}

/** What only whoever has the token gets. */
const GUARDED = /^\/(files|downloads|once)\//

/** The same policy as in the desktop's window: nothing but what Decant itself brings. */
function protect(response: ServerResponse, port: number): void {
  const sockets = HOSTS.map((host) => `ws://${host}:${port}`).join(' ')
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; ` +
      `connect-src 'self' ${sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'DENY')
  // The token stands in the address: it must not travel on.
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()')
  response.setHeader('Cache-Control', 'no-store')
}

/** It listens on 127.0.0.1 alone; another name for it, or another port, is somebody else's page. */
const HOSTS = ['127.0.0.1', 'localhost']

export function isOurHost(host: string | undefined, port: number): boolean {
  return HOSTS.some((name) => host === `${name}:${port}`)
}

export function isOurOrigin(origin: string | undefined, port: number): boolean {
  return HOSTS.some((name) => origin === `http://${name}:${port}`)
}

/** What a request asks for; undefined for what is no address (`//`), which anybody can send without a token. */
export function addressAsked({ url }: Pick<IncomingMessage, 'url'>, port: number): URL | undefined {
  const base = `http://127.0.0.1:${port}`
  return url !== undefined && URL.canParse(url, base) ? new URL(url, base) : undefined
}

/** Newer browsers say it, and no page can; older ones are known by the Origin alone. */
function isSameSite(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site']
  return site === undefined || site === 'same-origin'
}

async function sendAsset(response: ServerResponse, root: string, pathname: string): Promise<void> {
  const file = path.join(root, pathname === '/' ? 'index.html' : decodePath(pathname))
  const inside = path.relative(root, file)
  if (inside.startsWith('..') || path.isAbsolute(inside))
    return refuse(response, 404, 'There is no such file.')
  const body = await readFile(file).catch(() => undefined)
  if (!body) return refuse(response, 404, 'There is no such file.')
  response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' })
  response.end(body)
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replaceAll('\0', '')
  } catch {
    return pathname
  }
}

function sendShared(response: ServerResponse, pathname: string, files: SharedFiles): void {
  const file = files.find(pathname.split('/')[2] ?? '')
  if (!file) return refuse(response, 404, 'There is no such file.')
  const stream = createReadStream(file.path)
  stream.once('error', () => refuse(response, 404, 'The file is gone.'))
  stream.once('open', () => {
    response.writeHead(200, {
      'Content-Type': TYPES[path.extname(file.name)] ?? 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    })
    stream.pipe(response)
  })
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${message}\n`)
}
