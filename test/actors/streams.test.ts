import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNothingLeft, failureOf, gate, itemsOf, outcomeOf, readerOf, recordingLog } from './evidence.js'

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })

const NumbersApi = contract('numbers', {
  methods: { upTo: stream([z.int()], z.int()), echo: method([z.int()], z.int()) },
})

interface Seen {
  yielded: number
  closed: number
  readonly events: string[]
}

function numbers() {
  const seen: Seen = { yielded: 0, closed: 0, events: [] }
  const Numbers = service(import.meta, NumbersApi, () => ({
    async *upTo(n) {
      try {
        for (let i = 0; i < n; i++) {
          seen.yielded++
          yield i
        }
      } finally {
        seen.closed++
      }
    },
    echo(n) {
      seen.events.push(`echo ${n}`)
      return n
    },
  }))
  return { seen, Numbers }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('a stream', () => {
  it.each([1, 2, 3])('gives every item once, in the order in which it was yielded, and then ends (seed %i)', async (seed) => {
    await using t = await quiet(seed)
    const { seen, Numbers } = numbers()
    const remote = await t.spawn(Numbers)
    expect(await itemsOf(remote.upTo(1000))).toEqual(range(1000))
    expect(await itemsOf(remote.upTo(0))).toEqual([])
    expect(seen.closed).toBe(2)
    await expectNothingLeft(t)
  })

  it('of a light actor works before its setup, without a contract, and with arguments of its own', async () => {
    await using t = await quiet()
    const Light = actor(() => ({
      async *pairs(text: string, times: number) {
        for (let i = 0; i < times; i++) yield [text, i] as const
      },
    }))
    const pairs = [
      ['a', 0],
      ['a', 1],
    ]
    expect(await itemsOf(t.spawn(Light).pairs('a', 2))).toEqual(pairs)
    expect(await itemsOf(t.spawn(Light).pairs('a', 2))).toEqual(pairs)
    await expectNothingLeft(t)
  })

  it('that nobody reads is never sent and costs nothing', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const remote = await t.spawn(Numbers)
    const { sent } = t.stats().totals
    const unread = remote.upTo(5)
    await t.clock.advance(60_000)
    expect([t.stats().totals.sent, seen.yielded]).toEqual([sent, 0])
    expect(await itemsOf(unread)).toEqual(range(5))
    const given = readerOf(remote.upTo(5))
    expect(await given.return()).toEqual({ done: true, value: undefined })
    expect(await given.next()).toEqual({ done: true, value: undefined })
    expect(seen.yielded).toBe(5)
    await expectNothingLeft(t)
  })

  it('is at most 64 items ahead of its reader, however slow that is', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const reader = readerOf((await t.spawn(Numbers)).upTo(1e9))
    let most = 0
    for (let read = 1; read <= 300; read++) {
      expect(await reader.next()).toEqual({ done: false, value: read - 1 })
      await t.settled()
      most = Math.max(most, seen.yielded - read)
    }
    expect(most).toBe(64)
    const stands = seen.yielded
    await t.clock.advance(100_000)
    expect(seen.yielded).toBe(stands)
    await reader.return()
    await t.settled()
    expect(seen.closed).toBe(1)
    await expectNothingLeft(t)
  })

  it('takes a turn for each step, so that other methods are held up by none, nor by a reader who stands still', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const remote = await t.spawn(Numbers)
    const reader = readerOf(remote.upTo(1e9))
    await reader.next()
    const behind = remote.echo(1)
    const during = seen.yielded
    await behind
    expect(seen.yielded - during).toBeLessThan(5)
    await t.settled()
    expect(await remote.echo(2)).toBe(2)
    await reader.return()
  })

  it('shares the turns of its actor with others: two readers get their items by turns', async () => {
    await using t = await quiet()
    const order: string[] = []
    const Count = actor(() => ({
      async *count(name: string) {
        for (let i = 0; i < 20; i++) {
          order.push(name)
          yield i
        }
      },
    }))
    const remote = t.spawn(Count)
    await itemsOf(t.spawn(Count).count('warm'))
    order.length = 0
    expect(await Promise.all([itemsOf(remote.count('a')), itemsOf(remote.count('b'))])).toEqual([range(20), range(20)])
    expect(order.join('')).toBe('ab'.repeat(20))
  })

  it('runs one step at a time: what waits for something inside a step holds its actor, as in any method', async () => {
    await using t = await quiet()
    const door = gate()
    const events: string[] = []
    const Slow = service(import.meta, 'slow', () => ({
      async *items() {
        events.push('begins')
        await door.passed
        events.push('goes on')
        yield 1
      },
      note: () => events.push('note'),
    }))
    const remote = await t.spawn(Slow)
    const items = itemsOf(remote.items())
    await t.settled()
    const note = remote.note()
    await t.settled()
    expect(events).toEqual(['begins'])
    door.open()
    expect([await items, await note]).toEqual([[1], 3])
    expect(events).toEqual(['begins', 'goes on', 'note'])
  })

  it('answers several next() at once in their order', async () => {
    await using t = await quiet()
    const { Numbers } = numbers()
    const reader = readerOf((await t.spawn(Numbers)).upTo(3))
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => reader.next()))
    expect(results.map(({ value }) => value)).toEqual([0, 1, 2, undefined, undefined])
    expect(results.map(({ done }) => done)).toEqual([false, false, false, true, true])
    await expectNothingLeft(t)
  })

  it('may pass on that of another actor with yield*, and is closed through it', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const inner = await t.spawn(Numbers)
    const Outer = actor(() => ({
      async *all(of: Remote<typeof Numbers>, n: number) {
        yield -1
        yield* of.upTo(n)
        yield -2
      },
    }))
    const outer = t.spawn(Outer)
    await t.settled()
    expect(await itemsOf(outer.all(inner, 100))).toEqual([-1, ...range(100), -2])
    for await (const item of outer.all(inner, 1e9)) if (item === 10) break
    await t.settled()
    expect(seen.closed).toBe(2)
    await expectNothingLeft(t)
  })

  it('of one that yields more than one turn can run goes on over many slices', async () => {
    await using t = await quiet()
    const { Numbers } = numbers()
    let sum = 0
    for await (const n of (await t.spawn(Numbers)).upTo(5000)) sum += n
    expect(sum).toBe((4999 * 5000) / 2)
    await expectNothingLeft(t)
  })
})

describe('the reader of a stream', () => {
  it.each(['break', 'return', 'throw'] as const)('that leaves its loop by %s closes the generator, in a turn of the actor', async (how) => {
    await using t = await quiet()
    const events: string[] = []
    const Closing = service(import.meta, 'closing', (self) => ({
      async *items() {
        try {
          for (let i = 0; ; i++) yield i
        } finally {
          events.push(`closes for ${self.request.sender.id === self.id ? 'itself' : 'another'}`)
          await Promise.resolve()
          events.push('closed')
        }
      },
      note: () => events.push('note'),
    }))
    const remote = await t.spawn(Closing)
    const read = async () => {
      for await (const item of remote.items()) {
        if (item < 3) continue
        if (how === 'break') break
        if (how === 'return') return item
        throw new Error('enough')
      }
      return 'left'
    }
    const outcome = outcomeOf(read())
    await t.settled()
    expect(outcome).toMatchObject({ break: { value: 'left' }, return: { value: 3 }, throw: { state: 'rejected' } }[how])
    await remote.note()
    expect(events).toEqual(['closes for another', 'closed', 'note'])
    await expectNothingLeft(t)
  })

  it('that gives up while it waits gets its end, not a failure', async () => {
    await using t = await quiet()
    const door = gate()
    const Slow = actor(() => ({
      async *items() {
        await door.passed
        yield 1
      },
    }))
    const remote = t.spawn(Slow)
    await t.settled()
    const reader = readerOf(remote.items())
    const waiting = [reader.next(), reader.next()]
    await t.settled()
    expect(await reader.return()).toEqual({ done: true, value: undefined })
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    door.open()
    await t.settled()
    await expectNothingLeft(t)
  })

  it('may close it twice, and is done from then on, items that had arrived included', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const reader = readerOf((await t.spawn(Numbers)).upTo(1e9))
    await reader.next()
    await t.settled()
    await reader.return()
    await reader.return()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
    await t.settled()
    expect([seen.yielded, seen.closed]).toEqual([64, 1])
    await expectNothingLeft(t)
  })

  it('may use it as a resource', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const remote = await t.spawn(Numbers)
    {
      await using reader = remote.upTo(1e9) as ReturnType<typeof remote.upTo> & AsyncDisposable
      expect((await readerOf(reader).next()).value).toBe(0)
    }
    await t.settled()
    expect(seen.closed).toBe(1)
  })

  it('whose actor has restarted since it asked reads nothing with the dead Remote', async () => {
    await using t = await quiet()
    const { seen, Numbers } = numbers()
    const source = await t.spawn(Numbers)
    let kept: AsyncIterable<number> | undefined
    const Reader = actor((self) => ({
      keep(remote: Remote<typeof Numbers>) {
        kept ??= remote.upTo(5)
        self.after(0, () => {
          throw new Error('crash')
        })
      },
    }))
    await t.spawn(Reader).keep(source)
    await t.clock.advance(1000)
    expect(await failureOf(itemsOf(kept as AsyncIterable<number>))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    expect(seen.yielded).toBe(0)
  })
})
