import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'

/** What the session and a page of Electron are asked to refuse. */
const app = new EventEmitter()
vi.mock('electron', () => ({ app }))
const { lockDown } = await import('../../main/desktop/lockdown.ts')

type Ask = (contents: unknown, permission: string, grant: (granted: boolean) => void) => void
class Session extends EventEmitter {
  ask: Ask = () => {}
  check: (contents: unknown, permission: string) => boolean = () => true
  setPermissionRequestHandler(handler: Ask): void {
    this.ask = handler
  }
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void {
    this.check = handler
  }
}
class Page extends EventEmitter {
  open: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.open = handler
  }
}

const session = new Session()
lockDown(session as unknown as Electron.Session, 'decant://app')
const page = new Page()
app.emit('web-contents-created', {}, page)

function isPrevented(target: EventEmitter, event: string, more: object = {}, ...rest: unknown[]): boolean {
  const preventDefault = vi.fn()
  target.emit(event, { preventDefault, ...more }, ...rest)
  return preventDefault.mock.calls.length > 0
}

test.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'hid', 'fileSystem'])(
  'a page gets no %s',
  (permission) => {
    const grant = vi.fn()
    session.ask(page, permission, grant)
    expect(grant).toHaveBeenCalledWith(false)
    expect(session.check(page, permission)).toBe(false)
  },
)

test.each([
  ['decant://app/', false],
  ['decant://app/other', false],
  ['decant://elsewhere/', true],
  ['https://evil.example/', true],
  ['file:///etc/passwd', true],
  ['javascript:alert(1)', true],
  ['data:text/html,x', true],
])('a page that goes to %s is held: %s', (url, held) => {
  expect(isPrevented(page, 'will-navigate', { url })).toBe(held)
})

test('no page is opened, redirected, put inside ours or downloaded', () => {
  expect(page.open({ url: 'https://evil.example' })).toEqual({ action: 'deny' })
  expect(isPrevented(page, 'will-redirect')).toBe(true)
  expect(isPrevented(page, 'will-attach-webview')).toBe(true)
  const item = (url: string): object => ({ getURL: () => url })
  expect(isPrevented(session, 'will-download', {}, item('https://evil.example/x.exe'))).toBe(true)
  expect(isPrevented(session, 'will-download', {}, item('blob:decant://app/1'))).toBe(false)
})
