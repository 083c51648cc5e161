import { chmodSync } from 'node:fs'
import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { build, type Plugin } from 'vite'

const root = import.meta.dirname

/** Every process of the app starts at one of these; each becomes out/main/NAME.js. */
const input = {
  index: resolve(root, 'main/index.ts'),
  core: resolve(root, 'main/core.ts'),
  serve: resolve(root, 'main/serve.ts'),
  cli: resolve(root, 'main/cli-start.ts'),
  playground: resolve(root, 'main/playground/process.ts'),
}

/** `decant` is started by its path, too. */
const executableCli = {
  name: 'executable-cli',
  writeBundle: ({ dir }: { dir?: string }, files: object): void => {
    if (dir !== undefined && 'cli.js' in files) chmodSync(resolve(dir, 'cli.js'), 0o755)
  },
}

/** Pure JavaScript that nearly every start needs: one file with what is used of it loads in half the time of a hundred. */
const INLINED = ['zod', 'mime', 'csv-stringify', 'csv-parse', 'env-paths', 'better-queue']
/** The oldest Node that main/ runs on, plain or inside Electron. */
const TARGET = 'node20.18'

/** Packages that are imported when they are needed: by a name that main/kept-code.ts gives to every file. */
const importsByLoader: Plugin = {
  name: 'imports-by-loader',
  renderChunk: (code) => code.replaceAll(/\bimport\((?=["'])/g, 'importPackage('),
}

/** What `decant` runs, as CommonJS: of such files V8's code can be kept after they ran (main/kept-code.ts). */
const command: Plugin = {
  name: 'command',
  async writeBundle({ dir }, files) {
    if (dir === undefined || !('cli.js' in files)) return
    await build({
      configFile: false,
      root,
      plugins: [importsByLoader],
      logLevel: 'warn',
      ssr: { noExternal: [...INLINED, 'is-safe-filename', 'node-eta', 'uuid'], target: 'node' },
      build: {
        ssr: true,
        target: TARGET,
        outDir: dir,
        emptyOutDir: false,
        minify: false,
        rolldownOptions: {
          input: {
            command: resolve(root, 'main/cli.ts'),
            'kept-code': resolve(root, 'main/kept-code.ts'),
          },
          output: {
            format: 'cjs',
            entryFileNames: '[name].cjs',
            chunkFileNames: 'command/[name]-[hash].cjs',
            // V8 holds what is not ASCII in twice the memory, and each start reads all of it: one collection less.
            comments: false,
            minify: { compress: false, mangle: false, codegen: { asciiOnly: true, removeWhitespace: false } },
          },
        },
      },
    })
  },
}

export default defineConfig({
  main: {
    plugins: [executableCli, command],
    build: {
      target: TARGET,
      externalizeDeps: { exclude: INLINED },
      rolldownOptions: {
        input,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file: it can neither use ESM nor require a package.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(root, 'preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') })],
    build: {
      // serve shows the same renderer in whatever browser the person has.
      target: 'es2022',
      // Left alone from here on: light-dark(), which older targets would be given a copy without themes of.
      cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
      minify: true,
      rolldownOptions: { input: resolve(root, 'renderer/index.html') },
    },
  },
})
