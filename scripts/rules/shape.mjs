import ts from 'typescript'
import { lineOf, walk } from './source-files.mjs'

/** @typedef {import('./source-files.mjs').Breach} Breach */

export const LIMITS = { fileLines: 300, functionLines: 50, filesPerFolder: 15, anys: 5 }

/** Names that say nothing, for files and folders; the first five also not as the last word of a longer name. */
const EMPTY_NAMES = ['utils', 'helpers', 'misc', 'manager', 'impl', 'common', 'shared', 'types']
const EMPTY_ENDINGS = EMPTY_NAMES.slice(0, 5)

/** `// shape: reason` on the line before, or on the same line, excuses what begins there. */
const EXCUSE = /\/\/ shape: \S/
const ANY_EXCUSE = /\/\/ (shape|biome-ignore lint\/suspicious\/noExplicitAny): \S/

/**
 * Finds where a file breaks the rules of STYLE section 2 that a parser can see.
 *
 * @param {ts.SourceFile} source
 * @returns {Breach[]}
 */
export function findShapeBreaches(source) {
  const lines = source.text.split('\n')
  /** @type {Breach[]} */
  const breaches = [...nameBreaches(source.fileName), ...lengthBreaches(source.fileName, lines), ...entryPointBreaches(source)]
  walk(source, (node) => {
    const found = nodeBreach(node, lines)
    if (found) breaches.push({ path: source.fileName, line: lineOf(node), message: found })
  })
  return breaches
}

/**
 * Where a file uses `any`, excused or not.
 *
 * @param {ts.SourceFile} source
 */
export function countAny(source) {
  /** @type {{ path: string, line: number }[]} */
  const places = []
  walk(source, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) places.push({ path: source.fileName, line: lineOf(node) })
  })
  return places
}

/**
 * Folders that directly hold more files than they should.
 *
 * @param {readonly string[]} paths
 */
export function crowdedFolders(paths) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > LIMITS.filesPerFolder).map(([folder, count]) => ({ folder, count }))
}

/**
 * @param {string} path
 * @returns {Breach[]}
 */
function nameBreaches(path) {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''))
  const empty = parts.find((part) => EMPTY_NAMES.includes(part) || EMPTY_ENDINGS.some((ending) => part.endsWith(`-${ending}`)))
  return empty ? [{ path, line: 0, message: `is named "${empty}": name it after what it exports` }] : []
}

/**
 * @param {string} path
 * @param {readonly string[]} lines
 * @returns {Breach[]}
 */
function lengthBreaches(path, lines) {
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length
  if (count <= LIMITS.fileLines || EXCUSE.test(lines[0] ?? '')) return []
  const message = `has ${count} lines, at most ${LIMITS.fileLines}; "// shape: reason" as its first line excuses it`
  return [{ path, line: 0, message }]
}

/**
 * An `index.ts` holds explicit re-exports and nothing else.
 *
 * @param {ts.SourceFile} source
 * @returns {Breach[]}
 */
function entryPointBreaches(source) {
  if (!source.fileName.endsWith('/index.ts')) return []
  return source.statements
    .filter((node) => !(ts.isExportDeclaration(node) && node.moduleSpecifier && node.exportClause && ts.isNamedExports(node.exportClause)))
    .map((node) => ({
      path: source.fileName,
      line: lineOf(node),
      message: 'is an entry point: it holds explicit re-exports and nothing else',
    }))
}

/**
 * @param {ts.Node} node
 * @param {readonly string[]} lines
 * @returns {string | undefined}
 */
function nodeBreach(node, lines) {
  if (ts.isFunctionLike(node) && 'body' in node && node.body) return functionBreach(node, lines)
  if (ts.isEnumDeclaration(node)) return 'declares an enum: use a union of literals'
  if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && !isGlobalAugmentation(node)) return 'declares a namespace: use a module'
  if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) return defaultExportBreach(node)
  if (node.kind === ts.SyntaxKind.AnyKeyword && !isExcused(node, lines, ANY_EXCUSE)) return 'uses any without a comment that says why'
  return undefined
}

/** @param {ts.ModuleDeclaration} node */
function isGlobalAugmentation(node) {
  return (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0
}

/** @param {ts.Node} node */
function defaultExportBreach(node) {
  return ts.isDefaultClause(node) ? undefined : 'exports a default: export a name'
}

/**
 * @param {ts.Node} node
 * @param {readonly string[]} lines
 */
function functionBreach(node, lines) {
  const source = node.getSourceFile()
  const count = source.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(node)
  if (count <= LIMITS.functionLines || isExcused(node, lines, EXCUSE)) return undefined
  return `has a function of ${count} lines, at most ${LIMITS.functionLines}; "// shape: reason" on the line before excuses it`
}

/**
 * @param {ts.Node} node
 * @param {readonly string[]} lines
 * @param {RegExp} excuse
 */
function isExcused(node, lines, excuse) {
  const line = lineOf(node)
  return [lines[line - 2], lines[line - 1]].some((text) => text !== undefined && excuse.test(text))
}
