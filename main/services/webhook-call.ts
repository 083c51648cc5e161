import { DecantError, fail, toFailure } from '#model/failure.ts'
import { sleep, type Seams } from '#model/seams.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'
import type { Web } from '../engine/web.ts'
import { signatureHeaders } from './webhook-signature.ts'

/** Milliseconds that one try may take, from the first look for an address to the end of the answer. */
const LIMIT = 10_000
/** Milliseconds before the second and the third try. */
const WAITS = [1_000, 5_000]
/** Bytes of an answer that are read; nobody needs more to see how it begins. */
const MOST_ANSWER = 64 * 1024

export interface CallNeeds {
  readonly web: Web
  readonly seams: Seams
}

/** Where a webhook is called, and what its calls are signed with. */
export interface Line {
  readonly url: URL
  readonly secret?: string | undefined
}

/** Tells a webhook, three times at most; rejects with why it was not heard. Nothing of the URL is in that but its host. */
export async function tell(
  needs: CallNeeds,
  line: Line,
  event: WebhookEvent,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await once(needs, line, event, signal)
      return
    } catch (error) {
      const wait = toFailure(error).reach === 'attempt' ? WAITS[tries] : undefined
      if (wait === undefined || signal.aborted) throw error
      await sleep(needs.seams, wait, signal)
    }
  }
}

/** One POST. @returns the status, one of 200 to 299 */
export async function once(
  { web, seams }: CallNeeds,
  { url, secret }: Line,
  event: WebhookEvent,
  signal: AbortSignal,
): Promise<number> {
  const limit = new AbortController()
  const stop = (): void => limit.abort()
  signal.addEventListener('abort', stop, { once: true })
  const cancel = seams.after(LIMIT, stop)
  const body = JSON.stringify(event)
  try {
    const { status } = await web.ask({
      operation: 'the webhook',
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'x-decant-event': event.event,
        ...(secret !== undefined && signatureHeaders(secret, seams.now(), body)),
      },
      body,
      signal: limit.signal,
      mostAnswer: MOST_ANSWER,
    })
    check(url.host, status)
    return status
  } catch (error) {
    if (signal.aborted || !limit.signal.aborted) throw error
    const message = `${url.host} did not answer within ${LIMIT / 1000} seconds.`
    throw new DecantError({ code: 'timeout', reach: 'attempt', message }, { cause: error })
  } finally {
    cancel()
    signal.removeEventListener('abort', stop)
  }
}

/**
 * | status            | is it heard?                                         |
 * |-------------------|------------------------------------------------------|
 * | 200 to 299        | yes                                                  |
 * | 300 to 399        | no: nobody is followed to where an answer points     |
 * | 408, 429, 500 up  | not now: another try                                 |
 * | any other         | no                                                   |
 */
function check(host: string, status: number): void {
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400)
    fail(
      'bad-answer',
      'item',
      `${host} answered ${status}: it points elsewhere, and a webhook is not followed.`,
    )
  const passes = status === 408 || status === 429 || status >= 500
  fail('bad-answer', passes ? 'attempt' : 'item', `${host} answered ${status}.`)
}
