import { describe, expect, it } from 'vitest'
import type { Mailbox } from '../../src/actors/actor-options.js'
import { actor, service } from '../../src/actors/define.js'
import type { Priority, Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, gate, outcomeOf, recordingLog } from './evidence.js'

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })

/** A desk that is busy until its door is opened, and notes what it serves. */
async function busyDesk(mailbox: Mailbox = {}, seed = 1) {
  const t = await quiet(seed)
  const door = gate()
  const served: string[] = []
  const Desk = service(import.meta, 'desk', { mailbox }, () => ({
    block: () => door.passed,
    serve(who: string) {
      served.push(who)
      return who
    },
  }))
  const desk = await t.spawn(Desk)
  desk.$.tell.block()
  await t.settled()
  const as = (priority: Priority) => desk.$.with({ priority })
  return { t, desk, as, door, served, [Symbol.asyncDispose]: () => t.stop() }
}

describe('priority', () => {
  it.each([1, 2, 3])('high goes before normal, normal before low; each keeps its order (seed %i)', async (seed) => {
    await using d = await busyDesk({}, seed)
    const work: unknown[] = []
    for (let i = 0; i < 3; i++) {
      for (const priority of ['low', 'normal', 'high'] as const) work.push(d.as(priority).serve(`${priority} ${i}`))
      work.push(d.desk.serve(`plain ${i}`))
    }
    d.door.open()
    await Promise.all(work)
    expect(d.served).toEqual([
      ...['high 0', 'high 1', 'high 2'],
      ...['normal 0', 'plain 0', 'normal 1', 'plain 1', 'normal 2', 'plain 2'],
      ...['low 0', 'low 1', 'low 2'],
    ])
    await expectNothingLeft(d.t)
  })

  it('is one order for calls, tells and offers together', async () => {
    await using d = await busyDesk()
    const work: unknown[] = []
    for (const priority of ['low', 'high'] as const) {
      const desk = d.as(priority)
      work.push(desk.serve(`${priority} call`))
      desk.$.tell.serve(`${priority} tell`)
      work.push(desk.$.offer.serve(`${priority} offer`))
      work.push(desk.serve(`${priority} call again`))
    }
    d.door.open()
    await Promise.all(work)
    await d.t.settled()
    const manners = ['call', 'tell', 'offer', 'call again']
    expect(d.served).toEqual([...manners.map((one) => `high ${one}`), ...manners.map((one) => `low ${one}`)])
  })

  it('interrupts nobody: what comes while a message has its turn is next', async () => {
    await using d = await busyDesk()
    const work = [d.desk.serve('a'), d.desk.serve('b')]
    await d.t.settled()
    expect(d.served).toEqual([])
    work.push(d.as('high').serve('urgent'))
    d.door.open()
    await Promise.all(work)
    expect(d.served).toEqual(['urgent', 'a', 'b'])
  })

  it('of an actor’s own timers is normal', async () => {
    await using t = await quiet()
    const order: string[] = []
    const door = gate()
    const Timed = service(import.meta, 'timed', (self) => ({
      block() {
        self.after(5, () => order.push('timer'))
        return door.passed
      },
      note: (what: string) => order.push(what),
    }))
    const timed = await t.spawn(Timed)
    const work: unknown[] = [timed.block()]
    await t.clock.advance(10)
    for (const priority of ['low', 'normal', 'high'] as const) work.push(timed.$.with({ priority }).note(priority))
    door.open()
    await Promise.all(work)
    expect(order).toEqual(['high', 'timer', 'normal', 'low'])
  })

  it('counts in the mailbox of a pool, and at its workers', async () => {
    await using t = await quiet()
    const door = gate()
    const served: string[] = []
    const Job = service(import.meta, 'job', () => ({ block: () => door.passed, serve: (who: string) => served.push(who) }))
    const pool = await t.pool(Job, { size: 1 })
    const work: unknown[] = [pool.block()]
    await t.settled()
    for (const priority of ['low', 'normal', 'high'] as const) work.push(pool.$.with({ priority }).serve(priority))
    door.open()
    await Promise.all(work)
    const behind = await t.pool(Job, { name: 'behind', size: 1, route: 'round-robin' })
    served.length = 0
    for (const priority of ['low', 'normal', 'high'] as const) behind.$.with({ priority }).$.tell.serve(priority)
    await t.settled()
    expect(served).toEqual(['high', 'normal', 'low'])
  })

  it('of queued messages outlasts a restart', async () => {
    await using t = await quiet()
    const served: string[] = []
    const door = gate()
    const Fragile = service(import.meta, 'fragile', (self) => ({
      async crash() {
        self.after(0, () => {
          throw new Error('crash')
        })
        await door.passed
      },
      serve: (who: string) => served.push(who),
    }))
    const fragile = await t.spawn(Fragile)
    fragile.$.tell.crash()
    await t.settled()
    const work = (['low', 'normal', 'high'] as const).map((priority) => fragile.$.with({ priority }).serve(priority))
    await t.clock.advance(1)
    door.open()
    await t.clock.advance(1)
    await Promise.all(work)
    expect(served).toEqual(['high', 'normal', 'low'])
  })

  it.each(['urgent', '', 1, null])('%o is refused with what it may be', async (priority) => {
    await using t = await quiet()
    const remote = t.spawn(actor(() => ({}))) as Remote
    expect(() => remote.$.with({ priority: priority as Priority })).toThrow(/priority.*'high', 'normal' or 'low'/)
  })
})

describe('a full mailbox and priorities', () => {
  it('drop-oldest gives up the oldest of the least urgent, and never one that is more urgent than what comes', async () => {
    await using d = await busyDesk({ capacity: 3, overflow: 'drop-oldest' })
    const outcomes = new Map<string, ReturnType<typeof outcomeOf>>()
    const call = (priority: Priority, name: string) => outcomes.set(name, outcomeOf(d.as(priority).serve(name)))
    call('high', 'high 1')
    call('normal', 'normal 1')
    call('low', 'low 1')
    call('normal', 'normal 2')
    call('high', 'high 2')
    call('normal', 'normal 3')
    call('low', 'low 2')
    call('high', 'high 3')
    call('normal', 'normal 4')
    call('high', 'high 4')
    await d.t.settled()
    const refused = [...outcomes].filter(([, { state }]) => state === 'rejected').map(([name]) => name)
    expect(refused).toEqual(['high 1', 'normal 1', 'low 1', 'normal 2', 'normal 3', 'low 2', 'normal 4'])
    for (const name of refused) expect(outcomes.get(name)?.value).toMatchObject({ code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    d.door.open()
    await d.t.settled()
    expect(d.served).toEqual(['high 2', 'high 3', 'high 4'])
    expect(d.t.stats().totals.dropped['mailbox-full']).toBe(7)
    await expectNothingLeft(d.t)
  })

  it('drop-oldest answers a tell that is less urgent than all that wait with dropped', async () => {
    await using d = await busyDesk({ capacity: 1, overflow: 'drop-oldest' })
    expect(d.as('normal').$.tell.serve('normal')).toBe('accepted')
    expect(d.as('low').$.tell.serve('low')).toBe('dropped')
    expect(d.as('high').$.tell.serve('high')).toBe('accepted')
    expect(d.as('normal').$.tell.serve('normal again')).toBe('dropped')
    d.door.open()
    await d.t.settled()
    expect(d.served).toEqual(['high'])
    await expectNothingLeft(d.t)
  })

  it('drop-oldest never gives up what an actor owes itself', async () => {
    await using t = await quiet()
    const door = gate()
    const served: string[] = []
    const Timed = service(import.meta, 'timed', { mailbox: { capacity: 1, overflow: 'drop-oldest' } }, (self) => ({
      block() {
        self.after(5, () => served.push('timer'))
        return door.passed
      },
      serve: (who: string) => served.push(who),
    }))
    const timed = await t.spawn(Timed)
    timed.$.tell.block()
    await t.clock.advance(5)
    expect(timed.$.tell.serve('old')).toBe('accepted')
    const high = timed.$.with({ priority: 'high' }).serve('high')
    door.open()
    await high
    await t.settled()
    expect(served).toEqual(['high', 'timer'])
    await expectNothingLeft(t)
  })

  it('wait lets in the most urgent of those that wait outside', async () => {
    await using d = await busyDesk({ capacity: 1, overflow: 'wait' })
    const inside = d.desk.serve('inside')
    const low = d.as('low').$.offer.serve('low')
    await d.t.settled()
    expect(outcomeOf(low).state).toBe('pending')
    await Promise.all([d.door.open(), inside, low])
    await d.t.settled()
    expect(d.served).toEqual(['inside', 'low'])
    await using again = await busyDesk({ capacity: 3, overflow: 'wait' }, 2)
    const first = [1, 2, 3].map((n) => again.desk.serve(`inside ${n}`))
    const outside = (['low', 'normal', 'high'] as const).map((priority) => again.as(priority).serve(priority))
    again.door.open()
    await Promise.all([...first, ...outside])
    expect(again.served).toEqual(['inside 1', 'high', 'inside 2', 'inside 3', 'normal', 'low'])
    await expectNothingLeft(again.t)
  })

  it('reject refuses the urgent like all others', async () => {
    await using d = await busyDesk({ capacity: 1, overflow: 'reject' })
    const inside = d.as('low').serve('inside')
    expect(await failureOf(d.as('high').serve('high'))).toMatchObject({ code: 'ERR_MAILBOX_FULL' })
    d.door.open()
    expect(await inside).toBe('inside')
  })
})

describe('properties', () => {
  const Shows = service(import.meta, 'shows', (self) => {
    const told: unknown[] = []
    return {
      show: () => self.request.properties,
      note: () => void told.push({ ...self.request.properties }),
      told: () => told,
      write: () => Object.assign(self.request.properties, { user: 'eve' }),
    }
  })

  it('arrive with calls, tells and offers, and are empty where nobody gave any', async () => {
    await using t = await quiet()
    const remote = await t.spawn(Shows)
    const as = remote.$.with({ properties: { user: 'ada', tenant: '7' } })
    expect(await as.show()).toEqual({ user: 'ada', tenant: '7' })
    as.$.tell.note()
    await as.$.offer.note()
    remote.$.tell.note()
    expect(await remote.told()).toEqual([{ user: 'ada', tenant: '7' }, { user: 'ada', tenant: '7' }, {}])
    expect(await t.call('shows', 'show', [], { properties: { user: 'bob' } })).toEqual({ user: 'bob' })
  })

  it('are those of the moment of $.with, belong to it, and cannot be written', async () => {
    await using t = await quiet()
    const properties = { user: 'ada' }
    const as = (await t.spawn(Shows)).$.with({ properties })
    properties.user = 'eve'
    expect(await as.show()).toEqual({ user: 'ada' })
    expect(await failureOf(as.write())).toMatchObject({ cause: { name: 'TypeError' } })
    expect(await as.$.with({ timeoutMs: 100 }).show()).toEqual({ user: 'ada' })
    expect(await as.$.with({ properties: { other: 'x' } }).show()).toEqual({ other: 'x' })
  })

  it('do not go on to the calls of the method: who acts for somebody says so', async () => {
    await using t = await quiet()
    const remote = await t.spawn(Shows)
    const Middle = actor(() => ({ ask: async (of: typeof remote) => await of.show() }))
    expect(
      await t
        .spawn(Middle)
        .$.with({ properties: { user: 'ada' } })
        .ask(remote),
    ).toEqual({})
  })

  it.each([
    ['a text', 'x', /give an object of strings/],
    ['null', null, /give an object of strings/],
    ['a number in it', { n: 1 }, /"n" is 1; give a string/],
    ['an object in it', { o: {} }, /"o"/],
    ['65 of them', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`p${i}`, ''])), /65 properties; give at most 64/],
    ['16 385 characters', { text: 'x'.repeat(16_381) }, /16385 characters; give at most 16384/],
  ])('with %s are refused', async (_what, properties, message) => {
    await using t = await quiet()
    const remote = await t.spawn(Shows)
    expect(() => remote.$.with({ properties: properties as never })).toThrow(message)
    expect(coreOf(t).counters.read().sent).toBe(0)
  })

  it('of names that mean something elsewhere are names', async () => {
    await using t = await quiet()
    const properties = JSON.parse('{ "__proto__": "a", "constructor": "b", "toString": "c" }') as Record<string, string>
    const shown = await (await t.spawn(Shows)).$.with({ properties }).show()
    expect(Object.entries(shown)).toEqual(Object.entries(properties))
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype)
  })
})
