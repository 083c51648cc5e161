import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PREVIEW_LIMITS } from '#model/preview.ts'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { imageOf } from '../../main/engine/preview/preview-image.ts'
import { decodeText, prettyJson, unpack } from '../../main/engine/preview/preview-bytes.ts'
import { previewObject } from '../../main/engine/preview/preview-object.ts'
import type { CustomerKey, PutObject, Storage } from '../../main/engine/storage.ts'
import { inProcessPlayground, type TestPlayground } from '../helpers/playground.ts'

const MIB = 1024 ** 2
const digest = createHash('sha256').update('key').digest()
const KEY: CustomerKey = {
  key: digest.toString('base64'),
  md5: createHash('md5').update(digest).digest('base64'),
}
const signal = new AbortController().signal

let playground: TestPlayground
let storage: Storage

beforeAll(async () => {
  playground = await inProcessPlayground()
  await playground.admin.seed({ bucket: 'previews', count: 0 })
  const { endpoint, accessKeyId, secretAccessKey } = playground
  storage = createStorage({
    config: { endpoint, region: 'us-east-1', addressing: 'path', credentials: { kind: 'keys', accessKeyId } },
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    seams: systemSeams,
    environment: {},
  })
})
afterAll(async () => {
  storage.close()
  await playground.stop()
})

const bytes = (text: string): Buffer => Buffer.from(text)
async function put(key: string, body: Buffer, more: Partial<PutObject> = {}) {
  await storage.putObject({ bucket: 'previews', key, body, size: body.length, ...more }, signal)
}
async function preview(key: string, names: readonly string[] = []) {
  const find = () => Promise.resolve(KEY)
  return previewObject(storage, { bucket: 'previews', key }, { names, find }, signal)
}
async function previewOf(body: Buffer, contentType?: string, contentEncoding?: string) {
  await put('k', body, { headers: { contentType, contentEncoding } })
  return preview('k')
}

function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(64)
  head.write('\x89PNG\r\n\x1a\n', 'latin1')
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return head
}

describe('a preview', () => {
  test('of HTML is its text, whatever it calls itself', async () => {
    const html = '<script>alert(1)</script><img src=x onerror=alert(1)>'
    expect(await previewOf(bytes(html), 'text/html')).toMatchObject({
      is: 'text',
      format: 'text',
      text: html,
    })
    // Not the name decides, nor the Content-Type: HTML is no image.
    expect(await previewOf(bytes(html), 'image/png')).toMatchObject({ is: 'text', text: html })
  })

  test('of an SVG is an image, with a script in it or not: only an <img> shows it, which runs none', async () => {
    const svg = '<?xml version="1.0"?>\n<!-- a -->\n<svg onload="alert(1)"><script>alert(1)</script></svg>'
    expect(await previewOf(bytes(svg), 'text/plain')).toMatchObject({ is: 'image', type: 'image/svg+xml' })
    expect(await previewOf(bytes(`<html>${svg}</html>`), 'image/svg+xml')).toMatchObject({ is: 'text' })
  })

  test('of an image has the type of its bytes, and is none of more pixels than fit', async () => {
    const found = await previewOf(png(640, 480), 'text/html')
    expect(found).toMatchObject({ is: 'image', type: 'image/png', width: 640, height: 480 })
    expect(found.is === 'image' && Buffer.from(found.base64, 'base64').equals(png(640, 480))).toBe(true)
    expect(await previewOf(png(60_000, 60_000), 'image/png')).toMatchObject({
      is: 'none',
      why: expect.stringContaining('60,000 × 60,000 pixels') as string,
    })
  })

  test('of an image that says it is something else is read to its end, up to 5 MiB', async () => {
    const image = Buffer.concat([png(10, 10), Buffer.alloc(MIB, 7)])
    const before = storage.requests['GetObject'] ?? 0
    const found = await previewOf(image)
    expect(found.is === 'image' && Buffer.from(found.base64, 'base64').equals(image)).toBe(true)
    expect(storage.requests['GetObject']).toBe(before + 2)
    const large = Buffer.concat([png(10, 10), Buffer.alloc(6 * MIB)])
    expect(await previewOf(large, 'image/png')).toMatchObject({ is: 'none' })
  })

  test('of 10 MB of JSON reads the first 256 KiB, as they are', async () => {
    const json = bytes(JSON.stringify(Array.from({ length: 1_000_000 }, (_, n) => `ü${n}`)))
    expect(json.length).toBeGreaterThan(10_000_000)
    const found = await previewOf(json, 'application/json')
    expect(found).toMatchObject({ is: 'text', format: 'text', whole: false, replaced: 0 })
    expect(found.is === 'text' && Buffer.byteLength(found.text)).toBeLessThanOrEqual(PREVIEW_LIMITS.text)
  })

  test('of what is packed is unpacked up to the limit', async () => {
    const json = gzipSync('{"a":1.0}')
    expect(await previewOf(json, 'application/json', 'gzip')).toMatchObject({
      format: 'json',
      text: '{\n  "a": 1.0\n}',
      unpacked: true,
      whole: true,
    })
    const bomb = gzipSync(Buffer.alloc(64 * MIB, 'a'))
    expect(bomb.length).toBeLessThan(MIB)
    const found = await previewOf(bomb, 'text/plain', 'gzip')
    expect(found).toMatchObject({ is: 'text', whole: false, unpacked: true })
    expect(found.is === 'text' && found.text.length).toBe(PREVIEW_LIMITS.text)
    expect(await previewOf(Buffer.alloc(99, 1), 'text/csv', 'gzip')).toMatchObject({
      is: 'none',
      why: expect.stringContaining('its bytes are none') as string,
    })
    expect(await previewOf(bytes('x'), 'text/css', 'br')).toMatchObject({
      is: 'none',
      why: expect.stringContaining('br') as string,
    })
  })

  test('of what is empty, archived or neither text nor image says so', async () => {
    expect(await previewOf(Buffer.alloc(0))).toMatchObject({ is: 'none', why: 'It is empty.' })
    expect(await previewOf(Buffer.from([1, 0, 2, 0, 3]))).toMatchObject({ is: 'none' })
    await put('cold', bytes('cold'), { storageClass: 'GLACIER' })
    expect(await preview('cold')).toMatchObject({
      is: 'none',
      why: expect.stringContaining('archive') as string,
    })
  })

  test('of what lies under a customer key takes the key ring', async () => {
    await put('secret', bytes('secret'), { encryption: { kind: 'SSE-C', key: KEY } })
    await expect(preview('secret')).rejects.toMatchObject({ failure: { code: 'customer-key' } })
    expect(await preview('secret', ['ring'])).toMatchObject({ is: 'text', text: 'secret' })
  })

  test('is never of two objects: the GET is bound to what the HEAD saw', async () => {
    await put('k', bytes('one'))
    const changing: Storage = Object.create(storage, {
      getObject: {
        value: async (...args: Parameters<Storage['getObject']>) => {
          await put('k', bytes('two'))
          return storage.getObject(...args)
        },
      },
    }) as Storage
    const keys = { names: [], find: () => Promise.resolve(KEY) }
    await expect(
      previewObject(changing, { bucket: 'previews', key: 'k' }, keys, signal),
    ).rejects.toMatchObject({
      failure: { code: 'source-changed' },
    })
  })
})

test.each([
  ['[1.0, 1e400 ,12345678901234567890]', '[\n  1.0,\n  1e400,\n  12345678901234567890\n]'],
  ['{"a":{},"a":[ ],"b":"x,{y\\"z"}', '{\n  "a": {},\n  "a": [],\n  "b": "x,{y\\"z"\n}'],
  ['{"a":1', undefined],
  ['"text"', undefined],
  ['[1] [2]', undefined],
  // So deep that its indents alone would be gigabytes.
  ['['.repeat(100_000) + ']'.repeat(100_000), undefined],
])('JSON %# keeps every sign but its white space', (text, pretty) => {
  expect(prettyJson(text)).toBe(pretty)
})

test.each([
  ['UTF-8', bytes('ü'), { text: 'ü', replaced: 0 }],
  ['a mark that it brought', bytes('a\ufffdb'), { text: 'a\ufffdb', replaced: 0 }],
  ['one byte of Latin-1', Buffer.from('gr\xfcn, und noch viel mehr Text', 'latin1'), { replaced: 1 }],
  ['UTF-16', Buffer.from('\ufeffhi', 'utf16le'), { text: 'hi' }],
  ['noise', Buffer.from([200, 201, 202, 250, 251, 252, 253]), undefined],
])('%s is decoded as it is', (_, from, decoded) => {
  if (decoded === undefined) expect(decodeText(from, true)).toBeUndefined()
  else expect(decodeText(from, true)).toMatchObject(decoded)
})

test('a character that is cut at the end is no nonsense', () => {
  expect(decodeText(bytes('aü').subarray(0, 2), false)).toEqual({ text: 'a', replaced: 0 })
})

test('gzip that is cut short gives what came out of it', async () => {
  const packed = gzipSync(Buffer.from(Array.from({ length: 9999 }, (_, n) => String(n * 7919)).join('')))
  const some = await unpack(packed.subarray(0, packed.length / 2), MIB)
  expect(some?.whole).toBe(false)
  expect(some?.bytes.length).toBeGreaterThan(100)
})

test.each([
  ['GIF89a\x02\x01\x03\x00....', 'image/gif', 258, 3],
  ['\xff\xd8\xff\xe0\x00\x04..\xff\xc0\x00\x11\x08\x00\x05\x00\x07......', 'image/jpeg', 7, 5],
  ['RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0\x09\0\0\x13\0\0....', 'image/webp', 10, 20],
  ['\0\0\0\x20ftypavif........ispe\0\0\0\0\0\0\0\x08\0\0\0\x09', 'image/avif', 8, 9],
  ['BM....\0\0\0\0........\x04\0\0\0\xfb\xff\xff\xff', 'image/bmp', 4, 5],
])('%s… is an image of its size', (text, type, width, height) => {
  expect(imageOf(Buffer.from(text, 'latin1'))).toEqual({ type, width, height })
})
