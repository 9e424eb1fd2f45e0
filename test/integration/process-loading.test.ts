/** Modules that do not load in a process, and programs whose flags a process must not have. */
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/program.js'
import { makeProject } from './support/project.js'

const MATH_JS = `import { service } from 'troupe'
export const Math = service(import.meta, 'math', { host: 'process' }, (self) => ({ add: (x, y) => x + y, pid: () => process.pid }))
`

const inProcess = (text: string): string => `import { service } from 'troupe'
export const Broken = service(import.meta, 'broken', { host: 'process' }, () => ({}))
if (process.send) { ${text} }
`

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['throws as it loads', "throw new RangeError('not today')", /failed to load on thread \d: RangeError: not today/],
  ['throws what is no error', "throw 'text'", /failed to load on thread \d: Error: text/],
  ['imports what is missing', "await import('./missing.js')", /failed to load.*Cannot find module.*missing\.js/],
  ['imports what has a wrong syntax', "await import('./syntax.js')", /failed to load on thread \d: SyntaxError/],
  ['exits as it loads', 'process.exit(7)', /^thread \d \(process \d+\) ended while it loaded .* with exit code 7/],
  ['is killed as it loads', "process.kill(process.pid, 'SIGKILL')", /ended while it loaded .* with signal SIGKILL/],
  ['leaves a rejection behind', "Promise.reject(new Error('left behind'))", /ended while it loaded .*left behind/],
  ['waits for nothing', 'await new Promise(() => {})', /ended while it loaded .*top level wait/],
  ['never ends to load', 'setInterval(() => {}, 1000); await new Promise(() => {})', /did not load .* within 10000 ms/],
  ['makes a system', 'await (await import("troupe")).createSystem()', /put the code that makes the system into main\(import\.meta/],
]

it('a module that does not load in a process fails the spawn with its own error, once; the system goes on', async () => {
  const files = Object.fromEntries(BROKEN.map(([, text], i) => [`broken-${i}.js`, inProcess(text)]))
  const { folder, path } = makeProject({
    ...files,
    'math.js': MATH_JS,
    'syntax.js': 'export const = 1',
    'program.js': `import { createSystem } from 'troupe'
import { Math } from './math.js'
const records = []
const at = (level) => (message) => void records.push([level, message])
const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
const system = await createSystem({ threads: 1, log })
const failure = (work) => work.then(() => 'nothing', (error) => error.message)
for (let i = 0; i < ${BROKEN.length}; i++) {
  const { Broken } = await import('./broken-' + i + '.js')
  console.log(JSON.stringify(await failure(system.spawn(Broken))))
}
const math = await system.spawn(Math)
console.log(JSON.stringify([await math.add(1, 2), records, system.stats().totals.actors]))
await system.stop()
`,
  })
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  const lines = stdout.trim().split('\n')
  expect(lines.length, stderr).toBe(BROKEN.length + 1)
  for (const [i, [, , message]] of BROKEN.entries()) expect(JSON.parse(lines[i] as string)).toMatch(message)
  expect(JSON.parse(lines.at(-1) as string)).toEqual([3, [], 1])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}, 60_000)

describe('a program', () => {
  const PROGRAM = `import { createSystem } from 'troupe'
import { Math } from './math.js'
const system = await createSystem({ threads: 1 })
const math = await system.spawn(Math)
console.log(await math.add(1, 2), await math.pid() === process.pid)
`
  it.each([
    ['given as text', ['--eval'], "import('./program.js')"],
    ['given as a module in text', ['--input-type=module', '--eval'], "import('./program.js')"],
    ['with a debugger', ['--inspect=0', '--eval'], "import('./program.js')"],
    ['that reads an environment from a file', ['--env-file=.env', '--eval'], "import('./program.js')"],
  ])('%s runs an actor in a process', async (_, nodeArgs, text) => {
    const { folder } = makeProject({ 'math.js': MATH_JS, 'program.js': PROGRAM, '.env': 'A=1' })
    const { code, stdout } = await runProgram(text, { cwd: folder, nodeArgs })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '3 false\n' })
  })

  it('whose module defines and runs both has its own part in main()', async () => {
    const { folder, path } = makeProject({
      'program.js': `import { createSystem, main, service } from 'troupe'
const Greeter = service(import.meta, 'greeter', { host: 'process' }, () => ({ greet: (name) => 'Hello ' + name }))
await main(import.meta, async () => {
  const system = await createSystem({ threads: 1 })
  console.log(await (await system.spawn(Greeter)).greet('Ada'))
})
`,
    })
    expect(await runProgram(path('program.js'), { cwd: folder })).toEqual({ code: 0, signal: null, stdout: 'Hello Ada\n', stderr: '' })
  })

  it('with a worker thread of its own makes systems with processes there', async () => {
    const { folder, path } = makeProject({
      'math.js': MATH_JS,
      'inner.js': PROGRAM,
      'program.js': "import { Worker } from 'node:worker_threads'\nnew Worker(new URL('./inner.js', import.meta.url))\n",
    })
    expect(await runProgram(path('program.js'), { cwd: folder })).toEqual({ code: 0, signal: null, stdout: '3 false\n', stderr: '' })
  })
})
