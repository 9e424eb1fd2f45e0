import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLOSE } from '../../src/client/protocol/frames.js'
import { failureOf, itemsOf, outcomeOf, readerOf } from '../actors/evidence.js'
import type { LiveNet } from './live-net.js'
import { startMath as start } from './math-net.js'
import { Clock, Hidden, MathApi } from './services.js'

/** Rejections that nobody looked at. */
const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => void process.off('unhandledRejection', note))

describe('a subscription that the gateway refuses', () => {
  it('rejects ready, fails who reads it, and is not asked for again', async () => {
    await using it = await start()
    const hidden = await it.net.system.spawn(Hidden)
    const reports = it.client.subscribe(hidden.$.binding, '*')
    expect(await failureOf(reports.ready)).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(await failureOf(itemsOf(reports))).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    expect(await itemsOf(reports)).toEqual([])
    expect(it.net.reported).toEqual([])
    it.net.last.cut()
    await it.net.advance(1000)
    expect(it.net.last.up.filter((text) => text.includes('subscribe'))).toEqual([])
  })

  it('with a listener is reported, whether somebody looks at ready or not', async () => {
    await using it = await start()
    const hidden = await it.net.system.spawn(Hidden)
    const subscription = it.client.subscribe(hidden.$.binding, '*', () => expect.unreachable())
    await it.net.settle()
    expect(it.net.reported).toMatchObject([{ code: 'ERR_REQUEST_REFUSED' }])
    expect(unhandled).toEqual([])
    expect(await failureOf(subscription.ready)).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
    subscription.close()
    await it.net.settle()
    expect(it.net.reported).toHaveLength(1)
  })

  it('ends later in the same way: what its listener cannot hear any more is reported', async () => {
    await using it = await start()
    let open = (): void => undefined
    const slow = new Promise<void>((resolve) => {
      open = resolve
    })
    const subscription = it.client.subscribe(MathApi, 'load.*', () => slow, { capacity: 1, overflow: 'close' })
    await subscription.ready
    for (let i = 0; i < 100; i++) it.remote.$.tell.publish('load.cpu', i, false)
    await it.net.settle()
    expect(it.net.reported).toMatchObject([{ code: 'ERR_MAILBOX_FULL' }])
    await subscription.ready
    open()
  })
})

describe('a watch that the gateway refuses', () => {
  it('is reported, and is not asked for again', async () => {
    await using it = await start({ live: { limits: { maxOpen: 1 } } })
    await it.client.subscribe(MathApi, 'load.*', () => undefined).ready
    it.client.watch(it.remote, () => expect.unreachable())
    await it.net.settle()
    expect(it.net.reported).toMatchObject([{ code: 'ERR_MAILBOX_FULL' }])
    it.net.last.cut()
    await it.net.advance(1000)
    expect(it.net.last.up.filter((text) => text.includes('watch'))).toEqual([])
    expect(it.net.last.up.filter((text) => text.includes('subscribe'))).toHaveLength(1)
  })
})

describe('a gateway that closes', () => {
  it('takes no subscriptions and watches: they are made over the next connection', async () => {
    await using it = await start()
    const clock = await it.net.system.spawn(Clock, { init: 'x' })
    await it.net.settle()
    const waiting = failureOf(it.remote.wait())
    await it.net.settle()
    it.net.last.server.leave()
    const heard: unknown[] = []
    const subscription = it.client.subscribe(MathApi, 'load.*', ({ content }) => heard.push(content))
    const reports = readerOf(it.client.subscribe(MathApi, 'load.*'))
    it.client.watch(it.client.tryLookup('clock') as never, ({ reason }) => heard.push(reason))
    const closed = it.client.subscribe(MathApi, 'load.*', () => expect.unreachable())
    const ready = outcomeOf(subscription.ready)
    await it.net.settle()
    closed.close()
    expect([ready.state, it.net.connections.length, it.net.last.closed]).toEqual(['pending', 1, undefined])
    it.net.last.server.close(CLOSE.leaving, 'the gateway closes')
    expect(await waiting).toMatchObject({ delivered: 'maybe' })
    await it.net.advance(1000)
    expect([ready.state, it.net.connections.length]).toEqual(['resolved', 2])
    await it.remote.publish('load.cpu', 1, false)
    await it.net.settle()
    await clock.$.stop()
    await it.net.settle()
    expect(heard).toEqual([1, 'stopped'])
    expect(await reports.next()).toMatchObject({ value: { content: 1 } })
    expect([it.net.reported, unhandled]).toEqual([[], []])
  })
})

describe('a gateway that finds that what it is told is no frame', () => {
  const WHY = '"capacity" of a message "subscribe" is wrong'

  /** Ends connections in this way as soon as they are there, so many times. */
  async function garble(net: LiveNet, times: number, code: number = CLOSE.garbled): Promise<void> {
    for (let i = 0; i < times; i++) {
      const { length } = net.connections
      net.last.server.close(code, WHY)
      for (let waitedMs = 0; waitedMs < 15_000 && net.connections.length === length; waitedMs += 50) await net.advance(50)
    }
  }

  it('is not told the same for ever: after five connections in a row the client gives up', async () => {
    await using it = await start()
    const ready = outcomeOf(it.client.subscribe('nobody', '*', () => undefined).ready)
    const reports = readerOf(it.client.subscribe(MathApi, 'load.*'))
    const told = failureOf(itemsOf(it.client.announcements({})))
    await it.net.settle()
    const lookup = outcomeOf(it.client.lookup('nobody', { timeoutMs: Number.POSITIVE_INFINITY }))
    await garble(it.net, 4)
    expect([it.client.state, it.net.connections.length, lookup.state]).toEqual(['active', 5, 'pending'])
    const [, first, , , fourth] = it.net.opened as [number, number, number, number, number]
    // Later and later, though each attempt comes to something.
    expect(fourth - first).toBeGreaterThan(3 * 300)
    const next = failureOf(reports.next())
    await garble(it.net, 1)
    const states = it.events.map(({ state }) => state)
    expect(states).toEqual([...Array.from({ length: 4 }, () => ['active', 'inactive']).flat(), 'active', 'closed'])
    expect(it.events.at(-1)?.reason).toContain('5 connections in a row')
    const failure = { code: 'ERR_SERVICE_UNAVAILABLE', details: expect.stringMatching(/^.*the client has given up: .*5 connections/) }
    expect(await next).toMatchObject(failure)
    expect(await told).toMatchObject(failure)
    expect(lookup).toMatchObject({ state: 'rejected', value: failure })
    expect(ready.state).toBe('resolved')
    expect(it.net.reported).toMatchObject([failure])
  })

  it('is left for good then: nothing is sent, what is asked for fails at once', async () => {
    await using it = await start()
    await garble(it.net, 5)
    const { length } = it.net.connections
    await it.net.advance(120_000, 1000)
    expect([it.client.state, it.net.connections.length]).toEqual(['closed', length])
    const failure = { code: 'ERR_SERVICE_UNAVAILABLE', details: expect.stringContaining('the client has given up') }
    expect(await failureOf(it.remote.multiply(1, 1))).toMatchObject(failure)
    expect(await failureOf(it.client.lookup('math'))).toMatchObject(failure)
    expect(await failureOf(it.client.active())).toMatchObject(failure)
    expect(() => it.client.subscribe(MathApi, '*')).toThrow(/subscribe\(\): the client has given up/)
    await it.client.close()
    expect(it.events.at(-1)?.state).toBe('closed')
    expect(unhandled).toEqual([])
  })

  it('is asked again where there was a connection for a while, or one that ended otherwise', async () => {
    await using it = await start()
    await garble(it.net, 4)
    await it.net.advance(10_000, 1000)
    await garble(it.net, 4)
    await garble(it.net, 1, CLOSE.leaving)
    await garble(it.net, 4)
    expect(it.client.state).toBe('active')
    await garble(it.net, 1)
    expect(it.client.state).toBe('closed')
  })

  it('is left in the same way as one that says itself what the client takes for no frame', async () => {
    await using it = await start()
    for (let i = 0; i < 5; i++) {
      const { length } = it.net.connections
      it.net.last.tell({ kind: 'answer', id: -1 })
      for (let waitedMs = 0; waitedMs < 15_000 && it.net.connections.length === length; waitedMs += 50) await it.net.advance(50)
    }
    expect(it.events.at(-1)).toMatchObject({ state: 'closed', reason: expect.stringContaining('"id" of a message "answer" is wrong') })
    await it.net.advance(60_000)
    expect(it.net.connections).toHaveLength(5)
  })

  it('before welcome is asked later and later, for all that is said then is hello', async () => {
    await using it = await start({ selection: { group: 'web' } })
    it.net.garblesHello = true
    it.net.last.cut()
    await it.net.advance(120_000, 50)
    expect(it.client.state).toBe('connecting')
    expect(it.net.connections.length).toBeLessThan(30)
    it.net.garblesHello = false
    await it.net.advance(15_000, 50)
    expect(it.client.state).toBe('active')
  })
})

describe('a gateway that sends more than it was asked for', () => {
  const MOST = 64

  const idOf = (net: LiveNet, kind: string): number =>
    net.last.up.map((text) => JSON.parse(text) as { kind: string; id: number }).find((frame) => frame.kind === kind)?.id as number

  it('fails the stream, after what may wait', async () => {
    await using it = await start()
    const reader = readerOf(it.remote.silent())
    const first = reader.next()
    await it.net.settle()
    const id = idOf(it.net, 'stream')
    for (let i = 0; i < MOST + 10; i++) it.net.last.tell({ kind: 'item', id, item: i })
    expect(await first).toMatchObject({ value: 0 })
    for (let i = 1; i <= MOST; i++) expect(await reader.next()).toMatchObject({ value: i })
    expect(await failureOf(reader.next())).toMatchObject({ code: 'ERR_RESPONSE_DECODING' })
  })

  it('is reported, and its reports are not kept', async () => {
    await using it = await start()
    const reports = readerOf(it.client.subscribe(MathApi, 'load.*'))
    await it.net.settle()
    const id = idOf(it.net, 'subscribe')
    const report = { publisher: it.remote.$.binding.id, subject: 'load.cpu', pattern: 'load.*', retained: false, missed: 0 }
    for (let i = 0; i < MOST + 10; i++) it.net.last.tell({ kind: 'report', id, report: { ...report, content: i } })
    for (let i = 0; i < MOST; i++) expect(await reports.next()).toMatchObject({ value: { content: i } })
    expect(it.net.reported).toHaveLength(10)
  })
})
