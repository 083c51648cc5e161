import { chmodSync } from 'node:fs'
import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const root = import.meta.dirname

/** Every process of the app starts at one of these; each becomes out/main/NAME.js. */
const input = {
  index: resolve(root, 'main/index.ts'),
  core: resolve(root, 'main/core.ts'),
  serve: resolve(root, 'main/serve.ts'),
  cli: resolve(root, 'main/cli.ts'),
  playground: resolve(root, 'main/playground/process.ts'),
}

/** `decant` is started by its path, too. */
const executableCli = {
  name: 'executable-cli',
  writeBundle: ({ dir }: { dir?: string }, files: object): void => {
    if (dir !== undefined && 'cli.js' in files) chmodSync(resolve(dir, 'cli.js'), 0o755)
  },
}

export default defineConfig({
  main: {
    plugins: [executableCli],
    build: {
      // The oldest Node that main/ runs on, plain or inside Electron.
      target: 'node20.18',
      externalizeDeps: true,
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
