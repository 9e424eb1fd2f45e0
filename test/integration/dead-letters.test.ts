import type { DeadLetter } from 'troupe'
import { expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

it('deadLetters() hears of what another thread drops, with the thread that dropped it', async () => {
  const system = await startSystem({ threads: 2 })
  const letters: DeadLetter[] = []
  await system.spawn(Bench, { host: { thread: 1 } })
  const listening = system.deadLetters((letter) => void letters.push(letter))
  const late = await system.spawn(Bench, { host: { thread: 2 }, name: 'late', mailbox: { capacity: 1 } })
  const busy = late.later(50)
  await eventually(() => system.stats().threads[2]?.delivered === 1, 'it is busy')
  for (let i = 0; i < 4; i++) late.$.tell.see(i)
  await busy
  await eventually(() => letters.length >= 3, 'the letters come')
  expect(letters.map(({ reason, method, thread, target, preview }) => [reason, method, thread, target.name, preview])).toEqual([
    ['mailbox-full', 'see', 2, 'late', '1'],
    ['mailbox-full', 'see', 2, 'late', '2'],
    ['mailbox-full', 'see', 2, 'late', '3'],
  ])
  listening.close()
})
