import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** One configuration for the build, the tests, svelte-check and eslint. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
}
