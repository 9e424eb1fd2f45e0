import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientConnectionEvent } from '../../src/client/client-type.js'
import { CLOSE } from '../../src/client/protocol/frames.js'
import { failureOf, itemsOf, outcomeOf, readerOf } from '../actors/evidence.js'
import { createNet, type NetOptions } from './live-net.js'
import { Clock, Hidden, MathApi, MathService } from './services.js'

/** Rejections that nobody looked at. */
const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => void process.off('unhandledRejection', note))

async function start(options: NetOptions = {}) {
  const net = await createNet(options)
  await net.system.spawn(MathService)
  const client = net.client()
  const events: ClientConnectionEvent[] = []
  client.on('connection', (event) => events.push(event))
  await net.advance(1)
  return { net, client, events, remote: await client.lookup(MathApi), [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() }
}

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
