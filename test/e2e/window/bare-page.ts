/** Runs in a page: it uses nothing from around it. */

/**
 * Makes a page of one list and nothing else, with four words a row, moved by a few lines of plain script: what scrolling so
 * many rows takes on this machine whoever draws them. What the window takes beyond it is the window's own.
 */
export function bareList({ rows }: { readonly rows: number }): void {
  const [tallRow, height, spare] = [28, 588, 8]
  document.body.innerHTML = `<style>
    body { margin: 0; font: 13px system-ui }
    main { width: 520px; height: ${height}px; overflow: auto; background: white }
    ::-webkit-scrollbar { width: 12px }
    ::-webkit-scrollbar-track { margin-top: ${tallRow}px }
    ::-webkit-scrollbar-thumb { background: gray }
    main > div { position: relative; overflow: hidden; height: ${Math.min(rows * tallRow, 15_000_000)}px }
    p { position: absolute; left: 0; right: 0; height: ${tallRow}px; margin: 0; contain: strict }
    span { position: absolute; top: 5px; width: 90px; overflow: hidden; white-space: nowrap }
  </style><main role="grid"><div></div></main>`
  const list = document.querySelector('main')!
  const elements = Array.from({ length: Math.ceil(height / tallRow) + 1 + 2 * spare }, () => {
    const row = list.firstElementChild!.appendChild(document.createElement('p'))
    for (const left of [8, 222, 314, 406]) {
      const cell = row.appendChild(document.createElement('span'))
      cell.style.left = `${left}px`
      cell.style.width = `${left === 8 ? 200 : 90}px`
      cell.append('')
    }
    return row
  })
  const shown = elements.map(() => -1)
  const draw = (): void => {
    const first = Math.max(0, Math.floor(list.scrollTop / tallRow) - spare)
    for (let index = first; index < first + elements.length; index++) {
      const place = index % elements.length
      if (shown[place] === index) continue
      shown[place] = index
      const row = elements[place]!
      row.style.top = `${index * tallRow}px`
      row.childNodes.forEach((cell, at) => {
        cell.firstChild!.nodeValue = at === 0 ? `object-${index}.bin` : `${index} KiB`
      })
    }
  }
  list.addEventListener('scroll', draw, { passive: true })
  draw()
}
