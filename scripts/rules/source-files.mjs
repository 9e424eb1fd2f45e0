import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../steps/command.mjs'

/**
 * @typedef {object} Breach
 * @property {string} path From the folder of package.json, with slashes.
 * @property {number} line From 1; 0 for the file as a whole.
 * @property {string} message
 */

/**
 * Parses a TypeScript file.
 *
 * @param {string} path
 * @param {string} text
 */
export function parseSource(path, text) {
  return ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, true)
}

/** Reads and parses every file of src, in the order of their paths. */
export function readSources() {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
}

/**
 * The line of a node, from 1.
 *
 * @param {ts.Node} node
 */
export function lineOf(node) {
  const source = node.getSourceFile()
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
}

/**
 * Calls `visit` with a node and all below it.
 *
 * @param {ts.Node} node
 * @param {(node: ts.Node) => void} visit
 */
export function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/**
 * Prints breaches and sets the exit code.
 *
 * @param {string} rule
 * @param {readonly Breach[]} breaches
 * @param {number} fileCount
 */
export function reportBreaches(rule, breaches, fileCount) {
  for (const { path, line, message } of breaches) console.error(`${path}${line > 0 ? `:${line}` : ''} ${message}`)
  console.log(`${rule}: ${fileCount} files, ${breaches.length} breaches`)
  if (breaches.length > 0) process.exitCode = 1
}
