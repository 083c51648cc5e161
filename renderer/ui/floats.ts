let host: HTMLElement | undefined

/**
 * Where menus, lists and tips are put, above everything and out of every pane that would clip them. A region of its
 * own, since all content of a page belongs in one (WCAG technique ARIA11).
 */
export function floats(): HTMLElement {
  if (host?.isConnected !== true) {
    host = document.createElement('section')
    host.setAttribute('aria-label', 'Menus and tips')
    document.body.append(host)
  }
  return host
}
