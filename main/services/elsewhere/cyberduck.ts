import { DecantError } from '#model/failure.ts'
import { child, parseXml, XmlError, type XmlElement } from '../../engine/wire/xml.ts'
import { keysOf, storeOf, type ElsewhereKeys, type ElsewhereStore } from './store.ts'

/** Bookmarks (`.duck`) and profiles (`.cyberduckprofile`): property lists in XML. Passwords are in the key chain. */
export function readCyberduck(text: string, fileName: string): ElsewhereStore[] {
  const values = propertyList(text)
  const protocol = values.get('Protocol')?.toLowerCase() ?? ''
  if (!/^s3(-|$)/.test(protocol)) return []
  const isProfile = values.has('Default Hostname') || values.has('Vendor')
  const host = values.get('Hostname') || values.get('Default Hostname')
  const port = values.get('Port') || values.get('Default Port')
  const scheme = values.get('Scheme')?.toLowerCase()
  const secure = scheme !== 'http' && port !== '80'
  const standard = port === undefined || port === (secure ? '443' : '80') || !/^\d{1,5}$/.test(port)
  const bare = fileName.replace(/\.(duck|cyberduckprofile)$/i, '')
  const store = storeOf({
    from: 'cyberduck',
    name:
      values.get('Nickname') ||
      values.get('Description') ||
      (isProfile ? values.get('Vendor') : undefined) ||
      bare,
    endpoint: host === undefined ? undefined : standard ? host : `${host}:${port}`,
    secure,
    region: values.get('Region'),
    keys: bookmarkKeys(values.get('Username')),
    ...placeOf(values.get('Path') || values.get('Default Path')),
  })
  return store ? [store] : []
}

function bookmarkKeys(user: string | undefined): ElsewhereKeys {
  const own = user?.toLowerCase() === 'anonymous' ? undefined : keysOf(user, undefined)
  return own ?? { are: 'none', source: { kind: 'anonymous' } }
}

/** A path begins with the bucket. */
function placeOf(path: string | undefined): Pick<ElsewhereStore, 'places'> {
  const [bucket, ...rest] = (path ?? '').replace(/^\/+/, '').split('/')
  if (!bucket || bucket.length > 255) return {}
  const prefix = rest.filter((name) => name !== '').join('/')
  return { places: [{ bucket, prefix: prefix === '' ? '' : `${prefix}/`.slice(0, 1024) }] }
}

/** The texts and numbers of the outermost dictionary. A document with a grammar of its own is refused unread. */
export function propertyList(text: string): ReadonlyMap<string, string> {
  const plain = withoutComments(text.replace(/^\ufeff/, '')).replace(
    /<!DOCTYPE\s+plist\s+(?:PUBLIC|SYSTEM)\s[^<>[\]]*>/,
    '',
  )
  let root: XmlElement
  try {
    root = parseXml(plain)
  } catch (error) {
    if (error instanceof XmlError) notAPlist(error.message)
    throw error
  }
  const values = new Map<string, string>()
  const entries = child(root, 'dict')?.children ?? []
  if (root.name !== 'plist') notAPlist(`<${root.name}> instead of <plist>`)
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const [key, value] = [entries[at], entries[at + 1]]
    if (key?.name !== 'key') notAPlist('a dictionary has a value without a key')
    if (value?.name === 'string' || value?.name === 'integer') values.set(key.text, value.text)
  }
  return values
}

/** One that does not end is left, for the reader of XML to refuse. */
function withoutComments(text: string): string {
  let left = ''
  let at = 0
  for (;;) {
    const begin = text.indexOf('<!--', at)
    const end = begin < 0 ? -1 : text.indexOf('-->', begin + 4)
    if (end < 0) return left + text.slice(at)
    left += text.slice(at, begin)
    at = end + 3
  }
}

function notAPlist(why: string): never {
  throw new DecantError({ code: 'bad-input', reach: 'item', message: `This is no property list: ${why}.` })
}
