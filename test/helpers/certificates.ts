import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A certificate made for one test, and its key; both PEM. Nothing is written anywhere. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  readonly name: string
  readonly privateKey: KeyObject
}

export interface CertificateRequest {
  /** Names that it is for, and addresses. */
  readonly names?: readonly string[]
  /** Days from now; both may be in the past. */
  readonly from?: number
  readonly to?: number
  /** Who signs it; itself, where it is left out. */
  readonly by?: TestCertificate
  /** It may sign others. */
  readonly authority?: boolean
  readonly name?: string
}

/** X.509 by hand (RFC 5280): Node can read certificates but not make them, and old openssl makes no expired ones. */
export function makeCertificate(request: CertificateRequest = {}): TestCertificate {
  const { names = ['localhost'], from = -1, to = 30, by, authority = false, name = 'test' } = request
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = sequence(OID_ECDSA_SHA256)
  const extensions = [
    sequence(OID_ALT_NAMES, octets(sequence(...names.map(altName)))),
    ...(authority
      ? [
          sequence(
            OID_CONSTRAINTS,
            der(0x01, Buffer.from([0xff])),
            octets(sequence(der(0x01, Buffer.from([0xff])))),
          ),
        ]
      : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguished(by?.name ?? name),
    sequence(time(from), time(to)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, by?.privateKey ?? privateKey)
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    name,
    privateKey,
  }
}

const OID_ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const OID_ALT_NAMES = Buffer.from('0603551d11', 'hex')
const OID_CONSTRAINTS = Buffer.from('0603551d13', 'hex')
const OID_COMMON_NAME = Buffer.from('0603550403', 'hex')

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}
function octets(content: Buffer): Buffer {
  return der(0x04, content)
}
function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(OID_COMMON_NAME, der(0x0c, Buffer.from(name)))))
}
function altName(name: string): Buffer {
  return /^[\d.]+$/.test(name)
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name))
}
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(text))
}
