import ts from 'typescript'
import { seamFiles } from './seam-files.mjs'
import { lineOf, walk } from './source-files.mjs'

/** Members of globals, as `Object.member`. */
const MEMBERS = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'performance.timeOrigin',
  'process.hrtime',
  'process.nextTick',
  'crypto.randomUUID',
  'crypto.getRandomValues',
])

/** Globals that are not to be named at all. */
const GLOBALS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'])

/** Modules, without the prefix `node:`. */
const MODULES = new Set(['net', 'tls', 'dgram', 'worker_threads', 'timers', 'timers/promises', 'perf_hooks'])

const memberOwners = new Set([...MEMBERS].map((member) => member.slice(0, member.indexOf('.'))))

/**
 * Finds where a file names the world. Comments, strings and declarations of members with such names do not count.
 *
 * @param {ts.SourceFile} source
 * @returns {import('./source-files.mjs').Breach[]}
 */
export function findSeamBreaches(source) {
  if (isSeamFile(source.fileName)) return []
  /** @type {import('./source-files.mjs').Breach[]} */
  const breaches = []
  walk(source, (node) => {
    const name = worldName(node)
    if (name === undefined) return
    const message = `names ${name}: take it through a port (src/base/world.ts), or list the file in scripts/rules/seam-files.mjs`
    breaches.push({ path: source.fileName, line: lineOf(node), message })
  })
  return breaches
}

/** @param {string} path */
function isSeamFile(path) {
  return seamFiles.some((entry) => (entry.path.endsWith('/') ? path.startsWith(entry.path) : path === entry.path))
}

/**
 * What of the world a node names, if anything.
 *
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function worldName(node) {
  if (ts.isStringLiteralLike(node)) return isModuleName(node) ? moduleName(node.text) : undefined
  if (ts.isPropertyAccessExpression(node)) return memberName(node.expression, node.name.text)
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return memberName(node.expression, node.argumentExpression.text)
  }
  if (ts.isBindingElement(node)) return boundName(node)
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) return dateName(node)
  return ts.isIdentifier(node) && GLOBALS.has(node.text) && isReference(node) ? node.text : undefined
}

/** @param {string} text */
function moduleName(text) {
  return MODULES.has(text.replace(/^node:/, '')) ? text : undefined
}

/**
 * Whether a string is what an import, a re-export, `import()`, `require()` or `process.getBuiltinModule()` loads.
 *
 * @param {ts.StringLiteralLike} node
 */
function isModuleName({ parent }) {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true
  if (!ts.isCallExpression(parent)) return false
  return parent.expression.kind === ts.SyntaxKind.ImportKeyword || /\b(require|getBuiltinModule)$/.test(parent.expression.getText())
}

/**
 * @param {ts.Expression} owner
 * @param {string} member
 */
function memberName(owner, member) {
  const ownerName = ts.isPropertyAccessExpression(owner) && isGlobalThis(owner.expression) ? owner.name.text : owner.getText()
  if (isGlobalThis(owner)) return GLOBALS.has(member) ? `globalThis.${member}` : undefined
  return MEMBERS.has(`${ownerName}.${member}`) ? `${ownerName}.${member}` : undefined
}

/** @param {ts.Node} node */
function isGlobalThis(node) {
  return ts.isIdentifier(node) && (node.text === 'globalThis' || node.text === 'global')
}

/**
 * `const { now } = Date`.
 *
 * @param {ts.BindingElement} node
 */
function boundName(node) {
  const declaration = node.parent.parent
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined
  const owner = declaration.initializer
  const member = (node.propertyName ?? node.name).getText()
  return memberOwners.has(owner.getText()) || isGlobalThis(owner) ? memberName(owner, member) : undefined
}

/**
 * `new Date()`, and `Date()`, which reads the clock whatever it is given.
 *
 * @param {ts.NewExpression | ts.CallExpression} node
 */
function dateName(node) {
  if (!ts.isIdentifier(node.expression) || node.expression.text !== 'Date') return undefined
  if (ts.isCallExpression(node)) return 'Date()'
  return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined
}

/**
 * Whether an identifier refers to a variable, rather than naming a member or something declared here.
 *
 * @param {ts.Identifier} node
 */
function isReference(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isBindingElement(parent)) return parent.initializer === node
  if (ts.isTypeElement(parent) || ts.isClassElement(parent) || ts.isMethodDeclaration(parent))
    return 'initializer' in parent && parent.initializer === node
  return !ts.isQualifiedName(parent)
}
