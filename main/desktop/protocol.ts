import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol, type Session } from 'electron'

const SCHEME = 'decant'
export const APP_ORIGIN = `${SCHEME}://app`

/** Nothing but what Decant itself brings; `serve` sends the same policy. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** Before the app is ready: a scheme with an origin of its own, so that 'self' means us and file:// nothing. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answers `decant://app/…` from the built renderer, and nothing outside it. */
export function servePages(session: Session, root: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const { pathname, host } = new URL(request.url)
    const file = path.join(root, pathname === '/' ? 'index.html' : decodeURIComponent(pathname))
    const inside = path.relative(root, file)
    const outside = inside.startsWith('..') || path.isAbsolute(inside)
    const body = host !== 'app' || outside ? undefined : await readFile(file).catch(() => undefined)
    if (!body) return new Response('There is no such file.', { status: 404 })
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      },
    })
  })
}
