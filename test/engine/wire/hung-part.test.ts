import { afterEach, expect, test } from 'vitest'
import { closeAll, startStub, wireTo } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const GIB = 1024 ** 3
let stub: Stub | undefined
afterEach(async () => {
  closeAll()
  await stub?.close()
})

/**
 * Parts of a gigabyte each, of which the server never answers the first, and no HEAD; after 0.3 s of silence nobody is
 * patient.
 */
async function copyParts(others: number) {
  const asked = Promise.withResolvers<void>()
  stub = await startStub((request, response) => {
    if (request.method === 'HEAD') return
    if (/partNumber=1&/.test(request.url ?? '')) return asked.resolve()
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end('<CopyPartResult><ETag>"e"</ETag></CopyPartResult>')
  })
  const s3 = wireTo(`http://127.0.0.1:${stub.port}`, { timeouts: { idle: 300 } })
  const stop = new AbortController()
  const copy = (part: number): Promise<unknown> =>
    s3.uploadPartCopy(
      {
        ...{ bucket: 'to', key: 'k', uploadId: 'u', part, range: [0, GIB - 1] },
        source: { bucket: 'from', key: 'k', ifMatch: 'e' },
      },
      stop.signal,
    )
  const hung = copy(1)
  hung.catch(() => undefined)
  // What is done before it was sent tells nothing of it.
  await asked.promise
  for (let part = 2; part < 2 + others; part++) await copy(part)
  return { s3, hung, stop: () => stop.abort() }
}

test('a part of a gigabyte that hangs is given up, as four others are done meanwhile', async () => {
  const { hung } = await copyParts(4)
  await expect(hung).rejects.toMatchObject({ failure: { code: 'timeout', reach: 'attempt' } })
})

test('where nothing else is done it is waited for', async () => {
  const { s3, hung, stop } = await copyParts(3)
  let ended = false
  void hung.catch(() => (ended = true))
  // In their silence, one after the other, the part would have been given up three times.
  for (let silences = 0; silences < 3; silences++)
    await expect(s3.headObject({ bucket: 'from', key: 'k' })).rejects.toMatchObject({
      failure: { code: 'timeout' },
    })
  expect(ended).toBe(false)
  stop()
  await expect(hung).rejects.toMatchObject({ failure: { code: 'cancelled' } })
})
