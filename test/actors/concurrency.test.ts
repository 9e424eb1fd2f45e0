import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, type Gate, gate, itemsOf, outcomeOf, readerOf, recordingLog } from './evidence.js'

async function quiet(seed = 1) {
  const log = recordingLog()
  return Object.assign(await createTestSystem({ seed, log }), { log })
}

/** An actor whose methods wait at doors; notes how many are inside at once. */
function hall(concurrency: number) {
  const seen = { inside: 0, most: 0, lives: 0, order: [] as string[], doors: new Map<string, Gate>() }
  const Hall = service(import.meta, 'hall', { concurrency }, (self) => {
    seen.lives++
    return {
      async enter(who: string) {
        const door = gate()
        seen.doors.set(who, door)
        seen.order.push(who)
        seen.inside++
        seen.most = Math.max(seen.most, seen.inside)
        try {
          await door.passed
          return [who, self.request.properties['who']]
        } finally {
          seen.inside--
        }
      },
      quick: () => 'quick',
      timer: (ms: number) =>
        void self.after(ms, async () => {
          const door = gate()
          seen.doors.set(`timer ${ms}`, door)
          seen.order.push(`timer ${ms}`)
          await door.passed
        }),
      crash: () =>
        void self.after(0, () => {
          throw new Error('crash')
        }),
      stop: () => self.stop(),
      request: () => self.request.properties['who'],
    }
  })
  return { seen, Hall }
}

const names = (n: number) => Array.from({ length: n }, (_, i) => `${i}`)

describe('concurrency', () => {
  it.each([1, 2, 3, 7])('%i: so many messages run at once, the next starts when one has ended', async (concurrency) => {
    await using t = await quiet()
    const { seen, Hall } = hall(concurrency)
    const remote = await t.spawn(Hall)
    const work = names(10).map((who) => remote.enter(who))
    for (let ended = 0; ended < 10; ended++) {
      await t.settled()
      expect(seen.inside).toBe(Math.min(concurrency, 10 - ended))
      seen.doors.get(`${ended}`)?.open()
    }
    expect(await Promise.all(work)).toHaveLength(10)
    expect([seen.most, seen.order]).toEqual([concurrency, names(10)])
    await expectNothingLeft(t)
  })

  it('Infinity: as many as there are', async () => {
    await using t = await quiet()
    const { seen, Hall } = hall(Number.POSITIVE_INFINITY)
    const remote = await t.spawn(Hall)
    const work = names(500).map((who) => remote.enter(who))
    await t.settled()
    expect(seen.inside).toBe(500)
    for (const door of seen.doors.values()) door.open()
    await Promise.all(work)
    await expectNothingLeft(t)
  })

  it('lets a method that waits for nothing go through between those that wait', async () => {
    await using t = await quiet()
    const { seen, Hall } = hall(2)
    const remote = await t.spawn(Hall)
    const held = remote.enter('a')
    expect(await Promise.all([1, 2, 3].map(() => remote.quick()))).toEqual(['quick', 'quick', 'quick'])
    const full = remote.enter('b')
    const behind = outcomeOf(remote.quick())
    await t.settled()
    expect(behind.state).toBe('pending')
    seen.doors.get('b')?.open()
    await Promise.all([full])
    await t.settled()
    expect(behind.value).toBe('quick')
    seen.doors.get('a')?.open()
    await held
  })

  it('counts timers as turns, and calls and tells alike', async () => {
    await using t = await quiet()
    const { seen, Hall } = hall(2)
    const remote = await t.spawn(Hall)
    await remote.timer(10)
    remote.$.tell.enter('told')
    const called = remote.enter('called')
    await t.clock.advance(10)
    expect(seen.order).toEqual(['told', 'called'])
    seen.doors.get('told')?.open()
    await t.settled()
    expect(seen.order).toEqual(['told', 'called', 'timer 10'])
    const behind = outcomeOf(remote.quick())
    await t.settled()
    expect(behind.state).toBe('pending')
    seen.doors.get('timer 10')?.open()
    seen.doors.get('called')?.open()
    await called
    await t.settled()
    expect(behind.state).toBe('resolved')
    await expectNothingLeft(t)
  })

  it('every timer still never overlaps itself', async () => {
    await using t = await quiet()
    const doors: Gate[] = []
    const Ticks = service(import.meta, 'ticks', { concurrency: 5 }, (self) => {
      self.every(10, async () => {
        await doors[doors.push(gate()) - 1]?.passed
      })
    })
    await t.spawn(Ticks)
    await t.clock.advance(100)
    expect(doors).toHaveLength(1)
    doors[0]?.open()
    await t.clock.advance(10)
    expect(doors).toHaveLength(2)
  })

  it('frees a slot when a method throws or its promise rejects', async () => {
    await using t = await quiet()
    const Fails = service(import.meta, 'fails', { concurrency: 2 }, () => ({
      async later() {
        await Promise.resolve()
        throw new Error('later')
      },
      now() {
        throw new Error('now')
      },
    }))
    const remote = await t.spawn(Fails)
    const failures = await Promise.all(Array.from({ length: 20 }, (_, i) => failureOf(i % 2 === 0 ? remote.later() : remote.now())))
    expect(failures.map((failure) => (failure as Error).message)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'later' : 'now')),
    )
    await expectNothingLeft(t)
  })
})

describe('self.request with concurrency', () => {
  it.each([2, 5, Number.POSITIVE_INFINITY])(
    'is that of the method that runs, over every await, however many interleave (%d)',
    async (concurrency) => {
      await using t = await quiet()
      const Echo = service(import.meta, 'echo', { concurrency }, (self) => ({ echo: (x: unknown) => [x, self.request.properties['who']] }))
      const Interleaved = service(import.meta, 'interleaved', { concurrency }, (self) => ({
        async walk(steps: number, echo: Remote<typeof Echo>) {
          const seen = new Set([self.request.properties['who']])
          const ids = new Set([self.request.id])
          for (let i = 0; i < steps; i++) {
            if (i % 3 === 0) await echo.echo(i)
            else if (i % 3 === 1) await Promise.resolve()
            else await Promise.all([echo.echo(i), echo.echo(i)])
            seen.add(self.request.properties['who'])
            ids.add(self.request.id)
          }
          return [[...seen], ids.size]
        },
      }))
      const [echo, remote] = [await t.spawn(Echo), await t.spawn(Interleaved)]
      const walks = names(40).map((who) => remote.$.with({ properties: { who } }).walk(Number(who) % 9, echo))
      expect(await Promise.all(walks)).toEqual(names(40).map((who) => [[who], 1]))
      await expectNothingLeft(t)
    },
  )

  it('throws in a timer and in what outlives its method', async () => {
    await using t = await quiet()
    const errors: string[] = []
    const door = gate()
    const attempt = (read: () => unknown) => {
      try {
        read()
        errors.push('there')
      } catch (error) {
        errors.push((error as Error).message)
      }
    }
    const Outlives = service(import.meta, 'outlives', { concurrency: 3 }, (self) => ({
      start() {
        self.after(1, () => attempt(() => self.request))
        void door.passed.then(() => attempt(() => self.request))
      },
    }))
    const remote = await t.spawn(Outlives)
    await remote.start()
    await t.clock.advance(1)
    door.open()
    await t.settled()
    expect(errors).toEqual([expect.stringContaining('only while a method runs'), expect.stringContaining('only while a method runs')])
  })

  it('of one actor is not seen by another that runs in its turn', async () => {
    await using t = await quiet()
    const errors: unknown[] = []
    const Inner = service(import.meta, 'inner', { concurrency: 2 }, (self) => {
      self.after(0, () => {
        try {
          errors.push(self.request.id)
        } catch (error) {
          errors.push(error)
        }
      })
      return { who: () => self.request.sender.id }
    })
    const Outer = service(import.meta, 'outer', { concurrency: 2 }, (self) => ({
      async spawns() {
        const inner = await self.spawn(Inner)
        return (await inner.who()) === self.id
      },
    }))
    expect(await (await t.spawn(Outer)).spawns()).toBe(true)
    await t.clock.advance(1)
    expect(errors).toEqual([expect.any(Error)])
  })
})

describe('calls of a method with concurrency', () => {
  it('have the deadline and the abort of their own request, after any await', async () => {
    await using t = await quiet()
    const ended: string[] = []
    const Slow = service(import.meta, 'slow', { concurrency: 100 }, (self) => ({
      async wait(who: string) {
        const { signal } = self.request
        const end = gate()
        signal.addEventListener('abort', () => end.open())
        await end.passed
        ended.push(`${who} ${(signal.reason as { code: string }).code}`)
      },
    }))
    const Asks = service(import.meta, 'asks', { concurrency: 100 }, () => ({
      async ask(slow: Remote<typeof Slow>, who: string, hops: number) {
        for (let i = 0; i < hops; i++) await Promise.resolve()
        await slow.wait(who)
      },
    }))
    const [slow, asks] = [await t.spawn(Slow), await t.spawn(Asks)]
    const controllers = [new AbortController(), new AbortController(), new AbortController()]
    const calls = [300, 100, 200].map((timeoutMs, i) => {
      const { signal } = controllers[i] as AbortController
      return failureOf(asks.$.with({ timeoutMs, signal }).ask(slow, `${timeoutMs}`, i * 3))
    })
    await t.clock.advance(100)
    expect(ended).toEqual(['100 ERR_REQUEST_TIMEOUT'])
    controllers[2]?.abort()
    await t.settled()
    expect(ended).toEqual(['100 ERR_REQUEST_TIMEOUT', '200 ERR_REQUEST_ABORTED'])
    await t.clock.advance(200)
    expect(ended).toEqual(['100 ERR_REQUEST_TIMEOUT', '200 ERR_REQUEST_ABORTED', '300 ERR_REQUEST_TIMEOUT'])
    expect(await Promise.all(calls)).toMatchObject([
      { code: 'ERR_REQUEST_TIMEOUT' },
      { code: 'ERR_REQUEST_TIMEOUT' },
      { code: 'ERR_REQUEST_ABORTED' },
    ])
    await expectNothingLeft(t)
  })

  it('that are begun after their request has ended fail at once, and are not sent', async () => {
    await using t = await quiet()
    const noted: unknown[] = []
    const outcomes: unknown[] = []
    const door = gate()
    const Notes = service(import.meta, 'notes', () => ({ note: (what: string) => noted.push(what) }))
    const Late = service(import.meta, 'late', { concurrency: 2 }, () => ({
      async ask(notes: Remote<typeof Notes>) {
        await door.passed
        outcomes.push(await failureOf(notes.note('too late')))
        outcomes.push(await notes.$.with({ detached: true }).note('detached'))
      },
      quick: () => 'quick',
    }))
    const [notes, late] = [await t.spawn(Notes), await t.spawn(Late)]
    const call = failureOf(late.$.with({ timeoutMs: 50 }).ask(notes))
    await t.clock.advance(50)
    await call
    expect(await late.quick()).toBe('quick')
    door.open()
    await t.settled()
    expect(outcomes).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' }, 1])
    expect(noted).toEqual(['detached'])
    await expectNothingLeft(t)
  })
})

describe('an actor with several turns', () => {
  it.each(['$.stop', 'stop', 'crash'] as const)('that ends by %s: which of its turns still answer', async (how) => {
    await using t = await quiet()
    const { seen, Hall } = hall(4)
    const remote = await t.spawn(Hall)
    const work = ['a', 'b'].map((who) => outcomeOf(remote.enter(who)))
    await t.settled()
    const end = how === '$.stop' ? outcomeOf(remote.$.stop()) : outcomeOf(remote[how]())
    await t.clock.advance(1)
    const states = work.map(({ state }) => state)
    expect(states).toEqual(how === 'stop' ? ['pending', 'pending'] : ['rejected', 'rejected'])
    for (const door of seen.doors.values()) door.open()
    await t.settled()
    expect(end.state).toBe('resolved')
    if (how === 'stop') expect(work.map(({ value }) => (value as string[])[0])).toEqual(['a', 'b'])
    else for (const { value } of work) expect(value).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect([seen.lives, coreOf(t).counters.read().late]).toEqual([how === 'crash' ? 2 : 1, how === 'stop' ? 0 : 2])
    await expectNothingLeft(t)
  })

  it('restarts with all its slots free, whatever the old turns still do', async () => {
    await using t = await quiet()
    const { seen, Hall } = hall(2)
    const remote = await t.spawn(Hall)
    const old = outcomeOf(remote.enter('old'))
    await remote.crash()
    await t.clock.advance(1)
    expect([old.state, seen.lives]).toEqual(['rejected', 2])
    const oldDoor = seen.doors.get('old')
    const work = ['a', 'b', 'c'].map((who) => remote.enter(who))
    await t.settled()
    expect(seen.order).toEqual(['old', 'a', 'b'])
    oldDoor?.open()
    await t.settled()
    expect(seen.order).toEqual(['old', 'a', 'b'])
    for (const who of ['a', 'b', 'c']) {
      seen.doors.get(who)?.open()
      await t.settled()
    }
    await Promise.all(work)
    await expectNothingLeft(t)
  })

  it('drains: what runs and what waits ends, then it stops', async () => {
    await using t = await quiet()
    const { seen, Hall } = hall(2)
    const remote = await t.spawn(Hall)
    const work = names(5).map((who) => remote.enter(who))
    await t.settled()
    const stop = outcomeOf(remote.$.stop({ drainMs: 1000 }))
    for (const who of names(5)) {
      await t.settled()
      expect(stop.state).toBe('pending')
      seen.doors.get(who)?.open()
    }
    expect((await Promise.all(work)).map(([who]) => who)).toEqual(names(5))
    await t.settled()
    expect(stop.state).toBe('resolved')
    await expectNothingLeft(t)
  })

  it('runs the steps of several streams and its methods side by side', async () => {
    await using t = await quiet()
    const doors = [gate(), gate()]
    const Streams = service(import.meta, 'streams', { concurrency: 3 }, () => ({
      async *items(door: number) {
        yield 1
        await doors[door]?.passed
        yield 2
      },
      hi: () => 'hi',
    }))
    const remote = await t.spawn(Streams)
    const reads = [0, 1].map((door) => itemsOf(remote.items(door)))
    await t.settled()
    expect(await remote.hi()).toBe('hi')
    doors[1]?.open()
    expect(await reads[1]).toEqual([1, 2])
    doors[0]?.open()
    expect(await reads[0]).toEqual([1, 2])
    await expectNothingLeft(t)
  })

  it('closes a stream whose step still runs once that has ended, and only then', async () => {
    await using t = await quiet()
    const door = gate()
    const events: string[] = []
    const Streams = service(import.meta, 'streams', { concurrency: 3 }, () => ({
      async *items() {
        try {
          yield 1
          events.push('goes on')
          await door.passed
          events.push('has waited')
          yield 2
          events.push('not this')
        } finally {
          events.push('closed')
        }
      },
    }))
    const reader = readerOf((await t.spawn(Streams)).items())
    await reader.next()
    await t.settled()
    await reader.return()
    await t.settled()
    expect(events).toEqual(['goes on'])
    door.open()
    await t.settled()
    expect(events).toEqual(['goes on', 'has waited', 'closed'])
    await expectNothingLeft(t)
  })
})
