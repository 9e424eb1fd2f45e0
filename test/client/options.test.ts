import { describe, expect, it } from 'vitest'
import type { ClientConnectionEvent, LiveClientOptions } from '../../src/client/client-type.js'
import { createClient } from '../../src/client/create-client.js'
import { failureOf } from '../actors/evidence.js'
import { createNet } from './live-net.js'
import { Clock, MathApi, MathService } from './services.js'

type Loose = (...args: readonly unknown[]) => unknown

async function start() {
  const net = await createNet()
  await net.system.spawn(MathService)
  const client = net.client()
  await net.advance(1)
  return { net, client, remote: await client.lookup(MathApi), [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() }
}

/** As many properties, of as many characters each. */
function properties(count: number, length = 1): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, 'x'.repeat(length)]))
}

describe('options of createClient()', () => {
  it('are refused at once when they are wrong', () => {
    for (const [options, text] of [
      [{ timeout: 5 }, /timeout is no option; the options are properties, timeoutMs, backoff, WebSocket/],
      [{ timeoutMs: 0 }, /timeoutMs is 0; give milliseconds above 0/],
      [{ timeoutMs: Number.NaN }, /timeoutMs is NaN/],
      [{ properties: { user: 5 } }, /property "user" is 5; give a string/],
      [{ properties: null }, /properties are null; give an object of strings/],
      [{ properties: 'user' }, /properties is "user"; give an object of strings, or a function/],
      [{ properties: properties(65) }, /there are 65 properties; give at most 64/],
      [{ properties: properties(2, 8192) }, /properties have 16394 characters; give at most 16384/],
      [{ backoff: 5 }, /backoff is 5; give \{ minMs, maxMs \}/],
      [{ backoff: { minMs: Number.NaN } }, /backoff is \{ minMs \}; give \{ minMs, maxMs \}, each from 0 to 2147483647/],
      [{ backoff: { maxMs: Number.POSITIVE_INFINITY } }, /backoff is/],
      [{ backoff: { factor: 3 } }, /backoff is/],
      [{ WebSocket: {} }, /WebSocket is \{\}; give a class/],
      [null, /options are null; give an object/],
    ] as const) {
      expect(() => createClient('ws://gate.test/live', options as never)).toThrow(TypeError)
      expect(() => createClient('ws://gate.test/live', options as never)).toThrow(text)
    }
  })

  it('properties() that answers what cannot be sent fails an attempt, and sends nothing', async () => {
    for (const [answer, text] of [
      [properties(65), /there are 65 properties/],
      [undefined, /properties are undefined/],
      [{ user: 5 }, /property "user" is 5/],
    ] as const) {
      await using net = await createNet()
      const client = net.client({ properties: () => answer as never })
      const events: ClientConnectionEvent[] = []
      client.on('connection', (event) => events.push(event))
      await net.advance(1)
      expect(events).toEqual([{ state: 'failed', reason: expect.stringMatching(text) }])
      expect(net.last.up).toEqual([])
    }
  })

  it('backoff may give one of its two waits', async () => {
    await using net = await createNet()
    net.isDown = true
    net.client({ backoff: { minMs: undefined, maxMs: 100 } } as unknown as LiveClientOptions)
    await net.advance(1000, 10)
    expect(net.opened.length).toBeGreaterThan(5)
    expect(net.opened.length).toBeLessThan(22)
  })
})

describe('what a gateway would not take for a frame', () => {
  /** What must be refused where it is asked for, by whom, and how. */
  const REFUSED: Readonly<Record<string, readonly (readonly [args: readonly unknown[], text: RegExp])[]>> = {
    subscribe: [
      ...[0, -1, 1.5, 1_000_001, Number.POSITIVE_INFINITY, Number.NaN, '5', null].map(
        (capacity) =>
          [[MathApi, 'load.*', { capacity }], /^subscribe\(\): capacity is .*; give a whole number from 1 to 1000000$/] as const,
      ),
      [
        [MathApi, 'load.*', () => 0, { overflow: 'wait' }],
        /^subscribe\(\): overflow is "wait"; give 'drop-oldest', 'drop-newest', 'latest' or 'close'$/,
      ],
      [[MathApi, 'load.*', { signal: {} }], /^subscribe\(\): signal is \{\}; give an AbortSignal$/],
      [[MathApi, 'load.*', { timeoutMs: 5 }], /^subscribe\(\): timeoutMs is no option; the options are capacity, overflow, signal$/],
      [[MathApi, 'load.*', null], /^subscribe\(\): listener is null; give a function/],
      [[MathApi, 5], /^subscribe\(\): pattern is 5; give a string$/],
      [[MathApi, 'x'.repeat(256)], /^subscribe\(\): pattern is ".*; give at most 255 bytes of UTF-8$/],
      [['x'.repeat(256), '*'], /^subscribe\(\): name is ".*; give at most 255 bytes/],
      [[{ group: 'x'.repeat(256) }, '*'], /^subscribe\(\): group: name is ".*; give at most 255 bytes/],
      [[{ kind: 'binding', id: 'x'.repeat(256) }, '*'], /^subscribe\(\): id: name is ".*; give at most 255 bytes/],
    ],
    announcements: [
      [[{}, { capacity: 5 }], /^announcements\(\): capacity is no option; the options are signal$/],
      [[{}, () => 0, { signal: 5 }], /^announcements\(\): signal is 5; give an AbortSignal$/],
      [[{ kind: 'binding', id: 'abc' }], /^announcements\(\): give a filter \{ name, group, address \}; of one actor use watch\(\)$/],
    ],
    watch: [[[{ kind: 'binding', id: 'x'.repeat(256) }, () => 0], /^watch\(\): \{ kind, id \} is no actor/]],
    client: [
      [['math', { select: 'last' }], /^client\(\): select is "last"; give 'first', 'random', 'round-robin' or \{ sticky: key \}/],
      [[{ name: 'math', select: { sticky: 5 } }], /^client\(\): select is \{ sticky \}; give 'first'/],
      [['math', { sticky: 'a' }], /^client\(\): sticky is no option; the options are select$/],
    ],
  }

  for (const [action, table] of Object.entries(REFUSED)) {
    it(`is a TypeError of ${action}(), and nothing is sent`, async () => {
      await using it = await start()
      const sent = it.net.last.up.length
      const act = (it.client as unknown as Record<string, Loose>)[action] as Loose
      for (const [args, text] of table) {
        expect(() => act.apply(it.client, [...args])).toThrow(TypeError)
        expect(() => act.apply(it.client, [...args])).toThrow(text)
      }
      await it.net.advance(1000)
      expect([it.client.state, it.net.connections.length, it.net.last.up.length]).toEqual(['active', 1, sent])
    })
  }

  it('is a TypeError of calls and $.with(): too many properties, too long ones', async () => {
    await using it = await start()
    expect(() => it.remote.$.with({ properties: properties(65) })).toThrow(/^\$\.with\(\): there are 65 properties; give at most 64$/)
    expect(() => it.remote.$.with({ properties: properties(1, 16_384) })).toThrow(/characters; give at most 16384$/)
    expect(() => it.remote.$.with({ properties: { user: 5 as never } })).toThrow(/property "user" is 5; give a string$/)
    const failure = await failureOf(it.client.call('math', 'multiply', [1, 2], { properties: properties(65) }))
    expect(failure).toBeInstanceOf(TypeError)
    expect(await it.remote.$.with({ properties: properties(64) }).multiply(6, 7)).toBe(42)
    // In JSON it would be no object.
    expect(await it.remote.$.with({ properties: ['a'] as never }).multiply(6, 7)).toBe(42)
    expect(it.net.connections).toHaveLength(1)
  })

  it('cannot be put into properties later on', async () => {
    await using it = await start()
    const given: Record<string, string> = { user: 'ada' }
    const remote = it.remote.$.with({ properties: given })
    Object.assign(given, { user: 'eve', age: 5 })
    expect(await remote.who()).toMatchObject({ user: 'ada' })
    expect(await remote.who()).not.toHaveProperty('age')
  })

  it('is not what may be given: the largest and the least', async () => {
    await using it = await start()
    const subscriptions = [
      it.client.subscribe(MathApi, 'load.*', { capacity: 1_000_000 }),
      it.client.subscribe(MathApi, 'load.*', () => undefined, { capacity: 1, overflow: 'latest' }),
      it.client.subscribe(MathApi, 'load.*', () => undefined),
      it.client.subscribe('math', '', {}),
    ]
    for (const { ready } of subscriptions) await ready
    await it.net.system.spawn(Clock, { init: 'a' })
    await it.net.settle()
    expect(await it.client.client<{ tag(): string }>('clock', { select: { sticky: 'a' } }).tag()).toBe('a')
    expect(it.net.connections).toHaveLength(1)
  })
})
