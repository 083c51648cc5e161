import { app, type Session } from 'electron'

/** What no page of ours needs is refused, so that nothing which slips into one can do it. */
export function lockDown(session: Session, ownOrigin: string): void {
  // Copying text is the one permission that the window uses.
  const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write'
  session.setPermissionRequestHandler((_contents, permission, grant) => grant(allowed(permission)))
  session.setPermissionCheckHandler((_contents, permission) => allowed(permission))
  session.on('will-download', (event, item) => {
    // What the page itself made (a job file) goes where the person says, by Electron's own dialog.
    if (!item.getURL().startsWith(`blob:${ownOrigin}/`)) event.preventDefault()
  })
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      // Reloading the page that is there is no way out.
      if (!sameOrigin(event.url, ownOrigin)) {
        event.preventDefault()
      }
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** `URL.origin` is "null" for schemes of our own: compared by scheme and host. */
export function sameOrigin(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)]
  return a.protocol === b.protocol && a.host === b.host
}
