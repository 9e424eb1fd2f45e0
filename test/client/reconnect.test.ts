import { describe, expect, it } from 'vitest'
import type { ClientConnectionEvent } from '../../src/client/client-type.js'
import { failureOf, itemsOf, outcomeOf, readerOf } from '../actors/evidence.js'
import { createNet } from './live-net.js'
import { startMath as start } from './math-net.js'
import { Clock, MathApi, MathService } from './services.js'

describe('a connection that is lost', () => {
  it('fails what waits for an answer at once, and ends streams', async () => {
    await using it = await start()
    const call = failureOf(it.remote.wait())
    const reader = readerOf(it.remote.silent())
    const item = failureOf(reader.next())
    await it.net.settle()
    it.net.last.cut()
    expect(await call).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await item).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await reader.next()).toEqual({ done: true, value: undefined })
    expect(it.client.state).toBe('connecting')
    expect(it.events.map(({ state }) => state)).toEqual(['active', 'inactive'])
  })

  it('aborts at the gateway what was asked over it', async () => {
    await using it = await start()
    void failureOf(it.remote.wait())
    void failureOf(readerOf(it.remote.silent()).next())
    await it.net.settle()
    it.net.last.cut()
    await it.net.advance(1000)
    expect(await it.remote.aborted()).toEqual(['wait', 'silent'])
  })

  it('comes back: Remotes work, subscriptions go on, what is retained comes again', async () => {
    await using it = await start()
    const heard: unknown[] = []
    const subscription = it.client.subscribe(MathApi, 'load.*', ({ content, retained }) => heard.push([content, retained]))
    await subscription.ready
    await it.remote.publish('load.cpu', 1, true)
    await it.net.settle()
    it.net.last.cut()
    await it.net.advance(1000)
    expect(await it.remote.multiply(6, 7)).toBe(42)
    await it.remote.publish('load.cpu', 2, false)
    await it.net.settle()
    expect(heard).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ])
    expect(it.net.connections).toHaveLength(2)
  })

  it('withdraws services as unreachable until it is back; announcements alternate', async () => {
    await using it = await start()
    const told: string[] = []
    it.client.announcements({ name: 'math' }, ({ status, reason }) => told.push(`${status} ${reason ?? ''}`.trim()))
    it.net.last.cut()
    expect(it.client.lookupAll({})).toEqual([])
    await it.net.advance(1000)
    expect(told).toEqual(['available', 'withdrawn unreachable', 'available'])
    expect(it.client.lookupAll({})).toHaveLength(1)
  })

  it('watches go on: who has gone meanwhile is told of', async () => {
    await using it = await start()
    const clock = await it.net.system.spawn(Clock, { init: 'x' })
    await it.net.settle()
    const told: string[] = []
    it.client.watch(it.client.tryLookup('clock') as never, ({ reason }) => told.push(reason))
    it.client.watch(it.remote, ({ reason }) => told.push(`math ${reason}`))
    await it.net.settle()
    it.net.last.cut()
    await clock.$.stop()
    await it.net.advance(1000)
    expect(told).toEqual(['unreachable'])
  })

  it('calls and lookups wait for a connection within their deadlines, in their order', async () => {
    await using it = await start()
    it.net.isDown = true
    it.net.last.cut()
    const late = failureOf(it.remote.$.with({ timeoutMs: 300 }).multiply(1, 1))
    const calls = ['a', 'b', 'c'].map((text) => it.remote.$.with({ timeoutMs: 60_000 }).note(text))
    const lookup = it.client.lookup('math', { timeoutMs: 60_000 })
    expect(it.remote.$.tell.note('dropped')).toBe('unavailable')
    await it.net.advance(300)
    expect(await late).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    it.net.isDown = false
    await it.net.advance(20_000, 1000)
    await Promise.all(calls)
    expect((await lookup).$.binding.name).toBe('math')
    expect(await it.remote.noted()).toEqual(['a', 'b', 'c'])
  })

  it('what waits in vain tells why there is no connection', async () => {
    const net = await createNet()
    await using _ = net
    net.isDown = true
    const client = net.client()
    const states: string[] = []
    client.on('connection', ({ state, reason }) => states.push(`${state}: ${reason}`))
    const why = 'the connection ended with code 1006; is a live() mount there, and the origin of this page in cors?'
    const late = [
      client.active({ timeoutMs: 300 }),
      client.lookup('math', { timeoutMs: 300 }),
      client.call('math', 'multiply', [6, 7], { timeoutMs: 300 }),
    ].map((wait) => failureOf(wait))
    await net.advance(300)
    for (const failure of await Promise.all(late))
      expect(failure).toMatchObject({
        code: 'ERR_SERVICE_UNAVAILABLE',
        delivered: 'no',
        details: expect.stringContaining(`there was no connection within 300 ms: ${why}`),
      })
    expect(states[0]).toBe(`failed: ${why}`)
    net.isDown = false
    await net.advance(20_000, 1000)
    const lookup = failureOf(client.lookup('math', { timeoutMs: 300 }))
    await net.advance(300)
    expect(await lookup).toMatchObject({ details: 'lookup(): service "math" did not become visible within 300 ms' })
  })

  it('a stream that was never asked for says so at its deadline, and when it is aborted', async () => {
    await using it = await start()
    it.net.isDown = true
    it.net.last.cut()
    const late = failureOf(readerOf(it.remote.$.with({ timeoutMs: 300 }).silent()).next())
    const abort = new AbortController()
    const aborted = failureOf(readerOf(it.remote.$.with({ signal: abort.signal }).silent()).next())
    await it.net.advance(300)
    abort.abort()
    const details = expect.stringContaining('there was no connection within 300 ms')
    expect(await late).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no', details })
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no' })
  })

  it('of what waits there is a bound', async () => {
    await using it = await start()
    it.net.isDown = true
    it.net.last.cut()
    const calls = Array.from({ length: 1001 }, () => outcomeOf(it.remote.$.with({ timeoutMs: 60_000 }).multiply(1, 1)))
    await it.net.settle()
    expect(calls.filter(({ state }) => state === 'rejected')).toMatchObject([
      { value: { code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' } },
    ])
  })
})

describe('attempts', () => {
  it('come later and later, at random, with a bound', async () => {
    await using it = await start()
    it.net.isDown = true
    it.net.last.cut()
    const before = it.net.opened.length
    await it.net.advance(120_000, 50)
    const times = it.net.opened.slice(before)
    const waits = times.slice(1).map((time, at) => time - (times[at] as number))
    expect(waits.length).toBeGreaterThan(10)
    for (const [at, wait] of waits.entries()) {
      const full = Math.min(10_000, 400 * 2 ** at)
      // A step of the clock more at most.
      expect(wait).toBeGreaterThanOrEqual(full * 0.5 - 50)
      expect(wait).toBeLessThanOrEqual(full * 1.5 + 100)
    }
    expect(it.events.filter(({ state }) => state === 'failed').length).toBe(times.length)
  })

  it('that are refused say so, and go on with what properties() answers then', async () => {
    const net = await createNet({ admit: ({ token }) => (token === 'right' ? { user: 'ada' } : undefined) })
    await net.system.spawn(MathService)
    let token = 'wrong'
    const client = net.client({ properties: async () => ({ token }) })
    const states: string[] = []
    client.on('connection', ({ state }) => states.push(state))
    await net.advance(100)
    expect([states, net.last.closed]).toEqual([['refused'], 4401])
    token = 'right'
    await net.advance(2000, 100)
    expect(states).toEqual(['refused', 'active'])
    expect(await (await client.lookup(MathApi)).who()).toEqual({ user: 'ada', token: 'right' })
    await net[Symbol.asyncDispose]()
  })

  it('whose gateway is silent are given up, and so is a connection without beats', async () => {
    await using it = await start()
    it.net.last.freeze()
    const call = failureOf(it.remote.wait())
    await it.net.advance(38_000, 1000)
    expect(it.events[1]).toEqual({ state: 'inactive', reason: 'the gateway has been silent for too long' })
    expect(await call).toMatchObject({ delivered: 'maybe' })
    await it.net.advance(2000, 100)
    expect(it.client.state).toBe('active')
    await it.net.advance(120_000, 5000)
    expect(it.events.map(({ state }) => state)).toEqual(['active', 'inactive', 'active'])
  })

  it('properties() that throws fails an attempt', async () => {
    const net = await createNet()
    const client = net.client({
      properties: () => {
        throw new Error('no token')
      },
    })
    const events: ClientConnectionEvent[] = []
    client.on('connection', (event) => events.push(event))
    await net.advance(1)
    expect(events).toEqual([{ state: 'failed', reason: 'properties() failed: Error: no token' }])
    await net[Symbol.asyncDispose]()
  })
})

describe('active() and on()', () => {
  it('active() resolves with the connection, rejects at its deadline, with its signal, and at close()', async () => {
    await using it = await start()
    await it.client.active()
    it.net.isDown = true
    it.net.last.cut()
    const abort = new AbortController()
    const given = failureOf(it.client.active({ signal: abort.signal }))
    const late = failureOf(it.client.active({ timeoutMs: 10 }))
    const closed = failureOf(it.client.active({ timeoutMs: 60_000 }))
    abort.abort()
    expect(await given).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    await it.net.advance(10)
    expect(await late).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    await it.client.close()
    expect(await closed).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(await failureOf(it.client.active())).toMatchObject({ details: 'active(): the client has been closed' })
  })

  it('on() tells until it is disposed of; what a listener throws stops nobody', async () => {
    await using it = await start()
    const states: string[] = []
    it.client.on('connection', () => {
      throw new Error('boom')
    })
    const listening = it.client.on('connection', ({ state }) => states.push(state))
    it.net.last.cut()
    listening[Symbol.dispose]()
    await it.net.advance(1000)
    expect(states).toEqual(['inactive'])
    expect(it.net.reported.map(String)).toEqual(['Error: boom', 'Error: boom'])
    expect(() => it.client.on('message' as 'connection', () => undefined)).toThrow(/no event "message"/)
  })
})

describe('close()', () => {
  it('ends everything, twice too; what waits fails', async () => {
    await using it = await start()
    const call = failureOf(it.remote.wait())
    const lookup = failureOf(it.client.lookup('nobody'))
    const reports = it.client.subscribe(MathApi, 'load.*')
    const announcements = it.client.announcements({})
    await it.net.settle()
    await it.client.close()
    await it.client.close()
    expect(await call).toMatchObject({ delivered: 'maybe' })
    expect(await lookup).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(await itemsOf(reports)).toEqual([])
    expect(await itemsOf(announcements)).toEqual([])
    expect(await failureOf(it.remote.multiply(1, 1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect(it.remote.$.tell.note('x')).toBe('unavailable')
    expect(() => it.client.subscribe(MathApi, 'load.*')).toThrow(/has been closed/)
    expect(it.client.state).toBe('closed')
    await it.net.advance(60_000)
    expect(it.net.connections).toHaveLength(1)
  })

  it('fails at once what is asked for afterwards, however long it might wait', async () => {
    await using it = await start()
    await it.client.close()
    const nobody = it.client.client<{ tag(): string; items(): AsyncIterable<number> }>('nobody')
    const endless = nobody.$.with({ timeoutMs: Number.POSITIVE_INFINITY })
    const asked = [
      it.client.lookup('nobody'),
      it.client.lookup(MathApi, { timeoutMs: Number.POSITIVE_INFINITY }),
      it.client.call('nobody', 'tag', []),
      endless.tag(),
      readerOf(it.client.client(MathApi).silent()).next(),
      it.client.active({ timeoutMs: Number.POSITIVE_INFINITY }),
    ].map((promise) => outcomeOf(promise as Promise<unknown>))
    await it.net.settle()
    for (const { state, value } of asked) {
      expect(state).toBe('rejected')
      expect(value).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
      expect(String(value)).toMatch(/: the client has been closed$/)
    }
  })
})
