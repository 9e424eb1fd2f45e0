import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { RemoteOf } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, recordingLog } from './evidence.js'

const CAPACITY = 4
const MESSAGES = 500
const STAGES = 3

interface Takes {
  put(n: number): void | Promise<void>
}

/** Answers a millisecond later. */
const Sleeper = service(import.meta, 'sleeper', (self) => ({
  sleep(): Promise<void> {
    const answer = self.request.defer()
    self.after(1, () => answer.resolve(undefined))
    return answer as unknown as Promise<void>
  },
}))

/** Hands on what it gets, as soon as there is room for it. */
const Stage = service(import.meta, 'stage', (_self, next: RemoteOf<Takes>) => ({
  put: (n: number) => next.$.offer.put(n),
}))

/** What has come through so far; simulated threads share it. */
let got: number[] = []

const Slow = service(import.meta, 'slow', (self) => ({
  async put(n: number) {
    await (await self.lookup(Sleeper)).sleep()
    got.push(n)
  },
}))

/** Produces as fast as it can; tells how far it was ahead of the end at most. */
const Source = service(import.meta, 'source', () => ({
  async produce(first: RemoteOf<Takes>): Promise<number> {
    let ahead = 0
    for (let n = 0; n < MESSAGES; n++) {
      await first.$.offer.put(n)
      ahead = Math.max(ahead, n + 1 - got.length)
    }
    return ahead
  },
}))

describe('$.offer through a chain of actors', () => {
  it.each([
    ['on one thread', [0, 0, 0, 0, 0]],
    ['on a thread each', [1, 2, 3, 4, 5]],
    ['to and fro between two threads', [1, 2, 1, 2, 1]],
  ])('%s lets a fast source go as fast as the slow end: nothing is lost, in order, and little waits', async (_, threads) => {
    await using t = await createTestSystem({ seed: 13, threads: 5, log: recordingLog() })
    got = []
    const options = (i: number) => ({ host: { thread: threads[i] ?? 0 }, mailbox: { capacity: CAPACITY } })
    await t.spawn(Sleeper)
    let next: RemoteOf<Takes> = await t.spawn(Slow, options(STAGES + 1))
    for (let i = STAGES; i >= 1; i--) next = await t.spawn(Stage, { ...options(i), name: `stage ${i}`, init: next })
    const source = await t.spawn(Source, options(0))
    const producing = source.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).produce(next)
    await t.clock.advance(MESSAGES * 2)
    expect(got).toEqual(Array.from({ length: MESSAGES }, (_unused, n) => n))
    // Each stage, and the end, holds a mailbox full, one that it works on and one that waits to get in.
    expect(await producing).toBeLessThanOrEqual((STAGES + 1) * (CAPACITY + 2))
    expect(Object.values(t.stats().totals.dropped).every((count) => count === 0)).toBe(true)
    expectNoSilentLoss(t.stats())
  })
})
