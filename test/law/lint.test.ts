import { ESLint } from 'eslint'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import ts from 'typescript-eslint'

const repository = path.resolve(import.meta.dirname, '../..')

let eslint: ESLint
beforeAll(() => {
  // The planted files exist only here, so the rules that need types cannot run on them.
  eslint = new ESLint({
    cwd: repository,
    overrideConfig: { ...ts.configs.disableTypeChecked, files: ['**/*.ts'] },
  })
})

async function complaints(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path.join(repository, file) })
  return (result?.messages ?? []).map(({ message }) => message)
}

const SEAM = /main\/model\/seams\.ts/
const DOOR = /renderer\/api, or add a method to the contract/

describe('the lint rules of this project', () => {
  it.each([
    ['main/engine', 'export const now = (): number => Date.now()'],
    ['main/jobs', 'export const later = (): unknown => setTimeout(() => {}, 1)'],
    ['main/jobs', 'export const often = (): unknown => setInterval(() => {}, 1)'],
    ['main/engine', 'export const chance = (): number => Math.random()'],
    ['main/jobs/store', 'export const id = (): string => crypto.randomUUID()'],
    ['main/jobs', `import { randomUUID } from 'node:crypto'\nexport const id = (): string => randomUUID()`],
    ['main/engine', `import * as c from 'node:crypto'\nexport const id = (): string => c.randomUUID()`],
    ['main/engine', `import { setTimeout } from 'node:timers/promises'\nexport const wait = setTimeout`],
  ])('names the seams when %s says %s', async (folder, text) => {
    expect(await complaints(`${folder}/planted.ts`, `${text}\n`)).toContainEqual(expect.stringMatching(SEAM))
  })

  it.each([
    ['main/engine', `import { createHmac } from 'node:crypto'\nexport const sign = createHmac`],
    ['main/serve', 'export const now = (): number => Date.now()'],
    ['main/playground', 'export const chance = (): number => Math.random()'],
  ])('lets %s say %s', async (folder, text) => {
    expect(await complaints(`${folder}/planted.ts`, `${text}\n`)).toEqual([])
  })

  it.each([
    ['main/services', `import { ipcMain } from 'electron'\nexport const raw = ipcMain`],
    ['renderer/api', `import { ipcRenderer } from 'electron'\nexport const raw = ipcRenderer`],
    ['main', `import * as electron from 'electron'\nexport const raw = electron.ipcMain`],
    ['main/jobs', `import { ipcMain } from 'electron'\nexport const raw = ipcMain`],
  ])('names the door when %s says %s', async (folder, text) => {
    expect(await complaints(`${folder}/planted.ts`, `${text}\n`)).toContainEqual(expect.stringMatching(DOOR))
  })

  it('lets preload and main/desktop use raw ipc', async () => {
    const raw = `import { ipcRenderer } from 'electron'\nexport const raw = ipcRenderer\n`
    expect(await complaints('preload/planted.ts', raw)).toEqual([])
    expect(await complaints('main/desktop/planted.ts', raw)).toEqual([])
  })

  it('refuses default exports outside the configurations of tools', async () => {
    const text = 'export default 1\n'
    expect(await complaints('main/model/planted.ts', text)).toContainEqual(
      expect.stringMatching(/^Export by name/),
    )
    expect(await complaints('planted.config.ts', text)).toEqual([])
  })
})
