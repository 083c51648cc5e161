import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../renderer')
const TOKENS = 'styles/tokens.css'

const texts = new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts|css)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(root, file), readFileSync(file, 'utf8')]),
)

function found(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => String(name))
}

const DECLARED = /(?:^|[\s{;"])(?:style:)?(--[\w-]+)\s*[:=]/g
/** What bits-ui sets on what floats, and the images that a sprite gives what is around it (`ui/drawn-images.ts`). */
const SET_BY_CODE = /^--(bits|image)-/

// A declaration that names a token which is not there counts for nothing, and nobody says so.
it('declares every token that a style names', () => {
  const declared = new Set([...texts.values()].flatMap((text) => found(DECLARED, text)))
  const missing = [...texts].flatMap(([file, text]) =>
    found(/var\((--[\w-]+)[,)]/g, text)
      .filter((name) => !SET_BY_CODE.test(name) && !declared.has(name))
      .map((name) => `${file}: ${name}`),
  )
  expect(texts.size).toBeGreaterThan(200)
  expect(missing).toEqual([])
})

it('has no token that nothing names', () => {
  const words = new Set([...texts].flatMap(([, text]) => text.match(/[\w-]+/g) ?? []))
  const named = new Set([...texts.values()].flatMap((text) => found(/(?:var\(|['"`])(--[\w-]+)/g, text)))
  const tokens = found(DECLARED, texts.get(TOKENS) ?? '')
  // `state-look.ts` and the swatches put a name together.
  const isNamed = (token: string): boolean => named.has(token) || words.has(token.slice(2))
  expect(tokens.length).toBeGreaterThan(80)
  expect(tokens.filter((token) => !isNamed(token))).toEqual([])
})
