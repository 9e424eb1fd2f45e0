import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { expect, it } from 'vitest'
import { runProgram } from '../support/program.js'
import { makeFolder, makeProject } from '../support/project.js'
import { MATH_TS, mainProgramOf, programOf, RAN } from './programs.js'

const PROGRAM = mainProgramOf('./math.js')

/** Builds `entries` into an empty folder, where nothing is installed. */
async function bundle(files: Readonly<Record<string, string>>, options: BuildOptions = {}): Promise<string> {
  const { path } = makeProject(files)
  const folder = makeFolder()
  const fixed = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
  } as const
  await build({ ...fixed, entryPoints: [path('program.ts')], ...options })
  return folder
}

const run = (folder: string) => runProgram(join(folder, 'program.mjs'), { cwd: folder })

it.each([
  ['a bundle', {}],
  ['a minified bundle', { minify: true, keepNames: false }],
  ['a minified bundle that keeps names', { minify: true, keepNames: true }],
  ['a bundle for Node 20, with a source map', { target: 'node20', sourcemap: 'inline' }],
] as const)('%s of a program with main() runs where nothing is installed', async (_, options) => {
  expect(await run(await bundle({ 'math.ts': MATH_TS, 'program.ts': PROGRAM }, options))).toEqual(RAN)
})

it('a bundle of several files runs', async () => {
  const { path } = makeProject({ 'math.ts': MATH_TS, 'program.ts': PROGRAM })
  const folder = await bundle({}, { entryPoints: [path('program.ts'), path('math.ts')], splitting: true, minify: true })
  expect(await run(folder)).toEqual(RAN)
})

it('a bundle tells services of the same name from different modules apart', async () => {
  const folder = await bundle(
    {
      'one.ts': "import { service } from 'troupe'\nexport const One = service(import.meta, 'same', () => ({ what: () => 'one' }))\n",
      'two.ts': "import { service } from 'troupe'\nexport const Two = service(import.meta, 'same', () => ({ what: () => 'two' }))\n",
      'program.ts': `import { createSystem, main } from 'troupe'
import { Two } from './two.js'
import { One } from './one.js'
await main(import.meta, async () => {
  const system = await createSystem({ threads: 1 })
  const [one, two] = [await system.spawn(One, { name: 'one' }), await system.spawn(Two, { name: 'two' })]
  console.log(await one.what(), await two.what())
})
`,
    },
    { minify: true },
  )
  expect(await run(folder)).toEqual({ ...RAN, stdout: 'one two\n' })
})

it('a bundle without main() fails its first spawn, and the error names main', async () => {
  const program = `${programOf('./math.js').replace('await system.spawn', 'await spawn').replace('await system.pool', 'await spawn')}`
  const spawn =
    'const spawn = (definition, options) => system.spawn(definition, options).catch((error) => (console.log(error.message), process.exit()))\n'
  const folder = await bundle({ 'math.ts': MATH_TS, 'program.ts': program.replace('  const math', `  ${spawn}  const math`) })
  expect(await run(folder)).toEqual({
    ...RAN,
    stdout:
      `module ${pathToFileURL(join(folder, 'program.mjs')).href} failed to load on thread 1: Error: createSystem(): ` +
      'this module is being loaded by a thread of a system, to find the definitions in it; ' +
      'put the code that makes the system into main(import.meta, async () => { … }), which does not run in such threads\n',
  })
})

it('a bundle in CommonJS is refused where it defines its first service', async () => {
  const folder = await bundle(
    { 'math.ts': MATH_TS, 'program.ts': mainProgramOf('./math.js', { waits: false }) },
    { format: 'cjs', outExtension: { '.js': '.cjs' } },
  )
  const { code, stderr } = await runProgram(join(folder, 'program.cjs'), { cwd: folder })
  expect(stderr).toContain(
    'TypeError: service("math"): first argument is {}, without the URL of a module; ' +
      'give import.meta of an ES module (a bundle must be in ESM format)\n',
  )
  expect(code).toBe(1)
})
