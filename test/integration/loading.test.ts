import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { service } from 'troupe'
import { expect, it } from 'vitest'
import { Typed } from './fixtures/typed.service.js'
import { errorOf } from './support/outcomes.js'
import { runProgram } from './support/program.js'
import { makeProject } from './support/project.js'
import { startSystem } from './support/systems.js'

const MathJs = `import { service } from 'troupe'
export const Math = service(import.meta, 'math', (self) => ({ add: (x, y) => x + y, thread: () => self.thread }))
`
const program = (module: string): string => `import { createSystem } from 'troupe'
import { Math } from './${module}'
const system = await createSystem({ threads: 1 })
const math = await system.spawn(Math)
console.log(await math.add(1, 2), await math.thread())
await system.stop()
`

it('this project loads the built package as Node does, untransformed', async () => {
  const require = createRequire(import.meta.url)
  expect(require.resolve('troupe')).toMatch(/\/dist\/index\.js$/)
  expect(existsSync(require.resolve('troupe'))).toBe(true)
  // The same functions that Node itself gives: had Vitest transformed it, there would be two copies.
  const native = (await import(/* @vite-ignore */ `data:text/javascript,export * from '${import.meta.resolve('troupe')}'`)) as {
    service: unknown
  }
  expect(native.service).toBe(service)
  expect(String(service)).not.toContain('__vi_import')
})

it.each(['math.js', 'math.mjs'])('a program spawns a service from %s', async (module) => {
  const { folder, path } = makeProject({ [module]: MathJs, 'program.js': program(module) })
  expect(await runProgram(path('program.js'), { cwd: folder })).toEqual({ code: 0, signal: null, stdout: '3 1\n', stderr: '' })
})

it.each([['--eval'], ['--input-type=module', '--eval']])(
  'a program given as text spawns a service from a file (%j)',
  async (...nodeArgs) => {
    const { folder } = makeProject({ 'math.js': MathJs, 'program.js': program('math.js') })
    const outcome = await runProgram("import('./program.js')", { cwd: folder, nodeArgs })
    expect(outcome).toEqual({ code: 0, signal: null, stdout: '3 1\n', stderr: '' })
  },
)

it('a test spawns a service that is TypeScript', async () => {
  const system = await startSystem({ threads: 1 })
  const typed = await system.spawn(Typed, { init: { step: 2 } })
  expect([await typed.next(), await typed.next(), await typed.thread()]).toEqual([2, 4, 1])
})

it('a program whose entry module defines services has its own part in main()', async () => {
  const { folder, path } = makeProject({
    'program.js': `import { createSystem, main, service } from 'troupe'
const Greeter = service(import.meta, 'greeter', () => ({ greet: (name) => 'Hello ' + name }))
console.log('loaded')
await main(import.meta, async () => {
  console.log('main')
  const system = await createSystem({ threads: 2 })
  const greeters = [await system.spawn(Greeter), await system.spawn(Greeter)]
  console.log(await greeters[0].greet('Ada'), await greeters[1].greet('Bob'))
  await system.stop()
})
`,
  })
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n').sort()).toEqual(['Hello Ada Hello Bob', 'loaded', 'loaded', 'loaded', 'main'])
  expect(code).toBe(0)
})

const WITHOUT_MAIN = `import { createSystem, service } from 'troupe'
const Greeter = service(import.meta, 'greeter', () => ({ greet: (name) => 'Hello ' + name }))
async function run() {
  const system = await createSystem({ threads: 1 })
  try {
    await system.spawn(Greeter)
  } catch (error) {
    console.log(error.message)
  }
  console.log((await system.spawn(Greeter, { host: 'inline' }).then((greeter) => greeter.greet('Ada'))))
  await system.stop()
}
`

it.each([
  ['awaits', 'await run()'],
  ['does not await', 'run()'],
])('a program that %s its own part outside main() hears of main() from spawn', async (_, call) => {
  const { folder, path } = makeProject({ 'program.js': WITHOUT_MAIN + call })
  const { code, stdout } = await runProgram(path('program.js'), { cwd: folder })
  expect(stdout).toContain('main(import.meta')
  expect(stdout).toContain('Hello Ada')
  expect(code).toBe(0)
})

it('main() that rejects ends the process with the error and code 1', async () => {
  const text = "import { main } from 'troupe'\nmain(import.meta, async () => { throw new Error('it went wrong') })\n"
  const { folder, path } = makeProject({ 'floating.js': text, 'awaited.js': text.replace('\nmain', '\nawait main') })
  for (const file of ['floating.js', 'awaited.js']) {
    const { code, stderr } = await runProgram(path(file), { cwd: folder })
    expect(stderr).toContain('Error: it went wrong')
    expect(code).toBe(1)
  }
})

const inWorker = (text: string): string => `import { isMainThread } from 'node:worker_threads'
import { service } from 'troupe'
export const Broken = service(import.meta, 'broken', () => ({}))
if (!isMainThread) { ${text} }
`

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['throws as it loads', inWorker("throw new RangeError('not today')"), /failed to load on thread 1: RangeError: not today/],
  ['throws what is no error', inWorker("throw 'text'"), /failed to load on thread 1: Error: text/],
  ['imports what is missing', inWorker("await import('./missing.js')"), /failed to load.*Cannot find module.*missing\.js/],
  ['imports what has a wrong syntax', inWorker("await import('./syntax.js')"), /failed to load on thread 1: SyntaxError/],
  ['exits as it loads', inWorker('process.exit(7)'), /ended while it loaded .* with exit code 7/],
  ['leaves a rejection behind', inWorker("Promise.reject(new Error('left behind'))"), /ended while it loaded .*left behind/],
  ['waits for nothing', inWorker('await new Promise(() => {})'), /ended while it loaded .*top level wait/],
  ['never ends to load', inWorker('setInterval(() => {}, 1000); await new Promise(() => {})'), /did not load .* within 10000 ms/],
]

it('a module that does not load on another thread fails the spawn with its own error; the system goes on', async () => {
  const files = Object.fromEntries(BROKEN.map(([, text], i) => [`broken-${i}.js`, text]))
  const { folder, path } = makeProject({
    ...files,
    'math.js': MathJs,
    'syntax.js': 'export const = 1',
    'ender.js': `import { service } from 'troupe'
export const Ender = service(import.meta, 'ender', () => ({ end: () => { setImmediate(() => process.exit(0)); return new Promise(() => {}) } }))
`,
    'program.js': `import { createSystem } from 'troupe'
import { Ender } from './ender.js'
import { Math } from './math.js'
const log = { debug() {}, info() {}, warn() {}, error() {} }
const system = await createSystem({ threads: 1, log })
const failure = (work) => work.then(() => 'nothing', (error) => error.message)
// Each thread is a new one, on which nothing of before is started again.
const stops = { supervision: { onFailure: 'stop' } }
for (let i = 0; i < ${BROKEN.length}; i++) {
  const { Broken } = await import('./broken-' + i + '.js')
  // An innocent spawn at the same time gets a thread, too.
  const [message, math] = await Promise.all([failure(system.spawn(Broken)), system.spawn(Math, stops)])
  console.log(JSON.stringify({ message, sum: await math.add(1, i), thread: await math.thread() }))
  const ender = await system.spawn(Ender, stops)
  await failure(ender.end())
}
await system.stop()
`,
  })
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string; sum: number; thread: number })
  expect(outcomes.length, stderr).toBe(BROKEN.length)
  for (const [i, [, , message]] of BROKEN.entries()) {
    expect(outcomes[i]?.message).toMatch(message)
    expect(outcomes[i]).toMatchObject({ sum: i + 1, thread: 1 })
  }
  expect(code).toBe(0)
}, 60_000)

it('a definition made in a function is not found on another thread, and the error says what to do', async () => {
  const system = await startSystem({ threads: 1 })
  const { makeDefinition } = await import('./fixtures/in-function.js')
  const error = await errorOf(system.spawn(makeDefinition()))
  expect(error.message).toContain('did not find service:inner')
  expect(error.message).toContain('service "outer"')
  expect(error.message).toContain('top level')
  expect(await (await system.spawn(makeDefinition(), { host: 'inline' })).hello()).toBe('hello')
})
