import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNothingLeft, failureOf, gate, itemsOf, outcomeOf, readerOf, recordingLog } from './evidence.js'

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })
const DONE = { done: true, value: undefined }

/** An endless source; each life has a number, which its items carry. */
function source() {
  const seen = { yielded: 0, closed: 0, reasons: [] as string[] }
  let lives = 0
  const Source = service(import.meta, 'source', (self) => {
    const life = ++lives
    return {
      async *items(upTo = Number.POSITIVE_INFINITY) {
        const { signal } = self.request
        signal.addEventListener('abort', () => seen.reasons.push((signal.reason as { code: string }).code))
        try {
          for (let i = 0; i < upTo; i++) {
            seen.yielded++
            yield `${life}.${i}`
          }
        } finally {
          seen.closed++
        }
      },
      crash: () =>
        void self.after(0, () => {
          throw new Error('crash')
        }),
      stop: () => self.stop(),
      busy: (door: { readonly until: Promise<void> }) => door.until,
    }
  })
  return { seen, Source }
}

async function restOf<T>(reader: Pick<AsyncIterator<T>, 'next'>): Promise<{ items: T[]; failure: unknown }> {
  const items: T[] = []
  const failure = await failureOf(
    (async () => {
      for (let result = await reader.next(); result.done !== true; result = await reader.next()) items.push(result.value)
    })(),
  )
  return { items, failure }
}

describe('a stream whose actor ends', () => {
  it.each(['$.stop', 'stop', 'crash'] as const)(
    'by %s fails with ServiceWithdrawn, maybe, after what had arrived; its generator is closed',
    async (how) => {
      await using t = await quiet()
      const { seen, Source } = source()
      const remote = await t.spawn(Source)
      const reader = readerOf(remote.items())
      await reader.next()
      await t.settled()
      if (how === '$.stop') await remote.$.stop()
      else await remote[how]()
      await t.clock.advance(1)
      expect(seen).toMatchObject({ yielded: 64, closed: 1, reasons: ['ERR_SERVICE_WITHDRAWN'] })
      const { items, failure } = await restOf(reader)
      expect(items).toHaveLength(63)
      expect(failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
      expect(await reader.next()).toEqual(DONE)
      await expectNothingLeft(t)
    },
  )

  it('by a restart may be asked for again: the next life answers', async () => {
    await using t = await quiet()
    const { Source } = source()
    const remote = await t.spawn(Source)
    await readerOf(remote.items()).next()
    await remote.crash()
    await t.clock.advance(1)
    expect(await itemsOf(remote.items(2))).toEqual(['2.0', '2.1'])
  })

  it('while it still waits in the mailbox is answered by the next life after a restart, refused after a stop', async () => {
    await using t = await quiet()
    const { Source } = source()
    const remote = await t.spawn(Source)
    const held = outcomeOf(remote.crash())
    const first = itemsOf(remote.items(2))
    await t.clock.advance(1)
    expect([held.state, (await first).length]).toEqual(['resolved', 2])
    const Busy = actor(() => ({ busy: () => gate().passed, async *items() {} }))
    const busy = t.spawn(Busy)
    void failureOf(busy.busy())
    const queued = failureOf(itemsOf(busy.items()))
    await t.settled()
    await busy.$.stop()
    expect(await queued).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
    await expectNothingLeft(t)
  })

  it('goes on while its actor drains, and delays the end of the drain until it has ended', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const reader = readerOf(remote.items(200))
    await reader.next()
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 1000 }))
    await t.clock.advance(500)
    expect([stop.state, seen.yielded]).toEqual(['pending', 64])
    let items = 1
    while ((await reader.next()).done !== true) items++
    await t.settled()
    expect([items, stop.state, seen.closed, seen.reasons]).toEqual([200, 'resolved', 1, []])
    await expectNothingLeft(t)
  })

  it('that its reader closes while the actor drains is closed in it, and ends the drain', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const reader = readerOf(remote.items())
    await reader.next()
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 1000 }))
    await t.settled()
    await reader.return()
    await t.settled()
    expect([stop.state, seen.closed]).toEqual(['resolved', 1])
    await expectNothingLeft(t)
  })

  it('is cut when the drain has taken too long', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const reader = readerOf(remote.items())
    await reader.next()
    const stop = outcomeOf(remote.$.stop({ drainMs: 1000 }))
    await t.clock.advance(1000)
    expect([stop.state, seen.closed, seen.reasons]).toEqual(['resolved', 1, ['ERR_SERVICE_WITHDRAWN']])
    expect((await restOf(reader)).failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    await expectNothingLeft(t)
  })

  it.each([0, 1000])('is closed though its actor stops before the turn in which it would be (drainMs %i)', async (drainMs) => {
    await using t = await quiet()
    const door = gate()
    let closed = 0
    const Busy = actor(() => ({
      busy: () => door.passed,
      async *items() {
        try {
          for (;;) yield 1
        } finally {
          closed++
        }
      },
    }))
    const remote = t.spawn(Busy)
    await t.settled()
    const reader = readerOf(remote.items())
    await reader.next()
    await t.settled()
    remote.busy().catch(() => undefined)
    await t.settled()
    await reader.return()
    await t.settled()
    expect(closed).toBe(0)
    const stop = remote.$.stop({ drainMs })
    await t.settled()
    door.open()
    await stop
    expect(closed).toBe(1)
    await expectNothingLeft(t)
  })

  it('is closed though its actor stops itself at the moment at which its reader leaves', async () => {
    await using t = await quiet()
    const door = gate()
    let closed = 0
    const Busy = actor((self) => ({
      async quit() {
        self.stop()
        await door.passed
        return 'answered'
      },
      async *items() {
        try {
          for (;;) yield 1
        } finally {
          closed++
        }
      },
    }))
    const remote = t.spawn(Busy)
    await t.settled()
    const reader = readerOf(remote.items())
    await reader.next()
    await t.settled()
    const quit = remote.quit()
    await t.settled()
    await reader.return()
    await t.settled()
    door.open()
    expect(await quit).toBe('answered')
    await t.settled()
    expect(closed).toBe(1)
    await expectNothingLeft(t)
  })

  it('is closed at once by a restart, not in a turn of the next life', async () => {
    await using t = await quiet()
    const events: string[] = []
    let lives = 0
    const Crashes = actor((self) => {
      const life = ++lives
      events.push(`life ${life}`)
      return {
        async *items() {
          try {
            for (;;) yield life
          } finally {
            events.push(`closed by life ${life}`)
          }
        },
        async crash() {
          self.after(0, () => {
            throw new Error('crash')
          })
        },
      }
    })
    const remote = t.spawn(Crashes)
    await t.settled()
    const reader = readerOf(remote.items())
    await reader.next()
    await t.settled()
    await remote.crash()
    await t.clock.advance(1)
    expect(events).toEqual(['life 1', 'closed by life 1', 'life 2'])
  })
})

describe('a stream whose reader ends', () => {
  const reading = (kept: AsyncIterator<unknown>[]) =>
    actor((self) => ({
      async read(of: Remote, times: number) {
        const reader = readerOf(of.items())
        kept.push(reader)
        for (let i = 0; i < times; i++) await reader.next()
      },
      async readAll(of: Remote) {
        for await (const _ of of.items());
      },
      crash: () =>
        void self.after(0, () => {
          throw new Error('crash')
        }),
    }))

  it.each(['stop', 'crash'] as const)('with its actor (%s) is closed', async (how) => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const kept: AsyncIterator<unknown>[] = []
    const reader = t.spawn(reading(kept))
    await reader.read(remote, 3)
    await t.settled()
    expect(seen.closed).toBe(0)
    if (how === 'stop') await reader.$.stop()
    else await reader.crash()
    await t.clock.advance(1)
    expect(seen).toMatchObject({ closed: 1, reasons: ['ERR_REQUEST_ABORTED'] })
    await expectNothingLeft(t)
  })

  it('with the request in which it was read, when that ends early: by its deadline, which bounds the stream', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const reader = t.spawn(reading([]))
    const held = gate()
    const Slow = service(import.meta, 'slow', () => ({
      async *items() {
        yield 1
        await held.passed
      },
    }))
    const slow = await t.spawn(Slow)
    const call = failureOf(reader.$.with({ timeoutMs: 100 }).readAll(slow))
    await t.clock.advance(100)
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    held.open()
    await expectNothingLeft(t)
    expect(await reader.read(remote, 1)).toBeUndefined()
    expect(seen.closed).toBe(0)
    await reader.$.stop()
  })

  it('with the request in which it was read, when its caller aborts', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const controller = new AbortController()
    const Held = actor(() => ({
      async read(of: Remote) {
        const reader = readerOf(of.items())
        await reader.next()
        await gate().passed
      },
    }))
    const call = failureOf(t.spawn(Held).$.with({ signal: controller.signal }).read(remote))
    await t.settled()
    expect(seen.closed).toBe(0)
    controller.abort()
    expect(await call).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    await t.settled()
    expect(seen).toMatchObject({ closed: 1, reasons: ['ERR_REQUEST_ABORTED'] })
  })

  it('not with a method that has answered: what it keeps goes on, until the deadline that its request had', async () => {
    await using t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const kept: AsyncIterator<unknown>[] = []
    const reader = t.spawn(reading(kept))
    await reader.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).read(remote, 1)
    await reader.$.with({ timeoutMs: 1000 }).read(remote, 1)
    await t.clock.advance(999)
    expect([await kept[0]?.next(), await kept[1]?.next()]).toMatchObject([{ value: '1.1' }, { value: '1.1' }])
    await t.clock.advance(10_000)
    expect(seen).toMatchObject({ closed: 1, reasons: ['ERR_REQUEST_TIMEOUT'] })
    expect(await kept[0]?.next()).toMatchObject({ value: '1.2' })
    await kept[0]?.return?.()
    await expectNothingLeft(t)
  })

  it('with the system, however many are open', async () => {
    const t = await quiet()
    const { seen, Source } = source()
    const remote = await t.spawn(Source)
    const readers = [1, 2, 3].map(() => readerOf(remote.items()))
    await Promise.all(readers.map((reader) => reader.next()))
    await t.stop()
    expect(seen.closed).toBe(3)
    for (const reader of readers) expect((await restOf(reader)).failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    await expectNothingLeft(t)
  })
})

describe('open streams', () => {
  it('are limited to as many as the mailbox holds messages; one more is refused', async () => {
    await using t = await quiet()
    const Few = service(import.meta, 'few', { mailbox: { capacity: 3 } }, () => ({
      async *items() {
        for (;;) yield 1
      },
    }))
    const remote = await t.spawn(Few)
    const readers = [1, 2, 3].map(() => readerOf(remote.items()))
    await Promise.all(readers.map((reader) => reader.next()))
    await t.settled()
    const refused = readerOf(remote.items())
    expect(await failureOf(refused.next())).toMatchObject({ code: 'ERR_MAILBOX_FULL', message: expect.stringContaining('3 streams') })
    expect(await refused.next()).toEqual(DONE)
    await readers[0]?.return()
    await t.settled()
    const another = readerOf(remote.items())
    expect(await another.next()).toMatchObject({ value: 1 })
    for (const reader of [...readers, another]) await reader.return()
    await expectNothingLeft(t)
  })

  it('take their steps though the mailbox is full, and are never dropped for it', async () => {
    await using t = await quiet()
    const door = gate()
    const Full = service(import.meta, 'full', { mailbox: { capacity: 2, overflow: 'drop-oldest' } }, () => ({
      async *items() {
        for (let i = 0; i < 100; i++) yield i
      },
      busy: () => door.passed,
    }))
    const remote = await t.spawn(Full)
    const reader = readerOf(remote.items())
    await reader.next()
    remote.busy().catch(() => undefined)
    for (let i = 0; i < 10; i++) void remote.$.tell.busy()
    const rest = (async () => {
      let items = 1
      while ((await reader.next()).done !== true) items++
      return items
    })()
    await t.settled()
    door.open()
    expect(await rest).toBe(100)
    await expectNothingLeft(t)
  })
})
