import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, type Gate, gate, outcomeOf, recordingLog } from './evidence.js'

const quiet = () => createTestSystem({ seed: 1, log: recordingLog() })
const JobApi = contract('job', {
  methods: { work: method(z.string(), z.string()), who: method(z.any().optional(), z.string()), fail: method() },
})

let doors: Gate[] = []
let started: string[] = []
const Job = service(import.meta, JobApi, (self) => ({
  async work(name) {
    started.push(name)
    const door = gate()
    doors.push(door)
    await door.passed
    return name
  },
  who: () => self.id,
  fail: () => {
    self.stop()
    throw new Error('job failed')
  },
}))

async function jobs(options: object = {}) {
  doors = []
  started = []
  const t = await quiet()
  const pool = await t.pool(Job, { size: 2, ...options })
  return { t, pool, [Symbol.asyncDispose]: () => t.stop() }
}

describe('pool()', () => {
  it('pool() is one service under one name; its workers are found by nobody', async () => {
    await using p = await jobs()
    const found = p.t.tryLookup(JobApi)
    expect(found?.$.binding).toEqual(p.pool.$.binding)
    expect(p.pool.$.size).toBe(2)
    expect(p.t.stats().totals.actors).toBe(3)
    expect(await found?.who()).not.toBe(p.pool.$.binding.id)
    await p.pool.$.stop()
    expect([p.t.tryLookup(JobApi), p.t.stats().totals.actors]).toEqual([undefined, 0])
  })

  it('pool() of idle takes a worker for busy until its turn has ended, though the call has before', async () => {
    await using p = await jobs()
    const late = failureOf(p.pool.$.with({ timeoutMs: 20 }).work('late'))
    await p.t.clock.advance(25)
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    const quick = [p.pool.who(), p.pool.who(), p.pool.who()]
    await p.t.settled()
    expect(new Set(await Promise.all(quick)).size).toBe(1)
    doors[0]?.open()
    await p.t.settled()
    const both = [p.pool.work('a'), p.pool.work('b')]
    await p.t.settled()
    expect(started).toEqual(['late', 'a', 'b'])
    for (const door of doors) door.open()
    expect(await Promise.all(both)).toEqual(['a', 'b'])
  })

  it('pool() gives every worker the init of the moment it was made, whatever becomes of the original', async () => {
    await using t = await quiet()
    const Told = service(import.meta, 'told', (_self, init: { word: string }) => ({ word: () => init.word }))
    const init = { word: 'first' }
    const pool = await t.pool(Told, { size: 1, init })
    init.word = 'changed'
    await pool.$.resize(3)
    const words = await pool.$.all.word()
    expect(words.map((one) => one.status === 'fulfilled' && one.value)).toEqual(['first', 'first', 'first'])
  })

  it('pool() of idle lets jobs wait in the pool for a free worker', async () => {
    await using p = await jobs()
    const calls = ['a', 'b', 'c', 'd'].map((name) => p.pool.work(name))
    await p.t.settled()
    expect([started.toSorted(), p.t.stats().totals.mailboxDepth]).toEqual([['a', 'b'], 2])
    doors[1]?.open()
    await p.t.settled()
    expect(started.slice(2)).toEqual(['c'])
    doors[0]?.open()
    doors[2]?.open()
    await p.t.settled()
    doors[3]?.open()
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c', 'd'])
    expectNoSilentLoss(p.t.stats())
  })

  it.each(['idle', 'round-robin'] as const)('a job that expires before a worker of a %s pool has it is never run', async (route) => {
    await using p = await jobs({ route, size: 1 })
    const first = p.pool.$.with({ timeoutMs: 1000 }).work('a')
    const second = outcomeOf(p.pool.$.with({ timeoutMs: 100 }).work('b'))
    const controller = new AbortController()
    const third = outcomeOf(p.pool.$.with({ signal: controller.signal }).work('c'))
    await p.t.clock.advance(100)
    controller.abort()
    await p.t.settled()
    expect(second).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' } })
    expect(third).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_ABORTED', delivered: 'no' } })
    doors[0]?.open()
    expect(await first).toBe('a')
    await p.t.settled()
    expect(started).toEqual(['a'])
    expectNoSilentLoss(p.t.stats())
  })

  it('a job that expires while a worker runs it says maybe, and its worker is free when it has ended', async () => {
    await using p = await jobs({ size: 1 })
    const first = outcomeOf(p.pool.$.with({ timeoutMs: 100 }).work('a'))
    await p.t.clock.advance(100)
    expect(first).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' } })
    const second = p.pool.work('b')
    await p.t.settled()
    doors[0]?.open()
    await p.t.settled()
    doors[1]?.open()
    expect(await second).toBe('b')
  })

  it('a worker that restarts while it runs what has expired is free again', async () => {
    await using t = await quiet()
    let life = 0
    const Worker = service(import.meta, 'worker', (self) => {
      const mine = ++life
      if (mine === 1)
        self.spawn(
          actor((child) => void child.after(50, () => Promise.reject(new Error('x')))),
          { supervision: { onFailure: 'escalate' } },
        )
      return { work: () => (mine === 1 ? new Promise<number>(() => undefined) : mine) }
    })
    const pool = await t.pool(Worker, { size: 1 })
    const expired = outcomeOf(pool.$.with({ timeoutMs: 10 }).work())
    const next = outcomeOf(pool.work())
    await t.clock.advance(49)
    expect([expired.state, next.state]).toEqual(['rejected', 'pending'])
    await t.clock.advance(1)
    expect(next).toEqual({ state: 'resolved', value: 2 })
    expectNoSilentLoss(t.stats())
  })

  it('pool() of round-robin goes round, of a hash keeps to the key', async () => {
    await using robin = await jobs({ route: 'round-robin', size: 3 })
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push(await robin.pool.who())
    expect(new Set(ids.slice(0, 3)).size).toBe(3)
    expect(ids.slice(3)).toEqual(ids.slice(0, 3))
    await using hashed = await jobs({ route: { hash: (_: string, args: unknown[]) => String(args[0]) }, size: 3 })
    expect(await hashed.pool.who('k')).toBe(await hashed.pool.who('k'))
    const all = await Promise.all(Array.from({ length: 30 }, (_, i) => hashed.pool.who(`${i}`)))
    expect(new Set(all).size).toBe(3)
  })

  it('a hash that throws fails the call, and the pool goes on', async () => {
    await using p = await jobs({
      route: {
        hash: (_: string, args: unknown[]) => {
          if (args[0] === 'bad') throw new Error('in the hash')
          return 'k'
        },
      },
    })
    expect(await failureOf(p.pool.who('bad'))).toMatchObject({ code: 'ERR_APPLICATION', message: 'in the hash' })
    p.pool.$.tell.who('bad')
    expect(await p.pool.who('good')).toBeTypeOf('string')
    expectNoSilentLoss(p.t.stats())
  })

  it('$.all asks every worker', async () => {
    await using p = await jobs({ size: 3 })
    const answers = await p.pool.$.all.who()
    expect(new Set(answers.map((one) => (one.status === 'fulfilled' ? one.value : undefined))).size).toBe(3)
    const failures = await p.pool.$.all.fail()
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  })

  it('$.resize() adds workers that take what waits, and stops the last ones once they are idle', async () => {
    await using p = await jobs({ size: 1 })
    const calls = ['a', 'b', 'c'].map((name) => p.pool.work(name))
    await p.t.settled()
    await p.pool.$.resize(3)
    await p.t.settled()
    expect([started, p.pool.$.size, p.t.stats().totals.actors]).toEqual([['a', 'b', 'c'], 3, 4])
    const shrinking = outcomeOf(p.pool.$.resize(1))
    await p.t.settled()
    expect(shrinking.state).toBe('pending')
    for (const door of doors) door.open()
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c'])
    await p.t.settled()
    expect([shrinking.state, p.t.stats().totals.actors]).toEqual(['resolved', 2])
    await expect(p.pool.$.resize(0)).rejects.toThrow('resize(): size is 0; give 1 to 1000')
  })

  it('a worker that dies is replaced, and a pool that loses too many stops', async () => {
    await using p = await jobs({ supervision: { budget: { restarts: 2, withinMs: 60_000 }, backoff: { minMs: 100, jitter: 0 } } })
    for (const delay of [0, 100]) {
      expect(await failureOf(p.pool.fail())).toMatchObject({ code: 'ERR_APPLICATION', message: 'job failed' })
      await p.t.clock.advance(Math.max(1, delay))
      expect([delay, p.t.stats().totals.actors]).toEqual([delay, 3])
    }
    await failureOf(p.pool.fail())
    await p.t.settled()
    expect(await failureOf(p.pool.who())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(p.t.stats().totals.actors).toBe(0)
    expectNoSilentLoss(p.t.stats())
  })

  it('a worker on the thread of its pool that escalates is replaced; the pool itself never starts again', async () => {
    await using t = await quiet()
    let setups = 0
    const Frail = service(import.meta, 'frail', (self) => {
      setups++
      return { who: () => self.id, crash: () => void self.after(0, () => Promise.reject(new Error('crash'))) }
    })
    const pool = await t.pool(Frail, { size: 2, host: 'inline', supervision: { onFailure: 'escalate' } })
    const before = await pool.who()
    await pool.crash()
    await t.clock.advance(1000)
    expect(setups).toBe(3)
    const workers = await pool.$.all.who()
    expect(workers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(workers).not.toContainEqual({ status: 'fulfilled', value: before })
    expect(t.tryLookup(Frail)?.$.binding.id).toBe(pool.$.binding.id)
  })

  it('a pool is not overdue when a worker is: the worker restarts and takes the next job', async () => {
    await using p = await jobs({ size: 1, supervision: { overdueMs: 100 } })
    const late = failureOf(p.pool.$.with({ timeoutMs: 20 }).work('late'))
    const next = outcomeOf(p.pool.who())
    await p.t.clock.advance(200)
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    expect(next.state).toBe('resolved')
    expect(p.t.tryLookup(JobApi)?.$.binding.id).toBe(p.pool.$.binding.id)
  })

  it('$.stop({ drainMs }) of a pool finishes what its workers have and what waits', async () => {
    await using p = await jobs({ size: 1 })
    const calls = ['a', 'b'].map((name) => p.pool.work(name))
    await p.t.settled()
    const stopping = outcomeOf(p.pool.$.stop({ drainMs: 1000 }))
    doors[0]?.open()
    await p.t.settled()
    doors[1]?.open()
    expect(await Promise.all(calls)).toEqual(['a', 'b'])
    await p.t.settled()
    expect([stopping.state, p.t.stats().totals.actors]).toEqual(['resolved', 0])
    expectNoSilentLoss(p.t.stats())
  })

  it('$.stop() of a pool answers what its workers have and what waits', async () => {
    await using p = await jobs({ size: 1 })
    const calls = ['a', 'b'].map((name) => outcomeOf(p.pool.work(name)))
    await p.t.settled()
    await p.pool.$.stop()
    expect(calls.map(({ value }) => value)).toMatchObject([
      { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' },
      { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' },
    ])
    expectNoSilentLoss(p.t.stats())
  })

  it('a pool replaces its workers though the signal that could have given it up has been aborted since', async () => {
    const controller = new AbortController()
    await using p = await jobs({ signal: controller.signal })
    controller.abort()
    await expect(p.pool.fail()).rejects.toThrow('job failed')
    await p.t.clock.advance(1000)
    expect([p.pool.$.size, p.t.stats().totals.actors]).toEqual([2, 3])
  })

  it.each(['here', 'on another thread'])('a pool whose worker %s forwards a message goes on: that worker is free', async (where) => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog(), threads: where === 'here' ? 0 : 1 })
    const silent = t.spawn(actor(() => ({ pass: () => new Promise<void>(() => undefined) })))
    const Passing = service(import.meta, 'passing', (self, init: { to: Remote }) => ({
      pass: () => self.request.forward(init.to),
      answer: () => 'free',
    }))
    const pool = await t.pool(Passing, { size: 1, init: { to: silent } })
    expect(pool.$.tell.pass()).toBe('accepted')
    const waits = outcomeOf(pool.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).pass())
    await t.settled()
    expect(await pool.answer()).toBe('free')
    await silent.$.stop()
    await t.settled()
    expect(waits).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' } })
  })

  it('a pool whose workers do not start rejects, and nothing is left', async () => {
    await using t = await quiet()
    let count = 0
    const Failing = service(import.meta, 'failing', () => {
      if (++count === 2) throw new Error('no second worker')
    })
    await expect(t.pool(Failing, { size: 3 })).rejects.toThrow('no second worker')
    expect([t.tryLookup(Failing), t.stats().totals.actors]).toEqual([undefined, 0])
    await expect(t.pool(actor(() => ({})) as never, { size: 1 })).rejects.toThrow('a light actor cannot leave its thread')
  })

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'a pool whose maker stops as its workers start is gone, and nobody sees it (after %i ticks)',
    async (ticks) => {
      await using t = await quiet()
      const door = gate()
      const Slow = service(import.meta, 'slow', () => door.passed)
      const made: ReturnType<typeof outcomeOf>[] = []
      const Maker = actor((self) => ({ make: () => void made.push(outcomeOf(self.pool(Slow, { size: 1 }))) }))
      const maker = t.spawn(Maker)
      await maker.make()
      await t.settled()
      door.open()
      for (let i = 0; i < ticks; i++) await Promise.resolve()
      await maker.$.stop()
      await t.settled()
      expect([t.tryLookup(Slow), t.lookupAll({}), t.stats().totals.actors]).toEqual([undefined, [], 0])
      expect(made.map(({ state }) => state)).not.toContain('pending')
    },
  )

  it('a pool of an actor ends with it, and each worker gets its own copy of init', async () => {
    await using t = await quiet()
    const inits: unknown[] = []
    const Worker = actor(import.meta, 'worker', (_self, init: { n: number }) => {
      inits.push(init.n++)
      return { n: () => init.n }
    })
    const Parent = service(import.meta, 'parent', (self) => ({
      go: async () => {
        const pool = await self.pool(Worker, { size: 2, init: { n: 7 } })
        return await pool.n()
      },
    }))
    const parent = await t.spawn(Parent)
    expect([await parent.go(), inits, t.stats().totals.actors]).toEqual([8, [7, 7], 4])
    await parent.$.stop()
    expect(t.stats().totals.actors).toBe(0)
  })
})
