import { expect, it } from 'vitest'
import { runProgram } from './support/program.js'

/** One promise with its reaction, kept for each spawn and each stop, would be 1000 bytes. */
const LIMIT_BYTES = 600

it('actors that come and go on another thread leave nothing behind', async () => {
  const folder = new URL('./fixtures/', import.meta.url)
  const options = { cwd: folder.pathname, nodeArgs: ['--expose-gc'] }
  const { code, stdout, stderr } = await runProgram(new URL('grows.js', folder).pathname, options)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^-?\d+\n$/)
  expect(Number(stdout)).toBeLessThan(LIMIT_BYTES)
})
