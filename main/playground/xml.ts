import { S3Error } from './errors.ts'

const XML_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A whole document with S3's declaration and namespace around `content`. */
export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${XML_NAMESPACE}">${content}</${root}>`
}

/** `<name>text</name>`, escaped; nothing if there is no text. */
export function element(name: string, text: string | number | boolean | undefined): string {
  return text === undefined ? '' : `<${name}>${escapeXml(String(text))}</${name}>`
}

// eslint-disable-next-line no-control-regex -- S3 escapes the control characters that a key may hold
const NEEDS_ESCAPE = /[&<>"\x00-\x1f\x7f]/

// eslint-disable-next-line no-control-regex -- as above
const ESCAPED = /[&<>"\x00-\x1f\x7f]/g

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escapeXml(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text
  return text.replace(ESCAPED, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`)
}

/** An element of a request's document. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** The first child called `name`. */
export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((each) => each.name === name)
}

/** The text of the first child called `name`. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text
}

const TOKEN =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y

interface OpenElement {
  readonly name: string
  text: string
  readonly children: OpenElement[]
}

/**
 * The document's root, which must be called `root`. Reads elements and text; attributes and namespaces are
 * passed over.
 * @throws S3Error MalformedXML
 */
export function parseXml(document: string, root: string): XmlElement {
  const top: OpenElement = { name: '', text: '', children: [] }
  const open: OpenElement[] = [top]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < document.length) {
    const token = TOKEN.exec(document)
    const parent = open[open.length - 1]
    if (token === null || parent === undefined) throw new S3Error('MalformedXML')
    takeToken(token, parent, open)
  }
  const [only, ...others] = top.children
  if (open.length !== 1 || only?.name !== root || others.length > 0) throw new S3Error('MalformedXML')
  return only
}

function takeToken(token: RegExpExecArray, parent: OpenElement, open: OpenElement[]): void {
  const [, cdata, closing, qualified, , selfClosing, text] = token
  if (cdata !== undefined) parent.text += cdata
  else if (text !== undefined) parent.text += unescapeXml(text)
  else if (qualified !== undefined) {
    const name = qualified.slice(qualified.indexOf(':') + 1)
    if (closing === '/') {
      if (open.length === 1 || parent.name !== name) throw new S3Error('MalformedXML')
      open.pop()
      return
    }
    const begun: OpenElement = { name, text: '', children: [] }
    parent.children.push(begun)
    if (selfClosing !== '/') open.push(begun)
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, entity: string) => {
    if (!whole.endsWith(';')) throw new S3Error('MalformedXML')
    if (!entity.startsWith('#')) return named(entity)
    const code = entity.startsWith('#x') ? parseInt(entity.slice(2), 16) : parseInt(entity.slice(1), 10)
    if (!(code >= 0 && code <= 0x10ffff)) throw new S3Error('MalformedXML')
    return String.fromCodePoint(code)
  })
}

function named(entity: string): string {
  const text = ENTITIES[entity]
  if (text === undefined) throw new S3Error('MalformedXML')
  return text
}
