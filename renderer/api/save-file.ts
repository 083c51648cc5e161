import type { DeliveredFile } from '#contract/answers.ts'

/** Offers a text that the page itself has as a download. */
export function saveText(name: string, text: string, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  follow(url, name)
  // The browser has taken the text by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}

/** What the host made of a file: on the desktop it was saved, under serve it is fetched from a link. */
export function takeDelivery(file: DeliveredFile): string | undefined {
  switch (file.kind) {
    case 'saved':
      return file.path
    case 'url':
      follow(file.url, '')
      return undefined
    case 'cancelled':
      return undefined
  }
}

function follow(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
