import { DecantError, type Failure } from '#model/failure.ts'
import type { NamedFile } from './file-entries.ts'

/** How much of what is being sent is there. */
export interface Brought {
  readonly files: number
  readonly bytes: number
  readonly ofFiles: number
  readonly ofBytes: number
}

export interface SendOptions {
  readonly token: string
  readonly signal: AbortSignal
  readonly onprogress: (brought: Brought) => void
}

/** Requests at a time: enough to hide the way there and back, and fewer than a browser has connections. */
const AT_ONCE = 4
/** Tries of one file, and the wait before each further one, in milliseconds. */
const WAITS = [0, 500, 2000, 5000]

/** Sends files to `decant serve`, each whole or not at all; gives the folder that they lie in there. */
export async function sendFiles(files: readonly NamedFile[], options: SendOptions): Promise<string> {
  const { token, signal, onprogress } = options
  const ofBytes = files.reduce((sum, { file }) => sum + file.size, 0)
  const begun = await post(token, { files: files.length, bytes: ofBytes })
  let done = 0
  let bytes = 0
  const tell = (): void => onprogress({ files: done, bytes, ofFiles: files.length, ofBytes })
  tell()
  let next = 0
  // One that fails stops the others.
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const work = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      let counted = 0
      await sendPatiently(begun.id, file, token, either, (sent) => {
        bytes += sent - counted
        counted = sent
        tell()
      })
      done += 1
      bytes += file.file.size - counted
      tell()
    }
  }
  try {
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        work().catch((error: unknown) => {
          stop.abort()
          throw error
        }),
      ),
    )
    return begun.folder
  } catch (error) {
    // What came so far is of no use to anybody.
    void fetch(`/uploads/${begun.id}`, { method: 'DELETE', headers: { 'x-decant-token': token } }).catch(
      () => {},
    )
    signal.throwIfAborted()
    throw error
  }
}

async function post(
  token: string,
  body: { files: number; bytes: number },
): Promise<{ id: string; folder: string }> {
  const response = await fetch('/uploads', {
    method: 'POST',
    headers: { 'x-decant-token': token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined)
  if (response === undefined) throw lost()
  const answer: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw refusal(answer)
  return answer as { id: string; folder: string }
}

/** A way that broke is tried again; what Decant refuses is not. */
async function sendPatiently(
  id: string,
  file: NamedFile,
  token: string,
  signal: AbortSignal,
  onsent: (bytes: number) => void,
): Promise<void> {
  for (const [attempt, wait] of WAITS.entries()) {
    await pause(wait, signal)
    const outcome = await send(id, file, token, signal, onsent)
    if (outcome.is === 'sent') return
    if (outcome.is === 'refused') throw refusal(outcome.answer)
    onsent(0)
    if (attempt === WAITS.length - 1) throw lost(file.name)
  }
}

type Outcome =
  { readonly is: 'sent' } | { readonly is: 'refused'; readonly answer: unknown } | { readonly is: 'broken' }

/** By XMLHttpRequest: fetch does not tell how much of a body has gone. */
function send(
  id: string,
  { name, file }: NamedFile,
  token: string,
  signal: AbortSignal,
  onsent: (bytes: number) => void,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    const end = (outcome: Outcome): void => {
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const query = new URLSearchParams({ name, modified: String(file.lastModified) })
    request.open('PUT', `/uploads/${id}?${query.toString()}`)
    request.setRequestHeader('x-decant-token', token)
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded }) => onsent(Math.min(loaded, file.size)))
    request.addEventListener('load', () =>
      end(request.status === 200 ? { is: 'sent' } : { is: 'refused', answer: request.response as unknown }),
    )
    request.addEventListener('error', () => end({ is: 'broken' }))
    request.addEventListener('abort', () => {
      signal.removeEventListener('abort', abort)
      reject(new DOMException('It was cancelled.', 'AbortError'))
    })
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) return reject(new DOMException('It was cancelled.', 'AbortError'))
    request.send(file)
  })
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (milliseconds === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new DOMException('It was cancelled.', 'AbortError'))
    })
  })
}

function refusal(answer: unknown): DecantError {
  const { code, message } = (answer ?? {}) as Partial<Pick<Failure, 'code' | 'message'>>
  return new DecantError({
    code: code ?? 'internal',
    reach: 'item',
    message: message ?? 'Decant did not take the file, and did not say why.',
  })
}

function lost(name?: string): DecantError {
  const what = name === undefined ? 'The files' : `“${name}”`
  const message = `${what} could not be sent: the way to Decant is interrupted.`
  return new DecantError({ code: 'connection', reach: 'item', message })
}
