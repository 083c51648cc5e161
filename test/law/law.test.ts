import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = path.resolve(import.meta.dirname, '../..')
const FOLDERS = ['main', 'preload', 'renderer']

let copy: string
beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'decant-law-'))
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs', 'svelte.config.js']) {
    cpSync(path.join(repository, file), path.join(copy, file))
  }
  for (const folder of [...FOLDERS, 'resources']) {
    cpSync(path.join(repository, folder), path.join(copy, folder), { recursive: true })
  }
  symlinkSync(path.join(repository, 'node_modules'), path.join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** The rules broken in the copy that fail the lint step, each as "rule: from → to". */
function broken(): string[] {
  const cruiser = path.join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [cruiser, ...FOLDERS, '--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (stdout === '') throw new Error(`dependency-cruiser said nothing but: ${stderr}`)
  const report = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string; severity: string }; from: string; to: string }[] }
  }
  const errors = report.summary.violations.filter(({ rule }) => rule.severity === 'error')
  return errors.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
}

/** Writes every violation into the copy at once, reads which rules that breaks, and takes them away again. */
function plant(violations: readonly Violation[]): string[] {
  const planted = violations.flatMap(({ files }) => Object.entries(files))
  for (const [name, text] of planted) {
    const file = path.join(copy, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  try {
    return broken()
  } finally {
    for (const [name] of planted) rmSync(path.join(copy, name))
  }
}

interface Violation {
  readonly what: string
  readonly files: Readonly<Record<string, string>>
  readonly caught: RegExp
}

const VIOLATIONS: readonly Violation[] = [
  {
    what: 'the engine imports a job',
    files: {
      'main/engine/planted-engine-job.ts': `import { planted } from '../jobs/planted-engine-job.ts'\nexport const used = planted\n`,
      'main/jobs/planted-engine-job.ts': `export const planted = 1\n`,
    },
    caught:
      /^main\/engine: folders: main\/engine\/planted-engine-job\.ts → main\/jobs\/planted-engine-job\.ts$/,
  },
  {
    what: 'the engine imports a type of the contract through the package map',
    files: {
      'main/engine/planted-engine-contract.ts': `import type { Planted } from '#contract/planted-engine-contract.ts'\nexport type Used = Planted\n`,
      'main/contract/planted-engine-contract.ts': `export type Planted = 1\n`,
    },
    caught:
      /^main\/engine: folders: main\/engine\/planted-engine-contract\.ts → main\/contract\/planted-engine-contract\.ts$/,
  },
  {
    what: 'the renderer reads the disk',
    files: {
      'renderer/state/planted-reads-disk.ts': `import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n`,
    },
    caught: /^renderer\/state: node: renderer\/state\/planted-reads-disk\.ts → (node:)?fs$/,
  },
  {
    what: 'a component of the renderer reads the disk',
    files: {
      'renderer/views/PlantedReadsDisk.svelte': `<script lang="ts">\n  import { readFileSync } from 'node:fs'\n  const read = readFileSync\n</script>\n\n{read}\n`,
    },
    caught: /^renderer\/views: node: renderer\/views\/PlantedReadsDisk\.svelte → (node:)?fs$/,
  },
  {
    what: 'the renderer imports electron',
    files: {
      'renderer/api/planted-imports-electron.ts': `import { app } from 'electron'\nexport const planted = app\n`,
    },
    caught:
      /^renderer\/api: packages: renderer\/api\/planted-imports-electron\.ts → .*node_modules\/electron\//,
  },
  {
    what: 'serve reaches electron by way of another file',
    files: {
      'main/serve.ts': `import { planted } from './serve/planted-reaches.ts'\nexport const used = planted\n`,
      'main/serve/planted-reaches.ts': `import { planted } from '../desktop/planted-reaches.ts'\nexport { planted }\n`,
      'main/desktop/planted-reaches.ts': `import { app } from 'electron'\nexport const planted = app\n`,
    },
    caught: /^no electron without electron: main\/serve\.ts → /,
  },
  {
    what: 'the playground shares the code of the engine',
    files: {
      'main/playground/planted-playground.ts': `import { planted } from '../engine/planted-playground.ts'\nexport const used = planted\n`,
      'main/engine/planted-playground.ts': `export const planted = 1\n`,
    },
    caught:
      /^main\/playground: folders: main\/playground\/planted-playground\.ts → main\/engine\/planted-playground\.ts$/,
  },
  {
    what: 'the AWS SDK outside the files that hold it',
    files: {
      'main/engine/planted-sdk.ts': `import { S3Client } from '@aws-sdk/client-s3'\nexport const planted = S3Client\n`,
    },
    caught:
      /^main\/engine: @aws-sdk.*: main\/engine\/planted-sdk\.ts → .*node_modules\/@aws-sdk\/client-s3\//,
  },
  {
    what: 'SQLite outside the file that holds it',
    files: {
      'main/jobs/planted-sqlite.ts': `import { DatabaseSync } from '@photostructure/sqlite'\nexport const planted = DatabaseSync\n`,
    },
    caught:
      /^main\/jobs: packages: main\/jobs\/planted-sqlite\.ts → .*node_modules\/@photostructure\/sqlite\//,
  },
  {
    what: 'the preload takes a value from the contract',
    files: {
      'preload/planted-preload.ts': `import { planted } from '#contract/planted-preload.ts'\nexport const used = planted\n`,
      'main/contract/planted-preload.ts': `export const planted = 1\n`,
    },
    caught:
      /^preload: types of main\/contract\/: preload\/planted-preload\.ts → main\/contract\/planted-preload\.ts$/,
  },
  {
    what: 'two modules import each other',
    files: {
      'main/model/planted-a.ts': `import { b } from './planted-b.ts'\nexport const a = (): number => b()\n`,
      'main/model/planted-b.ts': `import { a } from './planted-a.ts'\nexport const b = (): number => a()\n`,
    },
    caught: /^no circles: main\/model\/planted-/,
  },
]

describe('the import law', () => {
  it('is kept', () => {
    expect(broken()).toEqual([])
  })

  describe('is seen broken when', () => {
    let found: string[]
    beforeAll(() => {
      found = plant(VIOLATIONS)
    })

    it.each(VIOLATIONS)('$what', ({ caught }) => {
      expect(found).toContainEqual(expect.stringMatching(caught))
    })
  })
})
