import { FAULTS } from './faults.ts'
import type { Square } from './grid.ts'

const WIDEST = 40

/** Jobs by faults: cells that passed, `!` and those that failed, `-` where none makes sense. Then why. */
export function tableOf(squares: readonly Square[]): string {
  const jobs = [...new Set(squares.map(({ job }) => job))]
  const faults = FAULTS.map(({ name }) => name).filter((name) => squares.some(({ fault }) => fault === name))
  const letters = faults.map((_, at) => `${at + 1}`.padStart(4))
  const lines = [`${'job'.padEnd(WIDEST)}${letters.join('')}`]
  for (const job of jobs) {
    const cells = faults.map((fault) =>
      cellOf(squares.filter((one) => one.job === job && one.fault === fault)),
    )
    lines.push(`${job.padEnd(WIDEST)}${cells.map((cell) => cell.padStart(4)).join('')}`)
  }
  lines.push('', ...faults.map((fault, at) => `${String(at + 1).padStart(4)}  ${fault}`))
  return [...lines, '', ...whyLeft(squares), '', countsOf(squares)].join('\n')
}

function cellOf(squares: readonly Square[]): string {
  const passed = sum(squares, ({ passed: count }) => count)
  const failed = sum(squares, (one) => one.failed.length)
  if (failed > 0) return `!${failed}`
  return passed === 0 ? '-' : String(passed)
}

function whyLeft(squares: readonly Square[]): string[] {
  const counts = new Map<string, number>()
  for (const { why, left } of squares) if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + left)
  return [...counts].map(([why, count]) => `left out, ${count} cells: ${why}`)
}

function countsOf(squares: readonly Square[]): string {
  const passed = sum(squares, (one) => one.passed)
  const failed = sum(squares, (one) => one.failed.length)
  const left = sum(squares, (one) => one.left)
  const spared = sum(squares, (one) => one.spared)
  return `${passed} cells passed, ${failed} failed, ${left} left out; in ${spared} of them the fault came before the kill could`
}

function sum(squares: readonly Square[], of: (square: Square) => number): number {
  return squares.reduce((all, square) => all + of(square), 0)
}
