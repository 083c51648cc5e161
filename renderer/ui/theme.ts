/**
 * Colours as a canvas takes them. A canvas knows no custom properties and no light-dark(), so each token is resolved
 * by the browser on an element that stands where the canvas stands.
 */
export function readColours<N extends string>(host: HTMLElement, tokens: readonly N[]): Record<N, string> {
  const probe = document.createElement('span')
  host.append(probe)
  const colours = {} as Record<N, string>
  for (const token of tokens) {
    probe.style.color = `var(${token})`
    colours[token] = getComputedStyle(probe).color
  }
  probe.remove()
  return colours
}

/** Tells when the theme may have changed, the system's or the one set on the page, until the answer is called. */
export function watchTheme(told: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const page = new MutationObserver(told)
  system.addEventListener('change', told)
  page.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', told)
    page.disconnect()
  }
}
