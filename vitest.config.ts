import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

const root = import.meta.dirname
const SECOND = 1000

// Most of the time of a process that a test starts goes into reading our sources: each is stripped and compiled once.
process.env['NODE_COMPILE_CACHE'] ??= resolve(root, '.cache/compiled')

/** Folders of test/ that are a group of their own, or no tests at all. */
const NOT_UNIT = ['renderer', 'suites', 'sim', 'e2e', 'endpoint', 'bench', 'helpers', 'electron-runtime']

/** There is no Electron in a test of plain Node: what imports it gets the double. */
const electronDouble = {
  resolve: { alias: { electron: resolve(root, 'test/helpers/electron-double.ts') } },
}
const inlineElectronStore = { deps: { inline: ['electron-store'] } }

/** Small files that take long. They begin first, so that no worker is left waiting for the other one at the end. */
const LONG = /\/(axe|cells|kill|cause|steps|terabytes|copy|journeys|desktop|first-job)\.test\.ts$/

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId)
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/** The groups of `npm test`, one project each; scripts/test.ts runs them one after another. */
export default defineConfig({
  test: {
    // The whole suite must fit a machine of two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    projects: [
      {
        ...electronDouble,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: NOT_UNIT.map((folder) => `test/${folder}/**`),
          server: inlineElectronStore,
          // Some of them start real processes.
          testTimeout: 90 * SECOND,
          hookTimeout: 90 * SECOND,
        },
      },
      {
        plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') }), svelteTesting()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          // A page and the modules for each worker, not for each file: that is two thirds of the time.
          isolate: false,
          include: ['test/renderer/**/*.test.ts'],
          setupFiles: [resolve(root, 'test/renderer/setup.ts')],
          testTimeout: 15 * SECOND,
        },
      },
      {
        ...electronDouble,
        test: {
          name: 'suites',
          environment: 'node',
          include: ['test/suites/**/*.test.ts'],
          server: inlineElectronStore,
          testTimeout: 60 * SECOND,
          hookTimeout: 60 * SECOND,
        },
      },
      {
        test: {
          name: 'sim',
          environment: 'node',
          include: ['test/sim/**/*.test.ts'],
          testTimeout: 120 * SECOND,
        },
      },
      {
        test: {
          name: 'e2e-browser',
          environment: 'node',
          include: ['test/e2e/browser/**/*.test.ts'],
          testTimeout: 180 * SECOND,
          hookTimeout: 120 * SECOND,
        },
      },
      {
        test: {
          name: 'e2e-electron',
          environment: 'node',
          include: ['test/e2e/electron/**/*.test.ts'],
          testTimeout: 180 * SECOND,
          hookTimeout: 120 * SECOND,
        },
      },
    ],
  },
})
