import type { Content } from './content.ts'
import { xmlDocument } from './xml.ts'

export interface ContentRange {
  readonly content: Content
  readonly start: number
  readonly length: number
}

/** What the playground answers to a request. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** XML, bytes of an object, or nothing. */
  readonly body?: string | ContentRange
}

export function xmlAnswer(
  root: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: xmlDocument(root, content),
  }
}

export function emptyAnswer(status: 200 | 204, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers }
}

let formatted = { seconds: NaN, iso: '', http: '' }

/** Listings repeat the same second often, so the last one formatted is kept. */
function format(seconds: number): typeof formatted {
  if (formatted.seconds !== seconds) {
    const date = new Date(seconds * 1000)
    formatted = { seconds, iso: date.toISOString(), http: date.toUTCString() }
  }
  return formatted
}

/** 2026-11-21T01:23:18.000Z */
export function isoTime(seconds: number): string {
  return format(seconds).iso
}

/** Sat, 21 Nov 2026 01:23:18 GMT */
export function httpTime(seconds: number): string {
  return format(seconds).http
}
