import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNothingLeft, failureOf, gate, itemsOf, outcomeOf, readerOf, recordingLog } from './evidence.js'

const quiet = (options: object = {}) => createTestSystem({ seed: 1, log: recordingLog(), ...options })

interface Box {
  n: number
}

/** Yields one object again and again, changed each time. */
const boxes = (box: Box) => ({
  async *boxes(times: number) {
    for (; box.n < times; box.n++) yield box
  },
})

describe('the items of a stream', () => {
  it.each([{ strict: true }, { strict: false }])('of a service are copies, made when they are yielded (%o)', async (options) => {
    await using t = await quiet(options)
    const box = { n: 0 }
    const Boxes = service(import.meta, 'boxes', () => boxes(box))
    const got = await itemsOf((await t.spawn(Boxes)).boxes(3))
    expect(got).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
    expect(got).not.toContain(box)
  })

  it.each([{ strict: true }, { strict: false }])('of a light actor are the very values (%o)', async (options) => {
    await using t = await quiet(options)
    const box = { n: 0 }
    const got = await itemsOf(t.spawn(actor(() => boxes(box))).boxes(2))
    expect(got.map((one) => one === box)).toEqual([true, true])
  })

  it('keep Dates, Maps, bigints and undefined', async () => {
    await using t = await quiet()
    const items = [new Date(7), new Map([[1, new Set([2n])]]), undefined, null, [undefined]]
    const Odd = service(import.meta, 'odd', () => ({
      async *items() {
        yield* items
      },
    }))
    expect(await itemsOf((await t.spawn(Odd)).items())).toEqual(items)
  })

  it('that hold a Remote give the reader one of its own: it calls as the reader', async () => {
    await using t = await quiet()
    const Who = service(import.meta, 'who', (self) => ({ who: () => self.request.sender.id }))
    const Finds = service(import.meta, 'finds', (self) => ({
      async *found() {
        yield { one: await self.lookup(Who) }
        yield { one: self.remote }
      },
      who: () => self.request.sender.id,
    }))
    const Reader = actor((self) => ({
      async read(of: Remote) {
        const ids: string[] = []
        for await (const { one } of of.found()) {
          ids.push(await one.$.with({ timeoutMs: 100 }).who())
        }
        return [ids, self.id]
      },
    }))
    await t.spawn(Who)
    const finds = await t.spawn(Finds)
    const [ids, id] = (await t.spawn(Reader).read(finds)) as [string[], string]
    expect(ids).toEqual([id, id])
    await expectNothingLeft(t)
  })

  it('of an iterable that is no generator are checked like those of one', async () => {
    await using t = await quiet()
    const Own = actor(() => ({
      items: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: { not: Promise.resolve() } }) }) }),
    }))
    const failure = await failureOf(itemsOf(t.spawn(Own).items()))
    expect(failure).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', message: expect.stringContaining('not') })
    await expectNothingLeft(t)
  })
})

describe('self.request in a stream', () => {
  it('is that of the stream in every step, with its properties, sender and id, and no deadline of the whole', async () => {
    await using t = await quiet()
    const Views = service(import.meta, 'views', (self) => ({
      async *views() {
        for (let i = 0; i < 3; i++) {
          const { id, sender, properties, remainingMs, deadline } = self.request
          yield { id, sender: sender.id, user: properties['user'], remainingMs, deadline }
          await Promise.resolve()
        }
      },
      other: () => self.request.properties['user'],
    }))
    const Reader = actor((self) => ({
      async read(of: Remote) {
        const views = await itemsOf(of.$.with({ properties: { user: 'ada' }, timeoutMs: 50, detached: true }).views())
        return { views, id: self.id }
      },
    }))
    const remote = await t.spawn(Views)
    const read = t.spawn(Reader).read(remote)
    const others = Promise.all([1, 2, 3].map((n) => remote.$.with({ properties: { user: `u${n}` } }).other()))
    const { views, id } = (await read) as { views: { id: string }[]; id: string }
    const first = { id: views[0]?.id, sender: id, user: 'ada', remainingMs: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY }
    expect(views).toEqual([first, first, first])
    expect(await others).toEqual(['u1', 'u2', 'u3'])
  })

  it.each([2, Number.POSITIVE_INFINITY])('is the right one over await with concurrency %d', async (concurrency) => {
    await using t = await quiet()
    const doors = [gate(), gate()]
    const Views = service(import.meta, 'views', { concurrency }, (self) => ({
      async *views(door: number) {
        for (let i = 0; i < 3; i++) {
          if (i === 1) await doors[door]?.passed
          yield self.request.properties['user']
        }
      },
    }))
    const remote = await t.spawn(Views)
    const reads = [0, 1].map((door) => itemsOf(remote.$.with({ properties: { user: `u${door}` } }).views(door)))
    await t.settled()
    doors[1]?.open()
    expect(await reads[1]).toEqual(['u1', 'u1', 'u1'])
    doors[0]?.open()
    expect(await reads[0]).toEqual(['u0', 'u0', 'u0'])
    await expectNothingLeft(t)
  })

  it('gives the calls of a step its end: they abort when the reader leaves', async () => {
    await using t = await quiet()
    const reasons: unknown[] = []
    const Inner = service(import.meta, 'inner', (self) => ({
      async wait() {
        const { signal } = self.request
        const end = gate()
        signal.addEventListener('abort', () => end.open())
        await end.passed
        reasons.push((signal.reason as { code: string }).code)
      },
    }))
    const Outer = actor(() => ({
      async *items(inner: Remote) {
        yield 1
        await inner.wait()
      },
    }))
    const inner = await t.spawn(Inner)
    const reader = readerOf(t.spawn(Outer).items(inner))
    await reader.next()
    await t.settled()
    await reader.return()
    await t.settled()
    expect(reasons).toEqual(['ERR_REQUEST_ABORTED'])
    await expectNothingLeft(t)
  })

  it('neither defers, nor forwards once its generator runs', async () => {
    await using t = await quiet()
    const Odd = service(import.meta, 'odd', (self) => ({
      async *defers() {
        yield 1
        self.request.defer()
      },
      async *forwards() {
        yield 1
        self.request.forward(self.remote)
      },
    }))
    const remote = await t.spawn(Odd)
    expect(await failureOf(itemsOf(remote.defers()))).toMatchObject({ message: expect.stringContaining('defer()') })
    expect(await failureOf(itemsOf(remote.forwards()))).toMatchObject({ message: expect.stringContaining('forward()') })
    await expectNothingLeft(t)
  })
})

describe('a stream on its way', () => {
  it('of high priority goes before what waits, with each of its steps', async () => {
    await using t = await quiet()
    const order: string[] = []
    const door = gate()
    const Order = service(import.meta, 'order', () => ({
      wait: () => door.passed,
      note: (name: string) => void order.push(name),
      async *items(name: string) {
        for (let i = 0; i < 3; i++) {
          order.push(name)
          yield i
        }
      },
    }))
    const remote = await t.spawn(Order)
    const wait = remote.wait()
    const work = [1, 2, 3].map((n) => remote.note(`note ${n}`))
    const slow = itemsOf(remote.$.with({ priority: 'low' }).items('low'))
    const fast = itemsOf(remote.$.with({ priority: 'high' }).items('high'))
    await t.settled()
    door.open()
    await Promise.all([wait, ...work, slow, fast])
    expect(order).toEqual(['high', 'high', 'high', 'note 1', 'note 2', 'note 3', 'low', 'low', 'low'])
  })

  const NumbersApi = contract('numbers', { methods: { upTo: stream([z.int()], z.int()), who: method([], z.string()) } })
  const numbers = () => {
    const seen = { yielded: 0, closed: 0, senders: [] as string[] }
    const Numbers = service(import.meta, NumbersApi, (self) => ({
      async *upTo(n) {
        seen.senders.push(self.request.sender.id)
        try {
          for (let i = 0; i < n; i++) {
            seen.yielded++
            yield i
          }
        } finally {
          seen.closed++
        }
      },
      who: () => self.id,
    }))
    return { seen, Numbers }
  }
  const range = (n: number) => Array.from({ length: n }, (_, i) => i)

  it('through a pool holds its worker until its end, keeps its order and its window, and is closed by break', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const pool = await t.pool(Numbers, { size: 2 })
    expect(await Promise.all([itemsOf(pool.upTo(200)), itemsOf(pool.upTo(100)), itemsOf(pool.upTo(3))])).toEqual([200, 100, 3].map(range))
    seen.yielded = 0
    const reader = readerOf(pool.upTo(1e9))
    await reader.next()
    await t.settled()
    expect(seen.yielded).toBe(64)
    const ids = await Promise.all([1, 2, 3].map(() => pool.who()))
    expect(new Set(ids).size).toBe(1)
    await reader.return()
    await t.settled()
    expect(seen.closed).toBe(4)
    await expectNothingLeft(t)
  })

  it('through a pool has the deadline of each item, and frees its worker then', async () => {
    await using t = await quiet()
    const Never = service(import.meta, 'never', (self) => ({
      async *items() {
        yield 1
        const end = gate()
        self.request.signal.addEventListener('abort', () => end.open())
        await end.passed
      },
      hi: () => 'hi',
    }))
    const pool = await t.pool(Never, { size: 1 })
    const reader = readerOf(pool.$.with({ timeoutMs: 50 }).items())
    await reader.next()
    const late = outcomeOf(reader.next())
    const hi = outcomeOf(pool.hi())
    await t.clock.advance(50)
    expect(late).toMatchObject({ state: 'rejected', value: { code: 'ERR_REQUEST_TIMEOUT' } })
    expect(hi.value).toBe('hi')
    await expectNothingLeft(t)
  })

  it('through a pool whose worker stops fails with ServiceWithdrawn', async () => {
    await using t = await quiet()
    const Quits = service(import.meta, 'quits', (self) => ({
      async *items() {
        yield 1
        self.stop()
        yield 2
      },
    }))
    const pool = await t.pool(Quits, { size: 1 })
    const reader = readerOf(pool.items())
    expect(await reader.next()).toEqual({ done: false, value: 1 })
    const results = await failureOf(
      (async () => {
        while ((await reader.next()).done !== true);
      })(),
    )
    expect(results).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  })

  it('is forwarded by a method that is no generator: its items, its failure and its end go to who asked', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const inner = await t.spawn(Numbers, { name: 'inner' })
    const Front = service(import.meta, NumbersApi, (self) => ({ upTo: () => self.request.forward(inner), who: () => self.id }))
    const front = await t.spawn(Front)
    expect(await itemsOf(front.upTo(200))).toEqual(range(200))
    for await (const n of front.upTo(1e9)) if (n === 5) break
    await t.settled()
    expect([seen.closed, new Set(seen.senders).size]).toEqual([2, 1])
    expect(seen.senders).not.toContain(front.$.binding.id)
    const reader = readerOf(front.upTo(1e9))
    await reader.next()
    await front.$.stop()
    expect(await reader.next()).toMatchObject({ value: 1 })
    await inner.$.stop()
    const rest = failureOf(itemsOf({ [Symbol.asyncIterator]: () => reader }))
    expect(await rest).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    await expectNothingLeft(t)
  })
})
