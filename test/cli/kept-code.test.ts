import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startProcess } from '../helpers/processes.ts'

const KEPT_CODE = path.resolve(import.meta.dirname, '../../main/kept-code.ts')
const NODE = process.execPath

/** Requires a file of its own and a built-in, and imports another one later. */
const ENTRY = `
const { sum } = require('./parts/sum.cjs')
const { join } = require('node:path')
const late = () => importPackage('node:os')
late().then(({ EOL }) => process.stdout.write(join(__dirname, 'x') === __filename.replace('entry.cjs', 'x') ? sum(20, 22) + EOL : 'elsewhere'))
`
const SUM = (sign: string): string => `exports.sum = (one, other) => String(one ${sign} other)`

let home: string
let entry: string
let folder: string
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'decant-kept-'))
  folder = path.join(home, 'cache/decant/code')
  entry = path.join(home, 'entry.cjs')
  mkdirSync(path.join(home, 'parts'))
  writeFileSync(entry, ENTRY)
  writeFileSync(path.join(home, 'parts/sum.cjs'), SUM('+'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function run(cache = path.join(home, 'cache'), ...flags: string[]): Promise<string> {
  const script = `import { runWithKeptCode } from ${JSON.stringify(KEPT_CODE)}; runWithKeptCode(${JSON.stringify(entry)}, 'copy')`
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CACHE_HOME: cache }
  const running = startProcess(NODE, [...flags, '--input-type=module', '-e', script], { env })
  await running.exit
  return running.output().trim()
}

/** The one pack, and a word that changes whenever it is written. */
function pack(): { file: string; stamp: string } {
  const [name = ''] = readdirSync(folder)
  const file = path.join(folder, name)
  const { ino, mtimeNs } = statSync(file, { bigint: true })
  return { file, stamp: `${ino} ${mtimeNs}` }
}

const here = test.skipIf(process.platform !== 'linux')

here('code is kept for the user alone, and fits the next run', async () => {
  expect(await run()).toBe('42')
  const { file, stamp } = pack()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await run()).toBe('42')
  expect(readdirSync(folder)).toHaveLength(1)
  expect(pack().stamp).toBe(stamp)
})

here('a file that has changed is compiled anew, though it is as long as it was', async () => {
  await run()
  const { stamp } = pack()
  writeFileSync(path.join(home, 'parts/sum.cjs'), SUM('-'))
  expect(await run()).toBe('-2')
  expect(pack().stamp).not.toBe(stamp)
  const { stamp: anew } = pack()
  expect(await run()).toBe('-2')
  expect(pack().stamp).toBe(anew)
})

here('broken code is not run', async () => {
  await run()
  const { file, stamp } = pack()
  const bytes = readFileSync(file)
  const at = bytes.length - 40
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(file, bytes)
  expect(await run()).toBe('42')
  expect(pack().stamp).not.toBe(stamp)
})

here('code of another V8, or of one with other flags, is left alone', async () => {
  await run()
  const { file, stamp } = pack()
  expect(await run(undefined, '--no-opt')).toBe('42')
  const names = readdirSync(folder)
  expect(names).toHaveLength(2)
  for (const name of names) if (name !== path.basename(file)) rmSync(path.join(folder, name))
  expect(pack()).toEqual({ file, stamp })
})

here('what another user could have written is not run', async () => {
  await run()
  const { file, stamp } = pack()
  chmodSync(file, 0o666)
  expect(await run()).toBe('42')
  expect(pack().stamp).not.toBe(stamp)
  const { stamp: own } = pack()
  // Whoever may write to the folder may put a file of any owner's there.
  chmodSync(folder, 0o777)
  writeFileSync(path.join(home, 'parts/sum.cjs'), SUM('-'))
  expect(await run()).toBe('-2')
  expect(pack().stamp).toBe(own)
})

here('without a folder that can be written, commands run as ever', async () => {
  expect(await run('/dev/null/cache')).toBe('42')
})
