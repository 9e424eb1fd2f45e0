import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { failureOf } from '../actors/evidence.js'
import { Echo } from './services.js'
import { VirtualNet } from './virtual-net.js'

type Echoing = Remote<{ say(value: unknown): unknown; publish(subject: string, value: unknown): void }>

/** Takes any number of requests, and answers when it is told to. */
const Gathering = service(import.meta, 'gathering', { concurrency: 1000 }, () => {
  const waiting: (() => void)[] = []
  return {
    wait: () => new Promise<void>((resolve) => void waiting.push(resolve)),
    go: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
})

async function pair(limits: object) {
  const net = new VirtualNet()
  const hub = await net.process('hub', { limits })
  const guest = await net.process('guest', { role: 'client' })
  guest.exchange.connect('memory:hub/')
  return { net, hub, guest }
}

describe('limits of an exchange', () => {
  it('maxMessageBytes: a longer value is refused where it is sent, whoever sends it, and the others go on', async () => {
    const { net, hub, guest } = await pair({ maxMessageBytes: 100_000 })
    await hub.system.spawn(Echo, { name: 'hub', host: 'inline' })
    await guest.system.spawn(Echo, { name: 'guest', host: 'inline' })
    const there = (await net.until(hub.system.lookup('guest'))) as Echoing
    const here = (await net.until(guest.system.lookup('hub'))) as Echoing
    expect(await net.until(there.say('x'.repeat(90_000)))).toHaveLength(90_000)
    expect(await net.until(failureOf(there.say('x'.repeat(110_000))))).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    expect(await net.until(failureOf(here.say('x'.repeat(110_000))))).toMatchObject({ code: 'ERR_REQUEST_DECODING' })
    expect(await net.until(here.say('fine'))).toBe('fine')
  })

  it('maxRequests: those beyond fail with MailboxFull; when the others are answered there is room again', async () => {
    const { net, hub, guest } = await pair({ maxRequests: 10 })
    await hub.system.spawn(Gathering, { host: 'inline' })
    const gathering = (await net.until(guest.system.lookup('gathering'))) as unknown as { wait(): Promise<void>; $: Remote['$'] }
    const asked = Array.from({ length: 15 }, () => failureOf(gathering.wait()).catch(() => 'answered'))
    const refused = await net.until(Promise.all(asked.slice(10)))
    for (const failure of refused) expect(failure).toMatchObject({ code: 'ERR_MAILBOX_FULL', delivered: 'no' })
    ;(gathering.$.tell as { go(): void }).go()
    expect(await net.until(Promise.all(asked.slice(0, 10)))).toEqual(new Array(10).fill('answered'))
    const again = failureOf(gathering.wait()).catch(() => 'answered')
    await net.settle()
    ;(gathering.$.tell as { go(): void }).go()
    expect(await net.until(again)).toBe('answered')
  })

  it('maxSubscriptions: those beyond are not taken, which is said; those that were taken hear', async () => {
    const { net, hub, guest } = await pair({ maxSubscriptions: 5 })
    const echo = await hub.system.spawn(Echo, { host: 'inline' })
    await net.until(guest.system.lookup('echo'))
    const heard: number[] = []
    const subscriptions = Array.from({ length: 8 }, (_, i) => guest.system.subscribe('echo', '*', () => void heard.push(i)))
    await net.until(Promise.all(subscriptions.map(({ ready }) => ready)))
    expect(guest.logged.filter((line) => line.includes('does not take it; nothing comes from there'))).toHaveLength(3)
    await net.until(echo.publish('tick', 1) as Promise<unknown>)
    await net.settle()
    expect(heard).toEqual([0, 1, 2, 3, 4])
    expect(hub.logged.filter((line) => line.includes('5 subscriptions here; more are not taken'))).toHaveLength(1)
    subscriptions[0]?.close()
    await net.settle()
    const next = guest.system.subscribe('echo', 'next', () => void heard.push(9))
    await net.until(next.ready)
    await net.until(echo.publish('next', 1) as Promise<unknown>)
    await net.settle()
    expect(heard).toContain(9)
  })
})
