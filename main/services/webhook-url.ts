import { fail } from '#model/failure.ts'

/**
 * The URL of a webhook. What is refused is never repeated, for a token may be in it.
 *
 * | URL                                    | taken                                              |
 * |----------------------------------------|----------------------------------------------------|
 * | https, any host                        | yes                                                |
 * | http to this machine                   | yes: localhost, 127.0.0.0/8, [::1]                 |
 * | http to anywhere else                  | no: what is told, and the token, could be read      |
 * | with a user or a password              | no: put a token into the path or the query         |
 * | anything else                          | no                                                 |
 */
export function webhookUrl(text: string): URL {
  const url = URL.parse(text.trim())
  if (url === null) return refuse('is no URL')
  if (url.username !== '' || url.password !== '')
    return refuse('must hold no user and no password; a token belongs into its path or query')
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') return refuse('must begin with https://')
  if (!isThisMachine(url.hostname)) return refuse('must begin with https://; http only goes to this machine')
  return url
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function refuse(why: string): never {
  return fail('bad-input', 'item', `url: ${why}.`, { property: 'url' })
}
