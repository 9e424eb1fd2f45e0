import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from '../support/program.js'
import { makeProject, type Project } from '../support/project.js'
import { canStripTypes } from './node-features.js'
import { MATH_TS } from './programs.js'

const VITEST_COMMAND = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

const testOf = (text: string): string => `import { isMainThread } from 'node:worker_threads'
import { createSystem, service } from 'troupe'
import { expect, it, onTestFinished } from 'vitest'
import { Math } from './math'
const InTest = service(import.meta, 'in-test', () => ({ hello: () => 'hello' }))
const messageOf = (work: Promise<unknown>) => work.then(() => 'spawned', (error: Error) => error.message)
it('uses a system', async () => {
  const system = await createSystem({ threads: 2 })
  onTestFinished(() => system.stop())
  ${text}
})
`

const SPAWNS = (pool: string): string => `expect(isMainThread).toBe(${pool === 'forks'})
  const math = await system.spawn(Math, { host: { thread: 1 }, init: { by: 2 } })
  const maths = await system.pool(Math, { size: 2, name: 'maths', init: { by: 3 } })
  const threads = (await maths.$.all.thread()).map((result: any) => result.value).sort()
  const apart = await system.spawn(Math, { host: 'process', name: 'apart', init: { by: 4 } })
  expect([await math.times(21), await math.thread(), await maths.times(14), threads]).toEqual([42, 1, 42, [1, 2]])
  expect([await apart.times(2), await apart.thread()]).toEqual([8, 3])`

interface Report {
  readonly success: boolean
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[]
  }[]
}

/** Runs the tests of a project; what failed in them. */
async function runVitest(
  { folder }: Project,
  pool: string,
): Promise<{ readonly code: number | null; readonly failures: readonly string[] }> {
  const args = ['run', '--pool', pool, '--reporter=json', '--testTimeout=25000']
  const { code, stdout, stderr } = await runProgram(VITEST_COMMAND, { cwd: folder, args })
  if (!stdout.startsWith('{')) throw new Error(`vitest ended with ${code}, and no report: ${stdout}${stderr}`)
  const { testResults } = JSON.parse(stdout) as Report
  const failures = testResults.flatMap(({ message, assertionResults }) => [
    message,
    ...assertionResults.flatMap((one) => one.failureMessages),
  ])
  return { code, failures: failures.filter((failure) => failure !== '') }
}

const PASSED = { code: 0, failures: [] }

it.each(['forks', 'threads'])('Vitest with pool %s runs a test whose service is a TypeScript module', async (pool) => {
  const project = makeProject({ 'math.ts': MATH_TS, 'math.test.ts': testOf(SPAWNS(pool)) }, ['vitest', 'tsx'])
  expect(await runVitest(project, pool)).toEqual(PASSED)
})

it('Vitest runs it in a package that does not say "type": "module"', async () => {
  const files = {
    'package.json': '{}',
    'vitest.config.mts': 'export default {}',
    'math.ts': MATH_TS,
    'math.test.ts': testOf(SPAWNS('forks')),
  }
  expect(await runVitest(makeProject(files, ['vitest', 'tsx']), 'forks')).toEqual(PASSED)
})

it.each(['forks', 'threads'])('Vitest with pool %s refuses to spawn elsewhere what a test file defines', async (pool) => {
  const refuses = `const message = import.meta.url + ${JSON.stringify(
    ' is a test file, which other threads cannot load, as no test runner is there; ' +
      "move the definition to a module of its own, or spawn it with host: 'inline'",
  )}
  expect(await messageOf(system.spawn(InTest))).toBe(message)
  expect(await messageOf(system.spawn(InTest, { host: 'dedicated' }))).toBe(message)
  await system.spawn(Math, { host: { thread: 1 }, init: { by: 2 } })
  expect(await messageOf(system.spawn(InTest, { host: { thread: 1 } }))).toBe(message)
  const here = await system.spawn(InTest, { host: 'inline' })
  expect(await here.hello()).toBe('hello')`
  const project = makeProject({ 'math.ts': MATH_TS, 'math.test.ts': testOf(refuses) }, ['vitest', 'tsx'])
  expect(await runVitest(project, pool)).toEqual(PASSED)
})

it('Vitest refuses it also when the test file is not named as one', async () => {
  const text = `const error = await system.spawn(InTest).catch((error: Error) => error)
  expect(error.message).toContain('/checks.ts is a test file, which other threads cannot load')
  expect(error.cause.message).toContain('Vitest failed to find')`
  const config = "export default { test: { include: ['checks.ts'] } }"
  const project = makeProject({ 'vitest.config.js': config, 'math.ts': MATH_TS, 'checks.ts': testOf(text) }, ['vitest', 'tsx'])
  expect(await runVitest(project, 'forks')).toEqual(PASSED)
})

it('Vitest without tsx loads TypeScript on other threads where Node strips types, else tells what to install', async () => {
  const missing = JSON.stringify(
    ' is TypeScript and other threads cannot load it; install tsx (npm install --save-dev tsx), or build it to JavaScript',
  )
  const text = `const message = await messageOf(system.spawn(Math, { init: { by: 2 } }))
  expect(message).toBe(${canStripTypes ? "'spawned'" : `new URL('./math.ts', import.meta.url).href + ${missing}`})`
  const project = makeProject({ 'math.ts': MATH_TS, 'math.test.ts': testOf(text) }, ['vitest'])
  expect(await runVitest(project, 'forks')).toEqual(PASSED)
})
