import type { Attachment } from 'svelte/attachments'

/** Tells of every scrolling of an element. Svelte's own listeners look through its ancestors, and set a timer, each time. */
export function onScroll(told: (element: HTMLElement) => void): Attachment<HTMLElement> {
  return (element) => {
    const heard = (): void => {
      dropHiddenCaret()
      told(element)
    }
    element.addEventListener('scroll', heard, { passive: true })
    return () => element.removeEventListener('scroll', heard)
  }
}

/** Whether a caret may have come since one was looked for: looking lays out the page, and a hand scrolls many times. */
let mayHaveCaret = true
document.addEventListener('selectionchange', () => (mayHaveCaret = true))

/**
 * Lets go of a caret that nobody sees. A click leaves one even where no text can be selected, and with every frame that
 * changes the page Chromium then looks through all of it for the next place where a caret could stand.
 */
function dropHiddenCaret(): void {
  if (!mayHaveCaret) return
  if (document.activeElement?.matches('input, textarea, [contenteditable]') === true) return
  mayHaveCaret = false
  const selection = document.getSelection()
  if (selection === null || selection.rangeCount === 0 || !selection.isCollapsed) return
  selection.removeAllRanges()
}
