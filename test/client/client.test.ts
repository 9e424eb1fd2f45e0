import { describe, expect, it } from 'vitest'
import { isFailure } from '../../src/actors/failure-guard.js'
import {
  MethodUnavailable,
  ParametersIncorrect,
  RequestAborted,
  RequestEncodingError,
  RequestRefused,
  RequestTimeout,
  ServiceFailure,
  ServiceUnavailable,
} from '../../src/base/failures.js'
import { createClient } from '../../src/client/create-client.js'
import { isLiveRemote } from '../../src/client/services/remote.js'
import { failureOf, itemsOf, outcomeOf, readerOf } from '../actors/evidence.js'
import { createNet } from './live-net.js'
import { Blanks, BlanksApi, Clock, Hidden, MathApi, MathService } from './services.js'

/** A net with a math service and a client that is connected. */
async function start(options: Parameters<typeof createNet>[0] = {}, clientOptions: Parameters<typeof createClient>[1] = {}) {
  const net = await createNet(options)
  const math = await net.system.spawn(MathService)
  const client = net.client(clientOptions)
  await net.advance(1)
  return { net, math, client, remote: await client.lookup(MathApi), [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() }
}

describe('createClient()', () => {
  it('refuses a URL that is wrong', () => {
    for (const url of [
      ...['', 'ftp://gate.test', 'gate.test/live', undefined, Object.create(null)],
      ...[
        'ws://gate test/live',
        'ws://[::1/live',
        'ws://gate.test:99999/',
        'ws:///live',
        'https://gate.test/live#part',
        new URL('ws://gate.test/#part'),
      ],
    ])
      expect(() => createClient(url as string)).toThrow(/^createClient\(\): url is .*; give one such as 'wss:/)
  })
})

describe('lookup()', () => {
  it('finds by contract, name, group, address, binding and Remote, as soon as it is there', async () => {
    await using it = await start()
    const { client, remote } = it
    const { binding } = remote.$
    for (const target of [
      MathApi,
      'math',
      { name: 'math' },
      { group: 'web' },
      { address: binding.address },
      binding,
      remote,
      MathService,
    ]) {
      const found = await client.lookup(target as typeof MathApi)
      expect(found.$.binding.id).toBe(it.math.$.binding.id)
      expect(client.tryLookup(target as typeof MathApi)?.$.binding.id).toBe(it.math.$.binding.id)
    }
    const later = client.lookup<{ tag(): string }>('clock')
    await it.net.system.spawn(Clock, { init: 'late' })
    await it.net.settle()
    expect(await (await later).tag()).toBe('late')
    expect(client.lookupAll({}).map(({ name }) => name)).toEqual(['math', 'clock'])
    expect(client.lookupAll({ name: 'clock' })).toHaveLength(1)
    expect(client.tryLookup('nobody')).toBeUndefined()
  })

  it('ends with its deadline and its signal, and refuses what is no target', async () => {
    await using it = await start()
    const late = failureOf(it.client.lookup('nobody', { timeoutMs: 70 }))
    const abort = new AbortController()
    const given = failureOf(it.client.lookup('nobody', { signal: abort.signal }))
    abort.abort('enough')
    await it.net.advance(70)
    expect(await late).toBeInstanceOf(ServiceUnavailable)
    expect(await given).toBeInstanceOf(RequestAborted)
    expect(((await given) as Error).cause).toBe('enough')
    for (const target of ['', undefined, {}, { nam: 'math' }, 5, { kind: 'cat' }])
      expect(await failureOf(it.client.lookup(target as string))).toBeInstanceOf(TypeError)
  })

  it('shows what the mount offers and nothing else', async () => {
    await using it = await start()
    const hidden = await it.net.system.spawn(Hidden)
    await it.net.settle()
    expect(it.client.lookupAll({}).map(({ name }) => name)).toEqual(['math'])
    const stranger = it.client.tryLookup(hidden.$.binding)
    expect(stranger).toBeUndefined()
    const heard: unknown[] = []
    const subscription = it.client.subscribe('hidden', '*', (report) => heard.push(report))
    await it.net.settle()
    await subscription.ready
    await hidden.tell()
    await it.net.settle()
    expect(heard).toEqual([])
  })
})

describe('a Remote', () => {
  it('calls, with results and failures as inside', async () => {
    await using it = await start()
    const { remote } = it
    expect(await remote.multiply(6, 7)).toBe(42)
    const failure = await failureOf(remote.divide(1, 0))
    expect(isFailure(failure, MathApi, 'DivisionByZero') && failure.data).toEqual({ dividend: 1, at: new Date(1) })
    expect(failure).toMatchObject({ details: 'nothing can be divided by zero', origin: 'math', error: 57, delivered: 'yes' })
    expect(await failureOf(remote.multiply('x' as never, 1))).toBeInstanceOf(ParametersIncorrect)
    expect(await failureOf((remote as unknown as { fly(): Promise<void> }).fly())).toBeInstanceOf(MethodUnavailable)
    expect(await failureOf(remote.echo(() => 1))).toBeInstanceOf(RequestEncodingError)
    expect(await failureOf(remote.$.stop())).toBeInstanceOf(RequestRefused)
    expect(await remote.$.try.divide(1, 0)).toMatchObject({ ok: false, failure: { code: 'DivisionByZero' } })
    expect(await remote.$.try.divide(1, 2)).toEqual({ ok: true, value: 0.5 })
  })

  it('tells and offers in the order of its calls', async () => {
    await using it = await start()
    expect(it.remote.$.tell.note('a')).toBe('accepted')
    const offered = it.remote.$.offer.note('b')
    const called = it.remote.note('c')
    expect(it.remote.$.tell.note('d')).toBe('accepted')
    await Promise.all([offered, called])
    expect(await it.remote.noted()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('is not thenable, keeps its functions, and takes no properties', async () => {
    await using it = await start()
    const loose = it.remote as unknown as Record<string, unknown>
    expect([loose['then'], loose['toJSON'], loose['constructor']]).toEqual([undefined, undefined, undefined])
    expect(it.remote.multiply).toBe(it.remote.multiply)
    expect(() => {
      loose['multiply'] = 1
    }).toThrow(/cannot set "multiply"/)
    expect(() => it.client.client(MathApi).$.binding).toThrow(/not one actor/)
  })

  it('ends a call at its deadline and with its signal, and the method hears of it', async () => {
    await using it = await start()
    const late = failureOf(it.remote.$.with({ timeoutMs: 100 }).wait())
    await it.net.settle()
    await it.net.advance(100)
    expect(await late).toBeInstanceOf(RequestTimeout)
    const abort = new AbortController()
    const given = failureOf(it.remote.$.with({ signal: abort.signal }).wait())
    await it.net.settle()
    abort.abort('enough')
    expect(await given).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: 'enough', delivered: 'maybe' })
    await it.net.settle()
    expect(await it.remote.aborted()).toEqual(['wait', 'wait'])
    expect(await failureOf(it.remote.$.with({ signal: AbortSignal.abort() }).wait())).toMatchObject({ delivered: 'no' })
    expect(() => it.remote.$.with({ timeout: 5 } as never)).toThrow(/unknown option "timeout"/)
  })

  it('goes as a value, comes as a value, also of an actor that is announced nowhere', async () => {
    await using it = await start()
    const room = await it.remote.room()
    expect(isLiveRemote(room)).toBe(true)
    expect(await room.say('hi')).toBe('said hi')
    expect(await it.remote.ask(room)).toBe('said hello')
    const self = (await it.remote.echo(it.remote)) as typeof it.remote
    expect(await self.multiply(2, 3)).toBe(6)
    expect(await failureOf(it.remote.echo(it.client.client('math')))).toBeInstanceOf(RequestEncodingError)
  })

  it('of a client picks anew for each call, and waits for a service within the deadline', async () => {
    await using it = await start()
    const clocks = it.client.client<{ tag(): string }>('clock', { select: 'round-robin' })
    const first = clocks.tag()
    await it.net.system.spawn(Clock, { init: 'a' })
    await it.net.settle()
    expect(await first).toBe('a')
    await it.net.system.spawn(Clock, { init: 'b' })
    await it.net.settle()
    expect(new Set([await clocks.tag(), await clocks.tag()])).toEqual(new Set(['a', 'b']))
    expect(await it.client.call('math', 'multiply', [6, 7])).toBe(42)
    const nobody = failureOf(it.client.call('nobody', 'tag', [], { timeoutMs: 50 }))
    await it.net.advance(50)
    expect(await nobody).toBeInstanceOf(ServiceUnavailable)
    expect(it.client.client<{ note(): void }>('nobody').$.tell.note()).toBe('unavailable')
  })

  it('knows the deadlines of a contract that only the gateway has', async () => {
    await using it = await start({}, { timeoutMs: 100 })
    const loose = await it.client.lookup<{ wait(): void; echo(value: unknown): unknown }>('math')
    const waiting = outcomeOf(loose.wait())
    await it.net.advance(5000)
    expect(waiting.state).toBe('pending')
    await it.net.advance(56_000, 7000)
    expect(waiting).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT' } })
  })
})

describe('a stream', () => {
  it('comes in order, with credit, and ends', async () => {
    await using it = await start()
    expect(await itemsOf(it.remote.count(1000))).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    const reader = readerOf(it.remote.count(100_000))
    expect(await reader.next()).toEqual({ done: false, value: 0 })
    await it.net.settle()
    const sent = it.net.last.down.filter((text) => text.includes('"item"')).length
    expect(sent - 1000).toBeLessThanOrEqual(64)
    await reader.return()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('fails after the items before, once', async () => {
    await using it = await start()
    const reader = readerOf(it.remote.failing(2))
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([0, 1])
    const failure = await failureOf(reader.next())
    expect(isFailure(failure, MathApi, 'DivisionByZero') && failure.data.dividend).toBe(2)
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('waits for each item within the deadline, and ends with the signal', async () => {
    await using it = await start()
    const late = failureOf(readerOf(it.remote.$.with({ timeoutMs: 80 }).silent()).next())
    await it.net.settle()
    await it.net.advance(80)
    expect(await late).toBeInstanceOf(RequestTimeout)
    const abort = new AbortController()
    const given = failureOf(readerOf(it.remote.$.with({ signal: abort.signal }).silent()).next())
    await it.net.settle()
    abort.abort()
    expect(await given).toBeInstanceOf(RequestAborted)
    await it.net.settle()
    expect(await it.remote.aborted()).toEqual(['silent', 'silent'])
  })

  it('may carry undefined, which waits like any other item', async () => {
    await using it = await start()
    await it.net.system.spawn(Blanks)
    const blanks = await it.client.lookup(BlanksApi)
    expect(await itemsOf(blanks.some(3))).toEqual([undefined, undefined, undefined])
    const reader = readerOf(blanks.some(10))
    expect(await reader.next()).toEqual({ done: false, value: undefined })
    await it.net.settle()
    await reader.return()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('without a contract is known by what the gateway tells', async () => {
    await using it = await start()
    const loose = await it.client.lookup<{ count(to: number): AsyncIterable<number> }>('math')
    expect(await itemsOf(loose.count(3))).toEqual([0, 1, 2])
  })
})

describe('subscribe()', () => {
  it('replays what is retained, then is ready, then hears what matches', async () => {
    await using it = await start()
    await it.remote.publish('load.cpu', 1, true)
    await it.remote.publish('greeting', 'other', true)
    const heard: unknown[] = []
    const subscription = it.client.subscribe(MathApi, 'load.*', ({ subject, content, retained, pattern, missed, publisher }) => {
      heard.push([subject, content, retained, pattern, missed, publisher.name])
    })
    await subscription.ready
    expect(heard).toEqual([['load.cpu', 1, true, 'load.*', 0, 'math']])
    await it.remote.publish('load.gpu', new Date(5), false)
    await it.net.settle()
    expect(heard[1]).toEqual(['load.gpu', new Date(5), false, 'load.*', 0, 'math'])
    subscription.close()
    subscription.close()
    await it.remote.publish('load.cpu', 3, false)
    await it.net.settle()
    expect(heard).toHaveLength(2)
  })

  it('without a listener is read; a listener that is slow holds up itself, and learns what it missed', async () => {
    await using it = await start()
    const reports = it.client.subscribe(MathApi, 'load.*', { capacity: 10 })
    await reports.ready
    for (let i = 0; i < 200; i++) it.remote.$.tell.publish('load.cpu', i, false)
    await it.net.settle()
    const seen: unknown[] = []
    let missed = 0
    for await (const report of reports) {
      seen.push(report.content)
      missed += report.missed
      if (report.content === 199) break
    }
    expect(seen.length + missed).toBe(200)
    expect(seen).toEqual([...seen].sort((one, other) => Number(one) - Number(other)))
    expect(missed).toBeGreaterThan(0)
    expect(seen.length).toBeLessThanOrEqual(64 + 10 + 1)
    expect(reports.dropped).toBe(missed)
  })

  it('gets what is sent to it alone', async () => {
    await using it = await start()
    const other = it.net.client()
    await it.net.advance(1)
    const heard: string[][] = [[], []]
    const subscriptions = [it.client, other].map((client, at) =>
      client.subscribe(MathApi, 'greeting', ({ content }) => void heard[at]?.push(content)),
    )
    for (const { ready } of subscriptions) await ready
    expect(await it.remote.greet('hello')).toBe(2)
    await it.net.settle()
    expect(heard).toEqual([['hello 0'], ['hello 1']])
  })

  it('closes itself when it is full and is told to, and with its signal', async () => {
    await using it = await start()
    const reports = it.client.subscribe(MathApi, 'load.*', { capacity: 1, overflow: 'close' })
    await reports.ready
    for (let i = 0; i < 100; i++) it.remote.$.tell.publish('load.cpu', i, false)
    await it.net.settle()
    const failure = await failureOf(itemsOf(reports))
    expect(failure).toMatchObject({ code: 'ERR_MAILBOX_FULL' })
    const abort = new AbortController()
    const given = it.client.subscribe(MathApi, 'load.*', { signal: abort.signal })
    abort.abort()
    expect(await itemsOf(given)).toEqual([])
    await given.ready
  })

  it('tells of what a listener throws, and goes on', async () => {
    await using it = await start()
    const heard: unknown[] = []
    const subscription = it.client.subscribe(MathApi, 'load.*', ({ content }) => {
      heard.push(content)
      throw new Error(`at ${content}`)
    })
    await subscription.ready
    await it.remote.publish('load.cpu', 1, false)
    await it.remote.publish('load.cpu', 2, false)
    await it.net.settle()
    expect(heard).toEqual([1, 2])
    expect(it.net.reported.map(String)).toEqual(['Error: at 1', 'Error: at 2'])
  })
})

describe('announcements() and watch()', () => {
  it('replay what is there, then tell of changes, alternating', async () => {
    await using it = await start()
    const told = new Map<string, string[]>()
    for (const filter of [{}, { name: 'clock' }, { group: 'web' }, { group: 'late' }])
      it.client.announcements(filter, (one) => {
        const key = JSON.stringify(filter)
        const text = `${one.kind} ${one.binding.name} ${one.kind === 'group' ? one.group : ''} ${one.status} ${one.reason ?? ''}`
        told.set(key, [...(told.get(key) ?? []), text.replaceAll(/ +/g, ' ').trim()])
      })
    const clock = await it.net.system.spawn(Clock, { init: 'x', groups: ['web', 'late'] })
    await it.net.settle()
    await clock.$.stop()
    await it.net.settle()
    expect(told.get('{"name":"clock"}')).toEqual(['service clock available', 'service clock withdrawn stopped'])
    expect(told.get('{"group":"web"}')).toEqual([
      'group math web available',
      'group clock web available',
      'group clock web withdrawn stopped',
    ])
    expect(told.get('{"group":"late"}')).toEqual(['group clock late available', 'group clock late withdrawn stopped'])
    expect(told.get('{}')).toEqual([
      'service math available',
      'group math web available',
      'service clock available',
      'group clock web available',
      'group clock late available',
      'group clock web withdrawn stopped',
      'group clock late withdrawn stopped',
      'service clock withdrawn stopped',
    ])
  })

  it('are read as well; leaving the loop ends them', async () => {
    await using it = await start()
    for await (const { binding } of it.client.announcements({ name: 'math' })) {
      expect(binding.name).toBe('math')
      break
    }
    expect(it.client.lookupAll({})).toHaveLength(1)
  })

  it('watch() tells once, why; at once of one who has gone', async () => {
    await using it = await start()
    const told: string[] = []
    it.client.watch(it.remote, ({ reason, binding }) => told.push(`${binding.name} ${reason}`))
    it.client.watch(it.remote.$.binding, () => told.push('taken back')).close()
    await it.remote.end()
    await it.net.settle()
    expect(told).toEqual(['math stopped'])
    it.client.watch(it.remote, ({ reason }) => told.push(reason))
    await it.net.settle()
    expect(told).toHaveLength(2)
    expect(() => it.client.watch({} as never, () => undefined)).toThrow(/no actor/)
  })
})

describe('values', () => {
  it('arrive as what they were', async () => {
    await using it = await start()
    const value = {
      date: new Date(1),
      bytes: new Uint8Array([1, 2, 255]),
      map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n, undefined])]]),
      error: Object.assign(new TypeError('wrong'), { code: 'E_WRONG' }),
      numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY],
      $: ['undefined'],
    }
    const back = (await it.remote.echo(value)) as typeof value
    expect(back).toEqual(value)
    expect(back.error).toMatchObject({ name: 'TypeError', message: 'wrong', code: 'E_WRONG' })
    expect(Object.is(back.numbers[1], -0)).toBe(true)
  })

  it('that are too large to be sent are refused on either side, and the connection stays', async () => {
    await using it = await start()
    expect(await failureOf(it.remote.echo('x'.repeat(2 ** 20)))).toBeInstanceOf(RequestEncodingError)
    expect(await failureOf(it.remote.echo('ü'.repeat(2 ** 19)))).toBeInstanceOf(RequestEncodingError)
    expect(await failureOf(it.remote.echo('x'.repeat(2 ** 20 - 50)))).toBeInstanceOf(ServiceFailure)
    expect(await it.remote.multiply(1, 1)).toBe(1)
  })
})
