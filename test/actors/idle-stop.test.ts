import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import type { FreeSelf } from '../../src/actors/self-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, type Gate, gate, outcomeOf, recordingLog } from './evidence.js'

const quiet = () => createTestSystem({ seed: 1, log: recordingLog() })

let doors: Gate[] = []
let stops: string[] = []
const Idler = service(import.meta, 'idler', (self, init: { ms: number }) => {
  self.idleStop(init.ms)
  self.onStop((reason) => void stops.push(reason))
  return {
    touch: () => self.id,
    async work() {
      const door = gate()
      doors.push(door)
      await door.passed
      return 'done'
    },
    async *items() {
      const door = gate()
      doors.push(door)
      yield 1
      await door.passed
    },
    later() {
      const answer = self.request.defer<string>()
      const door = gate()
      doors.push(door)
      void door.passed.then(() => answer.resolve('later'))
      return answer
    },
    again: (ms: number) => self.idleStop(ms),
    tick: (everyMs: number) => void self.every(everyMs, () => undefined),
    slowTimer: (ms: number) => {
      self.after(ms, () => {
        const door = gate()
        doors.push(door)
        return door.passed
      })
    },
    crash: () => void self.after(0, () => Promise.reject(new Error('crash'))),
    fail: () => {
      throw new Error('failed')
    },
  }
})

async function idler(ms = 100) {
  doors = []
  stops = []
  const t = await quiet()
  const remote = await t.spawn(Idler, { init: { ms } })
  return { t, remote, isThere: () => t.tryLookup(Idler) !== undefined, [Symbol.asyncDispose]: () => t.stop() }
}

describe('self.idleStop()', () => {
  it('self.idleStop() stops the actor when so long no message has come: it is withdrawn, its onStop runs', async () => {
    await using i = await idler()
    await i.t.clock.advance(99)
    expect([i.isThere(), stops]).toEqual([true, []])
    await i.t.clock.advance(1)
    expect([i.isThere(), stops, i.t.stats().totals.actors]).toEqual([false, ['stopped'], 0])
    expect(await failureOf(i.remote.touch())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  })

  it('self.idleStop() counts from the last message: calls, tells, offers, and those that fail', async () => {
    await using i = await idler()
    const messages = [
      () => i.remote.touch(),
      () => i.remote.$.tell.touch(),
      () => i.remote.$.offer.touch(),
      () => failureOf(i.remote.fail()),
      () => failureOf(i.t.call('idler', 'unknown', [])),
    ]
    for (const message of messages) {
      await i.t.clock.advance(90)
      await message()
    }
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
    expectNoSilentLoss(i.t.stats())
  })

  it('self.idleStop() waits for what runs, and counts from its end', async () => {
    await using i = await idler()
    const work = i.remote.work()
    await i.t.clock.advance(1000)
    expect(i.isThere()).toBe(true)
    doors[0]?.open()
    expect(await work).toBe('done')
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
  })

  it.each([
    [
      'a stream',
      async (remote: Remote<typeof Idler>) => {
        let count = 0
        for await (const item of remote.items()) count += item
        return count
      },
      1,
    ],
    ['an answer that was put off', (remote: Remote<typeof Idler>) => remote.later(), 'later'],
  ] as const)('self.idleStop() counts from the end of %s', async (_what, ask, expected) => {
    await using i = await idler()
    const asked = ask(i.remote)
    await i.t.clock.advance(1000)
    expect(i.isThere()).toBe(true)
    doors[0]?.open()
    expect(await asked).toBe(expected)
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
  })

  it('self.idleStop() counts from the end of a method that ended before the time was over', async () => {
    await using i = await idler()
    const work = i.remote.work()
    await i.t.clock.advance(60)
    doors[0]?.open()
    await work
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
  })

  it('self.idleStop() takes no timer of the actor itself for a message, but lets one that runs end', async () => {
    await using i = await idler()
    await i.remote.tick(10)
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
    await using slow = await idler()
    await slow.remote.slowTimer(50)
    await slow.t.clock.advance(500)
    expect([slow.isThere(), stops]).toEqual([true, []])
    doors[0]?.open()
    await slow.t.settled()
    expect([slow.isThere(), stops]).toEqual([false, ['stopped']])
  })

  it('a message that comes while a timer runs counts', async () => {
    await using i = await idler()
    await i.remote.slowTimer(50)
    await i.t.clock.advance(150)
    const touched = i.remote.touch()
    doors[0]?.open()
    await touched
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect(i.isThere()).toBe(false)
  })

  it('self.idleStop() again replaces, and Infinity turns it off', async () => {
    await using i = await idler()
    await i.remote.again(300)
    await i.t.clock.advance(299)
    expect(i.isThere()).toBe(true)
    await i.remote.again(Number.POSITIVE_INFINITY)
    await i.t.clock.advance(1_000_000)
    expect(i.isThere()).toBe(true)
    await i.remote.again(50)
    await i.t.clock.advance(50)
    expect(i.isThere()).toBe(false)
  })

  it('self.idleStop() is gone after a restart, and setup sets it again', async () => {
    await using t = await quiet()
    let life = 0
    const Once = service(import.meta, 'once', (self) => {
      if (++life === 1) self.idleStop(100)
      return { crash: () => void self.after(0, () => Promise.reject(new Error('crash'))) }
    })
    const once = await t.spawn(Once)
    await once.crash()
    await t.clock.advance(10_000)
    expect([life, t.tryLookup(Once) !== undefined]).toEqual([2, true])
    await using i = await idler()
    await i.t.clock.advance(60)
    await i.remote.crash()
    await i.t.clock.advance(99)
    expect(i.isThere()).toBe(true)
    await i.t.clock.advance(1)
    expect([i.isThere(), stops]).toEqual([false, ['crashed', 'stopped']])
  })

  it.each<[string, (self: FreeSelf) => Promise<void> | void]>([
    ['before its first await', async (self) => self.idleStop(100)],
    ['as its last step', async (self) => void Promise.resolve().then(() => self.idleStop(100))],
  ])('self.idleStop() of an asynchronous setup, %s, counts from its end', async (when, begin) => {
    await using t = await quiet()
    const door = gate()
    const Late = service(import.meta, 'late', async (self) => {
      if (when.startsWith('before')) void begin(self)
      await door.passed
      if (!when.startsWith('before')) await begin(self)
      return { touch: () => undefined }
    })
    const spawned = t.spawn(Late)
    await t.clock.advance(when.startsWith('before') ? 250 : 70)
    door.open()
    await spawned
    await t.clock.advance(99)
    expect(t.tryLookup(Late)).toBeDefined()
    await t.clock.advance(1)
    expect(t.tryLookup(Late)).toBeUndefined()
  })

  it('self.idleStop() of a light actor stops it and its children', async () => {
    await using t = await quiet()
    const Parent = actor((self) => {
      self.idleStop(100)
      self.spawn(actor(() => undefined))
      return { touch: () => 'touched' }
    })
    const parent = t.spawn(Parent)
    expect(await parent.touch()).toBe('touched')
    await t.clock.advance(99)
    expect(t.stats().totals.actors).toBe(2)
    await t.clock.advance(1)
    expect(t.stats().totals.actors).toBe(0)
    expect(await failureOf(parent.touch())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expectNoSilentLoss(t.stats())
  })

  it('self.idleStop() does not disturb a stop that drains', async () => {
    await using i = await idler()
    const calls = [i.remote.work(), i.remote.touch()].map(outcomeOf)
    await i.t.settled()
    const stopping = outcomeOf(i.remote.$.stop({ drainMs: 5000 }))
    await i.t.clock.advance(1000)
    expect([stopping.state, calls.map(({ state }) => state)]).toEqual(['pending', ['pending', 'pending']])
    doors[0]?.open()
    await i.t.settled()
    expect([stopping.state, calls.map(({ state }) => state)]).toEqual(['resolved', ['resolved', 'resolved']])
    await i.t.clock.advance(1000)
    expect(stops).toEqual(['drained'])
  })

  it.each([[0], [-1], [Number.NaN], ['5'], [undefined]])('self.idleStop() refuses %s', async (ms) => {
    await using t = await quiet()
    const Bad = service(import.meta, 'bad', (self) => self.idleStop(ms as number))
    await expect(t.spawn(Bad)).rejects.toThrow(
      `idleStop(): delay is ${typeof ms === 'string' ? '"5"' : ms}; give milliseconds from 1 to 60000000000 (about two years), or Infinity for never`,
    )
  })
})

describe('self.idleStop() of the workers of a pool', () => {
  it('does nothing: the size of the pool says how many there are', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Worker = actor(import.meta, 'worker', (self) => {
      self.idleStop(100)
      return { id: () => self.id }
    })
    const pool = await t.pool(Worker, { size: 2, route: 'round-robin' })
    const ids = [await pool.id(), await pool.id()]
    await t.clock.advance(10_000)
    expect([await pool.id(), await pool.id(), pool.$.size]).toEqual([...ids, 2])
  })
})
