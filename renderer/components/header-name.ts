import type { HeaderName } from '#model/properties.ts'

/** A system header as it is written in a request. */
export const HEADER_LABELS: Readonly<Record<HeaderName, string>> = {
  contentType: 'Content-Type',
  cacheControl: 'Cache-Control',
  contentDisposition: 'Content-Disposition',
  contentEncoding: 'Content-Encoding',
  contentLanguage: 'Content-Language',
  expires: 'Expires',
}
