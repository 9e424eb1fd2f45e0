import { describe, expect, it } from 'vitest'
import { countAny, crowdedFolders, findShapeBreaches } from './shape.mjs'
import { parseSource } from './source-files.mjs'

function messagesFor(text: string, path = 'src/actors/cell.ts'): string[] {
  return findShapeBreaches(parseSource(path, text)).map(({ message }) => message)
}

function functionOf(lineCount: number, before = ''): string {
  return `${before}export function run(): void {\n${'  step()\n'.repeat(lineCount - 2)}}\n`
}

describe('findShapeBreaches()', () => {
  it.each([
    ['export enum Color { Red }', 'declares an enum'],
    ['export default 1', 'exports a default'],
    ['export default function run(): void {}', 'exports a default'],
    ['namespace Inner {}', 'declares a namespace'],
    ['export const value = read() as any', 'uses any'],
    [functionOf(51), 'has a function of 51 lines'],
    ['line()\n'.repeat(301), 'has 301 lines'],
  ])('finds %j', (text, message) => {
    expect(messagesFor(text)).toEqual([expect.stringContaining(message)])
  })

  it.each(['src/base/utils.ts', 'src/base/string-helpers.ts', 'src/types.ts', 'src/shared/ring.ts'])('refuses the name %s', (path) => {
    expect(messagesFor('', path)).toEqual([expect.stringContaining('is named')])
  })

  it.each(["export * from './cell.js'", 'export const a = 1', "import './cell.js'"])('refuses %s in an entry point', (text) => {
    expect(messagesFor(text, 'src/index.ts')).toEqual([expect.stringContaining('is an entry point')])
  })

  it.each([
    functionOf(50),
    'line()\n'.repeat(300),
    functionOf(51, '// shape: one table\n'),
    `// shape: one table\n${'line()\n'.repeat(300)}`,
    '// biome-ignore lint/suspicious/noExplicitAny: decodes whatever comes\nexport const value = read() as any',
    "declare module 'other' {}",
    'declare global {}',
    'switch (a) {\n  default:\n}',
  ])('leaves %j alone', (text) => {
    expect(messagesFor(text)).toEqual([])
  })

  it('does not take an excuse without a reason', () => {
    expect(messagesFor(functionOf(51, '// shape: \n'))).toHaveLength(1)
  })

  it.each(['src/runtime/shared-ring.ts', 'src/gateway/content-types.ts'])('leaves the name %s alone', (path) => {
    expect(messagesFor('', path)).toEqual([])
  })

  it('leaves explicit re-exports in an entry point alone', () => {
    expect(messagesFor("export { a, type B } from './cell.js'\nexport type { C } from './cell.js'\n", 'src/index.ts')).toEqual([])
  })
})

describe('countAny()', () => {
  it('counts excused uses too', () => {
    expect(countAny(parseSource('src/base/ids.ts', '// shape: why\nlet a: any\nlet b: any[]'))).toHaveLength(2)
  })
})

describe('crowdedFolders()', () => {
  it('names a folder of 16 files', () => {
    const paths = Array.from({ length: 16 }, (_, index) => `src/base/part-${index}.ts`)
    expect(crowdedFolders([...paths, 'src/codec/limits.ts'])).toEqual([{ folder: 'src/base', count: 16 }])
  })
})
