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
  EPROXY: 'cannot be reached through the proxy',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'shows a certificate that it signed itself; name it in AWS_CA_BUNDLE to trust it',
  SELF_SIGNED_CERT_IN_CHAIN:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'shows a certificate of an unknown authority; name it in AWS_CA_BUNDLE to trust it',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  EPROTO: 'does not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port',
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
  const text = `${server} ${NETWORK[code] ?? `cannot be reached: ${message}`}.`
  return new DecantError({ code: 'connection', reach: 'attempt', message: text }, { cause: error })
}

export function cancelled(): DecantError {
  return new DecantError({ code: 'cancelled', reach: 'item', message: 'It was cancelled.' })
}
