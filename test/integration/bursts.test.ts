import { expect, it } from 'vitest'
import { Burst } from './fixtures/burst.js'
import { Circle } from './fixtures/circle.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

it('a tell to another thread is not held back by the computing behind it in its turn', async () => {
  const system = await startSystem()
  const [one, two] = [await system.spawn(Burst, { host: { thread: 1 } }), await system.spawn(Burst, { host: { thread: 2 }, name: 'two' })]
  const gate = new Int32Array(new SharedArrayBuffer(4))
  expect(await one.$.with({ timeoutMs: 60_000 }).tellAndCompute(two, gate, 50)).toBe(50)
})

it('threads that all fill the ways to all others at once do not stand still, and lose nothing silently', async () => {
  const system = await startSystem({ threads: 3 })
  const actors = await Promise.all(
    [0, 1, 2, 3].map((thread) => system.spawn(Burst, { host: { thread }, name: `burst/${thread}`, mailbox: { capacity: 1_000_000 } })),
  )
  const passes = actors.map((actor, i) =>
    actor.$.with({ timeoutMs: 120_000 }).pass(
      actors.filter((_, other) => other !== i),
      20_000,
    ),
  )
  expect(await Promise.all(passes)).toEqual([20_000, 20_000, 20_000, 20_000])
  const left = (): number => {
    const { sent, delivered, dropped, mailboxDepth } = system.stats().totals
    return sent - delivered - mailboxDepth - Object.values(dropped).reduce((sum, one) => sum + one, 0)
  }
  await eventually(() => left() === 0 && system.stats().totals.mailboxDepth === 0, 'all has been taken in')
  expect(system.stats().links.every(({ sent, received, lost }) => sent === received + lost)).toBe(true)
})

it('threads in a circle that all fill the way to the next at once do not stand still: every call that goes round is answered', async () => {
  const system = await startSystem({ threads: 3, timeoutMs: 60_000 })
  const [tells, calls] = [5_000_000, 500]
  const circle = await Promise.all(
    [1, 2, 3].map((thread) => system.spawn(Circle, { mailbox: { capacity: 1_000_000 }, host: { thread }, name: `circle/${thread}` })),
  )
  await Promise.all(circle.map((one, i) => one.join(circle[(i + 1) % circle.length] as (typeof circle)[number])))
  const ends = await Promise.all(circle.map((one) => one.flood(tells, calls)))
  expect(ends).toEqual(circle.map(() => ({ isFull: true, carried: 3 * calls })))
})
