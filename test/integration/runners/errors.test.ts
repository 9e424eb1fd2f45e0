import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { runProgram } from '../support/program.js'
import { makeProject } from '../support/project.js'
import { canStripTypes } from './node-features.js'
import { MATH_JS } from './programs.js'

const MAIN = 'put the code that makes the system into main(import.meta, async () => { … }), which does not run in such threads'

/**
 * Spawns, on a thread that starts for it and on one that runs, a service that says it was defined in each of `modules`. Prints
 * the messages.
 */
const spawning = (modules: readonly string[]): string => `import { createSystem, service } from 'troupe'
import { Math } from './math.js'
const messages = []
for (const module of ${JSON.stringify(modules)}) {
  const definition = service({ url: new URL(module, import.meta.url).href }, 'absent', () => ({}))
  const system = await createSystem({ threads: 1 })
  const spawn = () => system.spawn(definition, { host: { thread: 1 } }).then(() => 'spawned', (error) => error.message)
  const onNewThread = await spawn()
  await system.spawn(Math, { host: { thread: 1 }, init: { by: 2 } })
  messages.push([onNewThread, await spawn()])
  await system.stop()
}
console.log(JSON.stringify(messages))
`

/** What the spawns said: of each module, on a new thread and on one that runs. */
async function messagesOf(files: Readonly<Record<string, string>>, modules: readonly string[], packages: readonly string[] = []) {
  const { folder, path } = makeProject({ ...files, 'math.js': MATH_JS, 'program.js': spawning(modules) }, packages)
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return { path, url: (file: string) => pathToFileURL(path(file)).href, messages: JSON.parse(stdout) as readonly (readonly string[])[] }
}

const twice = (message: string): readonly string[] => [message, message]

it('a module that does not load fails the spawn with what is wrong, on a new thread and on one that runs', async () => {
  const files = {
    'syntax.js': 'export const = 1\n',
    'imports-syntax.js': "import './syntax.js'\n",
    'throws.js': "throw new RangeError('not today')\n",
    'imports-missing.js': "import './missing.js'\n",
    'imports-no-package.js': "import 'no-such-package'\n",
    'imports-no-name.js': "import { nothing } from './math.js'\n",
  }
  const { path, url, messages } = await messagesOf(files, [...Object.keys(files).map((file) => `./${file}`), './gone.js'])
  const failed = (file: string): string => `module ${url(file)} failed to load on thread 1`
  const syntax = "SyntaxError: Unexpected token '='. To see where: node"
  expect(messages).toEqual([
    twice(`${failed('syntax.js')}: ${syntax} ${path('syntax.js')}`),
    twice(`${failed('imports-syntax.js')}: ${syntax} ${path('imports-syntax.js')}`),
    twice(`${failed('throws.js')}: RangeError: not today`),
    twice(`${failed('imports-missing.js')}: Error: Cannot find module '${path('missing.js')}' imported from ${path('imports-missing.js')}`),
    twice(
      `${failed('imports-no-package.js')}: Error: Cannot find package 'no-such-package' imported from ${path('imports-no-package.js')}`,
    ),
    twice(
      `${failed('imports-no-name.js')}: SyntaxError: The requested module './math.js' does not provide an export named 'nothing' (${url('imports-no-name.js')}:1)`,
    ),
    twice(`${failed('gone.js')}: the file is not there; it must stay where the program has loaded it from`),
  ])
})

it('a module that makes no definition fails the spawn with what to do', async () => {
  const { url, messages } = await messagesOf({ 'empty.js': '' }, ['./empty.js'])
  expect(messages).toEqual([
    [
      `module ${url('empty.js')} failed to load on thread 1: Error: it loads no copy of troupe; make definitions at the top level of their module`,
      `thread 1 loaded ${url('empty.js')} and did not find service:absent#0 in it (it makes no definitions); ` +
        'make definitions at the top level of their module, the same in every thread',
    ],
  ])
})

it('a syntax error in TypeScript is told with its place', async () => {
  const { path, url, messages } = await messagesOf({ 'syntax.ts': '\nexport const = 1\n' }, ['./syntax.ts'], ['tsx'])
  const place = `${path('syntax.ts')}:2:13: ERROR: Expected identifier but found "="`
  expect(messages.flat().map((message) => message.replace('TransformError:', 'Error:'))).toEqual(
    twice(`module ${url('syntax.ts')} failed to load on thread 1: Error: Transform failed with 1 error:\n${place}`),
  )
})

it('a service in TypeScript that nothing can load fails the spawn with what to install', async () => {
  const typed = `${MATH_JS.replace('(x)', '(x: number)').replace('math', 'absent')}`
  const { url, messages } = await messagesOf({ 'typed.ts': typed, 'typed.tsx': typed }, ['./typed.ts', './typed.tsx'])
  const missing = (file: string): readonly string[] =>
    twice(
      `${url(file)} is TypeScript and other threads cannot load it; install tsx (npm install --save-dev tsx), or build it to JavaScript`,
    )
  expect(messages).toEqual([canStripTypes ? twice('spawned') : missing('typed.ts'), missing('typed.tsx')])
})

it('a service in JavaScript that imports TypeScript, with no loader for it, fails the spawn with what to do', async () => {
  const files = { 'mixed.js': "import './view.tsx'\n", 'view.tsx': '' }
  const { path, url, messages } = await messagesOf(files, ['./mixed.js'], ['tsx'])
  expect(messages).toEqual([
    twice(
      `module ${url('mixed.js')} failed to load on thread 1: TypeError: Unknown file extension ".tsx" for ${path('view.tsx')}. ` +
        'A module in JavaScript can import TypeScript when the program runs with tsx (node --import tsx); or define in a TypeScript module',
    ),
  ])
})

const HELLO = "export const Hello = service(import.meta, 'hello', () => ({ hello: () => 'hello' }))\n"

it('a program that defines services and makes its system outside main() fails its first spawn, and the error names main', async () => {
  const { folder, path } = makeProject({
    'program.js': `import { createSystem, service } from 'troupe'
${HELLO}const system = await createSystem({ threads: 1 })
console.log(await system.spawn(Hello).catch((error) => error.message))
`,
  })
  const message = `module ${pathToFileURL(path('program.js')).href} failed to load on thread 1: Error: createSystem(): `
  expect(await runProgram(path('program.js'), { cwd: folder })).toEqual({
    code: 0,
    signal: null,
    stdout: `${message}this module is being loaded by a thread of a system, to find the definitions in it; ${MAIN}\n`,
    stderr: '',
  })
})

it('a program that makes its system outside main(), when its module has loaded, makes no systems without end', async () => {
  const { folder, path } = makeProject({
    'program.js': `import { once } from 'node:events'
import { isMainThread } from 'node:worker_threads'
import { createSystem, service } from 'troupe'
const asked = new EventTarget()
const Waiting = service(import.meta, 'waiting', () => ({
  wait: () => {
    asked.dispatchEvent(new Event('asked'))
    return new Promise(() => {})
  },
}))
const log = { debug() {}, info() {}, warn() {}, error: (message, { error }) => console.log(message + ': ' + error.message) }
async function run() {
  if (!isMainThread) await once(asked, 'asked')
  const system = await createSystem({ threads: 1, log })
  const waiting = await system.spawn(Waiting)
  console.log(await waiting.wait().catch((error) => error.code))
}
run()
`,
  })
  const { code, stdout } = await runProgram(path('program.js'), { cwd: folder })
  const message = `createSystem(): this thread belongs to a system, and makes no other; ${MAIN}`
  expect(stdout.trim().split('\n').sort()).toEqual([
    'ERR_SERVICE_WITHDRAWN',
    `thread 1 ended with an error that nothing caught; its actors are gone: ${message}`,
  ])
  expect(code).toBe(0)
})

it('node --test refuses to spawn elsewhere what a test file defines', async () => {
  const { folder, path } = makeProject({
    'hello.test.js': `import assert from 'node:assert'
import { test } from 'node:test'
import { createSystem, service } from 'troupe'
${HELLO}test('spawns', async () => {
  const system = await createSystem({ threads: 1 })
  try {
    await assert.rejects(system.spawn(Hello), {
      message: import.meta.url + " is a test file, which other threads cannot load, as no test runner is there; " +
        "move the definition to a module of its own, or spawn it with host: 'inline'",
    })
    const hello = await system.spawn(Hello, { host: 'inline' })
    assert.equal(await hello.hello(), 'hello')
  } finally {
    await system.stop()
  }
})
`,
  })
  const { code, stdout } = await runProgram(path('hello.test.js'), { cwd: folder, nodeArgs: ['--test'] })
  expect(stdout).toMatch(/^. pass 1$/m)
  expect(stdout).toMatch(/^. fail 0$/m)
  expect(code).toBe(0)
})
