/** The results as files: JSON for each point, and one page of tables made of all of them. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { median, verdict } from './figures.ts'
import type { Check, PointResult, Run, Series, Table } from './figures.ts'

/** One point's results, with what is needed to read them later. */
export interface Saved extends PointResult {
  readonly point: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly commit: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly node: string
    /** Whether the server had a core of its own. */
    readonly pinned: boolean
    /** Processes that wanted a core when the point began, the mean of a minute. */
    readonly load: number
  }
}

const FOLDER = path.join(import.meta.dirname, 'results')

export function save(saved: Saved): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(path.join(FOLDER, `${saved.point}.json`), `${JSON.stringify(saved, undefined, 2)}\n`)
}

/** Writes `results/README.md` anew from the JSON files, points in the order of `names`. */
export function writePage(names: readonly string[]): void {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))
  const all = files.map((file) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Saved)
  const place = ({ point }: Saved): number => (names.includes(point) ? names.indexOf(point) : names.length)
  const sections = all.sort((a, b) => place(a) - place(b)).map(section)
  const page = [
    '# Results of `npm run bench`',
    'Made by the command, not by hand. [How to read it](../README.md).',
    ...sections,
  ].join('\n\n')
  writeFileSync(path.join(FOLDER, 'README.md'), `${page}\n`)
}

/** A point as Markdown; the command prints it, too. */
export function section(saved: Saved): string {
  const { point, title, at, commit, machine, series, checks, tables = [], notes = [] } = saved
  const where = `${at.slice(0, 10)}, commit ${commit}, ${machine.cores} × ${machine.cpu}, Node ${machine.node}, load ${machine.load.toFixed(1)} at the start${machine.pinned ? '' : ', server and contestants on the same cores'}.`
  return [
    `## ${point}: ${title}`,
    where,
    ...(series.length > 0 ? [markdown(seriesTable(series))] : []),
    ...(checks.length > 0 ? [markdown(checksTable(checks))] : []),
    ...tables.map((table) => `### ${table.title}\n\n${markdown(table)}`),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n')
}

function seriesTable(series: readonly Series[]): Omit<Table, 'title'> {
  return {
    columns: ['', 'runs', 'CPU ms each', 'CPU s', 'wall s', 'peak MiB', 'requests', 'connections'],
    rows: series.map(({ name, count, runs }) => {
      const of = (figure: (run: Run) => number, digits: number): string => spread(runs.map(figure), digits)
      const requests = (run: Run): number => Object.values(run.requests).reduce((sum, n) => sum + n, 0)
      return [
        name,
        runs.length,
        of(({ cpu }) => (cpu * 1000) / count, 4),
        of(({ cpu }) => cpu, 2),
        of(({ wall }) => wall, 2),
        of(({ memory }) => memory, 0),
        of(requests, 0),
        of(({ connections }) => connections, 0),
      ]
    }),
  }
}

/** Median, and least to most. */
function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits))
  const middle = median(values).toFixed(digits)
  return least === most ? middle : `${middle} (${least} to ${most})`
}

function checksTable(checks: readonly Check[]): Omit<Table, 'title'> {
  return {
    columns: ['figure', 'is', 'wanted', ''],
    rows: checks.map((check) => {
      const { what, is, unit = '', why } = check
      const shown = is === undefined ? 'not measured' : `${rounded(is)} ${unit}`.trim()
      const said = verdict(check)
      return [
        what,
        shown,
        wanted(check),
        said === 'met' ? 'met' : `**${said}**${why === undefined ? '' : `: ${why}`}`,
      ]
    }),
  }
}

function wanted({ atMost, atLeast, unit = '' }: Check): string {
  if (atMost !== undefined && atMost === atLeast) return `${atMost} ${unit}`.trim()
  return [atLeast !== undefined && `≥ ${atLeast} ${unit}`, atMost !== undefined && `≤ ${atMost} ${unit}`]
    .filter((part) => part !== false)
    .map((part) => part.trim())
    .join(', ')
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

function markdown({ columns, rows }: Omit<Table, 'title'>): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
