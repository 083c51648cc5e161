/**
 * `npm test [-- GROUP…] [-- --no-skip]`: runs the groups of tests one after another, names those it skipped and why,
 * and closes with what failed and the counts over all of them. With --no-skip a group that cannot run counts as a failure.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findChromium } from '../test/helpers/browser.ts'
import { findElectron } from '../test/helpers/electron.ts'
import { buildIfNeeded, repository } from './build-if-needed.ts'

interface Group {
  readonly name: string
  /** Projects of vitest.config.ts. */
  readonly projects: readonly string[]
  /** Says what is missing where the group cannot run. */
  readonly needs?: () => object | { readonly skip: string }
  /** Real windows: they run on the built app. */
  readonly endToEnd?: boolean
}

const GROUPS: readonly Group[] = [
  { name: 'unit', projects: ['unit', 'renderer'] },
  { name: 'suites', projects: ['suites'] },
  { name: 'sim', projects: ['sim'] },
  { name: 'e2e-browser', projects: ['e2e-browser'], needs: findChromium, endToEnd: true },
  { name: 'e2e-electron', projects: ['e2e-electron'], needs: findElectron, endToEnd: true },
]

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Result extends Counts {
  readonly group: string
  /** A line each: the file, the test and what it says. */
  readonly failures?: readonly string[]
  /** Why the group as a whole did not run, or did not finish. */
  readonly remark?: string
}

const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs')
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const noSkip = process.argv.includes('--no-skip')

const unknown = asked.filter((name) => !GROUPS.some((group) => group.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no group named ${unknown.join(', ')}. The groups: ${GROUPS.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(2)
}
const results = GROUPS.filter(({ name }) => asked.length === 0 || asked.includes(name)).map(runGroup)
report(results)

function runGroup(group: Group): Result {
  console.log(`\n── ${group.name} ──`)
  const needed = group.needs?.() ?? {}
  if ('skip' in needed) return skipped(group, String(needed.skip))
  if (group.endToEnd === true) {
    try {
      buildIfNeeded((line) => console.log(line))
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
      return crashed(group, 'the build failed')
    }
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'decant-test-'))
  try {
    return counted(group, path.join(folder, 'results.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function counted(group: Group, file: string): Result {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const args = [vitest, 'run', ...projectsOf(group), ...reporters]
  const { status } = spawnSync(process.execPath, args, { cwd: repository, stdio: 'inherit' })
  let counts: Counts & Pick<Result, 'failures'>
  try {
    counts = readResults(file)
  } catch {
    return crashed(group, `ended with ${status} and no counts`)
  }
  if (status !== 0 && counts.failed === 0)
    return { ...counts, group: group.name, failed: 1, remark: `ended with ${status}` }
  return { ...counts, group: group.name }
}

/** A file that could not even be loaded has no tests to count: it counts as one that failed. */
function readResults(file: string): Counts & Pick<Result, 'failures'> {
  const results = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numTodoTests: number
    testResults: {
      name: string
      status: string
      message: string
      assertionResults: { status: string; fullName: string; failureMessages?: string[] }[]
    }[]
  }
  const unloaded = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloaded.length,
    skipped: results.numPendingTests + results.numTodoTests,
    failures: [
      ...unloaded.map(({ name, message }) => `${path.relative(repository, name)}: ${firstLine(message)}`),
      ...results.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'failed')
          .map(
            ({ fullName, failureMessages = [] }) =>
              `${path.relative(repository, name)}: ${fullName}: ${firstLine(failureMessages[0])}`,
          ),
      ),
    ],
  }
}

function firstLine(text = ''): string {
  return text.split('\n', 1)[0] ?? ''
}

/** The tests of a skipped group are counted by collecting them without running them. */
function skipped(group: Group, reason: string): Result {
  console.log(`Skipped: ${reason}.`)
  if (noSkip) return { group: group.name, passed: 0, failed: 1, skipped: 0, remark: `skipped: ${reason}` }
  const list = spawnSync(process.execPath, [vitest, 'list', ...projectsOf(group), '--json'], {
    cwd: repository,
    encoding: 'utf8',
  })
  let tests = 1
  try {
    tests = (JSON.parse(list.stdout) as unknown[]).length
  } catch {
    console.log(list.stderr)
  }
  return { group: group.name, passed: 0, failed: 0, skipped: tests, remark: `skipped: ${reason}` }
}

function crashed(group: Group, remark: string): Result {
  return { group: group.name, passed: 0, failed: 1, skipped: 0, remark }
}

function projectsOf(group: Group): string[] {
  return group.projects.flatMap((project) => ['--project', project])
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function report(results: readonly Result[]): void {
  console.log('')
  for (const { failures = [] } of results) for (const failure of failures) console.log(`failed: ${failure}`)
  for (const result of results) {
    console.log(
      `${result.group}: ${inWords(result)}${result.remark === undefined ? '' : ` (${result.remark})`}`,
    )
  }
  const sum = (which: keyof Counts): number => results.reduce((total, result) => total + result[which], 0)
  const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
  console.log(inWords(total))
  process.exitCode = total.failed > 0 ? 1 : 0
}
