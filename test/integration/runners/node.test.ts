import { expect, it } from 'vitest'
import { runProgram } from '../support/program.js'
import { makeProject } from '../support/project.js'
import { commonJsProgram, MATH_JS, mainProgramOf, programOf, RAN } from './programs.js'

const run = (files: Readonly<Record<string, string>>, program: string) => {
  const { folder, path } = makeProject(files)
  return runProgram(path(program), { cwd: folder })
}

it.each([
  ['a program', programOf('./math.js')],
  ['a program with main()', mainProgramOf('./math.js')],
])('node runs %s built to JavaScript', async (_, program) => {
  expect(await run({ 'math.js': MATH_JS, 'program.js': program }, 'program.js')).toEqual(RAN)
})

it('node runs a program from another folder than its own', async () => {
  const { path } = makeProject({ 'dist/math.js': MATH_JS, 'dist/program.js': programOf('./math.js') })
  expect(await runProgram(path('dist/program.js'), { cwd: '/' })).toEqual(RAN)
})

it('a program in CommonJS gets the package with import()', async () => {
  const files = {
    'package.json': '{ "type": "commonjs" }',
    'math.mjs': MATH_JS,
    'program.js': commonJsProgram('await import', './math.mjs'),
  }
  expect(await run(files, 'program.js')).toEqual(RAN)
})

it('a program in CommonJS gets the package with require() where Node can require modules', async () => {
  const files = { 'package.json': '{}', 'math.mjs': MATH_JS, 'program.cjs': commonJsProgram('require', './math.mjs') }
  const { code, stdout, stderr } = await run(files, 'program.cjs')
  const requires = (process.features as { readonly require_module?: boolean }).require_module === true
  // Before 22.13 Node warns that this is experimental.
  if (requires) expect({ code, stdout }).toEqual({ code: RAN.code, stdout: RAN.stdout })
  else expect(stderr).toContain('ERR_REQUIRE_ESM')
})
