import type { WriteResult } from '../storage.ts'
import { rootOf, toldBy, writeResult } from './answers.ts'
import type { Told } from './answers.ts'
import type { Asked } from './asked.ts'
import type { HttpAnswer } from './answer-reader.ts'

/** What CopyObject made. */
export function copyResult(asked: Asked, answer: HttpAnswer): WriteResult {
  const told = plainCopyResult(answer.text) ?? toldBy(rootOf(asked, answer, 'CopyObjectResult'))
  return writeResult(asked, answer, told)
}

const BEGINNING = /^(?:<\?xml version="1\.0" encoding="UTF-8"\?>\s*)?<CopyObjectResult(?: xmlns="[^"<]*")?>/
const END = '</CopyObjectResult>'
const DATE = '<LastModified>'
const ETAG = '<ETag>'
const CHECKSUM = '<Checksum'
const QUOTE = '&quot;'
const NAME = /^[A-Za-z0-9]+$/
/** Characters; with a checksum or two it has a few hundred. */
const LONGEST = 4096

/** Of the last answer: mostly that of the next one, too. */
let beginning = '<CopyObjectResult>'

/**
 * What a `<CopyObjectResult>` says that is written as S3 writes it: date, ETag and checksums, each at most once and with
 * nothing unusual in them. Undefined: it has to be read as a document, which also says what is wrong with it. Half of
 * what an answer cost to read was its tree.
 */
export function plainCopyResult(text: string): Told | undefined {
  if (text.length > LONGEST) return undefined
  if (!text.startsWith(beginning)) {
    const found = BEGINNING.exec(text)?.[0]
    if (found === undefined) return undefined
    beginning = found
  }
  let etag: string | undefined
  let checksums: Record<string, string> | undefined
  let checksumType: string | undefined
  let isDated = false
  for (let at = beginning.length; ;) {
    if (text.startsWith(END, at)) {
      if (etag === undefined || at + END.length !== text.length) return undefined
      return { etag, checksums, checksumType }
    }
    if (!isDated && text.startsWith(DATE, at)) {
      const from = at + DATE.length
      const to = endOf(text, from, 'LastModified')
      if (to < 0 || has(text, '&', from, to)) return undefined
      isDated = true
      at = to + DATE.length + 1
    } else if (etag === undefined && text.startsWith(ETAG, at)) {
      const from = at + ETAG.length
      const to = endOf(text, from, 'ETag')
      etag = to < 0 ? undefined : etagIn(text, from, to)
      if (etag === undefined) return undefined
      at = to + ETAG.length + 1
    } else if (text.startsWith(CHECKSUM, at)) {
      const from = text.indexOf('>', at) + 1
      const name = text.slice(at + CHECKSUM.length, from - 1)
      const to = endOf(text, from, `Checksum${name}`)
      if (from === 0 || to < 0 || !NAME.test(name) || has(text, '&', from, to)) return undefined
      if (name === 'Type' ? checksumType !== undefined : checksums && Object.hasOwn(checksums, name))
        return undefined
      if (name === 'Type') checksumType = text.slice(from, to)
      else if (name !== 'Algorithm') (checksums ??= {})[name] = text.slice(from, to)
      at = to + name.length + '</Checksum>'.length
    } else return undefined
  }
}

/** Where the text ends that begins at `from`; negative where it is not closed by that name. */
function endOf(text: string, from: number, name: string): number {
  const to = text.indexOf('<', from)
  return to >= 0 && text.startsWith('/', to + 1) && text.startsWith(`${name}>`, to + 2) ? to : -1
}

function has(text: string, what: string, from: number, to: number): boolean {
  const at = text.indexOf(what, from)
  return at >= 0 && at < to
}

/** What stands in `&quot;X&quot;`, or what holds no entity, as it is. */
function etagIn(text: string, from: number, to: number): string | undefined {
  const begin = from + QUOTE.length
  const end = to - QUOTE.length
  if (end <= begin || !text.startsWith(QUOTE, from) || !text.startsWith(QUOTE, end))
    return from === to || has(text, '&', from, to) ? undefined : text.slice(from, to)
  const isUsual = !has(text, '&', begin, end) && !has(text, '"', begin, end) && !text.startsWith('W', begin)
  return isUsual ? text.slice(begin, end) : undefined
}
