import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const text = readFileSync(path.resolve(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8')
const decisions = text.slice(text.indexOf('\n## Decisions\n'))

it('finds each decision, and nothing else, in the table of what they are about', () => {
  const numbers = [...decisions.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number))
  const cells = [...decisions.matchAll(/^\| [^|]+ \| ([\d, ]+) \|$/gm)].map(([, cell]) => String(cell))
  const named = new Set(cells.flatMap((cell) => cell.split(',').map(Number)))
  expect(numbers.length).toBeGreaterThan(170)
  expect(numbers).toEqual(numbers.map((_, at) => at + 1))
  expect([...named].sort((one, other) => one - other)).toEqual(numbers)
})
