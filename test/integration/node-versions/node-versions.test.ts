import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { commonJsProgram, MATH_JS, MATH_TS, mainProgramOf, programOf, RAN, typedProgramOf, usingProgramOf } from '../runners/programs.js'
import { type Outcome, runProgram, TSX_COMMAND } from '../support/program.js'
import { makeFolder, makeProject } from '../support/project.js'

/** Where .ci/run has installed the versions. */
const NODES = process.env['TROUPE_NODES'] ?? ''
const VERSIONS = [22, 24, 26]

type Files = Readonly<Record<string, string>>

interface RunOptions {
  readonly packages?: readonly string[]
  readonly nodeArgs?: readonly string[]
}

function nodeOf(version: number): string {
  const node = join(NODES, `node-${version}/node_modules/node/bin/node`)
  if (existsSync(node)) return node
  throw new Error(`cannot test with Node ${version}: there is no ${node}; .ci/run installs it, or set TROUPE_NODES to where it is`)
}

/** Runs the program among `files` with that Node. */
function run(version: number, files: Files, { packages = [], nodeArgs = [] }: RunOptions = {}): Promise<Outcome> {
  const { folder, path } = makeProject(files, packages)
  const program = Object.keys(files).find((file) => file.startsWith('program.')) ?? ''
  return runProgram(path(program), { cwd: folder, node: nodeOf(version), nodeArgs })
}

describe.each(VERSIONS)('Node %i', (version) => {
  it('is of that version', async () => {
    const { stdout } = await run(version, { 'program.js': 'console.log(process.versions.node)\n' })
    expect(Number.parseInt(stdout, 10)).toBe(version)
  })

  it('runs a program built to JavaScript', async () => {
    expect(await run(version, { 'math.js': MATH_JS, 'program.js': programOf('./math.js') })).toEqual(RAN)
  })

  it('runs a program and its service in TypeScript with its own type stripping', async () => {
    expect(await run(version, { 'math.ts': MATH_TS, 'program.ts': typedProgramOf('./math.ts') })).toEqual(RAN)
    expect(await run(version, { 'math.mts': MATH_TS, 'program.js': programOf('./math.mts') })).toEqual(RAN)
  })

  it('says of TypeScript that it cannot strip why not', async () => {
    const enums = `enum Kind { One }\n${MATH_TS}`
    const program = `import { createSystem, service } from 'troupe'
const system = await createSystem({ threads: 1 })
for (const module of ['./enums.ts', './math.tsx']) {
  const definition = service({ url: new URL(module, import.meta.url).href }, 'math', () => ({}))
  console.log(await system.spawn(definition).catch((error) => error.message))
}
`
    const { folder, path } = makeProject({ 'enums.ts': enums, 'math.tsx': MATH_TS, 'program.js': program })
    const { code, stdout } = await runProgram(path('program.js'), { cwd: folder, node: nodeOf(version) })
    const [enumUrl, tsxUrl] = [pathToFileURL(path('enums.ts')).href, pathToFileURL(path('math.tsx')).href]
    expect(stdout.trimEnd().split('\n')).toEqual([
      `module ${enumUrl} failed to load on thread 1: SyntaxError: TypeScript enum is not supported in strip-only mode ` +
        `(${enumUrl}:1); tsx can load it (npm install --save-dev tsx)`,
      `${tsxUrl} is TypeScript and other threads cannot load it; install tsx (npm install --save-dev tsx), or build it to JavaScript`,
    ])
    expect(code).toBe(0)
  })

  it('runs a program in CommonJS that requires the package', async () => {
    expect(await run(version, { 'math.mjs': MATH_JS, 'program.cjs': commonJsProgram('require', './math.mjs') })).toEqual(RAN)
  })

  it.each([
    ['tsx', [TSX_COMMAND]],
    ['node --import tsx', ['--import', 'tsx']],
  ])('runs a program with %s, with and without "type": "module"', async (_, nodeArgs) => {
    const options = { packages: ['tsx'], nodeArgs }
    expect(await run(version, { 'math.ts': MATH_TS, 'program.ts': typedProgramOf('./math.js') }, options)).toEqual(RAN)
    const program = mainProgramOf('./math', { waits: false })
    expect(await run(version, { 'package.json': '{}', 'math.ts': MATH_TS, 'program.ts': program }, options)).toEqual(RAN)
  })

  it('runs a minified bundle where nothing is installed', async () => {
    const { path } = makeProject({ 'math.ts': MATH_TS, 'program.ts': mainProgramOf('./math.js') })
    const outfile = join(makeFolder(), 'program.mjs')
    await build({ entryPoints: [path('program.ts')], outfile, bundle: true, minify: true, platform: 'node', format: 'esm' })
    expect(await runProgram(outfile, { node: nodeOf(version) })).toEqual(RAN)
  })
})

it.each(VERSIONS.filter((version) => version >= 24))('Node %i runs a program in JavaScript with await using', async (version) => {
  expect(await run(version, { 'math.js': MATH_JS, 'program.js': usingProgramOf('./math.js') })).toEqual(RAN)
})
