import type { Remote, SubscribeOptions, System } from 'troupe'
import { describe, expect, it } from 'vitest'
import { BLOCKED, Ear, newGate, OPEN, Press, SAID, type Typesetter } from './fixtures/press.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

/** Frames that a link holds. */
const LINK_FRAMES = 65_536
/** What a ring that has grown as far as it may holds besides, of reports with a number. */
const RING_FRAMES = 2 ** 20 / 24
const ROOM = { capacity: 1_000_000 }
/** For what is asked of an actor while its reports wait: they count among its messages. */
const mailbox = ROOM

interface Sums {
  readonly got: number
  readonly missed: number
  readonly wrong: number
  readonly first: number
  readonly last: number
}

/** Blocks the thread of an ear; returns how to let it go. */
async function block(ear: Remote<typeof Ear>): Promise<() => Promise<void>> {
  const gate = newGate()
  const blocked = ear.block(gate)
  await eventually(() => Atomics.load(gate, BLOCKED) === 1, 'the thread is blocked')
  return async () => {
    Atomics.store(gate, OPEN, 1)
    Atomics.notify(gate, OPEN)
    await blocked
  }
}

/** A press on thread 1; subscribers, and who blocks them, on thread 2. */
async function scene(): Promise<{ system: System; press: Remote<typeof Press>; ear: Remote<typeof Ear>; blocker: Remote<typeof Ear> }> {
  const system = await startSystem({ timeoutMs: 28_000 })
  const press = await system.spawn(Press, { host: { thread: 1 } })
  const [ear, blocker] = [
    await system.spawn(Ear, { mailbox, host: { thread: 2 } }),
    await system.spawn(Ear, { host: { thread: 2 }, name: 'blocker' }),
  ]
  return { system, press, ear, blocker }
}

/** What an ear has added up, once it has heard the number `last`. */
async function sumsUpTo(ear: Remote<typeof Ear>, last: readonly number[]): Promise<Sums[]> {
  await eventually(async () => ((await ear.heard()) as Sums[]).every((sums, i) => sums.last === last[i]), 'the last is heard')
  return (await ear.heard()) as Sums[]
}

function messagesLeft(system: System): number {
  const { sent, delivered, mailboxDepth, dropped } = system.stats().totals
  return sent - delivered - mailboxDepth - Object.values(dropped).reduce((sum, one) => sum + one, 0)
}

describe('a subscriber whose thread is blocked while more is published than the link holds', () => {
  it('holds up nobody, misses exactly what found no room, and knows where', async () => {
    const { system, press, ear, blocker } = await scene()
    await ear.count('n.*', 1, ROOM)
    await ear.count('n.even', 2, ROOM)
    await ear.count('n.even', 2, ROOM)
    const letGo = await block(blocker)
    const count = 2 * LINK_FRAMES
    // Resolves, while the thread is blocked: nobody waits for it.
    await press.publishAll('n', count)
    await letGo()
    await eventually(async () => ((await ear.heard()) as Sums[]).every(({ got }) => got > 0), 'the first have come')
    // What is published from now on comes after the gap, and says how large it was.
    const next = count + 1000
    await eventually(async () => (await ear.dropped()).every((dropped) => dropped > 0), 'what was missed is known')
    await press.publishAll('n', 1000, count)
    const [all, even, alsoEven] = (await sumsUpTo(ear, [next - 1, next - 2, next - 2])) as [Sums, Sums, Sums]
    for (const [sums, published] of [
      [all, next],
      [even, next / 2],
      [alsoEven, next / 2],
    ] as const) {
      expect(sums).toMatchObject({ wrong: 0, first: 0, got: published - sums.missed })
    }
    expect(all.missed).toBeGreaterThan(count - LINK_FRAMES - RING_FRAMES)
    expect(all.missed).toBeLessThan(count)
    expect(await ear.dropped()).toEqual([all.missed, even.missed, alsoEven.missed])
    await eventually(() => messagesLeft(system) === 0, 'the books add up')
    expect(system.stats().totals.dropped['link-full']).toBe(all.missed + even.missed + alsoEven.missed)
  })

  it('has its own buffer too: what that sheds and what found no room add up', async () => {
    const { press, ear, blocker } = await scene()
    await ear.count('n.*', 1, { capacity: 100 })
    const letGo = await block(blocker)
    const count = LINK_FRAMES + 20_000
    await press.publishAll('n', count)
    await letGo()
    await eventually(async () => (await ear.dropped()).every((dropped) => dropped >= count - LINK_FRAMES), 'what was missed is known')
    await press.publishAll('n', 10, count)
    const [sums] = (await sumsUpTo(ear, [count + 9])) as [Sums]
    expect(sums).toMatchObject({ wrong: 0, got: count + 10 - sums.missed })
    expect(await ear.dropped()).toEqual([sums.missed])
  })

  it('is blocked again and again while publishing goes on: every gap is as large as it is said to be', async () => {
    const { press, ear, blocker } = await scene()
    await ear.count('n.*', 1, ROOM)
    let published = 0
    for (let round = 0; round < 3; round++) {
      const letGo = await block(blocker)
      await press.publishAll('n', LINK_FRAMES + 10_000, published)
      published += LINK_FRAMES + 10_000
      const goingOn = press.publishAll('n', 20_000, published)
      published += 20_000
      await letGo()
      await goingOn
    }
    await eventually(async () => {
      await press.publishAll('n', 1, published++)
      return ((await ear.heard()) as Sums[])[0]?.last === published - 1
    }, 'the last is heard')
    const [sums] = (await ear.heard()) as [Sums]
    expect(sums).toMatchObject({ wrong: 0, got: published - sums.missed })
    expect(sums.missed).toBeGreaterThan(0)
  })

  it("with overflow 'close' it ends: it has missed something", async () => {
    const { press, ear, blocker } = await scene()
    const options: SubscribeOptions = { ...ROOM, overflow: 'close' }
    await ear.count('n.*', 1, options)
    const letGo = await block(blocker)
    await press.publishAll('n', 2 * LINK_FRAMES)
    await letGo()
    await eventually(async () => (await press.changes()).some((change) => change.startsWith('withdrawn')), 'it has ended')
    expect((await ear.dropped())[0]).toBeGreaterThan(0)
  })

  it('costs its publisher no more memory than the link holds bytes', async () => {
    const { system, press, ear, blocker } = await scene()
    await ear.listen('press', 'large', ROOM)
    const letGo = await block(blocker)
    await press.publishLarge(200, 2 ** 20)
    await letGo()
    await eventually(async () => (await ear.dropped())[0] !== 0, 'what was missed is known')
    const [dropped] = (await ear.dropped()) as [number]
    // 64 MiB are on their way at most, and the one that goes beyond.
    expect(dropped).toBeGreaterThanOrEqual(200 - 65)
    await eventually(async () => (await ear.heard()).length === 200 - dropped, 'the others come')
    await eventually(() => messagesLeft(system) === 0, 'the books add up')
  })
})

describe('a thread that is blocked', () => {
  it('holds up no other subscriber', async () => {
    const { system, press, ear, blocker } = await scene()
    const fast = await system.spawn(Ear, { mailbox, host: { thread: 0 }, name: 'fast' })
    await ear.count('n.*', 1)
    await fast.count('n.*', 1, ROOM)
    const letGo = await block(blocker)
    await press.publishAll('n', 2 * LINK_FRAMES)
    await press.publishAll('n', 1000, 2 * LINK_FRAMES)
    const [sums] = (await sumsUpTo(fast, [2 * LINK_FRAMES + 999])) as [Sums]
    // Thread 0 may have been behind as well, and knows it.
    expect(sums).toMatchObject({ wrong: 0, got: 2 * LINK_FRAMES + 1000 - sums.missed })
    await letGo()
  })

  it('that ends while it is blocked leaves nothing behind at its publishers', async () => {
    const { system, press } = await scene()
    const ear = await system.spawn(Ear, { host: { thread: 2 }, name: 'mortal', supervision: { onFailure: 'stop' } })
    await ear.count('n.*', 1)
    const dying = await system.spawn(Press, { host: { thread: 2 }, name: 'dying' })
    const letGo = await block(ear)
    await press.publishAll('n', 2 * LINK_FRAMES)
    const gone = new Promise((resolve) => void system.watch(ear, resolve))
    const exit = dying.publishAndExit('n', 1)
    await letGo()
    await Promise.allSettled([exit, gone])
    await eventually(async () => (await press.changes()).some((change) => change === 'withdrawn n.* mortal'), 'it is withdrawn')
    const next = await system.spawn(Ear, { host: { thread: 2 }, name: 'next' })
    await next.count('n.*', 1)
    await press.publishAll('n', 1000)
    expect(await sumsUpTo(next, [999])).toMatchObject([{ got: 1000, missed: 0, wrong: 0 }])
  })

  it('and hosts a pool holds up no worker elsewhere: of each subject the newest waits, and those before it are missed', async () => {
    const { system, ear, blocker } = await scene()
    const far = await system.spawn(Ear, { mailbox, host: { thread: 0 }, name: 'far' })
    const pool = (await ear.pool(1)) as Remote<typeof Typesetter>
    for (const one of [ear, far]) await one.count('set', 1, ROOM, 'typesetter')
    const gate = newGate()
    const count = 2 * LINK_FRAMES
    const setting = pool.setAllMeanwhile(gate, count)
    await eventually(() => Atomics.load(gate, SAID) === 1, 'the worker is about to publish')
    const blocked = blocker.block(gate)
    await eventually(() => Atomics.load(gate, SAID) === 2, 'the worker has gone on')
    Atomics.store(gate, OPEN, 1)
    Atomics.notify(gate, OPEN)
    await Promise.all([blocked, setting])
    for (const one of [ear, far]) {
      await eventually(async () => {
        const [[sums], [dropped]] = [(await one.heard()) as [Sums], (await one.dropped()) as [number]]
        return sums.got + dropped === count
      }, 'all is heard or known to be missed')
    }
    await pool.set(count)
    for (const one of [ear, far]) {
      const [sums] = (await sumsUpTo(one, [count])) as [Sums]
      expect(sums).toMatchObject({ wrong: 0, first: 0, got: count + 1 - sums.missed })
      expect(sums.missed).toBeGreaterThan(count - LINK_FRAMES - RING_FRAMES)
      expect(await one.dropped()).toEqual([sums.missed])
    }
  })
})
