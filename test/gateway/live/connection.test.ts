import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { live } from '../../../src/gateway/live/live.js'
import { expectNothingLeft, failureOf } from '../../actors/evidence.js'
import { createNet, type LiveNet, type NetOptions, type Wired } from '../../client/live-net.js'
import { Clock, Hidden, MathApi, MathService } from '../../client/services.js'

const HELLO = { kind: 'hello', version: 1, properties: {} }

async function start(options: NetOptions = {}) {
  const net = await createNet(options)
  const math = await net.system.spawn(MathService)
  return { net, math, id: math.$.binding.id, [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() }
}

/** A connection that has said hello. */
async function greeted(net: LiveNet): Promise<Wired> {
  const wired = net.raw()
  wired.say(HELLO)
  await net.settle()
  return wired
}

function framesOf({ down }: Wired, kind?: string) {
  return down.map((text) => JSON.parse(text)).filter((frame) => kind === undefined || frame.kind === kind)
}

describe('live()', () => {
  it('refuses a selection and options that are wrong', () => {
    expect(() => live({} as never)).toThrow(TypeError)
    for (const options of [
      { slow: 'never' },
      { beatMs: 0 },
      { beatMs: 150.5 },
      { properties: 'user' },
      { limits: { maxOpen: 0 } },
      { rich: true },
    ])
      expect(() => live({ group: 'web' }, options as never)).toThrow(/live\(\)/)
  })
})

describe('a live connection', () => {
  it('must begin with hello, within 5 s, of the right version, once', async () => {
    await using it = await start()
    const early = it.net.raw()
    early.say({ kind: 'beat' })
    const old = it.net.raw()
    old.say({ ...HELLO, version: 2 })
    const twice = await greeted(it.net)
    twice.say(HELLO)
    const late = it.net.raw()
    await it.net.advance(4900)
    expect(late.closed).toBeUndefined()
    await it.net.advance(200)
    expect([early, old, twice, late].map(({ closed }) => closed)).toEqual([4400, 4400, 4400, 4408])
  })

  it('has its time for hello alone: gates have theirs, and it is let in when they say so, or refused at last', async () => {
    let letIn = (): void => undefined
    const asked = new Promise<Record<string, string>>((resolve) => {
      letIn = () => resolve({})
    })
    const waits = [asked, new Promise<Record<string, string>>(() => undefined)]
    await using it = await start({ admit: () => waits.shift() as Promise<Record<string, string>> })
    const [slow, never] = [it.net.raw(), it.net.raw()]
    await it.net.advance(4900)
    slow.say(HELLO)
    never.say(HELLO)
    await it.net.advance(9900)
    expect([slow.closed, never.closed]).toEqual([undefined, undefined])
    letIn()
    await it.net.settle()
    expect(framesOf(slow, 'welcome')).toHaveLength(1)
    await it.net.advance(5200)
    expect([slow.closed, never.closed]).toEqual([undefined, 4401])
  })

  it('that is told of more services than may wait for it ends for good', async () => {
    await using it = await start({ live: { limits: { maxQueueBytes: 2 ** 16 } } })
    for (let i = 0; i < 300; i++) await it.net.system.spawn(Clock, { init: 'x', name: `clock/${i}` })
    const wired = it.net.raw()
    wired.stall(true)
    wired.say(HELLO)
    await it.net.settle()
    expect([wired.closed, framesOf(wired, 'welcome'), it.net.host.roster.has(it.id)]).toEqual([4413, [], false])
    wired.server.ended()
    await it.net.advance(60_000, 10_000)
    expect(framesOf(wired, 'beat')).toEqual([])
  })

  it('is told of services, then welcome', async () => {
    await using it = await start()
    await it.net.system.spawn(Hidden)
    const wired = await greeted(it.net)
    expect(framesOf(wired).map(({ kind }) => kind)).toEqual(['services', 'welcome'])
    expect(framesOf(wired)[0].here).toMatchObject([
      { id: it.id, name: 'math', groups: ['web'], streams: ['count', 'failing', 'silent'], timeouts: { wait: 60_000 } },
    ])
  })

  it('that says nothing for two beats is gone', async () => {
    await using it = await start()
    const wired = await greeted(it.net)
    await it.net.advance(44_000, 1000)
    expect([framesOf(wired, 'beat').length, wired.closed]).toEqual([2, undefined])
    await it.net.advance(2000)
    expect(wired.closed).toBe(4408)
  })

  it('ends with what is no frame, and with a number that is in use', async () => {
    await using it = await start()
    for (const text of [
      '',
      '{',
      '[]',
      '1',
      '{"kind":"fly"}',
      '{"kind":"toString"}',
      '{"kind":"call","id":1}',
      '{"kind":"credit","id":-1,"count":1}',
    ]) {
      const wired = await greeted(it.net)
      wired.say(text)
      await it.net.settle()
      expect([text, wired.closed]).toEqual([text, 4400])
    }
    const wired = await greeted(it.net)
    const call = { kind: 'call', id: 7, to: it.id, method: 'wait', args: [] }
    wired.say(call)
    wired.say(call)
    expect(wired.closed).toBe(4400)
  })

  it('survives any frames, and leaves nothing behind', async () => {
    await using it = await start()
    const id = fc.integer({ min: 0, max: 5 })
    const to = fc.constantFrom(it.id, 'nobody', '')
    const args = fc.array(fc.jsonValue(), { maxLength: 3 })
    const method = fc.constantFrom('multiply', 'count', 'echo', 'wait', 'silent', '__proto__', 'then', 'fly')
    const asked = { to, method, args }
    const frame = fc.oneof(
      fc.record({ kind: fc.constantFrom('call', 'offer', 'tell', 'stream'), id, credit: fc.nat(3), ...asked }),
      fc.record({
        kind: fc.constant('subscribe'),
        id,
        where: fc.constantFrom({}, { name: 'math' }, { id: it.id }, { id: 'x' }, { group: 'other' }),
        pattern: fc.constantFrom('*', 'load.cpu', '', '\u0000'),
        capacity: fc.integer({ min: 1, max: 3 }),
        overflow: fc.constantFrom('latest', 'close'),
        credit: fc.nat(3),
      }),
      fc.record({ kind: fc.constant('watch'), id, to }),
      fc.record({ kind: fc.constant('credit'), id, count: fc.nat(3) }),
      fc.record({ kind: fc.constant('end'), id }),
      fc.record({ kind: fc.string(), id: fc.jsonValue() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        const wired = await greeted(it.net)
        for (const one of frames) wired.say(one)
        await it.net.settle()
        wired.server.ended()
        wired.server.ended()
        await it.net.settle()
        expect(await it.math.multiply(2, 3)).toBe(6)
      }),
      { numRuns: 60 },
    )
    await it.math.$.stop()
    await it.net.settle()
    await expectNothingLeft(it.net.system)
  })

  it('is not kept with more properties than a call may have, nor with names that nothing has', async () => {
    await using it = await start()
    const large = it.net.raw()
    large.say({ ...HELLO, properties: { a: 'x'.repeat(16_384) } })
    const wired = await greeted(it.net)
    const hear = { kind: 'subscribe', pattern: 'x', capacity: 1, overflow: 'latest', credit: 1 }
    wired.say({ ...hear, id: 1, where: { address: 'x'.repeat(1024) } })
    wired.say({ ...hear, id: 2, where: { name: 'math', group: 'x'.repeat(1025) } })
    await it.net.settle()
    expect([large.closed, wired.closed]).toEqual([4400, undefined])
    expect(framesOf(wired, 'failure')).toMatchObject([{ id: 2, failure: { code: 'ERR_REQUEST_REFUSED' } }])
  })

  it('ends all that it asked for when it ends', async () => {
    await using it = await start()
    const wired = await greeted(it.net)
    wired.say({ kind: 'call', id: 1, to: it.id, method: 'wait', args: [] })
    wired.say({ kind: 'stream', id: 2, to: it.id, method: 'silent', args: [], credit: 5 })
    wired.say({ kind: 'subscribe', id: 3, where: { name: 'math' }, pattern: '*', capacity: 5, overflow: 'latest', credit: 5 })
    wired.say({ kind: 'watch', id: 4, to: it.id })
    await it.net.settle()
    expect(await it.math.greet('x')).toBe(1)
    wired.server.ended()
    await it.net.settle()
    expect(await it.math.greet('x')).toBe(0)
    expect(await it.math.aborted()).toEqual(['wait', 'silent'])
    await it.math.$.stop()
    await it.net.settle()
    await expectNothingLeft(it.net.system)
  })

  it('may have so much open at a time', async () => {
    await using it = await start({ live: { limits: { maxOpen: 3 } } })
    const wired = await greeted(it.net)
    for (let id = 1; id <= 4; id++) wired.say({ kind: 'call', id, to: it.id, method: 'wait', args: [] })
    await it.net.settle()
    expect(framesOf(wired, 'failure')).toMatchObject([{ id: 4, failure: { code: 'ERR_MAILBOX_FULL', delivered: 'no' } }])
    wired.say({ kind: 'end', id: 1 })
    wired.say({ kind: 'call', id: 5, to: it.id, method: 'multiply', args: [6, 7] })
    await it.net.settle()
    expect(framesOf(wired, 'answer')).toEqual([{ kind: 'answer', id: 5, value: 42 }])
  })

  it('has a part of what all may have open, which it gives back', async () => {
    await using it = await start({ totals: { maxPending: 3, maxSubscriptions: 2 } })
    const [one, two] = [await greeted(it.net), await greeted(it.net)]
    const wait = { kind: 'call', to: it.id, method: 'wait', args: [] }
    const hear = { kind: 'subscribe', where: {}, pattern: 'x', capacity: 1, overflow: 'latest', credit: 1 }
    for (const id of [1, 2]) one.say({ ...wait, id })
    one.say({ ...hear, id: 3 })
    two.say({ kind: 'stream', id: 1, to: it.id, method: 'silent', args: [], credit: 1 })
    two.say({ kind: 'watch', id: 2, to: it.id })
    await it.net.settle()
    two.say({ ...wait, id: 3 })
    two.say({ ...hear, id: 4 })
    await it.net.settle()
    expect(framesOf(two, 'failure')).toMatchObject([
      { id: 3, failure: { code: 'ERR_MAILBOX_FULL', delivered: 'no', details: expect.stringContaining('3 calls') } },
      { id: 4, failure: { code: 'ERR_MAILBOX_FULL', delivered: 'no', details: expect.stringContaining('2 subscriptions') } },
    ])
    expect(it.net.totals.calls.hasRoom()).toBe(false)
    one.say({ kind: 'end', id: 1 })
    one.server.ended()
    await it.net.settle()
    two.say({ ...wait, id: 5 })
    two.say({ ...wait, id: 6 })
    two.say({ ...hear, id: 7 })
    await it.net.settle()
    expect(framesOf(two, 'failure')).toHaveLength(2)
    two.server.ended()
    await it.net.settle()
    expect([it.net.totals.calls.hasRoom(3), it.net.totals.subscriptions.hasRoom(2), it.net.totals.bytes.bytes]).toEqual([true, true, 0])
  })

  it('is refused calls whose text is more than may be held for all', async () => {
    await using it = await start({ totals: { maxHeldBytes: 1000 } })
    const [one, two] = [await greeted(it.net), await greeted(it.net)]
    const wait = (id: number) => ({ kind: 'call', id, to: it.id, method: 'wait', args: [], properties: { pad: 'x'.repeat(500) } })
    one.say(wait(1))
    two.say(wait(1))
    await it.net.settle()
    expect(framesOf(two, 'failure')).toMatchObject([{ id: 1, failure: { code: 'ERR_MAILBOX_FULL', delivered: 'no' } }])
    one.server.ended()
    two.say(wait(2))
    await it.net.settle()
    expect(framesOf(two, 'failure').slice(1)).toEqual([])
    two.server.ended()
    expect(it.net.totals.held.hasRoom(1000)).toBe(true)
  })

  it('reaches no actor that is not offered, and stops none', async () => {
    await using it = await start()
    const hidden = await it.net.system.spawn(Hidden)
    const wired = await greeted(it.net)
    wired.say({ kind: 'call', id: 1, to: hidden.$.binding.id, method: 'tag', args: [] })
    wired.say({ kind: 'call', id: 2, to: it.id, method: 'ask', args: [{ $: ['remote', hidden.$.binding.id] }] })
    wired.say({ kind: 'watch', id: 3, to: hidden.$.binding.id })
    wired.say({ kind: 'subscribe', id: 4, where: { id: hidden.$.binding.id }, pattern: '*', capacity: 1, overflow: 'latest', credit: 1 })
    await it.net.settle()
    expect(framesOf(wired, 'failure').map(({ id, failure }) => [id, failure.code])).toEqual([
      [1, 'ERR_SERVICE_UNAVAILABLE'],
      [2, 'ERR_REQUEST_DECODING'],
      [4, 'ERR_REQUEST_REFUSED'],
    ])
    expect(framesOf(wired, 'gone')).toEqual([{ kind: 'gone', id: 3, reason: 'unreachable' }])
  })

  it('tells no cause and no stack', async () => {
    await using it = await start()
    const wired = await greeted(it.net)
    wired.say({ kind: 'call', id: 1, to: it.id, method: 'publish', args: ['other', 1, false] })
    await it.net.settle()
    const [{ failure }] = framesOf(wired, 'failure')
    expect(Object.keys(failure).sort()).toEqual(['code', 'delivered', 'description', 'details', 'error', 'origin'])
  })
})

describe('a client that is slow', () => {
  it('misses reports as its subscription says, and is told how many', async () => {
    await using it = await start({ live: { limits: { maxQueueBytes: 2 ** 16 } } })
    const client = it.net.client()
    await it.net.advance(1)
    const heard: number[] = []
    let missed = 0
    const subscription = client.subscribe(
      MathApi,
      'load.*',
      (report) => {
        heard.push((report.content as { n: number }).n)
        missed += report.missed
      },
      { capacity: 5 },
    )
    await subscription.ready
    it.net.last.stall(true)
    for (let n = 0; n < 100; n++) {
      await it.math.publish('load.cpu', { n, text: 'x'.repeat(1000) }, false)
      await it.net.settle()
    }
    expect(it.net.last.closed).toBeUndefined()
    it.net.last.stall(false)
    await it.net.settle()
    expect(heard.at(-1)).toBe(99)
    expect(missed).toBeGreaterThan(50)
    expect(heard.length + missed).toBe(100)
  })

  it('hears of each what was missed and under which pattern, though a report is printed once', async () => {
    await using it = await start()
    const wireds = [await greeted(it.net), await greeted(it.net)]
    const room = { where: { name: 'math' }, capacity: 1, overflow: 'drop-newest' }
    wireds[0]?.say({ kind: 'subscribe', id: 7, pattern: 'load.*', credit: 1, ...room })
    wireds[1]?.say({ kind: 'subscribe', id: 8, pattern: 'load.cpu', credit: 9, ...room })
    await it.net.settle()
    for (const n of [1, 2, 3, 4]) {
      await it.math.publish('load.cpu', { n, big: 1n }, false)
      await it.net.settle()
    }
    wireds[0]?.say({ kind: 'credit', id: 7, count: 9 })
    await it.net.settle()
    await it.math.publish('load.cpu', { n: 5 }, false)
    await it.net.settle()
    const told = wireds.map((wired) =>
      framesOf(wired, 'report').map(({ id, report }) => [id, report.pattern, report.content.n, report.missed]),
    )
    const [slow, fast] = told
    expect(slow).toEqual([
      [7, 'load.*', 1, 0],
      [7, 'load.*', 2, 0],
      [7, 'load.*', 5, 2],
    ])
    expect(fast).toEqual([1, 2, 3, 4, 5].map((n) => [8, 'load.cpu', n, 0]))
    expect(framesOf(wireds[1] as Wired, 'report')[0].report).toEqual({
      publisher: it.id,
      subject: 'load.cpu',
      pattern: 'load.cpu',
      content: { n: 1, big: { $: ['bigint', '1'] } },
      retained: false,
      missed: 0,
    })
  })

  it('is handed the actor within a report, as is every other', async () => {
    await using it = await start()
    const room = await it.math.room()
    const wireds = [await greeted(it.net), await greeted(it.net)]
    const subscribe = { kind: 'subscribe', id: 1, where: {}, pattern: 'load.*', capacity: 9, overflow: 'drop-oldest', credit: 9 }
    for (const wired of wireds) wired.say(subscribe)
    await it.net.settle()
    await it.math.publish('load.room', { room }, false)
    await it.net.settle()
    for (const wired of wireds) {
      const [, facts] = framesOf(wired, 'report')[0].report.content.room.$
      wired.say({ kind: 'call', id: 2, to: facts.id, method: 'say', args: ['hello'] })
      await it.net.settle()
      expect(framesOf(wired, 'answer')).toEqual([{ kind: 'answer', id: 2, value: 'said hello' }])
    }
  })

  it('misses a report without a form for live connections, and hears the next', async () => {
    await using it = await start()
    const wired = await greeted(it.net)
    wired.say({ kind: 'subscribe', id: 1, where: {}, pattern: 'load.*', capacity: 9, overflow: 'drop-oldest', credit: 9 })
    await it.net.settle()
    await it.math.publish('load.cpu', 'x'.repeat(2 ** 20), false)
    await it.math.publish('load.cpu', new DataView(new ArrayBuffer(1)), false)
    await it.math.publish('load.cpu', 3, false)
    await it.net.settle()
    expect(framesOf(wired, 'report').map(({ report }) => [report.content, report.missed])).toEqual([[3, 2]])
  })

  it("ends with more than may wait, where that is the policy: slow 'close'", async () => {
    await using it = await start({ live: { slow: 'close', limits: { maxQueueBytes: 2 ** 16 } } })
    const client = it.net.client()
    await it.net.advance(1)
    const subscription = client.subscribe(MathApi, 'load.*', () => undefined)
    await subscription.ready
    const wired = it.net.last
    wired.stall(true)
    for (let n = 0; n < 64; n++) it.math.$.tell.publish('load.cpu', 'x'.repeat(2000), false)
    await it.net.settle()
    expect(wired.closed).toBe(4413)
  })

  it('whose answers pile up is closed', async () => {
    await using it = await start({ live: { limits: { maxQueueBytes: 2 ** 16 } } })
    const wired = await greeted(it.net)
    wired.stall(true)
    for (let id = 1; id <= 100; id++) wired.say({ kind: 'call', id, to: it.id, method: 'echo', args: ['x'.repeat(1000)] })
    await it.net.settle()
    expect(wired.closed).toBe(4413)
  })

  it('is dropped when too much waits for all, and most of it for it', async () => {
    await using it = await start({ totals: { maxLiveQueueBytes: 2 ** 17 } })
    const [many, few] = [await greeted(it.net), await greeted(it.net)]
    for (const wired of [many, few]) wired.stall(true)
    const echo = (wired: Wired, id: number) => wired.say({ kind: 'call', id, to: it.id, method: 'echo', args: ['x'.repeat(10_000)] })
    echo(few, 1)
    for (let id = 1; id <= 14; id++) echo(many, id)
    await it.net.settle()
    expect([many.closed, few.closed]).toEqual([1006, undefined])
    expect(it.net.totals.bytes.bytes).toBeLessThan(20_000)
    few.stall(false)
    await it.net.settle()
    expect(framesOf(few, 'answer')).toHaveLength(1)
    expect(it.net.totals.bytes.bytes).toBe(0)
  })

  it('is held back sooner when much waits for all, and goes on when it has taken what waits', async () => {
    await using it = await start({ totals: { maxLiveQueueBytes: 2 ** 16 } })
    const clients = [await greeted(it.net), await greeted(it.net), await greeted(it.net)]
    for (const wired of clients)
      wired.say({ kind: 'subscribe', id: 1, where: {}, pattern: 'load.*', capacity: 100, overflow: 'drop-oldest', credit: 100 })
    await it.net.settle()
    for (const wired of clients) wired.stall(true)
    for (let n = 0; n < 50; n++) await it.math.publish('load.cpu', { n, text: 'x'.repeat(1000) }, false)
    await it.net.settle()
    expect([clients.map(({ closed }) => closed), it.net.totals.bytes.bytes < 2 ** 16]).toEqual([[undefined, undefined, undefined], true])
    for (const wired of clients) wired.stall(false)
    await it.net.settle()
    expect(clients.map((wired) => framesOf(wired, 'report').length)).toEqual([50, 50, 50])
  })

  it('holds up nobody else', async () => {
    await using it = await start()
    const [slow, fast] = [it.net.client(), it.net.client()]
    await it.net.advance(1)
    const heard: unknown[] = []
    await slow.subscribe(MathApi, 'load.*', () => undefined).ready
    await fast.subscribe(MathApi, 'load.*', ({ content }) => heard.push(content)).ready
    it.net.connections[0]?.stall(true)
    for (let n = 0; n < 50; n++) {
      await it.math.publish('load.cpu', n, false)
      await it.net.settle()
    }
    expect(heard).toHaveLength(50)
    it.net.connections[0]?.stall(false)
  })
})

describe('properties', () => {
  it('of a client reach methods where they may; those that authorise answers go before', async () => {
    const net = await createNet({ live: { properties: ['locale', 'user'] }, admit: () => ({ user: 'ada' }) })
    await net.system.spawn(MathService)
    const client = net.client({ properties: { locale: 'de', user: 'eve', role: 'admin', authorization: 'Bearer 1' } })
    await net.advance(1)
    const math = await client.lookup(MathApi)
    expect(await math.who()).toEqual({ locale: 'de', user: 'ada' })
    expect(await math.$.with({ properties: { locale: 'fr', user: 'mallory' } }).who()).toEqual({ locale: 'fr', user: 'ada' })
    await net[Symbol.asyncDispose]()
  })
})

describe('selections', () => {
  it('of a registry, a name, an address show those; of a group, who is in it now', async () => {
    for (const [selection, names] of [
      [{ registry: '*' }, ['math', 'clock', 'own']],
      [{ registry: '' }, ['math', 'clock', 'own']],
      [{ registry: 'back' }, []],
      [{ name: 'clock' }, ['clock']],
    ] as const) {
      await using it = await start({ selection })
      await it.net.system.spawn(Clock, { init: 'x' })
      await it.net.system.spawn(Clock, { init: 'x', name: 'own', audience: '' })
      const wired = await greeted(it.net)
      expect(framesOf(wired, 'services').flatMap(({ here }) => here.map(({ name }: { name: string }) => name))).toEqual(names)
    }
    await using it = await start()
    const wired = await greeted(it.net)
    await it.math.$.stop()
    await it.net.settle()
    expect(framesOf(wired, 'services').at(-1)).toEqual({ kind: 'services', here: [], gone: [[it.id, 'stopped']] })
  })

  it('leave() answers what is owed, takes no more, and ends', async () => {
    await using it = await start()
    const client = it.net.client()
    await it.net.advance(1)
    const math = await client.lookup(MathApi)
    const waiting = failureOf(math.$.with({ timeoutMs: 500 }).wait())
    await it.net.settle()
    const wired = it.net.last
    wired.server.leave()
    expect(wired.closed).toBeUndefined()
    expect(await failureOf(math.multiply(1, 1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    await it.net.advance(500)
    expect(await waiting).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(wired.closed).toBe(1001)
  })
})
