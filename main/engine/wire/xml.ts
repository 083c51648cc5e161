/**
 * A reader for the XML that S3 answers with: elements and text, nothing else. No entities but the five of XML and
 * numeric ones, no DOCTYPE, no CDATA, no recursion, bounded depth: what an answer cannot need cannot do harm.
 */

export interface XmlElement {
  readonly name: string
  /** Of an element without children; '' where it has some. */
  text: string
  children: readonly XmlElement[]
}

/** Thrown for whatever is not such XML. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const MAX_DEPTH = 16
/** A page of 1,000 keys has 15,000 elements, a list of all buckets 40,000; a body full of `<a/>` would take gigabytes. */
const MAX_ELEMENTS = 200_000
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y
const ATTRIBUTES = /(?:\s+[A-Za-z_][A-Za-z0-9_.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y
const SLASH = 0x2f
const QUESTION = 0x3f
const GREATER = 0x3e
const NO_CHILDREN: readonly XmlElement[] = []

/** The root element. Whitespace may go before it: S3 sends some to keep a long copy's connection alive. */
export function parseXml(text: string): XmlElement {
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  let at = 0
  let elements = 0
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
      const element: XmlElement = { name: nameAt(text, tag + 1), text: '', children: NO_CHILDREN }
      at = endOfTag(text, tag + 1 + element.name.length)
      const empty = text.charCodeAt(at - 2) === SLASH
      if (!root) root = element
      adopt(open.at(-1), element)
      if (!empty) open.push(element)
      if (open.length > MAX_DEPTH) throw new XmlError('elements nested too deep')
      if (++elements > MAX_ELEMENTS) throw new XmlError('more elements than any answer of S3 has')
    }
  }
  if (!root) throw new XmlError('no element at all')
  if (open.length > 0) throw new XmlError(`<${open.at(-1)?.name}> is not closed`)
  return root
}

function adopt(parent: XmlElement | undefined, element: XmlElement): void {
  if (!parent) return
  if (parent.children === NO_CHILDREN) parent.children = [element]
  else (parent.children as XmlElement[]).push(element)
}

function closeElement(open: XmlElement[], text: string, tag: number): number {
  const end = indexAfter(text, '>', tag)
  const element = open.pop()
  const length = element?.name.length ?? 0
  const closes = element !== undefined && text.startsWith(element.name, tag + 2)
  if (!closes || (tag + 2 + length !== end - 1 && text.slice(tag + 2 + length, end - 1).trim() !== '')) {
    throw new XmlError(`${text.slice(tag, Math.min(end, tag + 40))} closes nothing`)
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

/** Attributes (there is `xmlns`, sometimes `xsi:type`) are skipped. */
function endOfTag(text: string, at: number): number {
  if (text.charCodeAt(at) === GREATER) return at + 1
  ATTRIBUTES.lastIndex = at
  if (!ATTRIBUTES.test(text)) throw new XmlError(`not a tag: ${text.slice(at, at + 30)}`)
  return ATTRIBUTES.lastIndex
}

function nameAt(text: string, at: number): string {
  NAME.lastIndex = at
  if (!NAME.test(text)) throw new XmlError(`not a tag: ${text.slice(at - 1, at + 30)}`)
  return text.slice(at, NAME.lastIndex)
}

/** Characters of the longest name that is looked at: `#x10ffff`, with some zeros. */
const LONGEST_ENTITY = 10

function decodeEntities(text: string): string {
  let at = text.indexOf('&')
  if (at < 0) return text
  let decoded = ''
  let done = 0
  for (; at >= 0; at = text.indexOf('&', done)) {
    const end = text.indexOf(';', at)
    const name = end < 0 || end - at - 1 > LONGEST_ENTITY ? '' : text.slice(at + 1, end)
    const character = decodeEntity(name)
    if (character === undefined) throw new XmlError(`${text.slice(at, at + 11)} is no entity`)
    decoded += text.slice(done, at) + character
    done = end + 1
  }
  return decoded + text.slice(done)
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
  const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name)
  if (!number) return undefined
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16)
  // Half a surrogate pair is no character: no request could carry a key with one, and no file.
  const half = code >= 0xd800 && code <= 0xdfff
  return code <= 0x10ffff && !half ? String.fromCodePoint(code) : undefined
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

/** An element and what is in it, an element a line, for a person to read. */
export function layOut(element: XmlElement, indent = ''): string {
  const { name, text, children } = element
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  if (children.length === 0) return `${indent}<${name}>${plain}</${name}>`
  const inner = children.map((each) => layOut(each, `${indent}  `)).join('\n')
  return `${indent}<${name}>\n${inner}\n${indent}</${name}>`
}
