import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sniffType, textType } from '../../main/engine/preview/sniff-type.ts'

const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082',
  'hex',
)

test.each<[string, Buffer | string, string | undefined, string?]>([
  ['PNG', PNG, 'image/png'],
  ['JPEG', Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), 'image/jpeg'],
  ['PDF', '%PDF-1.7\n%\u00e2\u00e3', 'application/pdf'],
  ['gzip', gzipSync('hello'), 'application/gzip'],
  ['what is stored as gzip', gzipSync('{"a":1}'), 'application/json', 'gzip'],
  ['stored as brotli', PNG, undefined, 'br'],
  ['said to be gzip', PNG, undefined, 'gzip'],
  ['as it comes in chunks', PNG, 'image/png', 'aws-chunked'],
  ['an old office file', Buffer.from('d0cf11e0a1b11ae1' + '00'.repeat(504), 'hex'), undefined],
  ['plain text', 'nothing to see here', undefined],
  ['nothing', '', undefined],
  ['JSON', ' {"a": [1, "}"]}\n', 'application/json'],
])('%s', async (_name, content, type, encoding) => {
  const bytes = Buffer.from(content as string)
  expect(await sniffType(bytes, bytes.length, encoding)).toBe(type)
})

test.each<[string, string | undefined, boolean?]>([
  ['<!DOCTYPE html><title>x', 'text/html'],
  ['\ufeff\n<!-- a --><html>', 'text/html'],
  ['<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="x">', 'application/xhtml+xml'],
  ['<svg xmlns="x">', 'image/svg+xml'],
  [
    '<?xml version="1.0"?>\n<!-- made by -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "u">\n<svg>',
    'image/svg+xml',
  ],
  ['<?xml version="1.0"?><feed/>', 'application/xml'],
  ['<svgish>', undefined],
  ['text <html>', undefined],
  ['[1, 2]', 'application/json'],
  ['[]', 'application/json'],
  ['{"a": 1', undefined],
  ['{"a": 1', 'application/json', false],
  ['{"a": 1}\n{"a": 2}', undefined],
  ['{"a": 1}\n{"a', undefined, false],
  ['{a: 1}', undefined, false],
  ['[section]\nkey=1', undefined, false],
  ['{"a": "\\"}', 'application/json', false],
])('%s is %s', (text, type, isWhole = true) => {
  expect(textType(text, isWhole)).toBe(type)
})
