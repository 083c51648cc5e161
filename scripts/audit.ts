/**
 * `npm run audit`: asks the registry for known holes in what we depend on. What is known and stays is listed in
 * a file of its own, `scripts/audit-exceptions.json`, each with the reason; anything else is a failure. A registry that
 * does not answer such questions (mirrors often do not) is said, and ends with 3: nothing is known then.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

interface Advisory {
  readonly url?: string
  readonly title?: string
  readonly severity?: string
}
interface Audit {
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>
  readonly message?: string
}
interface Exception {
  /** The advisory's address. */
  readonly url: string
  readonly why: string
}

const file = path.resolve(import.meta.dirname, 'audit-exceptions.json')
const exceptions = JSON.parse(readFileSync(file, 'utf8')) as readonly Exception[]
const { stdout } = spawnSync('npm', ['audit', '--json'], {
  cwd: path.resolve(import.meta.dirname, '..'),
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
const audit = parsed(stdout)
if (audit?.vulnerabilities === undefined) {
  console.log(
    `The registry does not tell: ${audit?.message ?? 'no answer'}. Ask one that does (npm's own), by npm's --registry.`,
  )
  process.exit(3)
}

const found = new Map<string, string>()
for (const [name, { via }] of Object.entries(audit.vulnerabilities))
  for (const one of via)
    if (typeof one !== 'string' && one.url !== undefined)
      found.set(one.url, `${one.severity ?? ''} in ${name}: ${one.title ?? ''}`)
let open = 0
for (const [url, words] of found) {
  const known = exceptions.find((exception) => exception.url === url)
  if (known === undefined) open += 1
  console.log(
    `${known === undefined ? 'OPEN     ' : 'explained'} ${words}\n          ${url}${known === undefined ? '' : `\n          ${known.why}`}`,
  )
}
for (const { url } of exceptions)
  if (!found.has(url)) console.log(`An exception that nothing needs any more: ${url}`)
console.log(`${found.size} known, ${open} of them not explained`)
process.exit(open === 0 ? 0 : 1)

function parsed(text: string): Audit | undefined {
  try {
    return JSON.parse(text) as Audit
  } catch {
    return undefined
  }
}
