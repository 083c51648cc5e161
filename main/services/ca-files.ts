import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { fail } from '#model/failure.ts'

/** Bytes. The whole of Mozilla's authorities takes a quarter of a megabyte. */
const LONGEST = 4 * 1024 * 1024

/** Refuses, with a sentence, what cannot serve as a file of certificate authorities. */
export async function checkCaFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const why = await whyNot(file)
    if (why !== undefined)
      fail('bad-input', 'item', `network.caFiles: ${file} ${why}`, { property: 'network.caFiles' })
  }
}

async function whyNot(file: string): Promise<string | undefined> {
  let text: string
  try {
    const found = await stat(file)
    if (!found.isFile()) return 'is not a file'
    if (found.size > LONGEST) return `has ${found.size} bytes, more than any list of authorities`
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'does not exist' : `cannot be read (${message})`
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)
  if (blocks === null) return 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)'
  try {
    for (const block of blocks) new X509Certificate(block)
    return undefined
  } catch {
    return 'holds a certificate that cannot be read'
  }
}
