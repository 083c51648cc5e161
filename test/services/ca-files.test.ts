import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { checkCaFiles } from '../../main/services/ca-files.ts'

describe('a file of certificate authorities', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-ca-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const file = (name: string, text: string): string => {
    const at = path.join(dir, name)
    writeFileSync(at, text)
    return at
  }

  it('is taken where it holds certificates', async () => {
    await checkCaFiles([file('good.pem', `Ours\n${rootCertificates.slice(0, 2).join('\n')}\n`)])
  })

  it.each([
    [() => path.join(dir, 'none.pem'), /^network\.caFiles: .*none\.pem does not exist$/],
    [() => dir, /is not a file$/],
    [() => file('key.pem', '-----BEGIN PRIVATE KEY-----\n'), /holds no certificate in PEM/],
    [
      () => file('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      /holds a certificate that cannot be read$/,
    ],
  ])('is refused by name where it cannot serve: %#', async (make, why) => {
    await expect(checkCaFiles([make()])).rejects.toThrow(why)
  })
})
