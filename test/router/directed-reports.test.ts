import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { AnyActor } from '../../src/actors/remote-type.js'
import type { Received, SubscriptionChange } from '../../src/actors/report-type.js'
import { crash, Ear, fail, Press, startSystem } from './actors.js'

/** Subscribes to the press with the patterns it is given, and hears. */
const Reader = service(import.meta, 'reader', (self, patterns: readonly string[]) => {
  const heard: string[] = []
  for (const pattern of patterns) {
    self.subscribe('press', pattern, (report) => void heard.push(`${report.pattern || '(none)'}: ${report.subject} ${report.content}`))
  }
  return { heard: () => heard.splice(0) }
})

describe('sendReport()', () => {
  it('reaches one subscriber alone, one copy for each of its patterns that matches', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const [one, other] = [await t.spawn(Reader, { init: ['*', 'a.*', 'b'] }), await t.spawn(Reader, { init: ['*'] })]
    expect(await press.send(one.$.binding, 'a.x', 1)).toBe(true)
    expect(await press.send(one, 'b', 2)).toBe(true)
    await t.settled()
    expect([await one.heard(), await other.heard()]).toEqual([['*: a.x 1', 'a.*: a.x 1', '*: b 2', 'b: b 2'], []])
  })

  it('reaches one who has subscribed to something else, once, without a pattern', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const reader = await t.spawn(Reader, { init: ['a', 'b'] })
    expect(await press.send(reader, 'c', 1)).toBe(true)
    await t.settled()
    expect(await reader.heard()).toEqual(['(none): c 1'])
  })

  it('is false for one who has not subscribed, does no more, or is gone', async () => {
    await using t = await startSystem()
    const [press, ear] = [await t.spawn(Press), await t.spawn(Ear)]
    expect(await press.send(ear, 'a', 1)).toBe(false)
    await ear.listen('press', '*')
    expect(await press.send(ear, 'a', 2)).toBe(true)
    await t.settled()
    expect(await ear.heard()).toEqual(['a 2'])
    await ear.close()
    expect(await press.send(ear, 'a', 3)).toBe(false)
    await ear.listen('press', '*')
    await ear.$.stop()
    expect(await press.send(ear, 'a', 4)).toBe(false)
  })

  it('keeps nothing, and leaves what is kept as it is', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const reader = await t.spawn(Reader, { init: ['*'] })
    await press.publish('a', 'kept', Number.POSITIVE_INFINITY)
    await press.send(reader, 'a', 'sent')
    await press.send(reader, 'b', 'sent')
    await t.settled()
    expect(await reader.heard()).toEqual(['*: a kept', '*: a sent', '*: b sent'])
    const late = await t.spawn(Reader, { init: ['*'] })
    await t.settled()
    expect(await late.heard()).toEqual(['*: a kept'])
  })

  it('is in order with what is published', async () => {
    await using t = await startSystem()
    const Mixed = service(import.meta, 'mixed', (self) => ({
      go: (to: AnyActor) => {
        for (let i = 0; i < 20; i++) {
          if (i % 2 === 0) self.publish('n', i)
          else self.sendReport(to, 'n', i)
        }
      },
    }))
    const mixed = await t.spawn(Mixed)
    const heard: unknown[] = []
    const Hearer = service(import.meta, 'hearer', (self) => {
      self.subscribe('mixed', 'n', ({ content }) => void heard.push(content))
    })
    await mixed.go(await t.spawn(Hearer))
    await t.settled()
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it.each<[string, (reader: object) => unknown, string]>([
    ['a name', () => 'reader', 'sendReport(): "reader" is no agent; give the binding of a subscriber'],
    ['nothing', () => undefined, 'sendReport(): undefined is no agent'],
  ])('refuses %s', async (_, to, message) => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const reader = await t.spawn(Reader, { init: [] })
    await expect(press.send(to(reader) as AnyActor, 'a', 1)).rejects.toThrow(message)
  })

  it('refuses what is no subject, whether there is a subscriber or not', async () => {
    await using t = await startSystem()
    const [press, reader] = [await t.spawn(Press), await t.spawn(Reader, { init: ['*'] })]
    await expect(press.send(reader, 'a*', 1)).rejects.toThrow('a subject is no pattern')
    await expect(press.send(press, 7 as unknown as string, 1)).rejects.toThrow('subject is 7; give a string')
  })

  it('refuses what cannot be sent, with its path', async () => {
    await using t = await startSystem()
    const Wrong = service(import.meta, 'press', (self) => ({ send: (to: AnyActor) => self.sendReport(to, 'a', { f: [() => 1] }) }))
    const [wrong, reader] = [await t.spawn(Wrong), await t.spawn(Reader, { init: ['*'] })]
    await expect(wrong.send(reader)).rejects.toThrow('value.f[0]')
  })
})

describe('onSubscription()', () => {
  it('tells of those that have subscribed already, then of every one that comes and goes', async () => {
    await using t = await startSystem()
    const changes: SubscriptionChange[] = []
    let listen = (): void => undefined
    const Late = service(import.meta, 'press', (self) => {
      listen = () => void self.onSubscription((change) => void changes.push(change))
      return {}
    })
    await t.spawn(Late)
    const ear = await t.spawn(Ear)
    await ear.listen('press', 'early')
    listen()
    await ear.listen('press', 'late')
    await ear.close()
    await t.settled()
    const subscriber = ear.$.binding
    expect(changes).toEqual([
      { status: 'requested', pattern: 'early', subscriber },
      { status: 'requested', pattern: 'late', subscriber },
      { status: 'withdrawn', pattern: 'early', subscriber },
      { status: 'withdrawn', pattern: 'late', subscriber },
    ])
  })

  it('tells once for each subscription, the same pattern twice too, and of each withdrawal', async () => {
    await using t = await startSystem()
    const [press, ear] = [await t.spawn(Press), await t.spawn(Ear)]
    await ear.listen('press', 'a')
    await ear.listen('press', 'a')
    await ear.listen(press, 'a')
    await ear.$.stop()
    await t.settled()
    expect(await press.changes()).toEqual([
      ...['requested', 'requested', 'requested'].map((status) => `${status} a ear`),
      ...['withdrawn', 'withdrawn', 'withdrawn'].map((status) => `${status} a ear`),
    ])
  })

  it('what it sends to a new subscriber arrives after what was kept', async () => {
    await using t = await startSystem()
    const Greeter = service(import.meta, 'greeter', (self) => {
      self.publish('kept', 'kept', { lifetimeMs: Number.POSITIVE_INFINITY })
      self.onSubscription(({ status, subscriber }) => {
        if (status === 'requested') self.sendReport(subscriber, 'welcome', 'welcome')
      })
      return {}
    })
    await t.spawn(Greeter)
    const ear = await t.spawn(Ear)
    await ear.listen('greeter', '*')
    await t.settled()
    expect(await ear.heard()).toEqual(['kept kept', 'welcome welcome'])
  })

  it('is told by its subscriber’s restart of one withdrawn and one requested', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const Steady = service(import.meta, 'steady', (self) => {
      self.subscribe('press', '*', () => undefined)
      return { crash: () => fail(self) }
    })
    await crash(t, await t.spawn(Steady))
    expect(await press.changes()).toEqual(['requested * steady', 'withdrawn * steady', 'requested * steady'])
  })

  it('ends with close()', async () => {
    await using t = await startSystem()
    const told: string[] = []
    let ended = { close: (): void => undefined }
    const Watcher = service(import.meta, 'press', (self) => {
      ended = self.onSubscription(({ status }) => void told.push(status))
      return {}
    })
    await t.spawn(Watcher)
    ended.close()
    await (await t.spawn(Ear)).listen('press', '*')
    await t.settled()
    expect(told).toEqual([])
  })

  it('of a light actor tells who subscribed to its Remote', async () => {
    await using t = await startSystem()
    const told: string[] = []
    const Light = actor((self) => {
      self.onSubscription(({ status, pattern }) => void told.push(`${status} ${pattern}`))
      return { publish: () => self.publish('a', 1) }
    })
    const light = t.spawn(Light)
    const seen: Received[] = []
    const subscription = t.subscribe(light.$.binding, 'a', (report) => void seen.push(report))
    await light.publish()
    await t.settled()
    subscription.close()
    await t.settled()
    expect(seen.map(({ content }) => content)).toEqual([1])
    expect(told).toEqual(['requested a', 'withdrawn a'])
  })

  it('refuses what is no function', async () => {
    await using t = await startSystem()
    const Wrong = service(import.meta, 'wrong', (self) => ({ listen: () => void self.onSubscription(7 as unknown as () => void) }))
    await expect((await t.spawn(Wrong)).listen()).rejects.toThrow('listener is 7; give a function')
  })
})
