import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../steps/command.mjs'
import { layers } from './layers.mjs'

/** Files, and which rules each breaks; a cycle is reported once. */
const TREE: Readonly<Record<string, { readonly text: string; readonly breaks?: readonly string[] }>> = {
  'src/index.ts': { text: "export { cell } from './actors/cell.js'\nexport { probe } from './testing/probe.js'", breaks: ['entry-point'] },
  'src/base/ids.ts': { text: 'export const ids = 1' },
  'src/base/clock.ts': { text: "import 'node:fs'\nexport const clock = 1", breaks: ['no-node-in-pure-folders'] },
  'src/base/up.ts': { text: "import type { cell } from '../actors/cell.js'\nexport type Up = typeof cell", breaks: ['layer-base'] },
  'src/actors/cell.ts': { text: "import { ids } from '../base/ids.js'\nexport const cell = ids" },
  'src/actors/facade.ts': { text: "export { ids } from '../base/ids.js'", breaks: ['re-exports-in-entry-points'] },
  'src/actors/round.ts': { text: "import type { Trip } from './trip.js'\nexport type Round = Trip[]", breaks: ['no-cycle'] },
  'src/actors/trip.ts': { text: "import type { Round } from './round.js'\nexport type Trip = Round[]" },
  'src/router/through.ts': {
    text: "import { cell } from '../index.js'\nexport const through = cell",
    breaks: ['layer-router', 'no-import-of-entry-points'],
  },
  'src/runtime/threads.ts': { text: "import 'node:fs'\nimport { link } from '../exchange/link.js'\nlink()", breaks: ['layer-runtime'] },
  'src/exchange/link.ts': { text: 'export const link = () => 1' },
  'src/exchange/protocol/frame.ts': { text: "import 'node:net'", breaks: ['no-node-in-pure-folders'] },
  'src/testing/probe.ts': { text: "import { tool } from 'vitest'\nexport const probe = tool", breaks: ['no-dev-dependency'] },
  'src/other/lost.ts': { text: "import { ids } from '../base/ids.js'\nexport const lost = ids", breaks: ['known-folder'] },
  'src/cli/main.ts': { text: "import { ids } from '../base/ids.js'\nids", breaks: ['layer-cli'] },
  'examples/reach.ts': { text: "import { ids } from '../src/base/ids.js'\nids", breaks: ['package-by-name'] },
  'examples/gone.ts': { text: "import './nowhere.js'", breaks: ['no-unresolved'] },
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-layers-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function brokenRules(): readonly string[] {
  const args = ['--config', `${root}.dependency-cruiser.mjs`, '--output-type', 'json', 'src', 'examples']
  const { stdout, stderr } = spawnSync(`${root}node_modules/.bin/depcruise`, args, { cwd: folder, encoding: 'utf8' })
  if (stdout === '') throw new Error(`Cannot read what depcruise found: ${stderr}`)
  const violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] = JSON.parse(stdout).summary.violations
  return [...new Set(violations.map(({ from, rule }) => `${from} ${rule.name}`))].sort()
}

describe('layers', () => {
  it('let a folder import from lower ranks only', () => {
    const ranks = new Map(layers.map(({ folder: name, rank }) => [name, rank]))
    for (const { folder: name, rank, mayImport } of layers) {
      for (const other of mayImport) expect(ranks.get(other), `${name} may import ${other}`).toBeLessThan(rank)
    }
  })

  it('break where a tree breaks them, and nowhere else', () => {
    write('package.json', '{ "type": "module", "devDependencies": { "vitest": "*" } }')
    write('node_modules/vitest/package.json', '{ "name": "vitest", "exports": "./index.js" }')
    write('node_modules/vitest/index.js', 'export const tool = 1')
    for (const [path, { text }] of Object.entries(TREE)) write(path, text)
    const expected = Object.entries(TREE).flatMap(([path, { breaks = [] }]) => breaks.map((rule) => `${path} ${rule}`))
    expect(brokenRules()).toEqual(expected.sort())
  })
})
