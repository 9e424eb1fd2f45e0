import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, report } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import type { Received } from '../../src/actors/report-type.js'
import type { TestSystem } from '../../src/testing/index.js'
import { recordingLog } from '../actors/evidence.js'
import { crash, Ear, Press, startSystem } from './actors.js'

/** What a new subscription gets at once, as `subject content`. */
async function replay(t: TestSystem, pattern = '*', target = 'press'): Promise<string[]> {
  const seen: string[] = []
  using _ = t.subscribe(
    target,
    pattern,
    ({ subject, content, retained }) => void seen.push(`${subject} ${content}${retained ? '' : ' new'}`),
  )
  await t.settled()
  return seen
}

/** More than a thread runs before it waits for the event loop. */
const KEPT = 3000

describe('ready', () => {
  it('of a listener of the system comes after the listener has been called with all that was kept', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    for (let i = 0; i < KEPT; i++) await press.publish(`a.${i}`, i, Number.POSITIVE_INFINITY)
    let heard = 0
    using subscription = t.subscribe('press', '*', () => void heard++, { capacity: KEPT })
    let atReady = 0
    const ready = subscription.ready.then(() => {
      atReady = heard
    })
    await t.settled()
    await ready
    expect(atReady).toBe(KEPT)
  })

  it('comes to a listener that waits for it, and to an actor that waits for it in a method, with what was kept on its way', async () => {
    await using t = await startSystem()
    await (await t.spawn(Press)).publish('a', 1, Number.POSITIVE_INFINITY)
    const seen: string[] = []
    using subscription = t.subscribe('press', '*', async () => {
      await subscription.ready
      seen.push('listener')
    })
    const Waiting = service(import.meta, 'waiting', (self) => ({
      async hear(): Promise<void> {
        await self.subscribe('press', '*', () => void seen.push('actor')).ready
        seen.push('method')
      },
    }))
    await (await t.spawn(Waiting)).hear()
    await t.settled()
    expect(seen.toSorted()).toEqual(['actor', 'listener', 'method'])
    expect(seen.indexOf('method')).toBeLessThan(seen.indexOf('actor'))
  })

  it('comes when it is closed, or the system stops, before that', async () => {
    const t = await startSystem()
    await (await t.spawn(Press)).publish('a', 1, Number.POSITIVE_INFINITY)
    const [closed, stopped] = [t.subscribe('press', '*', () => undefined), t.subscribe('press', '*', () => undefined)]
    const both = Promise.all([closed.ready, stopped.ready])
    closed.close()
    await t.stop()
    expect(await both).toEqual([undefined, undefined])
  })
})

describe('the lifetime of a report', () => {
  it('0, the default, keeps nothing and forgets what was kept of that subject', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1)
    expect(await replay(t)).toEqual([])
    await press.publish('a', 2, Number.POSITIVE_INFINITY)
    await press.publish('b', 3, Number.POSITIVE_INFINITY)
    expect(await replay(t)).toEqual(['a 2', 'b 3'])
    await press.publish('a', 4)
    expect(await replay(t)).toEqual(['b 3'])
    await press.publish('b', 5, 0)
    expect(await replay(t)).toEqual([])
  })

  it('0 forgets also while somebody listens', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    t.subscribe('press', '*', () => undefined)
    await press.publish('a', 1, 10)
    await press.publish('a', 2)
    expect(await replay(t)).toEqual([])
  })

  it('n keeps a value for n milliseconds, to the millisecond', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, 100)
    await t.clock.advance(99)
    expect(await replay(t)).toEqual(['a 1'])
    await t.clock.advance(1)
    expect(await replay(t)).toEqual([])
  })

  it('Infinity keeps a value until a newer one of its subject takes its place', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, Number.POSITIVE_INFINITY)
    await t.clock.advance(10 * 365 * 24 * 3_600_000)
    expect(await replay(t)).toEqual(['a 1'])
    await press.publish('a', 2, 50)
    expect(await replay(t)).toEqual(['a 2'])
    await t.clock.advance(50)
    expect(await replay(t)).toEqual([])
  })

  it.each([-1, Number.NaN, '5'])('publish() refuses the lifetime %j', async (lifetimeMs) => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await expect(press.publish('a', 1, lifetimeMs as number)).rejects.toThrow('give milliseconds, 0 or more, or Infinity')
  })

  it('publish() refuses an option that is none', async () => {
    await using t = await startSystem()
    const Wrong = service(import.meta, 'wrong', (self) => ({ publish: () => self.publish('a', 1, { lifetime: 3 } as object) }))
    await expect((await t.spawn(Wrong)).publish()).rejects.toThrow('unknown option "lifetime"; known is lifetimeMs')
  })

  it('that of the contract holds where publish() says nothing', async () => {
    await using t = await startSystem()
    const Api = contract('lifetimes', {
      methods: { publish: method() },
      reports: { kept: report(z.number(), { lifetimeMs: 100 }), plain: z.number(), 'k.*': report(z.number(), { lifetimeMs: 200 }) },
    })
    const Lifetimes = service(import.meta, Api, (self) => ({
      publish: () => {
        self.publish('kept', 1)
        self.publish('plain', 2)
        self.publish('k.a', 3)
        self.publish('k.b', 4, { lifetimeMs: 0 })
        self.publish('k.c', 5, { lifetimeMs: 50 })
      },
    }))
    await (await t.spawn(Lifetimes)).publish()
    expect(await replay(t, '*', 'lifetimes')).toEqual(['kept 1', 'k.a 3', 'k.c 5'])
    await t.clock.advance(100)
    expect(await replay(t, '*', 'lifetimes')).toEqual(['k.a 3'])
    await t.clock.advance(100)
    expect(await replay(t, '*', 'lifetimes')).toEqual([])
  })
})

describe('what is kept', () => {
  it('is replayed in the order of publication, the newest of each subject, only what matches', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    for (const [i, subject] of ['x.a', 'x.b', 'y.a', 'x.a', 'x.c'].entries()) await press.publish(subject, i, Number.POSITIVE_INFINITY)
    expect(await replay(t, 'x.*')).toEqual(['x.b 1', 'x.a 3', 'x.c 4'])
    expect(await replay(t, 'x.a')).toEqual(['x.a 3'])
  })

  it('comes before anything newer, and says that it was kept', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, Number.POSITIVE_INFINITY)
    const seen: unknown[] = []
    const note = ({ content, retained }: Received): void => void seen.push([content, retained])
    const works = [press.publish('a', 2, Number.POSITIVE_INFINITY), press.publish('a', 3)]
    t.subscribe('press', 'a', note)
    await Promise.all(works)
    await t.settled()
    expect(seen).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ])
  })

  it('is replayed to each subscription that begins, by whomever, and again to one that begins again', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, Number.POSITIVE_INFINITY)
    const ear = await t.spawn(Ear)
    await ear.listen('press', 'a')
    await ear.listen('press', '*')
    await t.settled()
    expect(await ear.heard()).toEqual(['a 1', 'a 1'])
    await ear.close()
    await ear.listen('press', 'a')
    await t.settled()
    expect(await ear.heard()).toEqual(['a 1'])
  })

  it('is what it was when it was published, whatever its publisher does with the value', async () => {
    await using t = await startSystem()
    const Mutating = service(import.meta, 'mutating', (self) => ({
      publish: () => {
        const value = { n: [1] }
        self.publish('a', value, { lifetimeMs: Number.POSITIVE_INFINITY })
        value.n.push(2)
      },
    }))
    await (await t.spawn(Mutating)).publish()
    const seen: unknown[] = []
    const mutate = ({ content }: Received): void => {
      seen.push(structuredClone(content))
      ;(content as { n: number[] }).n.push(3)
    }
    t.subscribe('mutating', 'a', mutate)
    t.subscribe('mutating', 'a', mutate)
    await t.settled()
    expect(seen).toEqual([{ n: [1] }, { n: [1] }])
  })

  it('stays through a restart, and goes with a stop', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, Number.POSITIVE_INFINITY)
    await crash(t, press)
    expect(await replay(t)).toEqual(['a 1'])
    await press.$.stop()
    await t.spawn(Press)
    expect(await replay(t)).toEqual([])
  })

  it('is each publisher’s own: of several of a name each replays its values', async () => {
    await using t = await startSystem()
    const [one, other] = [await t.spawn(Press), await t.spawn(Press)]
    await one.publish('a', 1, Number.POSITIVE_INFINITY)
    await other.publish('a', 2, Number.POSITIVE_INFINITY)
    expect(await replay(t)).toEqual(['a 1', 'a 2'])
    await one.publish('a', 3)
    expect(await replay(t)).toEqual(['a 2'])
  })

  it('is at most 100 000 subjects: more are published and not kept, with one warning', async () => {
    const log = recordingLog()
    await using t = await startSystem({ log })
    const Many = service(import.meta, 'many', (self) => ({
      publish: () => {
        for (let i = 0; i <= 100_300; i++) self.publish(`${i}`, i, { lifetimeMs: i === 0 ? 10 : Number.POSITIVE_INFINITY })
      },
      one: (subject: string) => self.publish(subject, 'one', { lifetimeMs: 1000 }),
    }))
    const many = await t.spawn(Many)
    await many.publish()
    expect(log.records.map(({ message }) => message)).toEqual([
      'many retains too many reports; "100000" is not kept, nor are others for which there is no room',
    ])
    expect(await replay(t, '10000?', 'many')).toEqual([])
    await t.clock.advance(10)
    // What has expired makes room.
    await many.one('new')
    expect(await replay(t, 'new', 'many')).toEqual(['new one'])
  })
})

describe('expireReports()', () => {
  it('forgets what matches the pattern, and returns how many', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    for (const subject of ['x.a', 'x.b', 'y.a']) await press.publish(subject, 1, Number.POSITIVE_INFINITY)
    expect(await press.expire('x.*')).toBe(2)
    expect(await replay(t)).toEqual(['y.a 1'])
    expect(await press.expire('*')).toBe(1)
    expect(await press.expire('*')).toBe(0)
  })

  it('forgets what is at least so old', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('old', 1, Number.POSITIVE_INFINITY)
    await t.clock.advance(100)
    await press.publish('new', 2, Number.POSITIVE_INFINITY)
    expect(await press.expire('*', 101)).toBe(0)
    expect(await press.expire('*', 100)).toBe(1)
    expect(await replay(t)).toEqual(['new 2'])
  })

  it('of one who never published forgets nothing, and withdraws nothing from subscribers', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const ear = await t.spawn(Ear)
    await ear.listen('press', '*')
    expect(await press.expire('*')).toBe(0)
    await press.publish('a', 1)
    await t.settled()
    expect(await ear.heard()).toEqual(['a 1'])
  })

  it.each<[string, unknown, unknown, string]>([
    ['an age below 0', '*', -1, 'give milliseconds, 0 or more'],
    ['an age that is none', '*', '5', 'give milliseconds, 0 or more'],
    ['a pattern that is none', 7, 0, 'give a string'],
  ])('refuses %s', async (_, pattern, ageMs, message) => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await expect(press.expire(pattern as string, ageMs as number)).rejects.toThrow(message)
  })
})
