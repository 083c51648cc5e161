import { createHmac } from 'node:crypto'
import { fail } from '#model/failure.ts'

/** Characters that a signing secret has at least: fewer can be tried through by whoever holds one signed call. */
const SHORTEST = 16
const LONGEST = 256

/** The headers of a signed call; README says how they are checked. */
const TIMESTAMP_HEADER = 'x-decant-timestamp'
const SIGNATURE_HEADER = 'x-decant-signature'

/**
 * Who has the secret can tell that a call is Decant's, unchanged, and of now: the time in whole seconds since 1970 is
 * signed with the body, and each try is signed anew. `v1` names the way of signing: HMAC-SHA256 of `TIME.BODY` in UTF-8,
 * as hexadecimal digits.
 */
export function signatureHeaders(secret: string, now: number, body: string): Record<string, string> {
  const time = String(Math.floor(now / 1000))
  const hmac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return { [TIMESTAMP_HEADER]: time, [SIGNATURE_HEADER]: `v1=${hmac}` }
}

/** Taken exactly as it is; what is refused is not repeated. */
export function signingSecret(text: string): string {
  if (text.length < SHORTEST || text.length > LONGEST)
    fail('bad-input', 'item', `secret: must be ${SHORTEST} to ${LONGEST} characters long.`, {
      property: 'secret',
    })
  return text
}
