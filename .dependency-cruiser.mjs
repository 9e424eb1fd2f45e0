/**
 * Who may import whom. The table is scripts/rules/layers.mjs; this file turns it into rules.
 */
import { fileURLToPath } from 'node:url'
import { layers, packageRank, pureFolders } from './scripts/rules/layers.mjs'

/** @param {readonly string[]} folders */
const inFolders = (folders) => `^src/(${folders.join('|')})/`

/** Entry points: src/index.ts, src/testing/index.ts and the like. */
const entryPoints = ['^src/index\\.ts$', '^src/[^/]+/index\\.ts$']

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layerRules = layers.map(({ folder, mayImport }) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} imports from ${[folder, ...mayImport].join(', ')} only`,
  severity: 'error',
  from: { path: inFolders([folder]) },
  to: { path: '^src/', pathNot: inFolders([folder, ...mayImport]) },
}))

const packageFolders = layers.filter(({ rank }) => rank <= packageRank).map(({ folder }) => folder)
const allFolders = layers.map(({ folder }) => folder)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    {
      name: 'entry-point',
      comment: `src/index.ts exports from folders up to rank ${packageRank} only`,
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: inFolders(packageFolders) },
    },
    {
      name: 'known-folder',
      comment: 'every file of src is in a folder that scripts/rules/layers.mjs lists',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/index\\.ts$', inFolders(allFolders)] },
      to: {},
    },
    {
      name: 'no-cycle',
      comment: 'no cycles, type-only imports included',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-node-in-pure-folders',
      comment: 'what runs in a simulation reaches the world through ports only',
      severity: 'error',
      from: { path: inFolders(pureFolders) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 're-exports-in-entry-points',
      comment: 'only entry points re-export; import the file that owns the name',
      severity: 'error',
      from: { path: '^src/', pathNot: entryPoints },
      to: { dependencyTypes: ['export'] },
    },
    {
      name: 'no-import-of-entry-points',
      comment: 'inside, import the file that owns the name',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: entryPoints },
    },
    {
      name: 'no-dev-dependency',
      comment: 'what ships imports only what its users install',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'package-by-name',
      comment: 'users, and tests of what ships, import the package by its own name',
      severity: 'error',
      from: { path: '^(test/integration|test/types|examples|demo)/' },
      to: { path: '^(src|dist)/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-unresolved',
      comment: 'an import must lead somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: fileURLToPath(new URL('tsconfig.json', import.meta.url)) },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
