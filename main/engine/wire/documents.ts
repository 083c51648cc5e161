import { createHash } from 'node:crypto'
import type { HeaderList } from './sign.ts'

/** XML that we send. */
export const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** For text between tags; control characters would not survive as they are. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- those are what is escaped
  return text.replace(/[&<>"'\x00-\x1f]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Some operations want Content-MD5 from everybody, all accept it. */
export function documentHeaders(body: Uint8Array): HeaderList {
  return ['content-type', 'application/xml', 'content-md5', createHash('md5').update(body).digest('base64')]
}
