import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { outcomeOf, recordingLog } from '../actors/evidence.js'

const supervision = { backoff: { minMs: 100, jitter: 0 } } as const
const on = (thread: number) => ({ host: { thread }, supervision })

let cleaning: Promise<unknown> | null = null

/** Is there, and does what it is told to others. */
const setup = (self: { onStop(clean: () => unknown): void }) => {
  const mine = cleaning
  if (mine !== null) self.onStop(() => mine)
  return {
    here: () => true,
    stop: async (other: Remote) => await other.$.stop(),
  }
}
const Post = service(import.meta, 'post', setup)
/** Registered nowhere. */
const Clerk = actor(import.meta, 'clerk', setup)

/** Asks whom it was given as it began. */
const Asker = service(import.meta, 'asker', (_, other: Remote) => ({ ask: async (): Promise<unknown> => await other.here() }))

let trouble: Promise<unknown> | null = null

/** Fails to start in times of trouble, and takes as long to clean up. */
const Frail = service(import.meta, 'frail', (self) => {
  const cleaning = trouble
  if (cleaning === null) return { here: () => true }
  self.onStop(() => cleaning)
  throw new Error('not yet')
})

/** Watches whom it was given as it began. */
const Watcher = service(import.meta, 'watcher', (self, other: Remote) => {
  const reasons: string[] = []
  self.watch(other, ({ reason }) => void reasons.push(reason))
  return { stopIt: async () => await other.$.stop(), told: () => reasons }
})

const start = () => createTestSystem({ seed: 3, threads: 2, log: recordingLog() })

/** Ends a thread for the second time: what was on it waits 100 ms for its next start. */
async function killTwice(t: TestSystem, thread: number): Promise<void> {
  await t.killThread(thread)
  await t.clock.advance(1)
  await t.killThread(thread)
}

async function isThere(t: TestSystem, remote: Remote): Promise<boolean> {
  await t.settled()
  const asked = outcomeOf(remote.$.with({ timeoutMs: 50 }).here())
  await t.clock.advance(60)
  return asked.state === 'resolved'
}

describe('an actor whose thread has ended', () => {
  it.each([Post, Clerk])('is reached through a Remote in the init of others, wherever it lives now', async (definition) => {
    await using t = await start()
    const asked = await t.spawn(definition, on(1))
    const beside = await t.spawn(Asker, { ...on(1), init: asked })
    const elsewhere = await t.spawn(Asker, { ...on(2), init: asked })
    for (const thread of [1, 2, 1]) {
      await t.killThread(thread)
      await t.clock.advance(1000)
      expect([await beside.ask(), await elsewhere.ask()]).toEqual([true, true])
    }
  })

  it('is reached from beside it by who began while it failed to start again', async () => {
    await using t = await start()
    const frail = await t.spawn(Frail, on(1))
    let cleaned: (value?: unknown) => void = () => undefined
    trouble = new Promise((resolve) => {
      cleaned = resolve
    })
    await t.killThread(1)
    await t.clock.advance(1)
    trouble = null
    const asker = await t.spawn(Asker, { ...on(1), init: frail })
    cleaned()
    await t.clock.advance(1000)
    expect(await asker.ask()).toBe(true)
  })

  it('is watched and stopped from where it lives now', async () => {
    await using t = await start()
    const post = await t.spawn(Clerk, on(1))
    const watcher = await t.spawn(Watcher, { ...on(1), init: post })
    await t.killThread(1)
    await t.clock.advance(1000)
    await watcher.stopIt()
    expect([await watcher.told(), await isThere(t, post)]).toEqual([['stopped'], false])
  })

  it.each([Post, Clerk])('is not gone for who begins to watch it while its restart waits', async (definition) => {
    await using t = await start()
    const watched = await t.spawn(definition, on(1))
    const told: string[] = []
    await killTwice(t, 1)
    t.watch(watched, ({ reason }) => void told.push(reason))
    await t.clock.advance(200)
    expect([await isThere(t, watched), told]).toEqual([true, []])
    await watched.$.stop()
    await t.settled()
    expect(told).toEqual(['stopped'])
  })

  it.each([
    ['by who supervises it', 0],
    ['by another', 2],
  ])('does not come back after a stop %s, while its restart waits', async (_, from) => {
    await using t = await start()
    const post = await t.spawn(Clerk, on(1))
    const other = await t.spawn(Post, on(2))
    await killTwice(t, 1)
    await (from === 0 ? post.$.stop() : other.stop(post))
    await t.clock.advance(500)
    expect([await isThere(t, post), t.stats().totals.actors]).toEqual([false, 1])
  })

  it.each([0, 1, 2, 3, 4, 5])('does not come back after a stop that was asked for just before (%i rounds)', async (rounds) => {
    await using t = await start()
    cleaning = new Promise(() => undefined)
    const post = await t.spawn(Post, on(1))
    cleaning = null
    const stopping = outcomeOf(post.$.stop())
    for (let i = 0; i < rounds; i++) await new Promise<void>((resolve) => void setImmediate(resolve))
    await t.killThread(1)
    await t.clock.advance(500)
    expect([stopping.state, await isThere(t, post), t.stats().totals.actors]).toEqual(['resolved', false, 0])
  })

  it.each([1, 2, 3, 4, 5])('does not come back after a stop while it is being started (seed %i)', async (seed) => {
    await using t = await createTestSystem({ seed, threads: 2, log: recordingLog() })
    const post = await t.spawn(Post, on(1))
    const killing = t.killThread(1)
    await new Promise<void>((resolve) => void setImmediate(resolve))
    const stopping = outcomeOf(post.$.stop())
    await killing
    await t.clock.advance(500)
    expect([stopping.state, await isThere(t, post), t.stats().totals.actors]).toEqual(['resolved', false, 0])
  })
})

describe('$.stop()', () => {
  it('$.stop() of an actor of another thread that stops already waits until it has', async () => {
    await using t = await start()
    let cleaned: (value?: unknown) => void = () => undefined
    cleaning = new Promise((resolve) => {
      cleaned = resolve
    })
    const post = await t.spawn(Post, on(1))
    cleaning = null
    const first = outcomeOf(post.$.stop())
    await t.settled()
    const second = outcomeOf(post.$.stop())
    await t.settled()
    expect([first.state, second.state]).toEqual(['pending', 'pending'])
    cleaned()
    await t.settled()
    expect([first.state, second.state]).toEqual(['resolved', 'resolved'])
  })
})
