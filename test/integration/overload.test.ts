import type { Overflow, Remote } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Slow, Source, Stage } from './fixtures/stages.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

const CAPACITY = 16
const PATIENT = { timeoutMs: Number.POSITIVE_INFINITY }

type System = Awaited<ReturnType<typeof startSystem>>
type Takes = Remote<{ put(n: number, from?: string): void }>

function droppedIn(system: System): number {
  return Object.values(system.stats().totals.dropped).reduce((sum, count) => sum + count, 0)
}

async function addsUp(system: System): Promise<void> {
  await eventually(() => {
    const { sent, delivered, mailboxDepth, inFlight } = system.stats().totals
    return inFlight === 0 && mailboxDepth === 0 && sent === delivered + droppedIn(system)
  }, 'all that was sent is delivered or dropped')
}

it.each([
  ['on one thread', [1, 1, 1, 1, 1]],
  ['over three threads', [1, 2, 3, 1, 2]],
])('$.offer goes through a chain of actors %s: a fast source goes as fast as the slow end, and little waits', async (_, threads) => {
  const system = await startSystem({ threads: 3, timeoutMs: 60_000 })
  const options = (i: number) => ({ host: { thread: threads[i] ?? 1 }, mailbox: { capacity: CAPACITY } })
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const slow = await system.spawn(Slow, { ...options(4), init: taken })
  let next = slow as Takes
  for (const i of [3, 2, 1]) next = (await system.spawn(Stage, { ...options(i), name: `stage ${i}`, init: next })) as Takes
  const source = await system.spawn(Source, { ...options(0), init: taken })
  const count = 3000
  const ahead = await source.$.with(PATIENT).offer(next, count)
  await addsUp(system)
  expect((await slow.got()).get('')).toEqual(Array.from({ length: count }, (_unused, n) => n))
  expect(droppedIn(system)).toBe(0)
  // Each of the four that take holds a mailbox full, one that it works on and one that waits to get in.
  expect(ahead).toBeLessThanOrEqual(4 * (CAPACITY + 2))
})

describe.each<Overflow>(['reject', 'drop-newest', 'drop-oldest', 'wait'])('a flood from other threads, with overflow %s,', (overflow) => {
  it('ends, keeps its order, and loses nothing silently', async () => {
    const system = await startSystem({ threads: 3, timeoutMs: 60_000 })
    const taken = new Int32Array(new SharedArrayBuffer(4))
    const slow = await system.spawn(Slow, { host: { thread: 1 }, mailbox: { capacity: CAPACITY, overflow }, init: taken })
    const options = (thread: number) => ({ host: { thread }, name: `source ${thread}`, init: taken })
    const sources = await Promise.all([2, 3].map((thread) => system.spawn(Source, options(thread))))
    const count = 6000
    const refused = await Promise.all(sources.map((source) => source.$.with(PATIENT).flood(slow as Takes, count)))
    await addsUp(system)
    const got = [...(await slow.got()).values()]
    const dropped = droppedIn(system)
    expect(got.flat().length).toBeGreaterThan(0)
    expect(got.flat().length + dropped).toBe(2 * count)
    // Who tells another thread does not know what becomes of it there.
    expect(refused.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(dropped)
    for (const numbers of got) expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })
})
