import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, gate, recordingLog } from './evidence.js'

const START = Date.UTC(2030, 0, 1)

describe('self.after()', () => {
  it('self.after() runs its function once, at its time, as a turn', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const at: number[] = []
    t.spawn(actor((self) => void self.after(250, () => at.push(t.clock.now()))))
    await t.clock.advance(249)
    expect(at).toEqual([])
    await t.clock.advance(1000)
    expect(at).toEqual([250])
    expectNoSilentLoss(t.stats())
  })

  it('self.after() waits for the turn that runs', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const order: string[] = []
    const Busy = actor((self) => ({
      async work() {
        self.after(10, () => order.push('timer'))
        await door.passed
        order.push('method')
      },
    }))
    const work = t.spawn(Busy).work()
    await t.clock.advance(50)
    expect(order).toEqual([])
    door.open()
    await work
    await t.settled()
    expect(order).toEqual(['method', 'timer'])
  })

  it('timers of one millisecond run in the order they were set', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const order: string[] = []
    const Many = actor((self) => {
      self.after(20, () => order.push('a'))
      self.every(20, () => order.push('b'))
      self.after(20, () => order.push('c'))
      self.after(10, () => order.push('first'))
    })
    t.spawn(Many)
    await t.clock.advance(20)
    expect(order).toEqual(['first', 'a', 'b', 'c'])
  })

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY], ['5']])('self.after() refuses a delay of %s', async (ms) => {
    await using t = await createTestSystem({ seed: 1 })
    const Bad = service(import.meta, 'bad', (self) => void self.after(ms as number, () => undefined))
    await expect(t.spawn(Bad)).rejects.toThrow('give milliseconds from 0 to')
  })

  it('self.after() refuses what is no function and a key that is no string', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const NoFunction = service(import.meta, 'bad', (self) => void self.after(1, 'x' as unknown as () => void))
    const BadKey = service(import.meta, 'bad', (self) => void self.after(1, () => undefined, 7 as unknown as string))
    await expect(t.spawn(NoFunction)).rejects.toThrow('after(): "x" is not a function; give what the timer runs')
    await expect(t.spawn(BadKey)).rejects.toThrow('after(): key is 7; give a string')
  })
})

describe('self.every()', () => {
  it('self.every() runs again and again', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const at: number[] = []
    t.spawn(actor((self) => void self.every(100, () => at.push(t.clock.now()))))
    await t.clock.advance(450)
    expect(at).toEqual([100, 200, 300, 400])
  })

  it('self.every() never overlaps itself and skips what it missed', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const at: number[] = []
    let door = gate()
    let running = 0
    const Slow = actor((self) => {
      self.every(100, async () => {
        at.push(t.clock.now())
        expect(++running).toBe(1)
        await door.passed
        running--
      })
    })
    t.spawn(Slow)
    await t.clock.advance(350)
    expect(at).toEqual([100])
    door.open()
    door = gate()
    await t.clock.advance(100)
    expect(at).toEqual([100, 400])
    door.open()
    await t.clock.advance(200)
    expect(at).toEqual([100, 400, 500, 600])
  })

  it('self.every() goes on after its function failed, when the actor resumes', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    let times = 0
    const Failing = service(import.meta, 'failing', { supervision: { onFailure: 'resume' } }, (self) => {
      self.every(10, () => {
        if (++times % 2 === 0) throw new Error(`sync ${times}`)
        return Promise.reject(new Error(`async ${times}`))
      })
    })
    await t.spawn(Failing)
    await t.clock.advance(40)
    expect(times).toBe(4)
    expect(log.records.map(({ level, message }) => [level, message])).toEqual(
      new Array(4).fill(['error', 'service "failing" failed in a timer; it goes on']),
    )
  })
})

describe('self.at()', () => {
  const Alarm = actor((self, init: { at: number; onRing: string }) => {
    const rung: number[] = []
    self.at(new Date(init.at), () => rung.push(self.system.threads))
    return { rung: () => rung.length }
  })
  const alarm = (at: number) => ({ init: { at, onRing: '' } })

  it('self.at() runs at a moment of the wall clock, at once if that has passed', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.clock.set(new Date(START))
    const [later, past] = [t.spawn(Alarm, alarm(START + 60_000)), t.spawn(Alarm, alarm(START - 60_000))]
    await t.clock.advance(1)
    expect([await later.rung(), await past.rung()]).toEqual([0, 1])
    await t.clock.advance(59_998)
    expect(await later.rung()).toBe(0)
    await t.clock.advance(1)
    expect(await later.rung()).toBe(1)
  })

  it('self.at() waits on when the wall clock was set back', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.clock.set(new Date(START))
    const ring = t.spawn(Alarm, alarm(START + 60_000))
    await t.settled()
    await t.clock.set(new Date(START - 3_600_000))
    await t.clock.advance(120_000)
    expect(await ring.rung()).toBe(0)
    await t.clock.advance(3_600_000 - 60_001)
    expect(await ring.rung()).toBe(0)
    await t.clock.advance(1)
    expect(await ring.rung()).toBe(1)
  })

  it('self.at() notices within a minute that the wall clock was set forward', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.clock.set(new Date(START))
    const ring = t.spawn(Alarm, alarm(START + 86_400_000))
    await t.settled()
    await t.clock.set(new Date(START + 90_000_000))
    await t.clock.advance(60_000)
    expect(await ring.rung()).toBe(1)
    await t.clock.advance(86_400_000)
    expect(await ring.rung()).toBe(1)
  })

  it.each([
    ['2030-01-01', '"2030-01-01"'],
    [null, 'null'],
    [new Date(Number.NaN), 'an invalid Date'],
    [undefined, 'undefined'],
  ])('self.at() refuses the moment %s', async (moment, shown) => {
    await using t = await createTestSystem({ seed: 1 })
    const Bad = service(import.meta, 'bad', (self) => void self.at(moment as unknown as number, () => undefined))
    await expect(t.spawn(Bad)).rejects.toThrow(`moment is ${shown}; give a Date or milliseconds since the epoch`)
  })
})

describe('keys of timers', () => {
  it('a timer replaces the one with its key, and cancelTimer() tells whether there was one', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const order: string[] = []
    const answers: unknown[] = []
    const Keyed = actor((self) => {
      answers.push(self.after(10, () => order.push('replaced'), 'k'))
      answers.push(self.every(30, () => order.push('new'), 'k'))
      answers.push(
        self.after(10, () => order.push('cancelled'), 'c'),
        self.cancelTimer('c'),
        self.cancelTimer('c'),
      )
      const [one, two] = [self.after(1, () => order.push('one')), self.after(2, () => order.push('two'))]
      answers.push(one !== two, self.cancelTimer('never set'))
    })
    t.spawn(Keyed)
    await t.clock.advance(70)
    expect(answers).toEqual(['k', 'k', 'c', true, false, true, false])
    expect(order).toEqual(['one', 'two', 'new', 'new'])
  })

  it('a timer that was cancelled or replaced while its turn waited does not run', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const order: string[] = []
    const Busy = actor((self) => ({
      async work() {
        self.after(10, () => order.push('cancelled'), 'a')
        self.after(10, () => order.push('replaced'), 'b')
        await door.passed
        self.cancelTimer('a')
        self.after(10, () => order.push('new'), 'b')
      },
    }))
    const work = t.spawn(Busy).work()
    await t.clock.advance(20)
    door.open()
    await work
    await t.clock.advance(20)
    expect(order).toEqual(['new'])
  })

  it('a repeated timer may cancel itself', async () => {
    await using t = await createTestSystem({ seed: 1 })
    let times = 0
    const Self = actor((self) => {
      const key = self.every(10, async () => {
        await Promise.resolve()
        if (++times === 2) self.cancelTimer(key)
      })
    })
    t.spawn(Self)
    await t.clock.advance(100)
    expect(times).toBe(2)
  })

  it('timers are gone after a restart and after a stop', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const order: string[] = []
    let life = 0
    const Restarted = actor((self) => {
      const mine = ++life
      self.every(100, () => order.push(`life ${mine}`))
      if (mine === 1)
        self.after(150, () => {
          throw new Error('once')
        })
    })
    const remote = t.spawn(Restarted)
    await t.clock.advance(350)
    expect(order).toEqual(['life 1', 'life 2', 'life 2'])
    await remote.$.stop()
    await t.clock.advance(1000)
    expect(order).toHaveLength(3)
  })

  it('a timer whose turn waits is gone with the restart', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const order: string[] = []
    let life = 0
    const Restarted = actor((self) => {
      if (++life > 1) return
      self.after(10, () => {
        throw new Error('once')
      })
      self.after(10, () => order.push('of the old life'))
    })
    t.spawn(Restarted)
    await t.clock.advance(100)
    expect([life, order]).toEqual([2, []])
    expectNoSilentLoss(t.stats())
  })
})
