/**
 * The house plan of DESIGN section 1 as data. `.dependency-cruiser.mjs` makes the rules from it. To add a folder, add
 * its row; a file in a folder without a row fails the check.
 *
 * @typedef {object} Layer
 * @property {number} rank
 * @property {string} folder Below src.
 * @property {readonly string[]} mayImport Folders besides its own.
 */

/** @type {readonly Layer[]} */
export const layers = [
  { rank: 0, folder: 'base', mayImport: [] },
  { rank: 1, folder: 'codec', mayImport: ['base'] },
  { rank: 2, folder: 'actors', mayImport: ['base', 'codec'] },
  { rank: 3, folder: 'router', mayImport: ['base', 'codec', 'actors'] },
  { rank: 4, folder: 'runtime', mayImport: ['base', 'codec', 'actors', 'router'] },
  { rank: 4, folder: 'exchange', mayImport: ['base', 'codec', 'actors', 'router'] },
  { rank: 4, folder: 'observe', mayImport: ['base', 'actors'] },
  { rank: 4, folder: 'client', mayImport: ['base', 'actors'] },
  { rank: 5, folder: 'gateway', mayImport: ['base', 'codec', 'actors', 'router', 'client'] },
  {
    rank: 6,
    folder: 'testing',
    mayImport: ['base', 'codec', 'actors', 'router', 'runtime', 'exchange', 'observe', 'gateway'],
  },
  { rank: 7, folder: 'cli', mayImport: [] },
]

/** Folders that import no `node:*`, so that they run unchanged in a simulation. */
export const pureFolders = ['base', 'codec', 'actors', 'router', 'exchange/protocol', 'exchange/catalogue', 'exchange/routes', 'client']

/** The highest rank that `src/index.ts` exports from. */
export const packageRank = 4
