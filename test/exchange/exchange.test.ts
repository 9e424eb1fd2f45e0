import { describe, expect, it } from 'vitest'
import type { Remote } from '../../src/actors/remote-type.js'
import { createExchange } from '../../src/exchange/exchange.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { failureOf } from '../actors/evidence.js'
import { Net } from './exchange-net.js'
import { Echo } from './services.js'

type Told = readonly [status: string, group: string | undefined, reason: string | undefined]

/** Resolves when a condition holds, looked at after each turn of the event loop; the test's own limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** A server and two clients of it. */
async function star() {
  const net = new Net()
  const hub = await net.process('hub')
  const [a, b] = [await net.process('a', { role: 'client' }), await net.process('b', { role: 'client' })]
  await a.join('hub')
  await b.join('hub')
  return { net, hub, a: a.system, b: b.system, processes: { a, b } }
}

describe('services of other processes', () => {
  it('are called through a server as if they were here', async () => {
    const { a, b } = await star()
    const echo = await a.spawn(Echo)
    const there = await b.lookup<typeof Echo>('echo' as never, { timeoutMs: 4000 })
    const remote = there as unknown as typeof echo
    expect(remote.$.binding).toMatchObject({ id: echo.$.binding.id, location: 'remote', exchangeGroup: '', groups: [] })
    const value = { deep: [1, new Date(5), new Map([['a', 1n]])] }
    expect(await remote.say(value)).toEqual(value)
    expect(await remote.later('later')).toBe('later')
    const items: unknown[] = []
    for await (const item of remote.count(5)) items.push(item)
    expect(items).toEqual([0, 1, 2, 3, 4])
    expect(await failureOf(remote.boom())).toMatchObject({ code: 'ERR_APPLICATION', details: 'boom', delivered: 'yes' })
    expect(await failureOf(remote.$.with({ timeoutMs: 20 }).never())).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(remote.$.tell.note('told')).toBe('accepted')
    await remote.$.offer.note('offered')
    expect(await remote.heard()).toEqual(['told', 'offered'])
    expect(await remote.caller()).toEqual([b.process.id, ''])
  })

  it('are announced as they come, join, leave and go, in the order of the original', async () => {
    const { a, b } = await star()
    const told: Told[] = []
    b.announcements({}, (one) => {
      if (one.binding.location === 'remote') told.push([one.status, 'group' in one ? one.group : undefined, one.reason])
    })
    const echo = await a.spawn(Echo, { groups: ['one'] })
    await echo.join('two')
    await echo.leave('one')
    await echo.$.stop()
    await until(() => told.length === 6)
    expect(told).toEqual([
      ['available', undefined, undefined],
      ['available', 'one', undefined],
      ['available', 'two', undefined],
      ['withdrawn', 'one', undefined],
      ['withdrawn', 'two', 'stopped'],
      ['withdrawn', undefined, 'stopped'],
    ])
  })

  it('publish to subscribers elsewhere; who subscribes late gets what is retained first', async () => {
    const { a, b } = await star()
    const echo = await a.spawn(Echo)
    await echo.publish('kept', 1, 60_000)
    await echo.publish('lost', 2)
    await b.lookup('echo', { timeoutMs: 4000 })
    const heard: unknown[] = []
    const subscription = b.subscribe('echo', '*', ({ subject, content }) => void heard.push([subject, content]))
    await subscription.ready
    await echo.publish('live', 3)
    await until(() => heard.length === 2)
    expect(heard).toEqual([
      ['kept', 1],
      ['live', 3],
    ])
  })

  it('are watched: whoever watches hears why they are gone', async () => {
    const { a, b } = await star()
    const echo = await a.spawn(Echo)
    const there = await b.lookup('echo', { timeoutMs: 4000 })
    const reasons: string[] = []
    b.watch(there, ({ reason }) => void reasons.push(reason))
    await echo.$.stop()
    await until(() => reasons.length > 0)
    expect(reasons).toEqual(['stopped'])
  })

  it('forward what they are asked to others, wherever those are', async () => {
    const { a, b, hub } = await star()
    await a.spawn(Echo, { name: 'first' })
    await hub.system.spawn(Echo, { name: 'second' })
    await until(() => a.tryLookup('second') !== undefined && b.tryLookup('first') !== undefined)
    const first = (await b.lookup('first')) as unknown as { handOn(name: string): Promise<unknown> }
    expect(await first.handOn('second')).toBe('second')
  })

  it('are stopped by their own process alone', async () => {
    const { a, b } = await star()
    await a.spawn(Echo)
    const there = await b.lookup('echo', { timeoutMs: 4000 })
    expect(await failureOf(there.$.stop())).toMatchObject({ code: 'ERR_REQUEST_REFUSED', delivered: 'no' })
    expect(b.tryLookup('echo')).toBeDefined()
  })

  it('take and give Remotes, of actors too that are announced nowhere', async () => {
    const { a, b } = await star()
    await a.spawn(Echo)
    const there = (await b.lookup('echo', { timeoutMs: 4000 })) as unknown as {
      child(): Promise<{ say(value: number): Promise<number> }>
      call(other: unknown, value: unknown): Promise<unknown>
    }
    const child = await there.child()
    expect([await child.say(2), await child.say(3)]).toEqual([2, 5])
    const mine = await b.spawn(Echo, { name: 'mine' })
    expect(await there.call(mine, 'to and fro')).toBe('to and fro')
  })

  it('get and give large values, in order with small ones, and any number of messages at once', async () => {
    const { a, b } = await star()
    await a.spawn(Echo, { mailbox: { capacity: 100_000 } })
    const there = (await b.lookup('echo', { timeoutMs: 4000 })) as unknown as Remote<{
      say(value: unknown): unknown
      note(value: unknown): void
      heard(): unknown[]
    }>
    const large = new Uint8Array(3_000_000).map((_, i) => i)
    expect(Buffer.compare((await there.say(large)) as Uint8Array, large)).toBe(0)
    const accepted = Array.from({ length: 10_000 }, (_, i) => there.$.tell.note(i % 1000 === 0 ? 'x'.repeat(100_000) : i))
    expect(accepted.every((told) => told === 'accepted')).toBe(true)
    const heard = (await there.heard()) as unknown[]
    expect(
      heard.map((value, i) => (typeof value === 'string' ? value.length === 100_000 && i % 1000 === 0 : value === i)).indexOf(false),
    ).toBe(-1)
    expect(heard.length).toBe(10_000)
  })

  it('are found as soon as a link is active', async () => {
    const net = new Net()
    const [a, b] = [await net.process('a'), await net.process('b')]
    for (let i = 0; i < 100; i++) await a.system.spawn(Echo, { name: `echo ${i}` })
    await b.join('a')
    expect(b.system.lookupAll({}).filter(({ location }) => location === 'remote')).toHaveLength(100)
  })
})

describe('a process that is lost', () => {
  it('fails what waits for it at once, and withdraws its services as unreachable', async () => {
    const { net, a, b } = await star()
    await a.spawn(Echo)
    const there = (await b.lookup('echo', { timeoutMs: 4000 })) as unknown as {
      never(): Promise<void>
      say(value: unknown): Promise<unknown>
    }
    const told: unknown[] = []
    b.announcements({ name: 'echo' }, ({ status, reason }) => void told.push([status, reason]))
    const pending = failureOf(there.never())
    await there.say('it has begun')
    net.network.cut('a')
    expect(await pending).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(told.at(-1)).toEqual(['withdrawn', 'unreachable'])
    expect(await failureOf(there.say(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('is there again by itself: its services, its Remotes and the subscriptions to it', async () => {
    const { net, a, b } = await star()
    const echo = await a.spawn(Echo)
    const there = (await b.lookup('echo', { timeoutMs: 4000 })) as unknown as { say(value: unknown): Promise<unknown> }
    const heard: unknown[] = []
    await b.subscribe('echo', 'tick', ({ content }) => void heard.push(content)).ready
    net.network.cut('a')
    await until(() => b.tryLookup('echo') === undefined)
    await until(() => b.tryLookup('echo') !== undefined)
    expect(await there.say('again')).toBe('again')
    while (heard.length === 0) await echo.publish('tick', 'again')
    expect(heard[0]).toBe('again')
  })

  it('takes nobody else with it', async () => {
    const { net, hub, a, b } = await star()
    await hub.system.spawn(Echo, { name: 'at the hub' })
    await b.lookup('at the hub', { timeoutMs: 4000 })
    net.network.cut('a')
    await until(() => a.tryLookup('at the hub') === undefined)
    expect(b.tryLookup('at the hub')).toBeDefined()
  })
})

describe('exchanges in any arrangement', () => {
  it.each([
    [
      'in a line',
      [
        ['b', 'a'],
        ['c', 'b'],
        ['d', 'c'],
      ],
    ],
    [
      'in a ring',
      [
        ['b', 'a'],
        ['c', 'b'],
        ['d', 'c'],
        ['a', 'd'],
      ],
    ],
    [
      'all with all',
      [
        ['b', 'a'],
        ['c', 'a'],
        ['d', 'a'],
        ['c', 'b'],
        ['d', 'b'],
        ['d', 'c'],
      ],
    ],
    [
      'each with the other',
      [
        ['b', 'a'],
        ['a', 'b'],
        ['c', 'b'],
        ['b', 'c'],
        ['d', 'c'],
        ['c', 'd'],
      ],
    ],
  ] as const)('servers %s see each service once, and call it', async (_, links) => {
    const net = new Net()
    const servers = new Map<string, Awaited<ReturnType<Net['process']>>>()
    for (const name of 'abcd') servers.set(name, await net.process(name))
    for (const [name, server] of servers) await server.system.spawn(Echo, { name: `echo ${name}` })
    for (const [from, to] of links)
      await servers
        .get(from)
        ?.join(to)
        .catch(() => undefined)
    for (const { system } of servers.values()) {
      await until(() => system.lookupAll({}).filter(({ location }) => location === 'remote').length === 3)
      for (const name of 'abcd') {
        const echo = (await system.lookup(`echo ${name}`)) as unknown as { say(value: unknown): Promise<unknown> }
        expect(await echo.say(name)).toBe(name)
      }
    }
  })

  it('a client of two servers that are linked hears of everything once, and carries nothing between them', async () => {
    const net = new Net()
    const [one, two] = [await net.process('one'), await net.process('two')]
    const client = await net.process('client', { role: 'client' })
    await one.join('two')
    await client.join('one')
    await client.join('two')
    await one.system.spawn(Echo)
    await until(() => client.system.tryLookup('echo') !== undefined && two.system.tryLookup('echo') !== undefined)
    expect(client.system.lookupAll({ name: 'echo' })).toHaveLength(1)
    net.network.cut('one', 'two')
    await until(() => two.system.tryLookup('echo') === undefined)
    expect(client.system.tryLookup('echo')).toBeDefined()
  })
})

describe('audience', () => {
  it.each([
    ['*', '', true],
    ['*', 'g', true],
    ['', '', false],
    ['', 'g', false],
    ['g', 'g', true],
    ['g', '', false],
    ['h', 'g', false],
  ])('of "%s" over exchange group "%s": seen is %s', async (audience, group, seen) => {
    const net = new Net()
    const [a, b] = [await net.process('a', { group }), await net.process('b', { group })]
    await b.join('a', group)
    await a.system.spawn(Echo, { audience })
    await a.system.spawn(Echo, { name: 'after it', audience: '*' })
    await b.system.lookup('after it', { timeoutMs: 4000 })
    expect(b.system.tryLookup('echo') !== undefined).toBe(seen)
  })

  it('a process in two groups carries what is for everybody from one to the other, and nothing else', async () => {
    const net = new Net()
    const front = await net.process('front', { group: 'back' }, { role: 'client', group: '' })
    const [hub, back] = [await net.process('hub'), await net.process('behind', { role: 'client', group: 'back' })]
    await front.join('hub', '')
    await back.join('front', 'back')
    await back.system.spawn(Echo, { name: 'for the back only', audience: 'back' })
    await back.system.spawn(Echo, { name: 'for all', audience: '*' })
    await hub.system.spawn(Echo, { name: 'of the hub', audience: '*' })
    const [there, here] = [
      await hub.system.lookup('for all', { timeoutMs: 4000 }),
      await back.system.lookup('of the hub', { timeoutMs: 4000 }),
    ] as unknown as { say(value: unknown): Promise<unknown> }[]
    expect([await there?.say(1), await here?.say(2)]).toEqual([1, 2])
    await until(() => front.system.tryLookup('for the back only') !== undefined)
    expect(hub.system.tryLookup('for the back only')).toBeUndefined()
  })
})

describe('createExchange()', () => {
  it('says what is wrong with its options', async () => {
    const system = await createSystem({ threads: 0 })
    expect(() => createExchange(system, { role: 'hub' as never })).toThrow("role is \"hub\"; give 'server' or 'client'")
    expect(() => createExchange(system, { role: 'server', secrt: 'x' } as never)).toThrow('secrt is no option')
    expect(() => createExchange({} as never, { role: 'server' })).toThrow('the first argument is no system')
    await system.stop()
  })

  it('makes one exchange for a group', async () => {
    const system = await createSystem({ threads: 0 })
    createExchange(system, { role: 'server' })
    expect(() => createExchange(system, { role: 'client' })).toThrow('has an exchange of group "" already')
    createExchange(system, { role: 'client', group: 'g' })
    await system.stop()
  })

  it('listens beyond this machine only with a secret, or when it is told to', async () => {
    const system = await createSystem({ threads: 0 })
    const exchange = createExchange(system, { role: 'server' })
    await expect(exchange.listen('tcp://0.0.0.0:0')).rejects.toThrow(
      'other machines can reach this address; give createExchange() a secret',
    )
    const { port } = await exchange.listen(0)
    expect(port).toBeGreaterThan(0)
    await system.stop()
  })

  it('a link that cannot come about says why', async () => {
    const net = new Net()
    await net.process('hub', { secret: 'right' })
    const other = await net.process('other', { role: 'client', secret: 'wrong' })
    await expect(other.exchanges[0]?.connect('memory:hub/', { retryDelayMs: false }).active()).rejects.toThrow(
      'the last attempt was refused: secret',
    )
    await expect(other.exchanges[0]?.connect('memory:nowhere', { retryDelayMs: false }).active()).rejects.toThrow('nobody listens')
    await expect(other.exchanges[0]?.connect('memory:nowhere').active({ timeoutMs: 10 })).rejects.toThrow('was not active within 10 ms')
  })
})
