/**
 * A reader for the XML that S3 answers with: elements and text, nothing else. No entities but the five of XML and
 * numeric ones, no DOCTYPE, no CDATA, no recursion, bounded depth: what an answer cannot need cannot do harm.
 */

export interface XmlElement {
  readonly name: string
  /** Of an element without children; '' where it has some. */
  text: string
  readonly children: XmlElement[]
}

/** Thrown for whatever is not such XML. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const MAX_DEPTH = 16
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y
const ATTRIBUTES = /(?:\s+[A-Za-z_][A-Za-z0-9_.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y
const SLASH = 0x2f
const QUESTION = 0x3f

/** The root element. Whitespace may go before it: S3 sends some to keep a long copy's connection alive. */
export function parseXml(text: string): XmlElement {
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  let at = 0
  for (;;) {
    const tag = text.indexOf('<', at)
    addText(open.at(-1), text, at, tag < 0 ? text.length : tag)
    if (tag < 0) break
    const first = text.charCodeAt(tag + 1)
    if (first === SLASH) {
      at = closeElement(open, text, tag)
    } else if (first === QUESTION && !root) {
      at = indexAfter(text, '?>', tag)
    } else {
      if (root && open.length === 0) throw new XmlError('a second root element')
      const element: XmlElement = { name: match(NAME, text, tag + 1)[0], text: '', children: [] }
      const [rest, empty] = match(ATTRIBUTES, text, tag + 1 + element.name.length)
      at = tag + 1 + element.name.length + rest.length
      if (!root) root = element
      open.at(-1)?.children.push(element)
      if (!empty) open.push(element)
      if (open.length > MAX_DEPTH) throw new XmlError('elements nested too deep')
    }
  }
  if (!root) throw new XmlError('no element at all')
  if (open.length > 0) throw new XmlError(`<${open.at(-1)?.name}> is not closed`)
  return root
}

function closeElement(open: XmlElement[], text: string, tag: number): number {
  const end = indexAfter(text, '>', tag)
  const element = open.pop()
  const name = text.slice(tag + 2, end - 1)
  if (element === undefined || (element.name !== name && element.name !== name.trimEnd())) {
    throw new XmlError(`</${name.slice(0, 40)}> closes nothing`)
  }
  if (element.children.length > 0) element.text = ''
  return end
}

function addText(element: XmlElement | undefined, text: string, from: number, to: number): void {
  if (from === to) return
  const part = text.slice(from, to)
  if (element) element.text += decodeEntities(part)
  else if (part.replace('\ufeff', '').trim() !== '') throw new XmlError('text outside of the root element')
}

function indexAfter(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  if (at < 0) throw new XmlError('it ends in the middle of a tag')
  return at + what.length
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  if (!found) throw new XmlError(`not a tag: ${text.slice(at - 1, at + 30)}`)
  return found
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,10};?)/g, (whole, name: string) => {
    const decoded = name.endsWith(';') ? decodeEntity(name.slice(0, -1)) : undefined
    if (decoded === undefined) throw new XmlError(`${whole} is no entity`)
    return decoded
  })
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
  const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name)
  if (!number) return undefined
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

/** The first child of that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  for (const candidate of element.children) if (candidate.name === name) return candidate
  return undefined
}

/** The text of the first child of that name; undefined where there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return child(element, name)?.text
}
