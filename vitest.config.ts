import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

const root = import.meta.dirname
const SECOND = 1000

/** Folders of test/ that are a group of their own, or no tests at all. */
const NOT_UNIT = ['renderer', 'suites', 'sim', 'e2e', 'endpoint', 'bench', 'helpers', 'electron-runtime']

/** There is no Electron in a test of plain Node: what imports it gets the double. */
const electronDouble = {
  resolve: { alias: { electron: resolve(root, 'test/helpers/electron-double.ts') } },
}
const inlineElectronStore = { deps: { inline: ['electron-store'] } }

/** The groups of `npm test`, one project each; scripts/test.ts runs them one after another. */
export default defineConfig({
  test: {
    // The whole suite must fit a machine of two cores.
    maxWorkers: 2,
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
          fileParallelism: false,
          testTimeout: 180 * SECOND,
          hookTimeout: 120 * SECOND,
        },
      },
      {
        test: {
          name: 'e2e-electron',
          environment: 'node',
          include: ['test/e2e/electron/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180 * SECOND,
          hookTimeout: 120 * SECOND,
        },
      },
    ],
  },
})
