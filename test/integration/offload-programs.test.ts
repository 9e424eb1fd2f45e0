import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { processHasEnded, runProgram, TSX_COMMAND } from './support/program.js'
import { makeProject } from './support/project.js'

const TASKS = `import { task } from 'troupe'
export const add = task(import.meta, 'add', (one, other) => one + other)
export const place = task(import.meta, 'place', () => process.pid)
`
const TASKS_TS = `import { task } from 'troupe'
export const add = task(import.meta, 'add', (one: number, other: number): number => one + other)
export const place = task(import.meta, 'place', (): number => process.pid)
`
/** Ends by itself: nothing is stopped. */
const PROGRAM = `import { createSystem } from 'troupe'
import { add, place } from './tasks.js'
const system = await createSystem()
console.log(await system.offload(add, [1, 2]), await system.offload(place, []) === process.pid)
console.log(await system.offload(add, [3, 4], { isolate: 'process' }), await system.offload(place, [], { isolate: 'process' }) === process.pid)
`
const PRINTED = { code: 0, signal: null, stdout: '3 true\n7 false\n', stderr: '' }

it('a program that has offloaded ends by itself, without stop()', async () => {
  const { folder, path } = makeProject({ 'tasks.js': TASKS, 'program.js': PROGRAM })
  expect(await runProgram(path('program.js'), { cwd: folder })).toEqual(PRINTED)
})

it.each([
  ['tsx', [TSX_COMMAND]],
  ['node --import tsx', ['--import', 'tsx']],
])('%s runs a program whose tasks are TypeScript', async (_, nodeArgs) => {
  const { folder, path } = makeProject({ 'tasks.ts': TASKS_TS, 'program.ts': PROGRAM }, ['tsx'])
  expect(await runProgram(path('program.ts'), { cwd: folder, nodeArgs })).toEqual(PRINTED)
})

it('a task of the entry module works when the program is in main()', async () => {
  const text = `import { createSystem, main, task } from 'troupe'
const add = task(import.meta, 'add', (one, other) => one + other)
console.log('loaded')
await main(import.meta, async () => {
  const system = await createSystem()
  console.log(await system.offload(add, [1, 2]), await system.offload(add, [3, 4], { isolate: 'process' }))
})
`
  const { folder, path } = makeProject({ 'program.js': text })
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n').sort()).toEqual(['3 7', 'loaded', 'loaded', 'loaded'])
  expect(code).toBe(0)
})

it.each(['{}', "{ isolate: 'process' }"])('without main() offload(…, %s) fails with advice', async (options) => {
  const text = `import { createSystem, task } from 'troupe'
const add = task(import.meta, 'add', (one, other) => one + other)
const system = await createSystem()
console.log(await system.offload(add, [1, 2], ${options}).catch((error) => error.message))
`
  const { folder, path } = makeProject({ 'program.js': text })
  const { code, stdout } = await runProgram(path('program.js'), { cwd: folder })
  expect(stdout).toMatch(/program\.js failed to load for task "add": Error: createSystem\(\).*main\(import\.meta/)
  expect(code).toBe(0)
})

/** What goes wrong where the task is to run, and nowhere else. */
const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['throws as it loads', "throw new RangeError('not today')", /broken-0\.js failed to load for task "broken": RangeError: not today/],
  ['imports what is missing', "await import('./missing.js')", /failed to load.*Cannot find module.*missing\.js/],
  ['has an import of a wrong syntax', "await import('./syntax.js')", /failed to load for task "broken": SyntaxError/],
  ['exits as it loads', 'process.exit(7)', /task\.broken\(\): its (thread|process) ended before it answered.*7/],
  ['never ends to load', 'await new Promise(() => {})', /failed to load.*did not load within 10000 ms; does its top level wait/],
]

it('a module that does not load fails its task with its own error; the pools go on', async () => {
  const broken = BROKEN.map(([, text], i) => [
    `broken-${i}.js`,
    `import { task } from 'troupe'
export const broken = task(import.meta, 'broken', () => 1)
if (globalThis.isProgram === undefined) { ${text} }
`,
  ])
  const { folder, path } = makeProject({
    ...(Object.fromEntries(broken) as Record<string, string>),
    'syntax.js': 'export const = 1',
    'tasks.js': TASKS,
    'lost.js': `import { task } from 'troupe'
export const lost = globalThis.isProgram && task(import.meta, 'lost', () => 1)
export const made = task(import.meta, 'made', () => 1)
`,
    'program.js': `globalThis.isProgram = true
const { createSystem } = await import('troupe')
const { add } = await import('./tasks.js')
const { lost } = await import('./lost.js')
const system = await createSystem()
const failures = []
for (const options of [{}, { isolate: 'process' }]) {
  const message = (task) => system.offload(task, [], options).catch((error) => error.message)
  for (let i = 0; i < ${BROKEN.length}; i++) failures.push(message((await import('./broken-' + i + '.js')).broken))
  failures.push(message(lost))
}
console.log(JSON.stringify(await Promise.all(failures)))
console.log(await system.offload(add, [1, 2]), await system.offload(add, [3, 4], { isolate: 'process' }))
`,
  })
  const { code, stdout, stderr } = await runProgram(path('program.js'), { cwd: folder })
  const [line = '', sums] = stdout.split('\n')
  const messages = JSON.parse(line) as string[]
  const wanted = [
    ...BROKEN.map(([, , message]) => message),
    /did not find task:lost#0 in it \(it makes task "made"\); make definitions at the top/,
  ]
  for (const [i, message] of messages.entries()) expect(message, stderr).toMatch(wanted[i % wanted.length] as RegExp)
  expect(messages).toHaveLength(2 * wanted.length)
  expect(sums).toBe('3 7')
  expect(code).toBe(0)
}, 40_000)

it('where the package has no file beside it, as in a bundle, a temporary one serves for as long as the program runs', async () => {
  const { folder, path } = makeProject({ 'tasks.js': TASKS, 'program.js': PROGRAM })
  rmSync(join(folder, 'node_modules/troupe/dist/runtime/offload/workers/thread-entry.js'))
  const temporary = (): readonly string[] => readdirSync(tmpdir()).filter((name) => /^troupe-\w{6}$/.test(name))
  const before = temporary()
  expect(await runProgram(path('program.js'), { cwd: folder })).toEqual(PRINTED)
  expect(temporary()).toEqual(before)
})

it.each([
  ['ends with process.exit()', 'process.exit(0)', 0],
  ['ends with an error', "setImmediate(() => { throw new Error('unexpected') })", 1],
])('a program that %s leaves no process behind that runs a task', async (_, end, code) => {
  const { folder, path } = makeProject({
    'tasks.js': `import { writeFileSync } from 'node:fs'
import { task } from 'troupe'
export const linger = task(import.meta, 'linger', (file) => {
  writeFileSync(file, String(process.pid))
  for (;;);
})
`,
    'program.js': `import { existsSync, readFileSync } from 'node:fs'
import { createSystem } from 'troupe'
import { linger } from './tasks.js'
const system = await createSystem()
void system.offload(linger, ['pid'], { isolate: 'process' })
while (!existsSync('pid') || readFileSync('pid', 'utf8') === '') await new Promise(setImmediate)
${end}
`,
  })
  expect((await runProgram(path('program.js'), { cwd: folder })).code).toBe(code)
  await processHasEnded(Number(readFileSync(path('pid'), 'utf8')))
})

it('without piscina the error says what to install', async () => {
  const { folder, path } = makeProject({
    'tasks.js': TASKS,
    'program.js': `${PROGRAM.slice(0, PROGRAM.indexOf('console'))}
console.log(await system.offload(add, [1, 2]).catch((error) => error.message))
`,
  })
  rmSync(join(folder, 'node_modules/piscina'))
  const { code, stdout } = await runProgram(path('program.js'), { cwd: folder })
  expect(stdout).toContain('npm install piscina')
  expect(code).toBe(0)
})
