import { createRawSnippet } from 'svelte'
import type { Snippet } from 'svelte'

/** A snippet that draws a text. */
export function text(words: string): Snippet {
  return createRawSnippet(() => ({ render: () => `<span>${words}</span>` }))
}
