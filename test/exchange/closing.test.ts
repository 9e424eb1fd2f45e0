import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { failureOf } from '../actors/evidence.js'
import { Repeat } from './services.js'
import { VirtualNet } from './virtual-net.js'

const PIECES = 20
const PIECE = 'x'.repeat(100_000)

const Sink = service(import.meta, 'sink', () => {
  let count = 0
  return {
    take: (_: string) => {
      count++
    },
    taken: () => count,
  }
})

/** A client that has sent two megabytes over a link that takes five seconds for them. */
async function busyLink() {
  const net = new VirtualNet()
  const hub = await net.process('hub')
  const guest = await net.process('guest', { role: 'client' })
  const link = guest.exchange.connect('memory:hub/')
  const sink = await hub.system.spawn(Sink, { host: 'inline' })
  const there = (await net.until(guest.system.lookup('sink'))) as unknown as typeof sink
  net.network.weather.delayMs = [100, 100]
  net.network.weather.mostBytes = 40_000
  for (let i = 0; i < PIECES; i++) there.$.tell.take(PIECE)
  await net.settle()
  return { net, hub, guest, link, taken: () => net.until(sink.taken()) }
}

describe('close()', () => {
  it.each(['link', 'exchange'] as const)('of a %s with drainMs lets what was sent leave first', async (what) => {
    const { net, guest, link, taken } = await busyLink()
    await net.until((what === 'link' ? link : guest.exchange).close({ drainMs: 20_000 }))
    expect(await taken()).toBe(PIECES)
    expect(net.time.now()).toBeLessThan(10_000)
    expect([link.state, guest.exchange.stats().links]).toEqual(['closed', []])
  })

  it('ends when the time is over, and at once for 0', async () => {
    for (const drainMs of [2000, 0]) {
      const { net, link, taken } = await busyLink()
      const before = net.time.now()
      await net.until(link.close({ drainMs }))
      expect(net.time.now() - before).toBe(drainMs)
      expect(await taken()).toBeLessThan(PIECES)
    }
  })

  it('resolves for everybody who waits, is not dialed again, and refuses what is no option', async () => {
    const { net, hub, guest, link } = await busyLink()
    await net.until(Promise.all([link.close({ drainMs: 100 }), link.close(), guest.exchange.close(), guest.exchange.close()]))
    await net.pass(20_000)
    expect([hub.exchange.stats().links, guest.exchange.links()]).toEqual([[], []])
    expect(await failureOf(link.close({ drainMs: -1 }))).toMatchObject({ message: expect.stringContaining('drainMs') })
    expect(() => guest.exchange.connect('memory:hub/')).toThrow('has been closed')
  })
})

describe('active()', () => {
  it('resolves when what the other side offers is known, at once when it is already', async () => {
    const net = new VirtualNet()
    const hub = await net.process('hub')
    await hub.system.spawn(Repeat, { host: 'inline' })
    const guest = await net.process('guest', { role: 'client' })
    const link = guest.exchange.connect('memory:hub/')
    expect(link.state).toBe('pending')
    await net.until(link.active())
    expect(await (guest.system.tryLookup('repeat') as unknown as Remote<{ say(value: number): number }>).say(1)).toBe(1)
    await net.until(link.active({ timeoutMs: 1, signal: AbortSignal.abort() }))
  })

  it('rejects when the time is over, and tells why; the link goes on', async () => {
    const net = new VirtualNet()
    const guest = await net.process('guest', { role: 'client' })
    const link = guest.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    const failure = await net.until(failureOf(link.active({ timeoutMs: 250 })))
    expect(failure).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', details: expect.stringContaining('nobody listens at memory:hub/') })
    expect(net.time.now()).toBe(250)
    await net.process('hub')
    await net.until(link.active())
    expect(link.state).toBe('active')
  })

  it('rejects when its signal aborts, before or while it waits, and leaves nothing behind', async () => {
    const net = new VirtualNet()
    const guest = await net.process('guest', { role: 'client' })
    const link = guest.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    const before = net.time.size
    const control = new AbortController()
    const aborted = failureOf(link.active({ timeoutMs: 10_000, signal: control.signal }))
    control.abort(new Error('enough'))
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: { message: 'enough' } })
    const already = failureOf(link.active({ timeoutMs: 10_000, signal: AbortSignal.abort() }))
    expect(await already).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    expect(net.time.size).toBe(before)
  })

  it('rejects when the link is closed, or was the only attempt', async () => {
    const net = new VirtualNet()
    const guest = await net.process('guest', { role: 'client' })
    const link = guest.exchange.connect('memory:hub/')
    const waiting = failureOf(link.active())
    await net.until(link.close())
    expect(await waiting).toMatchObject({ message: 'the link to memory:hub/ is closed' })
    expect(await failureOf(link.active())).toMatchObject({ message: 'the link to memory:hub/ is closed' })
    const once = guest.exchange.connect('memory:hub/', { retryDelayMs: false })
    expect(await net.until(failureOf(once.active()))).toMatchObject({ message: expect.stringContaining('the last attempt failed') })
  })
})
