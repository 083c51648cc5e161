import { TOUR_EDITED, TOUR_POURED, TOUR_SOURCE, TOUR_TARGET, type TourHint } from '../../state/tour-steps.ts'

/** What lies over the window at present, the last one on top. */
export function openDialog(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('[role="dialog"], [role="alertdialog"]')].at(-1)
}

/** What a hint is about, where it is in sight; a button is one that does it. */
export function anchorOf(hint: TourHint | 'done'): HTMLElement | undefined {
  switch (hint) {
    case 'browse':
      return find('nav[aria-label="Places"] button')
    case 'open-left':
      return rowIn('Left', TOUR_SOURCE.bucket) ?? pane('Left')
    case 'open-right':
      return rowIn('Right', TOUR_TARGET.bucket) ?? pane('Right')
    case 'pour':
      return rowIn('Left', TOUR_POURED) ?? pane('Left')
    case 'pause':
      return find('section[aria-label="Running jobs"] button[aria-label^="Pause"]')
    case 'resume':
      return find('section[aria-label="Running jobs"] button[aria-label^="Resume"]')
    case 'too-late':
      return rowIn('Left', TOUR_POURED) ?? find('nav[aria-label="Places"] button')
    case 'open-products':
      return rowIn('Right', 'img/') ?? rowIn('Right', 'products/') ?? pane('Right')
    case 'open-grid':
      return rowIn('Right', TOUR_EDITED) ?? pane('Right')
    case 'add-rule':
      return find('section[aria-label="Rules"]')
    case 'plan-edit':
      return find('main footer button.primary')
    case 'start-copy':
    case 'start-edit':
    case 'start-undo':
    case 'planning':
      return openDialog()?.querySelector<HTMLElement>('button.primary') ?? openDialog()
    case 'undo':
    case 'editing':
    case 'undoing':
      return buttonNamed('Undo') ?? find('main header')
    case 'show-edit':
      return [...document.querySelectorAll<HTMLElement>('nav[aria-label="Places"] button')].find((button) =>
        button.textContent.trim().startsWith('Jobs'),
      )
    case 'palette':
      return find('header .omni')
    case 'in-palette':
    case 'in-keys':
      return openDialog()
    case 'keys':
    case 'done':
      return undefined
  }
}

function find(selector: string): HTMLElement | undefined {
  return document.querySelector<HTMLElement>(selector) ?? undefined
}

function pane(side: 'Left' | 'Right'): HTMLElement | undefined {
  return find(`[role="region"][aria-label="${side} pane"], section[aria-label="${side} pane"]`)
}

function rowIn(side: 'Left' | 'Right', name: string): HTMLElement | undefined {
  const rows = pane(side)?.querySelectorAll<HTMLElement>('[role="row"][data-index]') ?? []
  return [...rows].find((row) => row.querySelector('.name')?.textContent.trim() === name)
}

function buttonNamed(name: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('main header button')].find((button) =>
    button.textContent.trim().startsWith(name),
  )
}
