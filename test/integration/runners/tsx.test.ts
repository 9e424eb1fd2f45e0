import { describe, expect, it } from 'vitest'
import { runProgram, TSX_COMMAND } from '../support/program.js'
import { makeProject } from '../support/project.js'
import { MATH_TS, mainProgramOf, RAN, typedProgramOf, usingProgramOf } from './programs.js'

/** A tsconfig.json whose `paths` lead `@lib/*` to `lib/*`. */
const PATHS = JSON.stringify({ compilerOptions: { paths: { '@lib/*': ['./lib/*'] } } })
/** JavaScript that imports TypeScript. */
const MIXED_JS = `import { service } from 'troupe'
import { times } from './times.ts'
export const Math = service(import.meta, 'math', (self, init) => ({ times: times(init), thread: () => self.thread }))
`
const TIMES_TS = 'export const times = (init: { by: number }) => (x: number): number => x * init.by\n'

const PROGRAMS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a program and its service in TypeScript', { 'math.ts': MATH_TS, 'program.ts': typedProgramOf('./math.ts') }],
  ['imports that say .js for a .ts file', { 'math.ts': MATH_TS, 'program.ts': typedProgramOf('./math.js') }],
  ['await using', { 'math.ts': MATH_TS, 'program.ts': usingProgramOf('./math.ts') }],
  [
    'a service imported through an alias of tsconfig.json, which imports through one itself',
    {
      'tsconfig.json': PATHS,
      'lib/math.ts': `import { times } from '@lib/times'\n${MATH_TS.replace(/times: .*\n/, 'times: times(init),\n')}`,
      'lib/times.ts': TIMES_TS,
      'program.ts': typedProgramOf('@lib/math'),
    },
  ],
  [
    'a service in JavaScript that imports TypeScript',
    { 'math.js': MIXED_JS, 'times.ts': TIMES_TS, 'program.ts': typedProgramOf('./math.js') },
  ],
  [
    'a service in JavaScript that imports through an alias',
    {
      'tsconfig.json': PATHS,
      'math.js': MIXED_JS.replace('./times.ts', '@lib/times'),
      'lib/times.ts': TIMES_TS,
      'program.ts': typedProgramOf('./math.js'),
    },
  ],
  [
    'a package that does not say "type": "module"',
    { 'package.json': '{}', 'math.ts': MATH_TS, 'program.ts': mainProgramOf('./math', { waits: false }) },
  ],
  [
    'a package that says "type": "commonjs"',
    { 'package.json': '{ "type": "commonjs" }', 'math.ts': MATH_TS, 'program.ts': mainProgramOf('./math', { waits: false }) },
  ],
]

const WITHOUT_COMMAND = /^a program|through an alias of|^a package/

describe.each([
  ['tsx', [TSX_COMMAND], PROGRAMS],
  // The same loader without its command: what is different is where it is looked for.
  ['node --import tsx', ['--import', 'tsx'], PROGRAMS.filter(([name]) => WITHOUT_COMMAND.test(name))],
])('%s', (_, nodeArgs, programs) => {
  it.each(programs)('runs %s', async (_, files) => {
    const { folder, path } = makeProject(files, ['tsx'])
    expect(await runProgram(path('program.ts'), { cwd: folder, nodeArgs })).toEqual(RAN)
  })
})

it('tsx runs a program in whose folder it is not installed, as npx does', async () => {
  const { folder, path } = makeProject({ 'math.ts': MATH_TS, 'program.ts': typedProgramOf('./math.ts') })
  expect(await runProgram(path('program.ts'), { cwd: folder, nodeArgs: [TSX_COMMAND] })).toEqual(RAN)
})
