/**
 * Puts what a URL of ours gives, once, on the clipboard of the browser. It goes there as a blob: nothing here reads or
 * keeps it (invariant 9).
 */
export async function copyOnce(url: string): Promise<void> {
  const text = fetch(url).then(async (answer) => {
    if (!answer.ok) throw new Error('The link was forgotten before it could be copied. Make it once more.')
    return new Blob([await answer.blob()], { type: 'text/plain' })
  })
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })])
}
