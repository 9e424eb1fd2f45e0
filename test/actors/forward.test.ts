import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

async function quiet(options: object = {}) {
  const log = recordingLog()
  return Object.assign(await createTestSystem({ seed: 1, log, ...options }), { log })
}

const BackApi = contract('back', {
  methods: { work: method([z.number()], z.string()), fail: method([]), who: method([], z.string()) },
  errors: { Broken: z.object({ part: z.string() }) },
})

function back() {
  const seen = { reasons: [] as string[], properties: [] as unknown[], left: [] as number[] }
  const Back = service(import.meta, BackApi, (self) => ({
    async work(ms) {
      const { signal, remainingMs, properties } = self.request
      seen.left.push(remainingMs)
      seen.properties.push(properties)
      const end = gate()
      signal.addEventListener('abort', () => {
        seen.reasons.push((signal.reason as { code: string }).code)
        end.open()
      })
      if (ms > 0) await end.passed
      return `worked ${ms}`
    },
    fail() {
      throw self.failure('Broken', { part: 'gear' })
    },
    who: () => self.request.sender.id,
  }))
  return { seen, Back }
}

/** Forwards all it gets to what it was given. */
const Front = service(import.meta, 'front', (self, init: { readonly to: Remote }) => ({
  work: (_ms: number) => self.request.forward(init.to),
  fail: () => self.request.forward(init.to),
  who: () => self.request.forward(init.to),
  other: (_x: unknown) => self.request.forward(init.to, 'who'),
  missing: () => self.request.forward(init.to),
  binding: () => self.request.forward(init.to.$.binding, 'who'),
  mine: () => self.id,
}))

describe('forward()', () => {
  it('gives the answer of the target to who asked; the target sees who asked first', async () => {
    await using t = await quiet()
    const { Back } = back()
    const to = await t.spawn(Back)
    const front = await t.spawn(Front, { init: { to } })
    const Caller = actor((self) => ({
      async ask(remote: typeof front) {
        return [await remote.work(0), (await remote.who()) === self.id, (await remote.binding()) === self.id]
      },
    }))
    expect(await t.spawn(Caller).ask(front)).toEqual(['worked 0', true, true])
    await expectNothingLeft(t)
  })

  it('frees the actor that forwards at once', async () => {
    await using t = await quiet()
    const { Back } = back()
    const front = await t.spawn(Front, { init: { to: await t.spawn(Back) } })
    const slow = outcomeOf(front.$.with({ timeoutMs: 500 }).work(1))
    expect(await front.mine()).toBe(front.$.binding.id)
    expect(slow.state).toBe('pending')
    await t.clock.advance(500)
    expect(slow).toMatchObject({ value: { code: 'ERR_REQUEST_TIMEOUT' } })
    await expectNothingLeft(t)
  })

  it('goes to another method, of a light child, of itself', async () => {
    await using t = await quiet()
    const Child = actor(() => ({ double: (x: number) => 2 * x }))
    const Parent = service(import.meta, 'parent', (self) => {
      const child = self.spawn(Child)
      return {
        twice: (_x: number) => self.request.forward(child, 'double'),
        again: (_x: number) => self.request.forward(self.remote, 'twice'),
        plain: (x: number) => x,
        self: (_x: number) => self.request.forward(self.remote, 'plain'),
      }
    })
    const parent = await t.spawn(Parent)
    expect([await parent.twice(4), await parent.again(5), await parent.self(6)]).toEqual([8, 10, 6])
    await expectNothingLeft(t)
  })

  it('goes on from actor to actor, and ends where it goes round and round', async () => {
    await using t = await quiet()
    const Hop = actor((self) => ({
      hop: (hops: Remote[]) => (hops.length === 0 ? 'arrived' : self.request.forward(hops.shift() as Remote)),
      loop: () => self.request.forward(self.remote),
    }))
    const hops = Array.from({ length: 20 }, () => t.spawn(Hop))
    const [first, ...rest] = hops
    expect(await first?.hop(rest)).toBe('arrived')
    expect(await failureOf(first?.loop() ?? Promise.resolve())).toMatchObject({
      code: 'ERR_APPLICATION',
      message: expect.stringContaining('forwarded 32 times'),
    })
    await expectNothingLeft(t)
  })

  it('lets the failure of the target arrive as its own: a typed one, a missing method, wrong arguments', async () => {
    await using t = await quiet()
    const { Back } = back()
    const front = await t.spawn(Front, { init: { to: await t.spawn(Back) } })
    expect(await failureOf(front.fail())).toMatchObject({ code: 'Broken', data: { part: 'gear' }, origin: 'back', error: 57 })
    expect(await failureOf(front.missing())).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', message: expect.stringContaining('back') })
    expect(await failureOf((front as Remote).work('x'))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    expect(await failureOf(front.other(1))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    await expectNothingLeft(t)
  })

  it('to a target that is gone fails with ServiceUnavailable, to one that goes with ServiceWithdrawn', async () => {
    await using t = await quiet()
    const { Back } = back()
    const to = await t.spawn(Back)
    const front = await t.spawn(Front, { init: { to } })
    const working = failureOf(front.work(1))
    await t.settled()
    await to.$.stop()
    expect(await working).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await failureOf(front.work(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    await expectNothingLeft(t)
  })

  it('that comes to nothing is no undelivered request: who forwarded it has run', async () => {
    await using t = await quiet()
    const { Back } = back()
    const door = gate()
    const Busy = actor(() => ({ work: () => door.passed }))
    const busy = t.spawn(Busy)
    const gone = await t.spawn(Back)
    await gone.$.stop()
    const [toGone, toBusy] = [await t.spawn(Front, { init: { to: gone } }), await t.spawn(Front, { init: { to: busy } })]
    expect(await failureOf(toGone.work(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'maybe' })
    expect(await failureOf(toGone.missing())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'maybe' })
    const first = toBusy.work(1)
    const waits = failureOf(toBusy.$.with({ timeoutMs: 20 }).work(1))
    await t.clock.advance(20)
    expect(await waits).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    door.open()
    await first
    await expectNothingLeft(t)
  })

  it('outlives the actor that forwarded', async () => {
    await using t = await quiet()
    const door = gate()
    const Slow = actor(() => ({ slow: async () => door.passed.then(() => 'done') }))
    const slow = t.spawn(Slow)
    const Passes = actor((self, init: { readonly to: Remote }) => ({ slow: () => self.request.forward(init.to) }))
    const passes = t.spawn(Passes, { init: { to: slow } })
    const answer = passes.slow()
    await t.settled()
    await passes.$.stop()
    door.open()
    expect(await answer).toBe('done')
    await expectNothingLeft(t)
  })

  it('carries deadline, abort, priority and properties to the target', async () => {
    await using t = await quiet()
    const { seen, Back } = back()
    const front = await t.spawn(Front, { init: { to: await t.spawn(Back) } })
    const late = failureOf(front.$.with({ timeoutMs: 100, properties: { user: 'ada' } }).work(1))
    await t.clock.advance(40)
    await t.clock.advance(60)
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    const controller = new AbortController()
    const aborted = failureOf(front.$.with({ signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY }).work(1))
    await t.settled()
    controller.abort('enough')
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: 'enough' })
    expect(seen).toEqual({
      reasons: ['ERR_REQUEST_TIMEOUT', 'ERR_REQUEST_ABORTED'],
      properties: [{ user: 'ada' }, {}],
      left: [100, Number.POSITIVE_INFINITY],
    })
    await expectNothingLeft(t)
  })

  it('keeps the priority: at the target it goes before what waits', async () => {
    await using t = await quiet()
    const order: string[] = []
    const door = gate()
    const Order = service(import.meta, 'order', () => ({ wait: () => door.passed, note: (name: string) => void order.push(name) }))
    const to = await t.spawn(Order)
    const Passes = actor((self, init: { readonly to: Remote }) => ({ note: (_name: string) => self.request.forward(init.to) }))
    const passes = t.spawn(Passes, { init: { to } })
    const work = [to.wait(), to.note('first'), to.note('second')]
    await t.settled()
    work.push(passes.$.with({ priority: 'high' }).note('urgent'))
    await t.settled()
    door.open()
    await Promise.all(work)
    expect(order).toEqual(['urgent', 'first', 'second'])
  })

  it('of a tell and of an offer arrives once; a failure of theirs is logged', async () => {
    await using t = await quiet()
    const noted: unknown[] = []
    const Notes = service(import.meta, 'notes', (self) => ({
      note: (what: string) => void noted.push([what, self.request.sender.id]),
      fail: () => {
        throw new Error('failed')
      },
    }))
    const Passes = actor((self, init: { readonly to: Remote }) => ({
      note: (_what: string) => self.request.forward(init.to),
      fail: () => self.request.forward(init.to),
    }))
    const passes = t.spawn(Passes, { init: { to: await t.spawn(Notes) } })
    const id = coreOf(t).root.id
    passes.$.tell.note('told')
    await passes.$.offer.note('offered')
    passes.$.tell.fail()
    await t.settled()
    expect(noted).toEqual([
      ['told', id],
      ['offered', id],
    ])
    expect([coreOf(t).counters.read().failedTells, t.log.records.length]).toEqual([1, 1])
    await expectNothingLeft(t)
  })

  it('may be called while the method goes on, which then answers nothing, whatever it returns', async () => {
    await using t = await quiet()
    const { Back } = back()
    const door = gate()
    const events: string[] = []
    const GoesOn = actor((self, init: { readonly to: Remote }) => ({
      async work(_ms: number) {
        self.request.forward(init.to)
        await door.passed
        events.push(await init.to.work(0))
        return 'not this'
      },
    }))
    expect(await t.spawn(GoesOn, { init: { to: await t.spawn(Back) } }).work(0)).toBe('worked 0')
    door.open()
    await t.settled()
    expect(events).toEqual(['worked 0'])
    expect(coreOf(t).counters.read().late).toBe(0)
    await expectNothingLeft(t)
  })

  it('gives way to what the method throws', async () => {
    await using t = await quiet()
    const { Back } = back()
    const Throws = actor((self, init: { readonly to: Remote }) => ({
      work(_ms: number) {
        self.request.forward(init.to)
        throw new Error('after all')
      },
    }))
    const throws = t.spawn(Throws, { init: { to: await t.spawn(Back) } })
    expect(await failureOf(throws.work(0))).toMatchObject({ message: 'after all' })
    await expectNothingLeft(t)
  })

  it.each([undefined, 'back', {}, 7])('to %o, which is neither Remote nor binding, throws and hands nothing over', async (target) => {
    await using t = await quiet()
    const Odd = actor((self) => ({
      odd() {
        try {
          self.request.forward(target as never)
        } catch (error) {
          return (error as Error).message
        }
        return 'went through'
      },
    }))
    expect(await t.spawn(Odd).odd()).toContain('give a Remote or a binding')
    await expectNothingLeft(t)
  })
})

describe('what is forwarded', () => {
  it.each([{ strict: true }, { strict: false }])('is a copy for a service, whoever keeps the original (%o)', async (options) => {
    await using t = await quiet(options)
    const kept: { n: number }[] = []
    const to = await t.spawn(service(import.meta, 'keeps', () => ({ keep: (box: { n: number }) => void kept.push(box) })))
    const Light = actor((self) => ({
      keep(box: { n: number }) {
        kept.push(box)
        return self.request.forward(to)
      },
    }))
    const Passes = service(import.meta, 'passes', (self) => ({
      keep(box: { n: number }) {
        kept.push(box)
        return self.request.forward(to)
      },
    }))
    const box = { n: 1 }
    await t.spawn(Light).keep(box)
    expect([kept[0] === box, kept[1] === box]).toEqual([true, false])
    await (await t.spawn(Passes)).keep(box)
    expect(kept).toEqual([1, 2, 3, 4].map(() => ({ n: 1 })))
    expect(new Set([box, ...kept.slice(1)]).size).toBe(4)
  })

  it('is the very value for a light actor', async () => {
    await using t = await quiet()
    const kept: unknown[] = []
    const to = t.spawn(actor(() => ({ keep: (box: object) => void kept.push(box) })))
    const box = { n: 1 }
    await t.spawn(actor((self) => ({ keep: (_box: object) => self.request.forward(to) }))).keep(box)
    expect(kept[0]).toBe(box)
  })

  it('has Remotes that belong to the target: they call as it, and live as long as it', async () => {
    await using t = await quiet()
    const Who = service(import.meta, 'who', (self) => ({ who: () => self.request.sender.id }))
    const who = await t.spawn(Who)
    const Uses = service(import.meta, 'uses', (self) => ({ use: async (one: typeof who) => (await one.who()) === self.id }))
    const to = await t.spawn(Uses)
    const passes = t.spawn(actor((self) => ({ use: (_one: typeof who) => self.request.forward(to) })))
    const used = passes.use(who)
    await t.settled()
    await passes.$.stop()
    expect(await used).toBe(true)
    await expectNothingLeft(t)
  })

  it('through a pool is answered by a worker', async () => {
    await using t = await quiet()
    const { Back } = back()
    const pool = await t.pool(Back, { size: 2 })
    const front = await t.spawn(Front, { init: { to: pool } })
    expect(await Promise.all([front.work(0), front.work(0), front.work(0)])).toEqual(Array(3).fill('worked 0'))
    expect(await failureOf(front.fail())).toMatchObject({ code: 'Broken', data: { part: 'gear' } })
    await expectNothingLeft(t)
  })
})
