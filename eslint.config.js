import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const SEAM =
  'takes its clock, timers and randomness as arguments (main/model/seams.ts), so that a seed can replay it.'
const DOOR =
  'crosses the boundary by main/contract: call renderer/api, or add a method to the contract. Raw ipc lives in preload/ and main/desktop only.'

/** What engine/ and jobs/ must be given instead of taking it: time and chance. */
const seams = {
  'no-restricted-globals': [
    'error',
    ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'crypto'].map((name) => ({
      name,
      message: `Code here ${SEAM}`,
    })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: `Code here ${SEAM}` },
    { object: 'AbortSignal', property: 'timeout', message: `Code here ${SEAM}` },
    { object: 'process', property: 'hrtime', message: `Code here ${SEAM}` },
    ...['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues'].map(
      (property) => ({
        property,
        message: `Code here ${SEAM}`,
      }),
    ),
    ...['Date', 'performance', 'setTimeout', 'setInterval', 'crypto'].map((property) => ({
      object: 'globalThis',
      property,
      message: `Code here ${SEAM}`,
    })),
  ],
}
const seamImports = [
  ...[
    'timers',
    'node:timers',
    'timers/promises',
    'node:timers/promises',
    'perf_hooks',
    'node:perf_hooks',
  ].map((name) => ({ name, message: `Code here ${SEAM}` })),
  ...['crypto', 'node:crypto'].map((name) => ({
    name,
    importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'webcrypto'],
    message: `Code here ${SEAM}`,
  })),
]
const ipcImports = [{ name: 'electron', importNames: ['ipcMain', 'ipcRenderer'], message: `This ${DOOR}` }]

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name: a default export is called something else in every file.',
}
const rawIpc = {
  selector: 'MemberExpression[property.name=/^ipc(Main|Renderer)$/]',
  message: `This ${DOOR}`,
}

export default ts.config(
  { ignores: ['out/', 'dist/', 'coverage/', '.cache/', 'test-results/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', noDefaultExport, rawIpc],
      'no-restricted-imports': ['error', { paths: ipcImports }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          caughtErrorsIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      // Says the same as no-inner-declarations, and crashes on CommonJS.
      'svelte/no-inner-declarations': 'off',
      // TypeScript says this better, and knows the globals of each folder.
      'no-undef': 'off',
    },
  },
  {
    // The rules that need types, where a forgotten promise loses an object. Only on .ts: in .svelte they cost too much.
    files: ['**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, properties: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    // `let { value = $bindable() } = $props()` is how Svelte says it.
    rules: { 'prefer-const': 'off' },
  },
  {
    files: ['main/engine/**/*.ts', 'main/jobs/**/*.ts', 'main/grid/**/*.ts', 'main/scan/**/*.ts'],
    rules: { ...seams, 'no-restricted-imports': ['error', { paths: [...seamImports, ...ipcImports] }] },
  },
  {
    files: ['preload/**/*.ts', 'main/desktop/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport],
      'no-restricted-imports': 'off',
    },
  },
  {
    // Tools read their configuration from a default export; the double stands in for a package that has one.
    files: ['*.config.{ts,js}', 'test/helpers/electron-double.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { ...globals.node } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
)
