import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, gate, itemsOf, outcomeOf, recordingLog } from '../actors/evidence.js'

const Tally = service(import.meta, 'tally', (_self, init?: { starts: number }) => {
  let sum = init?.starts ?? 0
  return {
    add(by: number) {
      sum += by
      return sum
    },
    stall: () => gate().passed,
    async *upTo(end: number) {
      for (let i = 1; i <= end; i++) yield i
    },
  }
})

async function start(options: { threads?: number } = {}): Promise<TestSystem> {
  return await createTestSystem({ seed: 1, log: recordingLog(), ...options })
}

/** On thread 0 and on a simulated one. */
const places = [
  { name: 'in thread 0', options: {}, host: { thread: 0 } },
  { name: 'in another thread', options: { threads: 1 }, host: { thread: 1 } },
] as const

describe.each(places)('fault() $name', ({ options, host }) => {
  it('crash() fails the actor outside of any method: it restarts, what ran fails, Remotes go on', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    await tally.add(5)
    const stall = failureOf(tally.stall())
    await t.settled()
    const crashing = t.fault(tally).crash(new Error('boom'))
    expect(await stall).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    await crashing
    expect(await tally.add(1)).toBe(1)
  })

  it('crash() leaves the decision to supervision', async () => {
    await using t = await start(options)
    const heard: unknown[] = []
    t.announcements({ name: 'tally' }, ({ status, reason }) => heard.push([status, reason]))
    const tally = await t.spawn(Tally, { host, supervision: { onFailure: 'stop' } })
    await t.fault(tally).crash()
    expect(heard).toEqual([
      ['available', undefined],
      ['withdrawn', 'crashed'],
    ])
    await expect(t.fault(tally).crash()).rejects.toThrow('does not run; it has stopped, or restarts later (seed 1)')
  })

  it('crash() spends the budget of restarts, with their delays', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host, supervision: { budget: { restarts: 2, withinMs: 60_000 } } })
    await t.fault(tally).crash()
    await t.fault(tally).crash()
    await expect(t.fault(tally).crash()).rejects.toThrow('restarts later')
    await t.clock.advance(1000)
    expect(await tally.add(1)).toBe(1)
    await t.fault(tally).crash()
    expect(await failureOf(tally.add(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  })

  it('drop() loses the next messages, which count as lost on a link; a call ends at its deadline', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).drop(2)
    expect(tally.$.tell.add(1)).toBe('accepted')
    const call = failureOf(tally.add(2))
    await t.settled()
    expect(await tally.add(4)).toBe(4)
    await t.clock.advance(5000)
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    expect(t.stats().totals.dropped['link-lost']).toBe(2)
    expect(t.deadLetters.map(({ reason, kind, method }) => [reason, kind, method])).toEqual([
      ['link-lost', 'tell', 'add'],
      ['link-lost', 'call', 'add'],
    ])
    expectNoSilentLoss(t.stats())
  })

  it('delay() holds the next messages back, and keeps their order with those behind them', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).delay(100, 2)
    const sums = [tally.add(1), tally.add(2), tally.add(4)].map((call) => outcomeOf(call))
    await t.settled()
    expect(sums.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
    expect(t.stats().totals.inFlight).toBe(3)
    await t.clock.advance(99)
    expect(sums[0]?.state).toBe('pending')
    await t.clock.advance(1)
    expect(sums.map(({ value }) => value)).toEqual([1, 3, 7])
    expect(await tally.add(0)).toBe(7)
    expectNoSilentLoss(t.stats())
  })

  it('delay(): what has expired meanwhile is not run', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).delay(1000)
    const call = failureOf(tally.$.with({ timeoutMs: 500 }).add(1))
    await t.clock.advance(1000)
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(await tally.add(0)).toBe(0)
    expectNoSilentLoss(t.stats())
  })

  it('duplicate() delivers the next messages twice; the answer is that of the first', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).duplicate(2)
    expect(await tally.add(1)).toBe(1)
    tally.$.tell.add(10)
    expect(await tally.add(0)).toBe(22)
    expect(await itemsOf(tally.upTo(3))).toEqual([1, 2, 3])
    expectNoSilentLoss(t.stats())
  })

  it('faults of messages outlast a restart and are used up once', async () => {
    await using t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).drop(2)
    tally.$.tell.add(1)
    await t.settled()
    await t.fault(tally).crash()
    tally.$.tell.add(1)
    await t.settled()
    expect(await tally.add(5)).toBe(5)
  })

  it('a system that stops gives up what is delayed', async () => {
    const t = await start(options)
    const tally = await t.spawn(Tally, { host })
    t.fault(tally).delay(10_000, Number.POSITIVE_INFINITY)
    const call = failureOf(tally.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).add(1))
    tally.$.tell.add(1)
    await t.settled()
    await t[Symbol.asyncDispose]()
    expect(await call).toMatchObject({ code: expect.stringMatching(/ERR_SERVICE_WITHDRAWN|ERR_REQUEST_ABORTED/) })
    expectNoSilentLoss(t.stats())
  })
})

describe('fault()', () => {
  it('faults of messages go with an actor to its new thread; what was held in the old one is lost', async () => {
    await using t = await start({ threads: 1 })
    const tally = await t.spawn(Tally, { host: { thread: 1 } })
    t.fault(tally).delay(100)
    tally.$.tell.add(1)
    await t.settled()
    t.fault(tally).drop()
    await t.killThread(1)
    await t.clock.advance(1)
    tally.$.tell.add(2)
    await t.settled()
    expect(await tally.add(4)).toBe(4)
    await t.clock.advance(1000)
    expect(await tally.add(0)).toBe(4)
    expectNoSilentLoss(t.stats())
    t.check()
  })

  it('crash() of a pool fails one of its workers, which the seed draws', async () => {
    await using t = await start({ threads: 2 })
    const starts: number[] = []
    const Working = service(import.meta, 'working', () => {
      starts.push(starts.length)
      return { stall: () => gate().passed, work: () => 'done' }
    })
    const pool = await t.pool(Working, { size: 4, route: 'round-robin' })
    const stalls = Array.from({ length: 4 }, () => outcomeOf(pool.stall()))
    await t.settled()
    await t.fault(pool).crash()
    expect(stalls.filter(({ state }) => state === 'rejected')).toHaveLength(1)
    expect([starts.length, pool.$.size]).toEqual([5, 4])
  })

  it('fault() takes light actors and bindings, and refuses what is no actor', async () => {
    await using t = await start()
    const light = t.spawn(actor(() => ({ add: (by: number) => by })))
    const tally = await t.spawn(Tally)
    t.fault(light).duplicate()
    t.fault(tally.$.binding).drop()
    tally.$.tell.add(1)
    expect([await light.add(1), await tally.add(2)]).toEqual([1, 2])
    expect(() => t.fault('tally' as never)).toThrow('fault(): target is "tally"; give a Remote or a binding of one actor')
    expect(() => t.fault(tally).drop(0)).toThrow('fault().drop(): times is 0; give a whole number of 1 or more, or Infinity')
    expect(() => t.fault(tally).delay(-1)).toThrow('fault().delay(): ms is -1; give virtual milliseconds, 0 or more')
  })
})
