import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { AnyActor } from '../../src/actors/remote-type.js'
import type { End } from '../../src/actors/report-type.js'
import { expectNothingLeft } from '../actors/evidence.js'
import { crash, fail, Hidden, Member, startSystem } from './actors.js'

/** Watches what it is told to, and writes down what it hears. */
const Watcher = service(import.meta, 'watcher', (self) => {
  const ends: string[] = []
  const subscriptions: { close(): void }[] = []
  return {
    watch: (target: AnyActor) => {
      subscriptions.push(self.watch(target, ({ reason }) => void ends.push(reason)))
    },
    close: () => {
      for (const one of subscriptions) one.close()
    },
    ends: () => ends.splice(0),
    crash: () => fail(self),
  }
})

/** Stops for good where another would restart. */
const Mortal = service(import.meta, 'mortal', { supervision: { onFailure: 'stop' } }, (self) => ({
  crash: () => fail(self),
  stop: () => self.stop(),
}))

describe('watch()', () => {
  it.each([
    ['$.stop()', 'stopped'],
    ['self.stop()', 'stopped'],
    ['a drain', 'drained'],
    ['a crash', 'crashed'],
  ])('tells of %s once: %s', async (how, reason) => {
    await using t = await startSystem()
    const [mortal, watcher] = [await t.spawn(Mortal), await t.spawn(Watcher)]
    const ends: End[] = []
    t.watch(mortal, (end) => void ends.push(end))
    await watcher.watch(mortal)
    if (how === '$.stop()') await mortal.$.stop()
    else if (how === 'self.stop()') await mortal.stop()
    else if (how === 'a drain') await mortal.$.stop({ drainMs: 10 })
    else await crash(t, mortal)
    await t.spawn(Mortal)
    await t.settled()
    expect(ends).toEqual([{ binding: mortal.$.binding, reason }])
    expect(await watcher.ends()).toEqual([reason])
  })

  it('tells at once of one that is gone already, by its Remote and by its binding', async () => {
    await using t = await startSystem()
    const mortal = await t.spawn(Mortal)
    const { binding } = mortal.$
    await mortal.$.stop()
    const ends: End[] = []
    t.watch(mortal, (end) => void ends.push(end))
    t.watch(binding, (end) => void ends.push(end))
    await expectNothingLeft(t)
    expect(ends).toEqual([
      { binding, reason: 'stopped' },
      { binding, reason: 'stopped' },
    ])
  })

  it('tells of one that is gone already why it went', async () => {
    await using t = await startSystem()
    const mortal = await t.spawn(Mortal)
    await crash(t, mortal)
    const ends: string[] = []
    t.watch(mortal, ({ reason }) => void ends.push(reason))
    await t.settled()
    expect(ends).toEqual(['crashed'])
  })

  it('each call is told for itself', async () => {
    await using t = await startSystem()
    const mortal = await t.spawn(Mortal)
    const told: number[] = []
    for (const i of [1, 2, 3]) t.watch(mortal, () => void told.push(i))
    await mortal.$.stop()
    await t.settled()
    expect(told).toEqual([1, 2, 3])
  })

  it('does not take a restart for an end, and goes on after it', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    const ends: string[] = []
    t.watch(member, ({ reason }) => void ends.push(reason))
    await crash(t, member)
    expect(ends).toEqual([])
    await member.$.stop()
    await t.settled()
    expect(ends).toEqual(['stopped'])
  })

  it.each(['light', 'unregistered', 'hidden'] as const)('works for a %s actor', async (kind) => {
    await using t = await startSystem()
    const Named = actor(import.meta, 'named', () => ({ hello: () => 'hello' }))
    const one = kind === 'light' ? t.spawn(actor(() => ({}))) : kind === 'hidden' ? await t.spawn(Hidden) : await t.spawn(Named)
    const watcher = await t.spawn(Watcher)
    const ends: string[] = []
    t.watch(one, ({ reason }) => void ends.push(reason))
    await watcher.watch(one)
    await one.$.stop()
    await t.settled()
    expect([ends, await watcher.ends()]).toEqual([['stopped'], ['stopped']])
  })

  it('tells a light actor that watches', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    const ends: string[] = []
    const Light = actor((self) => {
      self.watch(member, ({ reason }) => void ends.push(`${reason} in ${self.name === '' ? 'a light actor' : self.name}`))
      return { ready: () => true }
    })
    await t.spawn(Light).ready()
    await member.$.stop()
    await t.settled()
    expect(ends).toEqual(['stopped in a light actor'])
  })

  it('an actor that watches itself does not hold up its end', async () => {
    await using t = await startSystem()
    const Narcissus = service(import.meta, 'narcissus', (self) => {
      self.watch(self.remote, () => undefined)
    })
    const narcissus = await t.spawn(Narcissus)
    await narcissus.$.stop()
    await expectNothingLeft(t)
    expect(t.tryLookup('narcissus')).toBeUndefined()
  })

  it.each(['close', 'crash', 'stop'] as const)('is not told after a %s of who watches', async (how) => {
    await using t = await startSystem()
    const [member, watcher] = [await t.spawn(Member), await t.spawn(Watcher)]
    await watcher.watch(member)
    if (how === 'close') await watcher.close()
    else if (how === 'crash') await crash(t, watcher)
    else await watcher.$.stop()
    await member.$.stop()
    await expectNothingLeft(t)
    if (how !== 'stop') expect(await watcher.ends()).toEqual([])
  })

  it('is not told when it was closed after the end, before its turn', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    await member.$.stop()
    const ends: End[] = []
    t.watch(member, (end) => void ends.push(end)).close()
    await expectNothingLeft(t)
    expect(ends).toEqual([])
  })

  it('keeps nothing that counts as work once it has told', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    t.watch(member, () => undefined)
    await member.$.stop()
    await expectNothingLeft(t)
    expect(t.lookupAll({})).toEqual([])
  })

  it.each<[string, unknown]>([
    ['a name', 'member'],
    ['nothing', undefined],
    ['a filter', { name: 'member' }],
  ])('refuses %s', async (_, target) => {
    await using t = await startSystem()
    expect(() => t.watch(target as AnyActor, () => undefined)).toThrow('give a Remote or a binding')
  })

  it('refuses a listener that is no function', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    expect(() => t.watch(member, undefined as unknown as () => void)).toThrow('listener is undefined; give a function')
  })
})
