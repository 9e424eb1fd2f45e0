import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Core } from '../../src/actors/kernel/core.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

const NEVER = Number.POSITIVE_INFINITY
const HangApi = contract('hang', {
  methods: { hang: method(), hurried: method([], undefined, { timeoutMs: 300 }), answer: method(z.number(), z.number()) },
})
const forever = () => new Promise<void>(() => undefined)
const Hang = service(import.meta, HangApi, () => ({ hang: forever, hurried: forever, answer: (x) => x }))

describe('deadlines', () => {
  it('a call ends at the deadline of the system when nothing else is said', async () => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 700 })
    const call = outcomeOf((await t.spawn(Hang)).hang())
    await t.clock.advance(699)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call).toMatchObject({
      state: 'rejected',
      value: { name: 'RequestTimeout', error: 47, code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' },
    })
    expect((call.value as Error).message).toContain('hang.hang() did not answer within 700 ms')
  })

  it('a call without any option has 5000 ms', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const call = outcomeOf((await t.spawn(Hang)).hang())
    await t.clock.advance(4999)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call.state).toBe('rejected')
  })

  it.each([
    ['forward', 86_400_000],
    ['back', -86_400_000],
  ])('a deadline stays where it is when the wall clock is set %s, and what is left of it is right', async (_, byMs) => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 700 })
    await t.clock.set(new Date(Date.UTC(2030, 0, 1)))
    const call = outcomeOf((await t.spawn(Hang)).hang())
    await t.clock.advance(100)
    await t.clock.set(new Date(Date.UTC(2030, 0, 1) + byMs))
    await t.clock.advance(599)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call).toMatchObject({ state: 'rejected', value: { name: 'RequestTimeout' } })
    const light = t.spawn(actor((self) => ({ left: () => self.request.remainingMs })))
    expect(await light.left()).toBe(700)
  })

  it('the contract goes before the system, $.with before the contract', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const hang = await t.spawn(Hang)
    const own = outcomeOf(hang.hurried())
    const looked = outcomeOf((await t.lookup(HangApi)).hurried())
    const short = outcomeOf(hang.$.with({ timeoutMs: 100 }).hurried())
    const long = outcomeOf(hang.$.with({ timeoutMs: 1000 }).hurried())
    const untyped = outcomeOf(t.call(HangApi, 'hurried', []))
    const states = () => [own, looked, untyped, short, long].map(({ state }) => state[0])
    await t.clock.advance(100)
    expect(states()).toEqual(['p', 'p', 'p', 'r', 'p'])
    await t.clock.advance(200)
    expect(states()).toEqual(['r', 'r', 'r', 'r', 'p'])
    await t.clock.advance(700)
    expect(states()).toEqual(['r', 'r', 'r', 'r', 'r'])
  })

  it('a call without deadline waits until its service goes', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const hang = await t.spawn(Hang)
    const call = outcomeOf(hang.$.with({ timeoutMs: NEVER }).hang())
    await t.clock.advance(1e9)
    expect(call.state).toBe('pending')
    await hang.$.stop()
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' } })
  })

  it('a call that expires in the mailbox is never run and was not delivered', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const ran: string[] = []
    const door = gate()
    const Busy = actor(() => ({ block: () => door.passed, run: (what: string) => void ran.push(what) }))
    const busy = t.spawn(Busy)
    const block = busy.block()
    const queued = outcomeOf(busy.$.with({ timeoutMs: 100 }).run('expired'))
    await t.clock.advance(100)
    expect(queued).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' } })
    door.open()
    await block
    await busy.run('next')
    expect(ran).toEqual(['next'])
    expect(t.stats().totals).toMatchObject({ mailboxDepth: 0, dropped: { expired: 1 } })
    expectNoSilentLoss(t.stats())
  })

  it('a handler whose deadline passed keeps its turn; its late result goes nowhere', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const order: string[] = []
    const Late = actor(() => ({
      async work() {
        await door.passed
        order.push('work ends')
        return 'late'
      },
      next: () => void order.push('next'),
    }))
    const late = t.spawn(Late)
    const work = outcomeOf(late.$.with({ timeoutMs: 50 }).work())
    const next = outcomeOf(late.next())
    await t.clock.advance(50)
    expect([work.state, next.state]).toEqual(['rejected', 'pending'])
    door.open()
    await t.settled()
    expect(order).toEqual(['work ends', 'next'])
    expect(work).toMatchObject({ value: { code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' } })
  })

  it('a nested call has what is left, also when it asks for more', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const asked: number[] = []
    const door = gate()
    const Deep = actor((self) => ({
      async work(depth: number): Promise<void> {
        asked.push(self.request.remainingMs)
        if (depth === 0) return forever()
        if (depth === 1) await door.passed
        await self
          .spawn(Deep)
          .$.with({ timeoutMs: 100_000 })
          .work(depth - 1)
      },
    }))
    const call = outcomeOf(t.spawn(Deep).$.with({ timeoutMs: 1000 }).work(2))
    await t.clock.advance(400)
    door.open()
    await t.settled()
    expect(asked).toEqual([1000, 1000, 600])
    await t.clock.advance(599)
    expect(call.state).toBe('pending')
    await t.clock.advance(1)
    expect(call).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT' } })
  })

  it('a nested call that leaves before anybody looked at the clock gets no more either', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: number[] = []
    const inner = t.spawn(actor((self) => ({ work: () => void seen.push(self.request.remainingMs) })))
    const Outer = actor((_self, init: { inner: typeof inner }) => ({ work: () => init.inner.$.with({ timeoutMs: 100_000 }).work() }))
    await t.spawn(Outer, { init: { inner } }).$.with({ timeoutMs: 1000 }).work()
    expect(seen).toEqual([1000])
  })

  it('calls that have ended leave nothing behind: no deadline, nothing that keeps the process alive', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const doors = Array.from({ length: 50 }, () => gate())
    const workers = doors.map((door) => t.spawn(actor(() => ({ work: () => door.passed }))))
    const calls = workers.map((worker) => worker.work())
    await t.clock.advance(1)
    const { core } = t as unknown as { readonly core: Core }
    expect([core.deadlines.size, core.active]).toEqual([50, 50])
    for (const door of doors) door.open()
    await Promise.all(calls)
    expect([core.deadlines.size, core.active]).toEqual([0, 0])
  })

  it('a nested call ends with the request that asked for it, and is not run any more', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const ran: string[] = []
    const door = gate()
    const busy = t.spawn(actor(() => ({ block: () => door.passed, run: (what: string) => void ran.push(what) })))
    const nested: unknown[] = []
    const Caller = actor((_self, init: { busy: typeof busy }) => ({
      work: async () => {
        nested.push(await failureOf(init.busy.run('nested')))
      },
    }))
    const block = busy.block()
    const work = outcomeOf(t.spawn(Caller, { init: { busy } }).$.with({ timeoutMs: 100 }).work())
    await t.clock.advance(100)
    expect(work.state).toBe('rejected')
    expect(nested).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' }])
    door.open()
    await block
    await t.settled()
    expect(ran).toEqual([])
    expectNoSilentLoss(t.stats())
  })

  it('a detached call starts afresh and outlives its request', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const seen: number[] = []
    const door = gate()
    const Far = actor((self) => ({
      async work() {
        seen.push(self.request.remainingMs)
        await door.passed
        return 'done'
      },
    }))
    const far = t.spawn(Far)
    let detached: ReturnType<typeof outcomeOf> | undefined
    const Caller = actor((_self, init: { far: typeof far }) => ({
      work: async () => {
        detached = outcomeOf(init.far.$.with({ detached: true }).work())
        await forever()
      },
    }))
    const work = outcomeOf(t.spawn(Caller, { init: { far } }).$.with({ timeoutMs: 100 }).work())
    await t.clock.advance(200)
    door.open()
    await t.settled()
    expect([seen, work.state, detached]).toEqual([[5000], 'rejected', { state: 'resolved', value: 'done' }])
  })

  it('what a handler asks for after its own deadline fails at once', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const failures: unknown[] = []
    const echo = t.spawn(actor(() => ({ echo: () => 'answer' })))
    const Late = actor((_self, init: { echo: typeof echo }) => ({
      async work() {
        await door.passed
        failures.push(await failureOf(init.echo.echo()))
      },
    }))
    const late = t.spawn(Late, { init: { echo } })
    const work = late.$.with({ timeoutMs: 50 }).work()
    await Promise.all([failureOf(work), t.clock.advance(50)])
    door.open()
    await t.settled()
    expect(failures).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' }])
  })

  it('$.tell has a deadline only where $.with gives one', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const ran: string[] = []
    const door = gate()
    const busy = t.spawn(actor(() => ({ block: () => door.passed, run: (what: string) => void ran.push(what) })))
    busy.$.tell.block()
    await t.settled()
    expect(busy.$.tell.run('patient')).toBe('accepted')
    expect(busy.$.with({ timeoutMs: 100 }).$.tell.run('hurried')).toBe('accepted')
    await t.clock.advance(1e6)
    expect(t.stats().totals.dropped).toMatchObject({ expired: 1 })
    door.open()
    await t.settled()
    expect(ran).toEqual(['patient'])
    expectNoSilentLoss(t.stats())
  })

  it('a tell with a deadline that fails is logged and counted like any other', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    const Bad = service(import.meta, 'bad', () => ({
      fail: () => {
        throw new Error('in a tell')
      },
    }))
    const bad = await t.spawn(Bad)
    bad.$.tell.fail()
    bad.$.with({ timeoutMs: 100 }).$.tell.fail()
    bad.$.with({ timeoutMs: 100 }).$.tell['missing' as 'fail']()
    await t.settled()
    expect(log.records.map(({ message }) => message)).toEqual([
      'bad.fail() failed; nobody waits for its answer',
      'bad.fail() failed; nobody waits for its answer',
      'service "bad" has no method "missing"; it has fail',
    ])
  })

  it('self.request says until when, and of a tell that there is no deadline', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const start = new Date(Date.UTC(2030, 0, 1))
    await t.clock.set(start)
    const seen: number[][] = []
    const Asked = actor((self) => ({ ask: () => void seen.push([self.request.deadline, self.request.remainingMs]) }))
    const asked = t.spawn(Asked)
    await asked.$.with({ timeoutMs: 1000 }).ask()
    asked.$.tell.ask()
    await asked.$.with({ timeoutMs: NEVER }).ask()
    expect(seen).toEqual([
      [start.getTime() + 1000, 1000],
      [NEVER, NEVER],
      [NEVER, NEVER],
    ])
  })
})
