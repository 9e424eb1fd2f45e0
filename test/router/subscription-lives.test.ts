import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { expectNothingLeft, gate, outcomeOf, readerOf } from '../actors/evidence.js'
import { crash, Ear, Press, startSystem } from './actors.js'

/** Publishes and is not listened at by itself, so that nothing of it keeps the process alive. */
const Quiet = service(import.meta, 'quiet', (self) => ({
  publish: (subject: string, value: unknown, lifetimeMs = 0) => self.publish(subject, value, { lifetimeMs }),
}))

describe('when a publisher comes back', () => {
  it('after a restart, subscriptions stand: nothing is subscribed or replayed again', async () => {
    await using t = await startSystem()
    const [press, ear] = [await t.spawn(Press), await t.spawn(Ear)]
    await press.publish('a', 'kept', Number.POSITIVE_INFINITY)
    await ear.listen('press', '*')
    await t.settled()
    expect([await ear.heard(), await press.changes()]).toEqual([['a kept'], ['requested * ear']])
    await crash(t, press)
    await press.publish('a', 'new')
    await t.settled()
    expect(await ear.heard()).toEqual(['a new'])
    // Its new incarnation is told who is there.
    expect(await press.changes()).toEqual(['requested * ear'])
  })

  it('another of its name is subscribed to, and what it keeps is replayed', async () => {
    await using t = await startSystem()
    const Eager = service(import.meta, 'eager', (self, n: number) => {
      self.publish('n', n, { lifetimeMs: Number.POSITIVE_INFINITY })
      return {}
    })
    const ear = await t.spawn(Ear)
    await ear.listen('eager', '*')
    for (const n of [1, 2, 3]) {
      const eager = await t.spawn(Eager, { init: n })
      await t.settled()
      expect(await ear.heard()).toEqual([`n ${n}`])
      await eager.$.stop()
    }
  })

  it('by binding, its successor of the same name is not', async () => {
    await using t = await startSystem()
    const [first, ear] = [await t.spawn(Press), await t.spawn(Ear)]
    await ear.listen(first.$.binding, '*')
    await first.$.stop()
    await (await t.spawn(Press)).publish('a', 1)
    await t.settled()
    expect(await ear.heard()).toEqual([])
  })

  it('of several of a name one goes, and the others are heard as before', async () => {
    await using t = await startSystem()
    const presses = [await t.spawn(Press), await t.spawn(Press), await t.spawn(Press)]
    const ear = await t.spawn(Ear)
    await ear.listen('press', '*')
    await presses[1]?.$.stop()
    for (const [i, press] of presses.entries()) if (i !== 1) await press.publish('n', i)
    await t.settled()
    expect(await ear.heard()).toEqual(['n 0', 'n 2'])
  })

  it('what a publisher says before it is withdrawn is heard, and before its withdrawal is announced', async () => {
    await using t = await startSystem()
    const order: string[] = []
    const quiet = await t.spawn(Quiet)
    t.announcements({ name: 'quiet' }, ({ status }) => void order.push(status))
    t.subscribe('quiet', '*', ({ content }) => void order.push(`${content}`))
    await quiet.publish('a', 'last word')
    await quiet.$.stop()
    await t.settled()
    expect(order).toEqual(['available', 'last word', 'withdrawn'])
  })

  it('what a publisher says while it drains, after it was withdrawn, is heard by nobody', async () => {
    await using t = await startSystem()
    const heard: unknown[] = []
    const door = gate()
    const Draining = service(import.meta, 'draining', (self) => ({
      say: (value: string) => self.publish('a', value),
      sayLater: async (value: string) => {
        await door.passed
        self.publish('a', value)
      },
    }))
    const draining = await t.spawn(Draining)
    t.subscribe('draining', '*', ({ content }) => void heard.push(content))
    await draining.say('first')
    const saying = draining.sayLater('last')
    await t.settled()
    const stopped = draining.$.stop({ drainMs: 1000 })
    await t.settled()
    door.open()
    await Promise.all([saying, stopped])
    await t.settled()
    expect(heard).toEqual(['first'])
  })
})

describe('a subscription ends', () => {
  it.each(['close', 'crash', 'stop'] as const)(
    'with a %s of who subscribed; the publisher is told, nothing is heard any more',
    async (how) => {
      await using t = await startSystem()
      const [press, ear] = [await t.spawn(Press), await t.spawn(Ear)]
      await ear.listen('press', 'a')
      await ear.listen(press, 'b')
      expect(await press.changes()).toEqual(['requested a ear', 'requested b ear'])
      if (how === 'close') await ear.close()
      else if (how === 'crash') await crash(t, ear)
      else await ear.$.stop()
      await t.settled()
      expect(await press.changes()).toEqual(['withdrawn a ear', 'withdrawn b ear'])
      await press.publish('a', 1)
      await t.settled()
      if (how !== 'stop') expect(await ear.heard()).toEqual([])
    },
  )

  it('with its signal, before and while it stands', async () => {
    await using t = await startSystem()
    const quiet = await t.spawn(Quiet)
    const controller = new AbortController()
    const seen: unknown[] = []
    t.subscribe('quiet', '*', ({ content }) => void seen.push(content), { signal: controller.signal })
    await quiet.publish('a', 1)
    await t.settled()
    controller.abort()
    await quiet.publish('a', 2, Number.POSITIVE_INFINITY)
    t.subscribe('quiet', '*', ({ content }) => void seen.push(content), { signal: controller.signal })
    await expectNothingLeft(t)
    expect(seen).toEqual([1])
  })

  it('with the end of a `using` block, and by close() twice', async () => {
    await using t = await startSystem()
    const quiet = await t.spawn(Quiet)
    const seen: unknown[] = []
    {
      using subscription = t.subscribe('quiet', '*', ({ content }) => void seen.push(content))
      await quiet.publish('a', 1)
      await t.settled()
      subscription.close()
    }
    await quiet.publish('a', 2)
    await expectNothingLeft(t)
    expect(seen).toEqual([1])
  })

  it('by leaving the loop that reads it', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('a', 1, Number.POSITIVE_INFINITY)
    for await (const { content } of t.subscribe('press', '*')) {
      expect(content).toBe(1)
      break
    }
    await t.settled()
    expect(await press.changes()).toEqual(['requested * ', 'withdrawn * '])
  })

  it('and who waits for the next report is told', async () => {
    await using t = await startSystem()
    await t.spawn(Quiet)
    const read = t.subscribe('quiet', '*')
    const next = outcomeOf(readerOf(read).next())
    read.close()
    await expectNothingLeft(t)
    expect(next).toEqual({ state: 'resolved', value: { done: true, value: undefined } })
  })

  it('while reports wait for it: no listener is called after close()', async () => {
    await using t = await startSystem()
    const quiet = await t.spawn(Quiet)
    const seen: unknown[] = []
    const subscription = t.subscribe('quiet', '*', ({ content }) => {
      seen.push(content)
      subscription.close()
    })
    await Promise.all([1, 2, 3].map((n) => quiet.publish('a', n)))
    await expectNothingLeft(t)
    expect(seen).toEqual([1])
  })

  it('for ever: a publisher that appears later is not subscribed to', async () => {
    await using t = await startSystem()
    const ear = await t.spawn(Ear)
    await ear.listen('press', '*')
    await ear.close()
    const press = await t.spawn(Press)
    expect(await press.changes()).toEqual([])
  })
})

describe('a listener of reports', () => {
  it('is a turn of its actor: it never overlaps a method or itself, and its promise is awaited', async () => {
    await using t = await startSystem()
    const quiet = await t.spawn(Quiet)
    const order: string[] = []
    const doors = [gate(), gate()]
    const Slow = service(import.meta, 'slow', (self) => {
      self.subscribe('quiet', '*', async ({ content }) => {
        order.push(`${content} begins`)
        await doors[content as number]?.passed
        order.push(`${content} ends`)
      })
      return { method: () => void order.push('method') }
    })
    const slow = await t.spawn(Slow)
    await quiet.publish('n', 0)
    await quiet.publish('n', 1)
    await t.settled()
    const method = slow.method()
    await t.settled()
    expect(order).toEqual(['0 begins'])
    doors[1]?.open()
    doors[0]?.open()
    await method
    expect(order).toEqual(['0 begins', '0 ends', '1 begins', '1 ends', 'method'])
  })

  it('that throws is a failure of its actor', async () => {
    await using t = await startSystem()
    const [press, places] = [await t.spawn(Press), [] as string[]]
    const onFailure = (_: unknown, where: string): 'restart' => {
      places.push(where)
      return 'restart'
    }
    const Failing = service(import.meta, 'failing', { supervision: { onFailure } }, (self) => {
      self.subscribe('press', '*', () => Promise.reject(new Error('in the listener')))
    })
    await t.spawn(Failing)
    await press.publish('a', 1)
    await t.settled()
    expect(places).toEqual(['listener'])
    // Its restart has subscribed anew.
    expect(await press.changes()).toEqual(['requested * failing', 'withdrawn * failing', 'requested * failing'])
  })

  it('may publish, subscribe and call: a report may set off the next', async () => {
    await using t = await startSystem()
    const Echo = service(import.meta, 'echo', (self, other: string) => {
      self.subscribe(other, 'n', ({ content }) => {
        if ((content as number) < 10) self.publish('n', (content as number) + 1)
      })
      return { begin: () => self.publish('n', 0) }
    })
    const one = await t.spawn(Echo, { name: 'one', init: 'other' })
    await t.spawn(Echo, { name: 'other', init: 'one' })
    const seen: unknown[] = []
    for (const name of ['one', 'other']) t.subscribe(name, 'n', ({ content }) => void seen.push(content))
    await one.begin()
    await t.settled()
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('an actor may subscribe to itself', async () => {
    await using t = await startSystem()
    const seen: unknown[] = []
    const Own = service(import.meta, 'own', (self) => {
      self.subscribe(self.remote, '*', ({ content }) => void seen.push(content))
      self.subscribe('own', '*', ({ content }) => void seen.push(`${content} by name`))
      return { publish: () => self.publish('a', 1) }
    })
    await (await t.spawn(Own)).publish()
    await t.settled()
    expect(seen).toEqual([1, '1 by name'])
  })

  it('light actors and the system subscribe as the agent of the system, which has no name', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    t.subscribe('press', 'by the system', () => undefined)
    const light = t.spawn(
      actor((self) => {
        self.subscribe('press', 'by a light actor', () => undefined)
        return { ready: () => true }
      }),
    )
    await light.ready()
    expect(await press.changes()).toEqual(['requested by the system ', 'requested by a light actor '])
    await light.$.stop()
    expect(await press.changes()).toEqual(['withdrawn by a light actor '])
  })
})
