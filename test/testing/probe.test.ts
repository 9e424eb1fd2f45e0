import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, outcomeOf } from '../actors/evidence.js'

const MeterApi = contract('meter', {
  methods: { read: method([z.int()]), later: method([z.int(), z.int()]) },
  reports: { level: z.int(), 'alarm.*': z.string() },
})

const Meter = service(import.meta, MeterApi, (self) => ({
  read(level) {
    self.publish('level', level, { lifetimeMs: Number.POSITIVE_INFINITY })
    if (level > 9) self.publish('alarm.high', `at ${level}`)
  },
  later: (level, ms) => void self.after(ms, () => self.publish('level', level)),
}))

describe('probe()', () => {
  it('probe() records what is published from then on, read or not', async () => {
    await using t = await createTestSystem({ seed: 1 })
    using levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    await meter.read(1)
    await meter.read(2)
    expect((await levels.next()).content).toBe(1)
    expect(levels.all.map(({ subject, content, retained }) => [subject, content, retained])).toEqual([
      ['level', 1, false],
      ['level', 2, false],
    ])
    expect((await levels.next()).content).toBe(2)
    expect(levels.all).toHaveLength(2)
  })

  it('probe() of a pattern, of a Remote and of a name; what is retained comes first', async () => {
    await using t = await createTestSystem({ seed: 1, threads: 1 })
    const meter = await t.spawn(Meter)
    await meter.read(10)
    const [alarms, ofRemote, named] = [t.probe(MeterApi, 'alarm.*'), t.probe(meter, 'level'), t.probe('meter', '*')]
    await meter.read(11)
    expect((await alarms.next()).content).toBe('at 11')
    await t.settled()
    expect(ofRemote.all.map(({ content, retained }) => [content, retained])).toEqual([
      [10, true],
      [11, false],
    ])
    expect(named.all).toHaveLength(3)
  })

  it('next() lets the system settle, and never moves its clock by itself', async () => {
    await using t = await createTestSystem({ seed: 1, threads: 1 })
    const levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    meter.$.tell.read(5)
    expect((await levels.next()).content).toBe(5)
    await meter.later(6, 100)
    expect(await failureOf(levels.next())).toMatchObject({
      message:
        'probe of service "meter", "level": the system has settled, and no report has come that was not read; ' +
        'if time must pass first, move the clock or give next({ timeoutMs }) (seed 1)',
    })
    expect(t.clock.now()).toBe(0)
  })

  it('next({ timeoutMs }) moves the clock as far as it must, at most so far', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    await meter.later(1, 100)
    await meter.later(2, 900)
    expect((await levels.next({ timeoutMs: 500 })).content).toBe(1)
    expect(t.clock.now()).toBe(100)
    expect(await failureOf(levels.next({ timeoutMs: 500 }))).toMatchObject({ message: expect.stringContaining('after 500 virtual ms') })
    expect(t.clock.now()).toBe(600)
    expect((await levels.next({ timeoutMs: Number.POSITIVE_INFINITY })).content).toBe(2)
    expect(t.clock.now()).toBe(900)
    await expect(levels.next({ timeoutMs: -1 })).rejects.toThrow('timeoutMs is -1; give virtual milliseconds, 0 or more')
  })

  it('next() waits for a test that moves the clock at the same time', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    await meter.later(1, 1000)
    await meter.later(2, 2000)
    const both = Promise.all([levels.next(), levels.next()])
    await t.clock.advance(2000)
    expect((await both).map(({ content }) => content)).toEqual([1, 2])
  })

  it('none() passes when every report was read, and lists those that were not', async () => {
    await using t = await createTestSystem({ seed: 2 })
    const levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    await levels.none()
    meter.$.tell.read(1)
    for (let level = 2; level < 9; level++) meter.$.tell.read(level)
    await levels.next()
    await expect(levels.none()).rejects.toThrow(
      'probe of service "meter", "level": nothing was to come, and there is "level" 2, "level" 3, "level" 4, "level" 5, "level" 6 and 2 more (seed 2)',
    )
  })

  it('a probe is read with for await, and ends when it is disposed of', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const levels = t.probe(MeterApi, 'level')
    const meter = await t.spawn(Meter)
    for (let level = 1; level < 4; level++) await meter.read(level)
    const read: number[] = []
    for await (const { content } of levels) {
      read.push(content)
      if (content === 3) levels[Symbol.dispose]()
    }
    await meter.read(4)
    await t.settled()
    expect([read, levels.all.length]).toEqual([[1, 2, 3], 3])
    await expect(levels.next()).rejects.toThrow('it is closed, and all that it recorded was read (seed 1)')
  })

  it('a probe records 100 000 reports and then says so', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const levels = t.probe(MeterApi, 'level')
    const Many = service(import.meta, MeterApi, (self) => ({
      read(count) {
        for (let i = 0; i < count; i++) self.publish('level', i)
      },
      later: () => undefined,
    }))
    const many = await t.spawn(Many)
    for (let i = 0; i < 10; i++) await many.read(10_000)
    await t.settled()
    expect(levels.all).toHaveLength(100_000)
    await many.read(1)
    await t.settled()
    expect(() => levels.all).toThrow('more than 100000 reports came')
    expect(outcomeOf(levels.next())).toMatchObject({ state: 'pending' })
    await expect(levels.next()).rejects.toThrow('more than 100000 reports came')
  })
})
