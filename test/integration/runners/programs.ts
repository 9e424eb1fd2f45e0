/** A program in every form in which a runner may meet it, and what it prints when all of it works. */

import type { Outcome } from '../support/program.js'

/** A service in JavaScript. */
export const MATH_JS = `import { service } from 'troupe'
export const Math = service(import.meta, 'math', (self, init) => ({
  times: (x) => x * init.by,
  thread: () => self.thread,
}))
`

/** The same in TypeScript, with nothing but what type stripping takes away. */
export const MATH_TS = `import { service } from 'troupe'
interface Init {
  readonly by: number
}
export const Math = service(import.meta, 'math', (self, init: Init) => ({
  times: (x: number): number => x * init.by,
  thread: (): number => self.thread,
}))
`

/** Spawns the service on a worker thread, a pool of it, and one in a process of its own, calls all, and leaves the end to Node. */
const PART = `const system = await createSystem({ threads: 2 })
  const math = await system.spawn(Math, { host: { thread: 1 }, init: { by: 2 } })
  const pool = await system.pool(Math, { size: 2, name: 'maths', init: { by: 3 } })
  const threads = (await pool.$.all.thread()).map((result) => result.value).sort()
  const apart = await system.spawn(Math, { host: 'process', name: 'apart', init: { by: 4 } })
  console.log(JSON.stringify([await math.times(21), await math.thread(), await pool.times(14), threads, await apart.times(2)]))`

/** What the program prints. */
export const PRINTED = '[42,1,42,[1,2],8]\n'

/** How the program ends when all of it works. */
export const RAN: Outcome = { code: 0, signal: null, stdout: PRINTED, stderr: '' }

/** The program as a module that imports the service from `module`. */
export function programOf(module: string): string {
  return `import { createSystem } from 'troupe'
import { Math } from '${module}'
  ${PART}
`
}

/** The same in TypeScript. */
export function typedProgramOf(module: string): string {
  return programOf(module).replace('{ createSystem }', '{ createSystem, type System }').replace('const system =', 'const system: System =')
}

/** With its own part in `main`, waited for or not: a module in CommonJS cannot wait. */
export function mainProgramOf(module: string, { waits = true } = {}): string {
  return `import { createSystem, main } from 'troupe'
import { Math } from '${module}'
${waits ? 'await ' : ''}main(import.meta, async () => {
  ${PART}
})
`
}

/** With `await using`, which ends the system. */
export function usingProgramOf(module: string): string {
  return programOf(module).replace('const system', 'await using system')
}

/** In CommonJS; \`load\` is how it loads modules. */
export function commonJsProgram(load: 'await import' | 'require', module: string): string {
  return `async function run() {
  const { createSystem } = ${load}('troupe')
  const { Math } = ${load}('${module}')
  ${PART}
}
run()
`
}
