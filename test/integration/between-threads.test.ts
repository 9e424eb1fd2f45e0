import type { Remote, SystemOptions } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Feed } from './fixtures/feeds.js'
import { CALLS, DONE, FAILED, Half, newBoard, OUTCOME, STOPPED, Strict, StrictApi } from './fixtures/pairs.js'
import { eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

describe.each([
  ['inline', 'inline'],
  ['on a worker', { thread: 1 }],
] as const)('validate, for a service %s:', (_, host) => {
  const start = async (options: SystemOptions) => {
    const system = await startSystem(options)
    return { system, strict: await system.spawn(Strict, { host }), caller: await system.spawn(Bench, { host: { thread: 2 } }) }
  }
  const wrong = (strict: Remote): Promise<unknown> => strict.twice('text')

  it("'boundary' checks what is untyped, and nothing else", async () => {
    const { system, strict, caller } = await start({})
    expect(await wrong(strict)).toBeNaN()
    expect(await caller.ask(strict, 'twice', 'text')).toBeNaN()
    const untyped = await failureOf(system.call(StrictApi, 'twice', ['text']))
    expect(untyped).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', error: 56, delivered: 'no', data: [{ path: [0] }] })
    const there = await failureOf(caller.askByName('strict', 'twice', 'text'))
    expect(there.cause).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', data: [{ path: [0] }] })
    expect(await strict.wrongResult()).toBe('text')
  })

  it("'always' checks arguments, results and items", async () => {
    const { strict, caller } = await start({ validate: 'always' })
    expect(await strict.twice(4)).toBe(8)
    expect(await failureOf(wrong(strict))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', delivered: 'no', data: [{ path: [0] }] })
    expect((await failureOf(caller.ask(strict, 'twice', 'text'))).cause).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    expect(await failureOf(strict.wrongResult())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', delivered: 'yes' })
    const got: unknown[] = []
    const reading = async (): Promise<void> => {
      for await (const item of strict.items(2)) got.push(item)
    }
    expect(await failureOf(reading())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', delivered: 'yes' })
    expect(got).toEqual([0, 1])
  })

  it("'never' checks the number of arguments only", async () => {
    const { system, strict } = await start({ validate: 'never' })
    expect(await wrong(strict)).toBeNaN()
    expect(await system.call(StrictApi, 'twice', ['text'])).toBeNaN()
    expect(await strict.wrongResult()).toBe('text')
    expect(await failureOf((strict as Remote).twice())).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', error: 56, delivered: 'no' })
    expect(await failureOf(system.call(StrictApi, 'twice', [1, 2]))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
  })
})

describe('values of tens of MiB', () => {
  const MIB = 2 ** 20

  it.each([
    ['from thread 0 to a worker', 'inline', { thread: 1 }],
    ['from a worker to another', { thread: 1 }, { thread: 2 }],
    ['from a worker to thread 0', { thread: 1 }, 'inline'],
  ] as const)('keep their place among small ones, %s', async (_, from, to) => {
    const system = await startSystem({ timeoutMs: 25_000 })
    const [sender, receiver] = [await system.spawn(Bench, { name: 'sender', host: from }), await system.spawn(Bench, { host: to })]
    // Together more than may be on its way at a time.
    expect(
      await sender.sendLarge(
        receiver,
        [1, 24, 0, 30, 0, 0, 40, 1, 0].map((size) => size * MIB),
      ),
    ).toBe('sent')
    const sizes = [0, 1, 1, 24, 2, 0, 3, 30, 4, 0, 5, 0, 6, 40, 7, 1, 8, 0].map((n, i) => (i % 2 === 0 ? n : n * MIB))
    expect(await receiver.takeSeen()).toEqual(sizes)
  })

  it('come back whole', async () => {
    const bench = await (await startSystem()).spawn(Bench)
    const value = new Uint8Array(32 * MIB).map((_, i) => i * 31)
    const [small, large, last] = await Promise.all([bench.echo('before'), bench.echo(value), bench.echo('after')])
    expect([small, last]).toEqual(['before', 'after'])
    expect(Buffer.compare(large as Uint8Array, value)).toBe(0)
    const text = 'grüße '.repeat(4 * MIB)
    expect((await bench.echo(text)) === text).toBe(true)
  })
})

/** Blocks this thread for a second, in one way or another: nothing of it is handled. */
const BLOCKING = [
  ['waits', () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)],
  [
    'computes',
    () => {
      for (const end = performance.now() + 1000; performance.now() < end; );
    },
  ],
] as const

/** Blocks this thread until something is said, or for long enough to see that it is not. */
function blockUntilSaid(board: Int32Array, limitMs: number): number {
  const end = performance.now() + limitMs
  while (Atomics.load(board, OUTCOME) === 0 && performance.now() < end) Atomics.wait(board, OUTCOME, 0, 10)
  return Atomics.load(board, OUTCOME)
}

describe.each(BLOCKING)('while thread 0 %s for a second', (_, block) => {
  it('two workers call each other', async () => {
    const system = await startSystem({ timeoutMs: 25_000 })
    const board = newBoard()
    const [one, two] = await Promise.all(
      [1, 2].map((thread) => system.spawn(Half, { init: board, name: `half ${thread}`, host: { thread } })),
    )
    const [left, right] = [one as Remote<typeof Half>, two as Remote<typeof Half>]
    // Both ways, each from an actor of its own: the halves answer while others of their threads ask.
    const askers = await Promise.all([1, 2].map((thread) => system.spawn(Half, { init: board, name: `asker ${thread}`, host: { thread } })))
    const rallies = [askers[0]?.rally(right), askers[1]?.rally(left)]
    await eventually(() => Atomics.load(board, CALLS) > 0, 'they have begun')
    const before = Atomics.load(board, CALLS)
    block()
    const after = Atomics.load(board, CALLS)
    Atomics.store(board, STOPPED, 1)
    await Promise.all(rallies)
    expect(after).toBeGreaterThan(before + 1)
  })
})

describe('while thread 0 is blocked a worker', () => {
  async function startHalf(threads = 2) {
    const system = await startSystem({ threads, timeoutMs: 25_000 })
    const board = newBoard()
    const half = await system.spawn(Half, { init: board, host: { thread: 1 } })
    const other = await system.spawn(Bench, { name: 'other', host: { thread: 2 } })
    /** Lets `work` leave, and then nothing of this thread happens any more until it has said what came of it. */
    const blocked = async (work: Promise<unknown>, limitMs = 10_000): Promise<readonly [number, Promise<unknown>]> => {
      await new Promise<void>((resolve) => void setImmediate(resolve))
      return [blockUntilSaid(board, limitMs), work]
    }
    return { system, board, half, other, blocked }
  }

  it('spawns on another thread that runs', async () => {
    const { system, half, blocked } = await startHalf()
    const [said] = await blocked(half.spawnThere({ host: { thread: 2 }, name: 'spawned' }))
    expect(said).toBe(DONE)
    expect(await (await system.lookup('spawned')).thread()).toBe(2)
  })

  it('waits for it where a thread must first be made, which only thread 0 can', async () => {
    const { system, half, blocked } = await startHalf(3)
    const [said, spawning] = await blocked(half.spawnThere({ host: { thread: 3 }, name: 'spawned' }), 300)
    expect(said).toBe(0)
    expect(await spawning).toBe('done')
    expect(await (await system.lookup('spawned')).thread()).toBe(3)
  })

  it('gives up such a spawn at its deadline', async () => {
    const { half, blocked } = await startHalf(3)
    const [said, spawning] = await blocked(half.spawnThere({ host: { thread: 3 }, name: 'spawned', timeoutMs: 50 }))
    expect(said).toBe(FAILED)
    expect(await spawning).toBe('ERR_REQUEST_TIMEOUT')
  })

  it('has a pool with workers on another thread', async () => {
    const { half, blocked } = await startHalf()
    expect((await blocked(half.pool(3, 2, 50)))[0]).toBe(DONE)
  })

  it('reads a stream of another, more than the credit of its beginning', async () => {
    const { system, board, half, blocked } = await startHalf()
    const feed = await system.spawn(Feed, { host: { thread: 2 } })
    expect((await blocked(half.read(feed, 1000)))[0]).toBe(DONE)
    expect(Atomics.load(board, CALLS)).toBe(1000)
  })

  it('gives up calls at their deadlines', async () => {
    const { half, other, blocked } = await startHalf()
    const [said, asking] = await blocked(half.waitForNothing(other, 50))
    expect(said).toBe(FAILED)
    expect(await asking).toBe('ERR_REQUEST_TIMEOUT')
  })

  it('stops an actor of another thread', async () => {
    const { half, other, blocked } = await startHalf()
    expect((await blocked(half.stopIt(other)))[0]).toBe(DONE)
    expect(await failureOf(other.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('finds a service that appears on another thread', async () => {
    const { system, half, board, blocked } = await startHalf()
    const spawner = await system.spawn(Half, { init: newBoard(), name: 'spawner', host: { thread: 2 } })
    const looking = half.lookUp('appears')
    void spawner.spawnThere({ host: 'inline', name: 'appears' })
    expect((await blocked(looking))[0]).toBe(DONE)
    expect(Atomics.load(board, OUTCOME)).toBe(DONE)
  })
})
