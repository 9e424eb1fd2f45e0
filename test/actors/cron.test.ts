import { describe, expect, it } from 'vitest'
import type { CronOptions } from '../../src/actors/agent-type.js'
import { actor, service } from '../../src/actors/define.js'
import type { FreeSelf } from '../../src/actors/self-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, gate, recordingLog } from './evidence.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = '2030-01-01T00:00:00.000Z'

/** A system whose wall clock shows `start`, and what it shows at each run of `spec`. */
async function running(spec: string, options: CronOptions & { readonly start?: string } = {}) {
  const { start = START, ...given } = { timezone: 'UTC', ...options }
  const t = await createTestSystem({ seed: 1, log: recordingLog() })
  const wall = await wallOf(t, start)
  const at: string[] = []
  const Timed = actor((self) => {
    self.cron(spec, () => at.push(new Date(wall.now()).toISOString()), 'timed', given)
    return { cancel: () => self.cancelTimer('timed') }
  })
  const timed = t.spawn(Timed)
  await t.settled()
  return { t, timed, at, wall, [Symbol.asyncDispose]: () => t.stop() }
}

/** The wall clock of a test system, which it shows nowhere else. */
async function wallOf(t: TestSystem, start: string) {
  let offset = 0
  const set = async (date: string) => {
    offset = Date.parse(date) - t.clock.now()
    await t.clock.set(new Date(date))
  }
  await set(start)
  return { set, now: () => t.clock.now() + offset }
}

const brokenBy = async (setup: (self: FreeSelf) => unknown) => {
  await using t = await createTestSystem({ seed: 1 })
  await t.spawn(service(import.meta, 'bad', (self) => void setup(self)))
}

describe('self.cron()', () => {
  it('self.cron() runs at each moment of its expression, as a turn', async () => {
    await using c = await running('*/20 * * * *')
    await c.t.clock.advance(20 * MINUTE - 1)
    expect(c.at).toEqual([])
    await c.t.clock.advance(HOUR)
    expect(c.at).toEqual(['2030-01-01T00:20:00.000Z', '2030-01-01T00:40:00.000Z', '2030-01-01T01:00:00.000Z'])
    expectNoSilentLoss(c.t.stats())
  })

  it('self.cron() takes seconds before the minutes, names of days, and nicknames', async () => {
    await using seconds = await running('*/20 * * * * *')
    await seconds.t.clock.advance(MINUTE)
    expect(seconds.at).toHaveLength(3)
    await using weekdays = await running('0 12 * * MON-FRI', { start: '2030-01-04T13:00:00.000Z' })
    await weekdays.t.clock.advance(72 * HOUR)
    expect(weekdays.at).toEqual(['2030-01-07T12:00:00.000Z'])
    await using hourly = await running('@hourly')
    await hourly.t.clock.advance(HOUR)
    expect(hourly.at).toEqual(['2030-01-01T01:00:00.000Z'])
  })

  it('self.cron() goes by the time zone of the process when none is given', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.clock.set(new Date(2030, 0, 1, 2, 59))
    const at: number[] = []
    t.spawn(actor((self) => void self.cron('0 3 * * *', () => at.push(t.clock.now()))))
    await t.clock.advance(MINUTE - 1)
    expect(at).toEqual([])
    await t.clock.advance(1)
    expect(at).toHaveLength(1)
  })

  it('self.cron() runs a daily job once when its hour is left out or comes twice, an hourly one at every hour there is', async () => {
    const berlin = { timezone: 'Europe/Berlin' }
    await using spring = await running('30 2 * * *', { ...berlin, start: '2030-03-30T20:00:00.000Z' })
    await spring.t.clock.advance(30 * HOUR)
    expect(spring.at).toEqual(['2030-03-31T01:00:00.000Z', '2030-04-01T00:30:00.000Z'])
    await using autumn = await running('30 2 * * *', { ...berlin, start: '2030-10-26T20:00:00.000Z' })
    await autumn.t.clock.advance(30 * HOUR)
    expect(autumn.at).toEqual(['2030-10-27T00:30:00.000Z', '2030-10-28T01:30:00.000Z'])
    await using hourly = await running('30 * * * *', { ...berlin, start: '2030-10-26T23:50:00.000Z' })
    await hourly.t.clock.advance(3 * HOUR)
    expect(hourly.at).toEqual(['2030-10-27T00:30:00.000Z', '2030-10-27T01:30:00.000Z', '2030-10-27T02:30:00.000Z'])
  })

  it('self.cron() never overlaps itself and skips what falls due while it runs', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const wall = await wallOf(t, START)
    const at: number[] = []
    let door = gate()
    t.spawn(
      actor((self) => {
        self.cron('* * * * *', async () => {
          at.push((wall.now() - Date.parse(START)) / MINUTE)
          await door.passed
        })
      }),
    )
    await t.clock.advance(3.5 * MINUTE)
    expect(at).toEqual([1])
    door.open()
    door = gate()
    await t.clock.advance(MINUTE)
    expect(at).toEqual([1, 4])
    door.open()
    await t.clock.advance(MINUTE)
    expect(at).toEqual([1, 4, 5])
  })

  it('self.cron() goes on after its function failed, when the actor resumes', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    await t.clock.set(new Date(START))
    let times = 0
    const Failing = service(import.meta, 'failing', { supervision: { onFailure: 'resume' } }, (self) => {
      self.cron('* * * * *', () => {
        times++
        throw new Error('no luck')
      })
    })
    await t.spawn(Failing)
    await t.clock.advance(3 * MINUTE)
    expect([times, log.records.filter(({ level }) => level === 'error').length]).toEqual([3, 3])
  })
})

describe('self.cron() when the wall clock is set', () => {
  it('self.cron() runs once for all that it was set forward over, within a minute, and then at its moments', async () => {
    await using c = await running('0 * * * *')
    await c.wall.set('2030-01-01T05:30:10.000Z')
    await c.t.clock.advance(MINUTE)
    expect(c.at).toHaveLength(1)
    await c.t.clock.advance(HOUR)
    expect(c.at.slice(1)).toEqual(['2030-01-01T06:00:00.000Z'])
  })

  it('self.cron() waits for the moments that come again when it was set back', async () => {
    await using c = await running('0 * * * *')
    await c.t.clock.advance(90 * MINUTE)
    expect(c.at).toEqual(['2030-01-01T01:00:00.000Z'])
    await c.wall.set('2030-01-01T00:30:00.000Z')
    await c.t.clock.advance(HOUR)
    expect(c.at).toEqual(['2030-01-01T01:00:00.000Z', '2030-01-01T01:00:00.000Z'])
  })

  it('self.cron() does not run again when it was set back by less than a minute, which is a correction', async () => {
    await using c = await running('0 * * * *')
    await c.t.clock.advance(HOUR + 1000)
    await c.wall.set('2030-01-01T00:59:30.000Z')
    await c.t.clock.advance(90 * MINUTE)
    expect(c.at).toEqual(['2030-01-01T01:00:00.000Z', '2030-01-01T02:00:00.000Z'])
  })
})

describe('the end of self.cron()', () => {
  it('self.cron() that is cancelled, or whose key another timer takes, runs no more', async () => {
    await using c = await running('* * * * *')
    await c.t.clock.advance(2 * MINUTE)
    expect([await c.timed.cancel(), await c.timed.cancel()]).toEqual([true, false])
    await c.t.clock.advance(5 * MINUTE)
    expect(c.at).toHaveLength(2)
    const order: string[] = []
    const Keyed = actor((self) => {
      self.cron('* * * * *', () => order.push('old'), 'k', { timezone: 'UTC' })
      order.push(self.cron('*/2 * * * *', () => order.push('new'), 'k', { timezone: 'UTC' }))
      order.push(self.cron('0 0 1 1 *', () => order.push('never')))
    })
    c.t.spawn(Keyed)
    await c.t.clock.advance(4 * MINUTE)
    expect(order).toEqual(['k', 'timer-1', 'new', 'new'])
  })

  it('self.cron() may cancel itself', async () => {
    await using t = await createTestSystem({ seed: 1 })
    let times = 0
    const Once = actor((self) => {
      const key = self.cron('* * * * *', () => {
        times++
        self.cancelTimer(key)
      })
    })
    t.spawn(Once)
    await t.clock.advance(5 * MINUTE)
    expect(times).toBe(1)
  })

  it('self.cron() is gone after a restart and after a stop', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    await t.clock.set(new Date(START))
    const order: string[] = []
    let life = 0
    const Restarted = actor((self) => {
      const mine = ++life
      self.cron('* * * * *', () => {
        order.push(`life ${mine}`)
        if (order.length === 2) throw new Error('once')
      })
    })
    const remote = t.spawn(Restarted)
    await t.clock.advance(4 * MINUTE)
    expect(order).toEqual(['life 1', 'life 1', 'life 2', 'life 2'])
    await remote.$.stop()
    await t.clock.advance(5 * MINUTE)
    expect(order).toHaveLength(4)
  })

  it('self.cron() whose schedule has no further moment is gone', async () => {
    await using c = await running('0 30 0 1 1 * 2030')
    await c.t.clock.advance(2 * HOUR)
    expect(c.at).toEqual(['2030-01-01T00:30:00.000Z'])
    expect(await c.timed.cancel()).toBe(false)
    await using never = await running('0 0 30 2 *')
    expect(await never.timed.cancel()).toBe(false)
  })

  it('self.cron() says in the log that its schedule is over', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, log })
    t.spawn(actor((self) => void self.cron('0 0 30 2 *', () => undefined, 'never')))
    await t.settled()
    expect(log.records.map(({ level, message }) => [level, message.replace(/actor \S+:/, 'actor:')])).toEqual([
      ['info', 'actor: the schedule of timer "never" has no further moment; the timer has ended'],
    ])
  })
})

describe('what self.cron() refuses', () => {
  const advice = '; give minute, hour, day, month and weekday such as "0 3 * * 1-5", which is 3:00 from Monday to Friday'

  it.each([
    ['61 * * * *', '"61 * * * *" (Invalid value for minute: 61)'],
    ['* * *', '"* * *"'],
    ['2030-01-01T00:00:00', '"2030-01-01T00:00:00"'],
    ['', '""'],
    [5, '5'],
    [undefined, 'undefined'],
  ])('self.cron() refuses the expression %s', async (spec, quoted) => {
    const broken = brokenBy((self) => self.cron(spec as string, () => undefined))
    await expect(broken).rejects.toThrow(new TypeError(`cron(): spec is ${quoted}${advice}`))
  })

  it.each<[unknown, string]>([
    [{ timezone: 'Mars/Base' }, 'cron(): timezone is "Mars/Base"; give the name of a time zone such as "Europe/Berlin"'],
    [{ timezone: '' }, 'cron(): timezone is ""; give the name of a time zone'],
    [{ timeZone: 'UTC' }, 'cron(): timeZone is no option; the options are timezone'],
    ['UTC', 'cron(): options is "UTC"; give an object of timezone'],
  ])('self.cron() refuses the options %o', async (options, message) => {
    await expect(brokenBy((self) => self.cron('* * * * *', () => undefined, 'k', options as CronOptions))).rejects.toThrow(message)
  })

  it('self.cron() refuses what is no function and a key that is no string', async () => {
    const noFunction = brokenBy((self) => self.cron('* * * * *', 'x' as unknown as () => void))
    await expect(noFunction).rejects.toThrow('cron(): "x" is not a function; give what the timer runs')
    const badKey = brokenBy((self) => self.cron('* * * * *', () => undefined, { timezone: 'UTC' } as unknown as string))
    await expect(badKey).rejects.toThrow('cron(): key is { timezone }; give a string')
  })
})
