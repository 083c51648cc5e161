import { DecantError } from '#model/failure.ts'
import { capital, described } from './asked.ts'
import type { Asked } from './asked.ts'
import { badAnswer } from './errors.ts'

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address: the name is not known',
  EAI_AGAIN: 'has no address just now: the name service does not answer',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  ENETUNREACH: 'cannot be reached from this network',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETDOWN: 'cannot be reached: the network is down',
  EPROTO: 'does not speak TLS on this port',
}

const TO_TRUST =
  'name it in AWS_CA_BUNDLE or in the settings, or trust this one certificate in the connection'
const UNKNOWN_AUTHORITY = `shows a certificate of an unknown authority; to trust it, ${TO_TRUST}`

/** What is wrong with a server's certificate, by OpenSSL's and Node's codes, with the way out. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: `shows a certificate that it signed itself; to trust it, ${TO_TRUST}`,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'shows a certificate that has expired; who runs the server has to renew it',
  CERT_NOT_YET_VALID:
    'shows a certificate that is not valid yet; set the clock of this machine, or have the certificate renewed',
  CERT_REVOKED: 'shows a certificate that was revoked; who runs the server has to renew it',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'shows a certificate for another name; use the name that the certificate is for, or path-style addressing',
  ECERTIFICATE:
    'shows another certificate than the one that this connection trusts; test the connection to see which',
}

/** The end of a sentence that begins with who it is about; undefined for a code that nobody has heard of. */
export function networkWords(code: string): string | undefined {
  if (code.startsWith('ERR_SSL_')) return NETWORK['EPROTO']
  return NETWORK[code] ?? CERTIFICATE[code]
}

/** The server is there, but nothing vouches for it. */
function isAboutCertificate(code: string): boolean {
  return Object.hasOwn(CERTIFICATE, code)
}

/** What node:http threw, as a failure: no answer came, or half of one. A failure in disguise is kept. */
export function networkFailure(asked: Asked, error: unknown, server: string): DecantError {
  if (error instanceof DecantError) return error
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') {
    const text = `${server} did not answer ${asked.operation} in time.`
    return new DecantError({ code: 'timeout', reach: 'attempt', message: text }, { cause: error })
  }
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_UNESCAPED_CHARACTERS') {
    const text = `${capital(described(asked))} has a header that HTTP cannot carry.`
    return new DecantError({ code: 'invalid-request', reach: 'item', message: text }, { cause: error })
  }
  if (code.startsWith('HPE_') || code === 'ETOOLONG') return badAnswer(asked, message, 0)
  const text = `${server} ${networkWords(code) ?? `cannot be reached: ${message}`}.`
  const property = isAboutCertificate(code) ? { property: 'certificate' } : {}
  return new DecantError(
    { code: 'connection', reach: 'attempt', message: text, ...property },
    { cause: error },
  )
}

export function cancelled(): DecantError {
  return new DecantError({ code: 'cancelled', reach: 'item', message: 'It was cancelled.' })
}
