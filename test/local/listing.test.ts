import fc from 'fast-check'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { compareKeys } from '../../main/engine/names.ts'
import type { Storage } from '../../main/engine/storage.ts'
import { createLocalStorage } from '../../main/local/local-storage.ts'

const NAME = fc.constantFrom(
  'a',
  'a-',
  'a.b',
  'a0',
  'ab',
  'b',
  'é',
  'e\u0301',
  '\ufffc',
  '🙂',
  'A',
  ' ',
  'a b',
)
const TREE = fc.array(
  fc.record({ path: fc.array(NAME, { minLength: 1, maxLength: 4 }), isFolder: fc.boolean() }),
  { maxLength: 30 },
)
type Tree = readonly { readonly path: readonly string[]; readonly isFolder: boolean }[]

/** Makes as much of the tree as goes, and says what S3 would list of it. */
async function plant(root: string, tree: Tree): Promise<string[]> {
  const files = new Set<string>()
  const folders = new Set<string>()
  for (const { path, isFolder } of tree) {
    const key = path.join('/')
    const above = path.slice(0, -1).map((_, at) => path.slice(0, at + 1).join('/'))
    if (files.has(key) || above.some((each) => files.has(each))) continue
    if (isFolder) await mkdir(join(root, key), { recursive: true })
    else if (!folders.has(key)) {
      await mkdir(dirname(join(root, key)), { recursive: true })
      await writeFile(join(root, key), key)
      files.add(key)
    }
    for (const each of isFolder ? [...above, key] : above) folders.add(each)
  }
  const all = [...files, ...folders]
  const empty = [...folders].filter((folder) => !all.some((each) => each.startsWith(`${folder}/`)))
  return [...files, ...empty.map((folder) => `${folder}/`)].sort(compareKeys)
}

/** S3's own listing of these keys, folded at the slash if asked. */
function listed(keys: readonly string[], prefix: string, after: string, folds: boolean): string[] {
  const rows = keys
    .filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0)
    .map((key) => {
      const cut = folds ? key.indexOf('/', prefix.length) : -1
      return cut < 0 ? key : key.slice(0, cut + 1)
    })
  return [...new Set(rows)]
}

async function walked(storage: Storage, bucket: string, request: object, by: 'token' | 'startAfter') {
  const rows: string[] = []
  let next: object = {}
  for (;;) {
    const page = await storage.listObjects({ bucket, prefix: '', ...request, ...next })
    const keys = [...page.objects.map(({ key }) => key), ...page.prefixes].sort(compareKeys)
    rows.push(...keys)
    if (page.token === undefined) return rows
    next = by === 'token' ? { token: page.token } : { startAfter: keys.at(-1), token: undefined }
  }
}

test('every listing is in the order of UTF-8 bytes, whatever the pages, the prefix and where it begins', async () => {
  await fc.assert(
    fc.asyncProperty(
      TREE,
      fc.record({
        prefix: fc.oneof(
          fc.constant(''),
          fc.array(NAME, { maxLength: 3 }).map((path) => path.join('/')),
          NAME.map((name) => `${name}/`),
        ),
        after: fc.oneof(
          fc.constant(''),
          fc.array(NAME, { maxLength: 3 }).map((path) => path.join('/')),
        ),
        maxKeys: fc.integer({ min: 1, max: 7 }),
        held: fc.integer({ min: 1, max: 5 }),
        by: fc.constantFrom('token', 'startAfter'),
        forgets: fc.boolean(),
      }),
      async (tree, { prefix, after, maxKeys, held, by, forgets }) => {
        const root = await mkdtemp(join(tmpdir(), 'decant-tree-'))
        try {
          const keys = await plant(root, tree)
          const storage = createLocalStorage({ seams: systemSeams, held })
          const once: Storage = forgets
            ? { ...storage, listObjects: (request) => (storage.close(), storage.listObjects(request)) }
            : storage
          const flat = await walked(once, root, { prefix, startAfter: after, maxKeys }, by as 'token')
          expect(flat).toEqual(listed(keys, prefix, after, false))
          const folded = await walked(once, root, { prefix, delimiter: '/', maxKeys }, 'token')
          expect(folded).toEqual(listed(keys, prefix, '', true))
        } finally {
          await rm(root, { recursive: true })
        }
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)
