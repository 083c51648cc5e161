import type { ConnectionTestStep } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'
import type { CredentialSource } from '#model/connection.ts'
import type { Failure } from '#model/failure.ts'
import type { Way } from '../engine/pace/reach.ts'

/** What a hint is made of, besides step and failure. */
export interface Clues extends ConnectionDraft {
  readonly way: Pick<Way, 'address' | 'proxy'>
  /** It was asked in plain HTTP, and answers TLS. */
  readonly speaksTls: boolean
}

/** Pure: the way out of what a step found. */
export function hintFor(step: ConnectionTestStep['step'], failure: Failure, clues: Clues): string {
  if (failure.property === 'proxy') return 'Look at the proxy in the settings, under Network.'
  if (failure.property === 'caFiles')
    return 'Name a file of certificates in PEM form, or take it out of the settings.'
  if (clues.speaksTls) return 'This port speaks TLS: begin the endpoint with https://.'
  switch (step) {
    case 'dns':
      return 'Check the endpoint for a slip of the pen, and whether this machine is online or needs a VPN or a proxy.'
    case 'tls':
      return tlsHint(failure, clues)
    case 'clock':
      return 'Check that the endpoint speaks HTTP at this port.'
    case 'server':
      return serverHint(failure)
    case 'signature':
      return signatureHint(failure, clues)
    case 'list':
    case 'read':
    case 'write':
      return 'Look at what is allowed to these keys.'
  }
}

function tlsHint(failure: Failure, { way, connection }: Clues): string {
  const { target } = way.address
  if (failure.property !== 'certificate') {
    if (/does not speak TLS/.test(failure.message)) {
      return 'This port speaks no TLS. If it is plain HTTP on purpose, begin the endpoint with http://.'
    }
    return `Check that the server runs, and that port ${target.port} of ${target.host} can be reached from here.`
  }
  if (connection.trustedCertificate !== undefined) {
    return 'Compare the new fingerprint with the one that whoever runs the server tells you, before you trust it.'
  }
  if (/expired/.test(failure.message)) return 'Ask who runs the server to renew its certificate.'
  if (/not valid yet/.test(failure.message)) return 'Look at the clock of this machine.'
  if (/another name/.test(failure.message)) {
    return 'Use the name that the certificate is for; where only the buckets’ names are not covered, path-style addressing.'
  }
  return 'If it is your own server: compare the fingerprint and trust this one certificate, or name its authority in the settings or in AWS_CA_BUNDLE.'
}

function serverHint(failure: Failure): string {
  if (failure.code === 'wrong-region') return 'Set the Region that the server names.'
  if (failure.code === 'server-error' || failure.code === 'slow-down')
    return 'The server has a problem of its own: try again later.'
  return 'Something answers, but not as S3 does. Check the endpoint: it is the API that is needed, not the console.'
}

function signatureHint(failure: Failure, { connection, secret }: Clues): string {
  const { credentials, region } = connection
  const slip = secret === undefined ? undefined : slipOfPaste(secret.secretAccessKey)
  if (slip !== undefined) return slip
  if (failure.code === 'clock-skew') return 'Set the clock of this machine.'
  if (failure.property === 'code')
    return 'Wait until the device shows another code, and test again with that.'
  if (failure.property === 'mfaSerial') return 'Name the device that belongs to these keys.'
  if (failure.code === 'credentials-expired' || failure.code === 'credentials-missing')
    return wayToKeys(credentials, failure.code)
  if (failure.s3?.code === 'InvalidAccessKeyId')
    return 'The server does not know this access key id. Check it, and whether it belongs to this endpoint.'
  return `Type the secret access key again, and check the Region (${region}).`
}

/** Where to get keys of this kind. */
function wayToKeys(
  credentials: CredentialSource,
  code: 'credentials-expired' | 'credentials-missing',
): string {
  switch (credentials.kind) {
    case 'sso':
      return 'Sign in, and test again.'
    case 'role':
      return credentials.mfaSerial === undefined
        ? 'Check the ARN of the role, who may take it (its trust policy), and the keys that it is taken with.'
        : 'Type the code that the device shows, and test again.'
    case 'profile':
      return `Sign in where the profile needs it, or see what the AWS tools say of it: aws sts get-caller-identity --profile ${credentials.profile}`
    case 'environment':
      return 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where Decant is started, or choose a profile.'
    case 'container':
    case 'instance':
      return 'Choose another source of keys: this machine has no role of its own.'
    default:
      return code === 'credentials-expired'
        ? 'The session token has run out: get new keys.'
        : 'Type in the keys, or choose a profile that has some.'
  }
}

/** What goes wrong when a secret is pasted. Says what, never the secret. */
function slipOfPaste(secretAccessKey: string): string | undefined {
  if (/\s$/.test(secretAccessKey))
    return 'The secret access key ends in a space. Remove the space and test again.'
  if (/^\s/.test(secretAccessKey))
    return 'The secret access key begins with a space. Remove the space and test again.'
  if (/\s/.test(secretAccessKey)) return 'There is a space or a line break within the secret access key.'
  if (/^["'].*["']$/.test(secretAccessKey)) return 'The secret access key stands in quotes. Take them off.'
  return undefined
}
