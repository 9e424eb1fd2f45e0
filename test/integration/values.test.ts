import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { isRemote } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const VALUES: readonly (readonly [string, () => unknown])[] = [
  ['nothing', () => [undefined, null, true, false]],
  ['numbers', () => [0, -0, 1.5, -1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['bigints', () => [0n, -1n, 2n ** 200n]],
  ['text', () => ['', 'plain', 'grüße 👋 世界', '\ud800 alone', 'x'.repeat(100_000)]],
  ['Date', () => [new Date(0), new Date(Number.NaN)]],
  [
    'Map and Set',
    () => [
      new Map<unknown, unknown>([
        ['a', new Set([1, { b: 2 }])],
        [{ key: true }, 'value'],
      ]),
      new Set(),
    ],
  ],
  ['typed arrays', () => [new Uint8Array([1, 2, 255]), new Float64Array([0.1, -0]), new BigInt64Array([5n]), new Uint16Array()]],
  ['ArrayBuffer and DataView', () => [new Uint8Array([1, 2]).buffer, new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2)]],
  ['RegExp', () => [/a+b/giu]],
  ['errors', () => [Object.assign(new RangeError('outer', { cause: new TypeError('inner') }), { code: 'E', detail: { a: 1 } })]],
  ['nested arrays', () => [[1, undefined, 3], [[[]]]]],
  ['objects', () => [{ a: { b: { c: [1] } }, 'with space': 1, 7: 'seven' }, Object.create(null) as object]],
]

describe.each([
  ['in another thread', 2],
  ['in the same thread', 0],
])('a method %s', (_, threads) => {
  it.each(VALUES)('takes and returns %s', async (_name, make) => {
    const system = await startSystem({ threads })
    const bench = await system.spawn(Bench)
    const value = make()
    const back = await bench.echo(value)
    expect(back).toEqual(make())
    expect(back).not.toBe(value)
  })

  it('keeps cycles and shared references', async () => {
    const system = await startSystem({ threads })
    const bench = await system.spawn(Bench)
    const common = { n: 1 }
    const value: Record<string, unknown> = { left: common, right: common }
    value['self'] = value
    const back = (await bench.echo(value)) as typeof value
    expect(back['self']).toBe(back)
    expect(back['left']).toBe(back['right'])
    expect(back['left']).toEqual({ n: 1 })
  })

  it('shares a SharedArrayBuffer for real', async () => {
    const system = await startSystem({ threads })
    const bench = await system.spawn(Bench)
    const memory = new Int32Array(new SharedArrayBuffer(8))
    const back = (await bench.echo(memory)) as Int32Array
    back[0] = 7
    expect(memory[0]).toBe(7)
    expect(await bench.block(memory)).toBe('not-equal')
    expect(memory[1]).toBe(1)
  })

  it('takes a MessagePort, which then works where it went', async () => {
    const system = await startSystem({ threads })
    const bench = await system.spawn(Bench)
    const { port1, port2 } = new MessageChannel()
    await bench.see(port1)
    const [back] = (await bench.takeSeen()) as [typeof port1]
    const arrived = once(port2, 'message')
    back.postMessage('hello')
    expect((await arrived)[0]).toBe('hello')
    port2.close()
  })

  it.each([
    ['a function', { deep: [{ cb: () => 1 }] }, 'args[0].deep[0].cb'],
    ['a class instance', { one: new (class Point {})() }, 'args[0].one'],
    ['a symbol', [Symbol('s')], 'args[0][0]'],
    ['a promise', { later: Promise.resolve(1) }, 'args[0].later'],
  ])('refuses %s with the path to it', async (_name, value, path) => {
    const system = await startSystem({ threads })
    const bench = await system.spawn(Bench)
    const failure = await failureOf(bench.echo(value))
    expect(failure).toMatchObject({ code: 'ERR_REQUEST_ENCODING', error: 42, delivered: 'no' })
    expect(failure.message).toContain(path)
    // What was refused leaves nothing behind.
    expect(await bench.echo('next')).toBe('next')
  })

  it('fails with the path to what of its result cannot be sent', async () => {
    const system = await startSystem({ threads })
    const failure = await failureOf((await system.spawn(Bench)).unsendable())
    expect(failure).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', error: 52, delivered: 'yes' })
    expect(failure.message).toContain('result.inner.callback')
  })

  it('takes and returns Remotes and bindings, which arrive as Remotes of who gets them', async () => {
    const system = await startSystem({ threads })
    const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
    const back = (await one.echo(two)) as typeof two
    expect(isRemote(back)).toBe(true)
    expect(await back.name()).toBe('two')
    expect(back.$.binding.id).toBe(two.$.binding.id)
    const fromBinding = (await one.echo(two.$.binding)) as typeof two
    expect(await fromBinding.name()).toBe('two')
    // The one calls the other, as itself.
    expect(await one.ask(two, 'sender')).toBe(await one.id())
    expect(await two.sender()).not.toBe(await one.id())
    // And a third, which the second hears of from the first.
    const three = await system.spawn(Bench, { name: 'three' })
    expect(await one.ask(two, 'ask', three, 'name')).toBe('three')
  })

  it('calls an actor of the thread of the test, which closes over its variables', async () => {
    const system = await startSystem({ threads })
    const witness = makeWitness(system)
    const bench = await system.spawn(Bench)
    await bench.ask(witness.remote, 'note', { from: 'afar' })
    expect(witness.notes).toEqual([{ from: 'afar' }])
  })
})

it('a Remote passed on reaches a third thread that its receiver had never heard of', async () => {
  const system = await startSystem({ threads: 3 })
  const one = await system.spawn(Bench, { host: { thread: 1 }, name: 'one' })
  // Thread 2 starts after thread 1, thread 3 after both; the Remote of 3 goes to 1 at once.
  const [two, three] = await Promise.all([
    system.spawn(Bench, { host: { thread: 2 }, name: 'two' }),
    system.spawn(Bench, { host: { thread: 3 }, name: 'three' }),
  ])
  expect([await one.ask(two, 'thread'), await two.ask(three, 'thread'), await three.ask(one.$.binding, 'thread')]).toEqual([2, 3, 1])
})

it('init reaches another thread like an argument', async () => {
  const system = await startSystem()
  const { Tally } = await import('./fixtures/bench.js')
  const tally = new Int32Array(new SharedArrayBuffer(4))
  const counter = await system.spawn(Tally, { init: tally })
  await counter.add()
  expect(tally[0]).toBe(1)
  const failure = await failureOf(system.spawn(Tally, { init: { cb: () => 1 } as unknown as Int32Array }))
  expect(failure).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
  expect(failure.message).toContain('init.cb')
})
