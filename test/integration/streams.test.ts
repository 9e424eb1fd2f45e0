import type { Remote } from 'troupe'
import { describe, expect, it } from 'vitest'
import { CLOSED, Feed, Front, newMarks, Reader, YIELDED } from './fixtures/feeds.js'
import { eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

const numbers = (limit: number): readonly number[] => Array.from({ length: limit }, (_, i) => i)

/** Items that may be on their way or wait unread. */
const WINDOW = 64

type Place = 'inline' | { readonly thread: number }

const PLACES: readonly (readonly [string, Place, Place])[] = [
  ['thread 0 reads from a worker', 'inline', { thread: 1 }],
  ['a worker reads from thread 0', { thread: 1 }, 'inline'],
  ['a worker reads from another', { thread: 1 }, { thread: 2 }],
]

async function startPair(from: Place, to: Place) {
  const system = await startSystem()
  const reader = await system.spawn(Reader, { host: from })
  const feed = await system.spawn(Feed, { host: to })
  return { system, reader, feed }
}

describe.each(PLACES)('%s:', (_, from, to) => {
  it('ten thousand items arrive in order, each once', async () => {
    const { reader, feed } = await startPair(from, to)
    const marks = newMarks()
    expect(await reader.collect(feed, 'numbers', [10_000, marks])).toEqual(numbers(10_000))
    expect([marks[YIELDED], marks[CLOSED]]).toEqual([10_000, 1])
  })

  it('the handler is never more than 64 items ahead of the reader', async () => {
    const { reader, feed } = await startPair(from, to)
    const marks = newMarks()
    let read = 0
    const more = async (count: number, items: Promise<unknown>): Promise<void> => {
      expect(await items).toEqual(numbers(count).map((i) => read + i))
      read += count
      // New credit is given half a window at a time.
      await eventually(() => Atomics.load(marks, YIELDED) > read + WINDOW / 2, 'the handler goes on')
      for (let i = 0; i < 5; i++) await feed.echo(i)
      expect(Atomics.load(marks, YIELDED)).toBeLessThanOrEqual(read + WINDOW)
    }
    await more(1, reader.start(feed, [1e9, marks], 1))
    for (const count of [1, 30, 31, 32, 33, 64, 65, 200]) await more(count, reader.more(count))
    await reader.leave()
    await eventually(() => Atomics.load(marks, CLOSED) === 1, 'the generator is closed')
  })

  it('break closes the generator, and the feed goes on', async () => {
    const { reader, feed } = await startPair(from, to)
    const marks = newMarks()
    expect(await reader.collect(feed, 'numbers', [1e9, marks], 100)).toEqual(numbers(100))
    await eventually(() => Atomics.load(marks, CLOSED) === 1, 'the generator is closed')
    expect(await feed.echo('free')).toBe('free')
  })

  it('a wait for an item that outlasts its deadline fails after the items before it, and aborts over there', async () => {
    const { reader, feed } = await startPair(from, to)
    const marks = newMarks()
    const { items, error } = await reader.collectFailing(feed, 'stallsAfter', [3, marks], { timeoutMs: 100 })
    expect(items).toEqual([0, 1, 2])
    expect(error).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe', message: expect.stringContaining('no item within') })
    await eventually(() => Atomics.load(marks, CLOSED) === 1, 'the generator is closed')
  })

  it('what the generator throws arrives after the items before it', async () => {
    const { reader, feed } = await startPair(from, to)
    const { items, error } = await reader.collectFailing(feed, 'failsAfter', [100])
    expect(items).toEqual(numbers(100))
    expect(error).toMatchObject({ code: 'ERR_APPLICATION', delivered: 'yes', message: 'no more than 100', cause: { name: 'RangeError' } })
  })

  it('an item that cannot be sent ends the stream with the path to it, and closes the generator', async () => {
    const { reader, feed } = await startPair(from, to)
    const marks = newMarks()
    const { items, error } = await reader.collectFailing(feed, 'unsendableAfter', [2, marks])
    expect(items).toEqual([0, 1])
    expect(error).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', delivered: 'yes', message: expect.stringContaining('.inner.callback') })
    await eventually(() => Atomics.load(marks, CLOSED) === 1, 'the generator is closed')
    expect(marks[YIELDED]).toBe(0)
    expect(await feed.echo('goes on')).toBe('goes on')
  })

  it('a Remote or a binding in an item works for who reads it', async () => {
    const { system, reader, feed } = await startPair(from, to)
    const third = await system.spawn(Feed, { host: { thread: 2 }, name: 'third' })
    expect(await reader.askItems(feed, third)).toEqual([await feed.thread(), 'passed', 2])
  })

  it('large items arrive in order among small ones', async () => {
    const { reader, feed } = await startPair(from, to)
    const wanted = numbers(20).flatMap((i) => [`bytes ${i}`, `item ${i}`])
    expect(await reader.mixed(feed, 20, 2 ** 20)).toEqual(wanted)
  })

  it('of a service found by its name the streams are known without a contract', async () => {
    const { reader } = await startPair(from, to)
    expect(await reader.lookUpAndCollect('feed', 'numbers', 70)).toEqual(numbers(70))
    expect(await reader.lookUpAndCollect('feed', 'failsAfter', 0).catch((error: Error) => error.message)).toBe('no more than 0')
  })

  it('every step of a stream is part of its request', async () => {
    const { reader, feed } = await startPair(from, to)
    const { items } = await reader.collectFailing(feed, 'requestOf', [70], { properties: { user: 'ada' } })
    expect(items).toEqual(numbers(70).map(() => ({ sender: reader.$.binding.id, properties: { user: 'ada' } })))
  })
})

it('many streams of one actor go on side by side, and calls between them', async () => {
  const system = await startSystem()
  const feed = await system.spawn(Feed)
  const all = Array.from({ length: 50 }, async (_, i) => {
    const got: unknown[] = []
    for await (const item of feed.numbers(200 + i)) got.push(item)
    return got
  })
  expect(await feed.echo('between')).toBe('between')
  for (const [i, got] of (await Promise.all(all)).entries()) expect(got).toEqual(numbers(200 + i))
})

it('a stream of a stream: three threads, one after another', async () => {
  const system = await startSystem({ threads: 3 })
  const feeds = [1, 2, 3].map((thread) => system.spawn(Feed, { host: { thread }, name: `feed ${thread}` }))
  const [one, two] = (await Promise.all(feeds)) as [Remote<typeof Feed>, Remote<typeof Feed>]
  const got: unknown[] = []
  for await (const item of one.through(two, 500)) got.push(item)
  expect(got).toEqual(numbers(500).map((i) => [1, i]))
})

describe('a stream that is forwarded to a third thread', () => {
  async function startFront() {
    const system = await startSystem()
    const feed = await system.spawn(Feed, { host: { thread: 2 } })
    const front = await system.spawn(Front, { init: feed, host: { thread: 1 } })
    return { system, front, feed }
  }

  it('gives its items to who asked, with credit', async () => {
    const { system, front } = await startFront()
    const marks = newMarks()
    const reader = await system.spawn(Reader)
    expect(await reader.collect(front, 'numbers', [2000, marks])).toEqual(numbers(2000))
    expect(await reader.start(front, [1e9, marks], 100)).toEqual(numbers(100))
    await eventually(() => Atomics.load(marks, YIELDED) > 100 + WINDOW / 2, 'the handler goes on')
    for (let i = 0; i < 5; i++) await front.echo(i)
    expect(Atomics.load(marks, YIELDED)).toBeLessThanOrEqual(100 + WINDOW)
    await reader.leave()
    await eventually(() => Atomics.load(marks, CLOSED) === 2, 'the generator is closed')
  })

  it('fails as it fails there, and is closed there when its reader leaves', async () => {
    const { front, feed } = await startFront()
    const marks = newMarks()
    const got: unknown[] = []
    for await (const item of front.numbers(1e9, marks)) if (got.push(item) === 150) break
    expect(got).toEqual(numbers(150))
    await eventually(() => Atomics.load(marks, CLOSED) === 1, 'the generator is closed')
    await expect(async () => {
      for await (const item of front.failsAfter(70)) got.push(item)
    }).rejects.toMatchObject({ code: 'ERR_APPLICATION', origin: 'feed', message: 'no more than 70' })
    expect(got).toEqual([...numbers(150), ...numbers(70)])
    expect([await front.echo(1), await feed.echo(2)]).toEqual([1, 2])
  })
})

it('reading a method as a stream that is none says so, and the other way round', async () => {
  const system = await startSystem()
  const feed = (await system.spawn(Feed)) as Remote
  await expect(async () => {
    for await (const _ of feed.echo(1)) expect.unreachable()
  }).rejects.toThrow()
  expect(await failureOf(system.call('feed', 'numbers', [3]))).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE' })
})

describe('a pool with workers on several threads', () => {
  it('streams through its workers, each of which is busy as long as its stream', async () => {
    const system = await startSystem()
    const pool = await system.pool(Feed, { size: 4, route: 'round-robin' })
    const all = Array.from({ length: 12 }, async () => {
      const got: unknown[] = []
      for await (const item of pool.numbers(300)) got.push(item)
      return got
    })
    for (const got of await Promise.all(all)) expect(got).toEqual(numbers(300))
  })

  it('closes the generator of its worker when the reader leaves, after which the worker is free', async () => {
    const system = await startSystem()
    const pool = await system.pool(Feed, { size: 2 })
    const marks = newMarks()
    for (let i = 0; i < 3; i++) {
      const got: unknown[] = []
      for await (const item of pool.numbers(1e9, marks)) if (got.push(item) === 100) break
      expect(got).toEqual(numbers(100))
    }
    await eventually(() => Atomics.load(marks, CLOSED) === 3, 'all generators are closed')
    expect(await Promise.all([pool.echo(1), pool.echo(2)])).toEqual([1, 2])
  })

  it('is read from another thread by its name', async () => {
    const system = await startSystem()
    await system.pool(Feed, { size: 2, name: 'feeds' })
    const reader = await system.spawn(Reader)
    expect(await reader.lookUpAndCollect('feeds', 'numbers', 200)).toEqual(numbers(200))
  })
})
