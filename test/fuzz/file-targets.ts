import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { awsFilesOf, profilesOf } from '../../main/credentials/aws-files.ts'
import { portalsOf } from '../../main/credentials/sso-tokens.ts'
import { wayOf } from '../../main/credentials/profile.ts'
import { TableReader } from '../../main/grid/csv-in.ts'
import { recordLine } from '../../main/jobs/report/record-lines.ts'
import { readManifestJson } from '../../main/manifest/inventory.ts'
import { linesOf } from '../../main/manifest/lines.ts'
import { recordsOf } from '../../main/manifest/records.ts'
import { rowsReader } from '../../main/manifest/rows.ts'
import { readCell, writeCell } from '../../main/model/cell-text.ts'
import { describeJob } from '../../main/model/describe-job.ts'
import { parseJobFile } from '../../main/model/job-file.ts'
import { compileNames } from '../../main/model/apply-names.ts'
import { compileFilter } from '../../main/model/match-filter.ts'
import { filter } from '../../main/model/filter.ts'
import { nameRule } from '../../main/model/names.ts'
import { parsePrices, priceFile } from '../../main/model/price-file.ts'
import { settings } from '../../main/model/settings.ts'
import { jobSpec } from '../../main/model/spec.ts'
import { readSettings } from '../../main/services/elsewhere/files.ts'
import { junk, mutated, repeated, torn, valueOf } from './shapes.ts'
import { answered, type Target } from './target.ts'

/** What lies in files: manifests, job files, settings of ours and of others, tables. */

const CSV_PIECES = [
  ',',
  '"',
  '""',
  '\n',
  '\r\n',
  ';',
  '%',
  '%2',
  '%ZZ',
  '%00',
  '+',
  'x'.repeat(2000),
  'bucket,key\n',
  '"\n',
]
const MANIFESTS = [
  'b,a%2Cb\nb,ü\n',
  'b,k,v1\nb,k,\n',
  'Bucket,Key,VersionId\nb,"a ""quoted"" key",v\n',
  'bucket,key,cache-control\nb,"a,\nb",no-cache\n',
  'Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage\nb,k,,failed,AccessDenied,403,no\n',
]
const manifestText = fc.oneof(
  { weight: 8, arbitrary: torn(fc.constantFrom(...MANIFESTS), CSV_PIECES) },
  {
    weight: 1,
    arbitrary: repeated(
      CSV_PIECES.filter((piece) => piece.length < 100),
      2000,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
)

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function recordsIn(text: string, size: number, isPacked = false): Promise<string[][]> {
  const found: string[][] = []
  const bytes = Buffer.from(text, 'utf8')
  for await (const page of recordsOf(linesOf(piecesOf(bytes, size), isPacked, { line: 1, offset: 0 })))
    for (const { cells } of page) found.push([...(cells ?? ['lost'])])
  return found
}

const manifests: Target = {
  name: 'manifests of all formats',
  share: 50,
  property: () =>
    fc.asyncProperty(manifestText, fc.integer({ min: 1, max: 4096 }), async (text, size) => {
      await answered(async () => {
        const records = await recordsIn(text, Math.max(size, Math.ceil(text.length / 500)))
        const reader = rowsReader(records[0] ?? [])
        if ('refused' in reader) return
        for (const cells of records) reader.read(cells)
      })
      await answered(() => recordsIn(text, 4096, true))
    }),
}

const cell = fc
  .oneof(fc.string({ maxLength: 8 }), fc.constantFrom('a,b', '"', 'a\nb', ' ', 'ü😀', ''))
  .map((text) => text.toWellFormed().replaceAll('\r', '').replaceAll('\ufeff', '').replaceAll('\0', ''))
const same: Target = {
  name: 'tables, beside a plain reader',
  share: 40,
  property: () =>
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      async (rows, size) => {
        const text = rows
          .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
          .join('\n')
        const found = await recordsIn(`${text}\n`, size)
        const wanted = JSON.stringify(rows)
        if (JSON.stringify(found) !== wanted)
          throw new Error(`read ${JSON.stringify(found)}, written ${wanted}`)
      },
    ),
}

const inventories: Target = {
  name: 'manifest.json of an inventory',
  share: 30,
  property: () => {
    const valid = fc.constant({
      sourceBucket: 'b',
      destinationBucket: 'arn:aws:s3:::d',
      version: '2016-11-30',
      creationTimestamp: '1',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      files: [{ key: 'k', size: 1, MD5checksum: 'f'.repeat(32) }],
    })
    return fc.asyncProperty(mutated(valid), async (value) => {
      await answered(() => readManifestJson(JSON.stringify(value) ?? ''))
    })
  },
}

const jobFiles: Target = {
  name: 'job files and templates',
  share: 35,
  property: () => {
    const spec = mutated(valueOf(jobSpec)).map((value) => JSON.stringify(value) ?? '')
    const text = fc.oneof(
      { weight: 6, arbitrary: spec },
      { weight: 2, arbitrary: torn(spec, ['{', '"__proto__":', '1e999', ']', '[', '\\ud800']) },
      { weight: 1, arbitrary: repeated(['[', '{"a":', '"'], 3000) },
    )
    return fc.asyncProperty(text, async (said) => {
      const parsed = await answered(() => parseJobFile('x.decant', said))
      if (parsed?.ok !== true) return
      await answered(() => describeJob(parsed.spec))
      const again = parseJobFile('y.decant', JSON.stringify(parsed.spec))
      if (!again.ok) throw new Error(`what was read is not read again: ${again.message}`)
    })
  },
}

const rules: Target = {
  name: 'patterns and rules for names, on any key',
  share: 40,
  property: () => {
    const regex = fc
      .array(
        fc.constantFrom(
          'a',
          '.',
          '(a+)+',
          '(.*)*',
          '(a|a)*',
          '$',
          '^',
          '\\1',
          '(?<=a)',
          '[',
          '{1,9}',
          '{1,999}',
          '?',
          '+',
          '\\d',
        ),
        { minLength: 1, maxLength: 6 },
      )
      .map((all) => all.join(''))
    const glob = fc
      .array(fc.constantFrom('*', '**', '**/', '?', '{a,', '}', '[a-', ']', '[!', 'a', '\\'), {
        minLength: 1,
        maxLength: 30,
      })
      .map((all) => all.join(''))
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat(1000).map((length) => `${'a'.repeat(length)}!`),
    )
    return fc.asyncProperty(regex, glob, key, async (find, wild, name) => {
      const filters = filter.safeParse({
        include: [
          { kind: 'regex', regex: find },
          { kind: 'glob', glob: wild },
        ],
      })
      const object = { key: name, size: 1, lastModified: 1, storageClass: 'STANDARD' }
      if (filters.success) await answered(() => compileFilter(filters.data).byListing(object))
      const rule = nameRule.safeParse({ rule: 'replace', find, with: '$1x', every: true })
      if (rule.success) await answered(() => compileNames([rule.data])?.({ rest: name, lastModified: 1 }))
    })
  },
}

const records: Target = {
  name: 'lines of a record',
  share: 20,
  property: () =>
    fc.asyncProperty(mutated(valueOf(recordLine)), async (value) => {
      await answered(() => recordLine.safeParse(value))
    }),
}

const SETTINGS = [
  '[remote]\ntype = s3\nprovider = Minio\nendpoint = http://h:9000\naccess_key_id = a\nsecret_access_key = b\n',
  '[default]\naccess_key = a\nsecret_key = b\nhost_base = h.example\nhost_bucket = %(bucket)s.h\nuse_https = True\n',
  '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//A" "http://x"><plist><dict><key>Protocol</key><string>s3</string><key>Hostname</key><string>h</string><key>Port</key><string>99</string></dict></plist>',
  '# c\n\nRCLONE_ENCRYPT_V0:\nabc\n',
]
const elsewhere: Target = {
  name: 'settings of rclone, s3cmd and Cyberduck',
  share: 40,
  property: () => {
    const pieces = [
      '[',
      ']',
      '=',
      '\n',
      'type = s3\n',
      '[__proto__]\n',
      '<!--',
      '-->',
      '<!DOCTYPE plist PUBLIC ',
      ' ',
      '\n\n',
      '#\n',
    ]
    const text = fc.oneof(
      { weight: 8, arbitrary: torn(fc.constantFrom(...SETTINGS), pieces) },
      { weight: 1, arbitrary: repeated(pieces, 60_000) },
    )
    return fc.asyncProperty(text, fc.constantFrom('x.conf', 'x.duck', '.s3cfg'), async (said, name) => {
      await answered(() => readSettings(name, said))
    })
  },
}

const aws: Target = {
  name: 'the AWS files',
  share: 30,
  property: () => {
    const files =
      '[default]\nregion = eu-west-1\n[profile a]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = a\nsso_session = s\ncredential_process = /bin/x\n[sso-session s]\nsso_start_url = https://x\nsso_region = y\ns3 =\n  addressing_style = path\n'
    const text = torn(fc.constant(files), [
      '[',
      ']',
      '[profile ',
      '=',
      '\n',
      '  ',
      '#',
      '[__proto__]\n',
      'source_profile = b\n',
    ])
    return fc.asyncProperty(text, text, async (config, credentials) => {
      await answered(() => {
        const read = awsFilesOf(config, credentials)
        profilesOf(read)
        portalsOf(read)
        for (const [name, section] of read.profiles) wayOf(name, section, read, false)
      })
    })
  },
}

const PRICES = readFileSync(path.resolve(import.meta.dirname, '../../resources/prices.json'), 'utf8')
const ours: Target = {
  name: 'settings.json and prices.json',
  share: 20,
  property: () => {
    const text = fc.oneof(
      mutated(valueOf(priceFile)).map((one) => JSON.stringify(one) ?? ''),
      torn(fc.constant(PRICES.slice(0, 3000)), ['{', '"__proto__":1,']),
    )
    return fc.asyncProperty(mutated(valueOf(settings)), text, async (value, prices) => {
      await answered(() => settings.safeParse(value))
      await answered(() => parsePrices(prices))
    })
  },
}

const tables: Target = {
  name: "a grid's CSV",
  share: 25,
  property: () =>
    fc.asyncProperty(manifestText, fc.integer({ min: 1, max: 5000 }), junk, async (text, size, other) => {
      await answered(async () => {
        const reader = new TableReader()
        const step = Math.max(size, Math.ceil(text.length / 1000))
        for (let at = 0; at < text.length; at += step)
          for (const _ of reader.write(text.slice(at, at + step)));
        await reader.end()
      })
      const read = readCell(String(other))
      if (read !== undefined && readCell(writeCell(read)) !== read)
        throw new Error('a cell is not read as it was written')
    }),
}

export const FILE_TARGETS: readonly Target[] = [
  manifests,
  same,
  inventories,
  jobFiles,
  rules,
  records,
  elsewhere,
  aws,
  ours,
  tables,
]
