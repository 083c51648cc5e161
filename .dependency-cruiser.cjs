/**
 * The import law: what each folder may import. Everything below LAW only turns it into rules.
 *
 * folders   other folders of this repository (its own folder is always allowed)
 * packages  npm packages any file of the folder may import (regular expressions on the package name)
 * node      `true` for every Node built-in, or a list of the only ones allowed; left out: none
 * held      packages that only the named files may import: { file pattern inside the folder: packages }
 * types     folders of which only types may be imported
 */
const SVELTE = ['svelte']
const LAW = {
  'main/model': { packages: ['zod'], held: { 'content-type\\.ts': ['mime'] } },
  'main/contract': { folders: ['main/model'], packages: ['zod'] },
  'main/engine': {
    folders: ['main/model'],
    node: true,
    held: {
      'sdk/[^/]+\\.ts': ['@aws-sdk/.+', '@smithy/.+'],
      'preview/sniff-type\\.ts': ['file-type'],
      'wire/proxies\\.ts': ['socks'],
    },
  },
  'main/local': { folders: ['main/model', 'main/engine'], node: true },
  'main/sqlite': { folders: ['main/model'], held: { 'sqlite\\.ts': ['@photostructure/sqlite'] } },
  'main/grid': {
    folders: ['main/model', 'main/engine', 'main/sqlite'],
    packages: ['zod'],
    node: ['fs', 'fs/promises', 'path', 'stream', 'stream/promises'],
    held: { 'csv-out\\.ts': ['csv-stringify'], 'csv-in\\.ts': ['csv-parse'] },
  },
  'main/scan': { folders: ['main/model', 'main/engine', 'main/sqlite'], node: ['fs', 'path'] },
  'main/manifest': {
    folders: ['main/model', 'main/engine'],
    packages: ['zod'],
    node: ['buffer', 'crypto', 'fs', 'fs/promises', 'path', 'stream', 'stream/promises', 'zlib'],
  },
  'main/jobs': {
    folders: ['main/model', 'main/engine', 'main/sqlite', 'main/manifest'],
    node: true,
    held: {
      'queue/queue\\.ts': ['better-queue', '@types/better-queue'],
      'report/(report|plan-csv)\\.ts': ['csv-stringify'],
      'report/record-lines\\.ts': ['zod'],
    },
  },
  'main/log': {
    folders: ['main/model', 'main/contract'],
    node: ['fs', 'path', 'process', 'util'],
  },
  'main/credentials': {
    folders: ['main/model', 'main/engine'],
    types: ['main/contract'],
    node: true,
    held: { 'sdk-credentials\\.ts': ['@aws-sdk/credential-providers'] },
  },
  'main/services': {
    folders: [
      'main/model',
      'main/contract',
      'main/engine',
      'main/local',
      'main/jobs',
      'main/grid',
      'main/scan',
      'main/manifest',
      'main/log',
      'main/credentials',
    ],
    packages: ['zod'],
    node: [
      'fs',
      'fs/promises',
      'path',
      'os',
      'url',
      'crypto',
      'buffer',
      'stream',
      'stream/promises',
      'events',
      'util',
    ],
    held: {
      '[^/]*(report|manifest)[^/]*\\.ts': ['csv-stringify', 'papaparse', '@types/papaparse'],
    },
  },
  'main/desktop': {
    folders: ['main/model', 'main/contract', 'main/log'],
    packages: ['electron', 'env-paths'],
    node: true,
    held: { 'settings\\.ts': ['electron-store'] },
  },
  'main/serve': {
    folders: ['main/model', 'main/contract', 'main/log'],
    packages: ['ws', '@types/ws', 'conf', 'env-paths'],
    node: true,
    held: { 'exchange-http\\.ts': ['yazl', '@types/yazl'] },
  },
  'main/cli': {
    folders: ['main/(model|contract|engine|jobs|manifest|log|credentials|services|serve|playground)'],
    packages: ['zod', 'env-paths'],
    node: true,
  },
  // Never engine: a server that shares the client's code tests nothing.
  'main/playground': { folders: ['main/model'], node: true },
  preload: { types: ['main/contract'], packages: ['electron'] },
  'renderer/ui': {
    folders: ['renderer/format', 'renderer/styles'],
    packages: [...SVELTE, 'bits-ui', '@lucide/svelte', 'svelte-sonner', 'virtua', 'uplot'],
  },
  'renderer/format': { folders: ['main/model'] },
  'renderer/styles': {},
  'renderer/api': { folders: ['main/model', 'main/contract'], packages: ['zod'] },
  'renderer/state': {
    folders: ['renderer/api', 'renderer/format', 'main/model', 'main/contract'],
    packages: SVELTE,
  },
  'renderer/components': {
    folders: ['renderer/ui', 'renderer/format', 'renderer/styles', 'main/model', 'main/contract'],
    types: ['renderer/state'],
    packages: [...SVELTE, 'bits-ui', '@lucide/svelte', 'virtua', 'uplot'],
  },
  'renderer/views': {
    folders: ['renderer/(ui|components|state|api|format|styles)', 'main/model', 'main/contract'],
    packages: [...SVELTE, 'bits-ui', '@lucide/svelte', 'virtua', 'svelte-sonner'],
  },
  'renderer/gallery': {
    folders: ['renderer/(ui|components|views|state|api|format|styles)', 'main/model', 'main/contract'],
    packages: [...SVELTE, '@lucide/svelte'],
  },
}

/** Entries are files, not folders; each line is one of them. */
const ENTRIES = {
  'main/index.ts': {
    folders: ['main/desktop', 'main/model', 'main/contract', 'main/log'],
    packages: ['electron'],
    node: true,
  },
  'renderer/[^/]+': {
    folders: ['renderer', 'main/model', 'main/contract'],
    packages: [...SVELTE, 'svelte-sonner', 'bits-ui', 'zod'],
  },
}

/** Entries that run where there is no Electron: nothing they reach may need it. */
const WITHOUT_ELECTRON = 'main/(serve|cli|core)\\.ts'

const OURS = '^(main|preload|renderer|test|scripts)/'
const inPackages = (names) => `(^|/)node_modules/(${names.join('|')})(/|$)`

function rulesFor(name, from, own, allowed) {
  const held = Object.entries(allowed.held ?? {})
  const everywhere = allowed.packages ?? []
  const types = (allowed.types ?? []).map((folder) => `^${folder}/`)
  const folders = [own, ...(allowed.folders ?? []).map((folder) => `^${folder}/`)]
  const heldPackages = held.flatMap(([, packages]) => packages)
  const rules = [
    {
      name: `${name}: folders`,
      comment: `${name} may import only: ${(allowed.folders ?? []).join(', ') || 'itself'}.`,
      from: { path: from },
      to: { path: OURS, pathNot: [...folders, ...types] },
    },
    {
      name: `${name}: packages`,
      comment: `${name} may import only these packages: ${[...everywhere, ...heldPackages].join(', ') || 'none'}.`,
      from: { path: from },
      to: {
        path: '(^|/)node_modules/',
        ...([...everywhere, ...heldPackages].length > 0 && {
          pathNot: inPackages([...everywhere, ...heldPackages]),
        }),
      },
    },
    ...held.map(([file, packages]) => ({
      name: `${name}: ${packages.join(', ')}`,
      comment: `Only ${name}/${file} speaks to ${packages.join(', ')}.`,
      from: { path: from, pathNot: `${from}${file}$` },
      to: { path: inPackages(packages) },
    })),
  ]
  if (allowed.node !== true) {
    const only = (allowed.node ?? []).map((module) => `^(node:)?${module}$`)
    rules.push({
      name: `${name}: node`,
      comment: `${name} may import only these of Node: ${(allowed.node ?? []).join(', ') || 'nothing'}.`,
      from: { path: from },
      to: { dependencyTypes: ['core'], ...(only.length > 0 && { pathNot: only }) },
    })
  }
  for (const folder of types) {
    rules.push({
      name: `${name}: types of ${folder.slice(1)}`,
      comment: `${name} may import types, never values, from ${folder}.`,
      from: { path: from },
      to: { path: folder, dependencyTypesNot: ['type-only'] },
    })
  }
  return rules
}

const RULES = [
  ...Object.entries(LAW).flatMap(([folder, allowed]) =>
    rulesFor(folder, `^${folder}/`, `^${folder}/`, allowed),
  ),
  ...Object.entries(ENTRIES).flatMap(([entry, allowed]) =>
    rulesFor(entry, `^${entry}$`, `^${entry}$`, allowed),
  ),
  {
    name: 'no electron without electron',
    comment: 'serve, cli and core run in plain Node: nothing they reach may import electron or main/desktop.',
    from: { path: `^${WITHOUT_ELECTRON}$` },
    to: { path: '^main/desktop/|(^|/)node_modules/(electron|electron-store)/', reachable: true },
  },
  {
    name: 'folders have a law',
    comment: 'A folder that LAW does not name may import nothing of ours: give it a line.',
    from: {
      path: '^(main|preload|renderer)/',
      pathNot: [...Object.keys(LAW).map((folder) => `^${folder}/`), '^main/[^/]+\\.ts$', '^renderer/[^/]+$'],
    },
    to: { path: OURS },
  },
  {
    name: 'no circles',
    comment: 'Two modules that import each other are one module, or miss a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no dangling imports',
    comment: 'The import leads nowhere.',
    from: {},
    to: { couldNotResolve: true },
  },
]

module.exports = {
  forbidden: RULES.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'node', 'default'],
      extensions: ['.ts', '.svelte', '.js', '.cjs', '.mjs', '.d.ts', '.css'],
    },
  },
}
