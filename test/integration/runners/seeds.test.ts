import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from '../support/program.js'
import { makeProject } from '../support/project.js'

const VITEST_COMMAND = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

const TESTS = `import { actor } from 'troupe'
import { createTestSystem } from 'troupe/testing'
import { expect, it } from 'vitest'
it('passes', async () => {
  await using t = await createTestSystem()
})
it('fails', async () => {
  await using t = await createTestSystem()
  const order: string[] = []
  const Racer = actor((_self, init: { name: string }) => ({ run: () => void order.push(init.name) }))
  const racers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => t.spawn(Racer, { init: { name } }))
  for (const racer of racers) racer.$.tell.run()
  await t.settled()
  expect(order.join('')).toBe('in some order')
})
it('fails with a seed of its own', async () => {
  await using t = await createTestSystem({ seed: 5 })
  expect(t.seed).toBe(6)
})
`

const NOTICE = /\[troupe\] the test that failed had a test system \(seed (\d+); TROUPE_SEED=\1 runs it alone\)/g

async function fail(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly seeds: readonly string[]; readonly order: string | undefined }> {
  const { folder } = makeProject({ 'race.test.ts': TESTS }, ['vitest'])
  const { code, stdout, stderr } = await runProgram(VITEST_COMMAND, { cwd: folder, args: ['run'], env })
  const printed = `${stdout}${stderr}`
  expect([code, printed.includes('2 failed')]).toEqual([1, true])
  return { seeds: [...printed.matchAll(NOTICE)].map((match) => match[1] as string), order: /expected '([a-f]{6})'/.exec(printed)?.[1] }
}

it('Vitest prints the drawn seed of a test that fails, which TROUPE_SEED replays', async () => {
  const first = await fail({})
  expect([first.seeds.length, first.order]).toEqual([1, expect.stringMatching(/^[a-f]{6}$/)])
  const again = await fail({ TROUPE_SEED: first.seeds[0] as string })
  expect(again).toEqual({ seeds: [], order: first.order })
})
