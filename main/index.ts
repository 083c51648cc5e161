/** The desktop app's entry. Knows where the other entries of this build lie; main/desktop does the rest. */
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { runDesktop } from './desktop/app.ts'

const beside = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

runDesktop({
  version: manifest.version,
  paths: {
    core: beside('core.js'),
    playground: beside('playground.js'),
    preload: beside('../preload/index.cjs'),
    renderer: beside('../renderer'),
  },
})
