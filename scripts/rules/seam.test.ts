import { describe, expect, it } from 'vitest'
import { findSeamBreaches } from './seam.mjs'
import { seamFiles } from './seam-files.mjs'
import { parseSource } from './source-files.mjs'

function namesIn(text: string, path = 'src/actors/cell.ts'): (string | undefined)[] {
  return findSeamBreaches(parseSource(path, text)).map(({ message }) => /^names (.+): take/.exec(message)?.[1])
}

describe('findSeamBreaches()', () => {
  it.each([
    ['const at = Date.now()', 'Date.now'],
    ["const at = Date['now']()", 'Date.now'],
    ['const { now } = performance', 'performance.now'],
    ['const roll = globalThis.Math.random', 'Math.random'],
    ['setTimeout(run, 5)', 'setTimeout'],
    ['const later = { setImmediate }', 'setImmediate'],
    ['const run = { later: queueMicrotask }', 'queueMicrotask'],
    ['globalThis.setInterval(run, 5)', 'globalThis.setInterval'],
    ['const at = new Date()', 'new Date()'],
    ['const at = Date()', 'Date()'],
    ["import net from 'node:net'", 'node:net'],
    ["import type { Worker } from 'worker_threads'", 'worker_threads'],
    ["const net = await import('node:net')", 'node:net'],
    ["const net = process.getBuiltinModule('node:net')", 'node:net'],
  ])('finds %s', (text, name) => {
    expect(namesIn(text)).toEqual([name])
  })

  it('tells the line', () => {
    const [breach] = findSeamBreaches(parseSource('src/base/ids.ts', '\n\nMath.random()\n'))
    expect(breach).toMatchObject({ path: 'src/base/ids.ts', line: 3 })
  })

  it.each([
    '// Date.now() and setTimeout()\n/* new Date() */',
    "const text = 'Date.now() node:net'",
    'const at = new Date(ms)',
    'interface Timers { setTimeout(run: () => void): void }',
    'world.setTimeout(run, 5)',
    "import { clock } from './net.js'",
    'const at = Date.UTC(2000, 1)',
  ])('leaves %s alone', (text) => {
    expect(namesIn(text)).toEqual([])
  })

  it('leaves the listed files alone', () => {
    for (const { path } of seamFiles) expect(namesIn('Date.now()', path.endsWith('/') ? `${path}clock.ts` : path)).toEqual([])
  })
})
