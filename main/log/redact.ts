/**
 * What must not stand in a log, by its looks. Every line goes through here, at the one door to the files; whoever
 * writes a line still takes care to write no secret, and this catches what another library's error repeats.
 *
 * | found                                        | left of it                         |
 * |----------------------------------------------|------------------------------------|
 * | a URL with a query                           | the URL, `?[removed]`              |
 * | a URL with a user name or password           | `https://[removed]@host`           |
 * | an Authorization header, in any notation     | its name                           |
 * | `Credential=…`, `Signature=…`, `X-Amz-…=…`   | its name                           |
 * | a field with the name of a secret            | its name                           |
 * | `Bearer …`, `Basic …`                        | the scheme                         |
 * | an access key id of AWS                      | its first four letters             |
 * | 40 or 44 characters of base64 by themselves  | nothing: a secret key, a customer key |
 */
export function redact(text: string): string {
  return RULES.reduce((line, [pattern, instead]) => line.replace(pattern, instead), text)
}

const REMOVED = '[removed]'

/** As JSON, as Node prints objects, as an INI file, as a header or as a query has them. */
const SECRET_FIELDS = [
  'aws[_-]?secret[_-]?access[_-]?key',
  'secret[_-]?access[_-]?key',
  'secret[_-]?key',
  'aws[_-]?session[_-]?token',
  'session[_-]?token',
  'security[_-]?token',
  'access[_-]?token',
  'refresh[_-]?token',
  'id[_-]?token',
  'device[_-]?code',
  'client[_-]?secret',
  'customer[_-]?key',
  'proxy[_-]?password',
  'password',
  'passwd',
  'passphrase',
  'token',
  'signature',
  'credential',
  'cookie',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
].join('|')

/** What may be long has a bound: of a hostile text each letter could begin a URL that goes on to the end. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]*@/gi, `$1${REMOVED}@`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s?"'<>]{0,2048})\?[^\s"'<>)]+/gi, `$1?${REMOVED}`],
  [/\b((?:proxy-)?authorization["']?\s*[:=,]\s*)(?:"[^"]*"|'[^']*'|[^\r\n}]*)/gi, `$1${REMOVED}`],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/=_.~-]{8,}/gi, `$1 ${REMOVED}`],
  [
    new RegExp(
      `\\b((?:x-amz-)?(?:${SECRET_FIELDS})["']?\\s*[:=]\\s*)(?:"[^"]*"|'[^']*'|[^\\s,;&}\\])]+)`,
      'gi',
    ),
    `$1${REMOVED}`,
  ],
  [/\b((?:AKIA|ASIA|AIDA|AROA|ABIA|ACCA))[A-Z0-9]{12,}\b/g, `$1${REMOVED}`],
  [
    /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*\d)(?:[A-Za-z0-9/+]{43}=|[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/g,
    REMOVED,
  ],
]
