/**
 * `node scripts/package/icons.ts`: draws the icons of the packages from resources/icon.svg and, where there are few
 * pixels, icon-16.svg. What it draws is kept in resources/icons; it is run again when the drawing has changed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { launchBrowser } from '../../test/helpers/browser.ts'
import { repository } from '../build-if-needed.ts'

const resources = path.join(repository, 'resources')
const folder = path.join(resources, 'icons')
/** Fitted to the pixels of these sizes. */
const SMALL = new Set([16, 32])
/** freedesktop.org's icon theme has folders of these. */
const LINUX = [16, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 32, 48, 64, 128, 256]
/** Apple's types: of the second four, each is the double resolution of a smaller one. */
const APPLE: readonly (readonly [type: string, size: number])[] = [
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
]

const drawn = await draw([...new Set([...LINUX, ...WINDOWS, ...APPLE.map(([, size]) => size)])])
mkdirSync(folder, { recursive: true })
for (const size of LINUX) writeFileSync(path.join(folder, `${size}x${size}.png`), png(size))
writeFileSync(path.join(resources, 'icon.ico'), ico(WINDOWS))
writeFileSync(path.join(resources, 'icon.icns'), icns(APPLE))

function png(size: number): Buffer {
  const found = drawn.get(size)
  if (found === undefined) throw new Error(`There is no icon of ${size} pixels.`)
  return found
}

async function draw(sizes: readonly number[]): Promise<Map<number, Buffer>> {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    const pictures = new Map<number, Buffer>()
    for (const size of sizes) {
      const svg = readFileSync(path.join(resources, SMALL.has(size) ? 'icon-16.svg' : 'icon.svg'), 'utf8')
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(
        `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      )
      pictures.set(size, await page.screenshot({ omitBackground: true }))
    }
    return pictures
  } finally {
    await browser.close()
  }
}

/** A directory of images, each a PNG: Windows reads these since Vista. */
function ico(sizes: readonly number[]): Buffer {
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let at = head.length
  sizes.forEach((size, index) => {
    const entry = 6 + 16 * index
    // 256 does not fit the byte, and is written 0.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png(size).length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += png(size).length
  })
  return Buffer.concat([head, ...sizes.map(png)])
}

function icns(types: typeof APPLE): Buffer {
  const images = types.map(([type, size]) => block(type, png(size)))
  return block('icns', Buffer.concat(images))
}

/** A type of four letters, the length with both, the data. */
function block(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + data.length, 4)
  return Buffer.concat([head, data])
}
