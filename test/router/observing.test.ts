import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { ServiceBinding } from '../../src/actors/remote-type.js'
import { expectNothingLeft, outcomeOf, readerOf } from '../actors/evidence.js'
import { crash, fail, lineOf, Member, startSystem } from './actors.js'

/** Observes what it is told to, in an incarnation that can end. */
const Observer = service(import.meta, 'observer', (self) => {
  const seen: string[] = []
  let end = (): void => undefined
  return {
    observe: () => {
      const subscription = self.announcements({ name: 'member' }, (one) => void seen.push(lineOf(one)))
      end = () => subscription.close()
    },
    close: () => end(),
    seen: () => seen.splice(0),
    crash: () => fail(self),
  }
})

describe('an observer', () => {
  it('close() ends it: no listener is called afterwards, not even for what waits; a second time does nothing', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    await t.spawn(Member)
    const subscription = t.announcements({}, (one) => void seen.push(lineOf(one)))
    subscription.close()
    subscription.close()
    await t.spawn(Member)
    await expectNothingLeft(t)
    expect(seen).toEqual([])
  })

  it('its listener may close it: it is the last that is heard', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    for (let i = 0; i < 3; i++) await t.spawn(Member, { name: `${i}` })
    const subscription = t.announcements({}, (one) => {
      seen.push(lineOf(one))
      subscription.close()
    })
    await expectNothingLeft(t)
    expect(seen).toEqual(['service available 0'])
  })

  it('`using` closes it at the end of the block', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    {
      using _ = t.announcements({}, (one) => void seen.push(lineOf(one)))
      await t.spawn(Member, { name: 'within' })
      await t.settled()
    }
    await t.spawn(Member, { name: 'after' })
    await expectNothingLeft(t)
    expect(seen).toEqual(['service available within'])
  })

  it('its signal ends it, before and while it observes', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    const controller = new AbortController()
    const note = (one: Parameters<typeof lineOf>[0]): void => void seen.push(lineOf(one))
    t.announcements({}, note, { signal: controller.signal })
    await t.spawn(Member)
    await t.settled()
    controller.abort()
    t.announcements({}, note, { signal: controller.signal })
    await t.spawn(Member)
    await expectNothingLeft(t)
    expect(seen).toEqual(['service available member'])
  })

  it.each(['crash', 'close'] as const)('ends with a %s of the actor that observes', async (how) => {
    await using t = await startSystem()
    const observer = await t.spawn(Observer)
    await observer.observe()
    await t.spawn(Member)
    await t.settled()
    expect(await observer.seen()).toEqual(['service available member'])
    if (how === 'crash') await crash(t, observer)
    else await observer.close()
    await t.spawn(Member)
    await t.settled()
    expect(await observer.seen()).toEqual([])
    await observer.observe()
    await t.settled()
    expect(await observer.seen()).toHaveLength(2)
  })

  it('ends with the stop of the actor that observes', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    const light = t.spawn(
      actor((self) => {
        self.announcements({}, (one) => void seen.push(lineOf(one)))
        return { ready: () => true }
      }),
    )
    await light.ready()
    await light.$.stop()
    await t.spawn(Member)
    await expectNothingLeft(t)
    expect(seen).toEqual([])
  })

  it('a listener is a turn of its actor: a promise that it returns is awaited before the next', async () => {
    await using t = await startSystem()
    const order: string[] = []
    const Slow = service(import.meta, 'slow observer', (self) => {
      self.announcements({ name: 'member' }, async ({ status }) => {
        order.push(`${status} begins`)
        await Promise.resolve()
        order.push(`${status} ends`)
      })
      return { order: () => order }
    })
    const slow = await t.spawn(Slow)
    const member = await t.spawn(Member)
    await member.$.stop()
    await t.settled()
    expect(await slow.order()).toEqual(['available begins', 'available ends', 'withdrawn begins', 'withdrawn ends'])
  })

  it('a listener that throws is a failure of its actor, with a place of its own', async () => {
    await using t = await startSystem()
    const places: string[] = []
    const Failing = service(
      import.meta,
      'failing observer',
      {
        supervision: {
          onFailure: (_, where) => {
            places.push(where)
            return 'resume'
          },
        },
      },
      (self) => {
        self.announcements({ name: 'member' }, () => {
          throw new Error('in the listener')
        })
      },
    )
    await t.spawn(Failing)
    await t.spawn(Member)
    await t.settled()
    expect(places).toEqual(['listener'])
  })

  it('announcements() refuses a listener that is no function and an option that is none', async () => {
    await using t = await startSystem()
    expect(() => t.announcements({}, 7 as unknown as () => void)).toThrow('listener is 7; give a function')
    expect(() => t.announcements({}, () => undefined, { capacity: 3 } as object)).toThrow('capacity is no option')
  })
})

describe('an observer that is read', () => {
  it('gives the replay, then changes as they come; leaving the loop ends it', async () => {
    await using t = await startSystem()
    await t.spawn(Member, { groups: ['g'] })
    const seen: string[] = []
    for await (const one of t.announcements({})) {
      seen.push(lineOf(one))
      if (seen.length === 2) await t.spawn(Member, { name: 'later' })
      if (seen.length === 3) break
    }
    expect(seen).toEqual(['service available member', 'group available member g', 'service available later'])
    await t.spawn(Member)
    await expectNothingLeft(t)
  })

  it.each(['close', 'abort'] as const)('%s ends who waits for the next one', async (how) => {
    await using t = await startSystem()
    const controller = new AbortController()
    const subscription = t.announcements({}, { signal: controller.signal })
    const next = outcomeOf(readerOf(subscription).next())
    await t.settled()
    expect(next.state).toBe('pending')
    if (how === 'close') subscription.close()
    else controller.abort()
    await expectNothingLeft(t)
    expect(next).toEqual({ state: 'resolved', value: { done: true, value: undefined } })
    expect(await readerOf(subscription).next()).toEqual({ done: true, value: undefined })
  })

  it('stop of the system ends who waits for the next one', async () => {
    const t = await startSystem()
    const next = outcomeOf(readerOf(t.announcements({})).next())
    await t.stop()
    expect(next).toMatchObject({ state: 'resolved', value: { done: true } })
  })

  it('one with a listener cannot be read', async () => {
    await using t = await startSystem()
    const subscription = t.announcements({}, () => undefined)
    expect(() => readerOf(subscription as unknown as AsyncIterable<unknown>)).toThrow('leave the listener out')
  })

  it('the announcement and its binding are immutable', async () => {
    await using t = await startSystem()
    await t.spawn(Member, { groups: ['g'] })
    const { value } = await readerOf(t.announcements({})).next()
    const binding = value?.binding as ServiceBinding
    expect(Object.isFrozen(value)).toBe(true)
    expect(() => Object.assign(binding, { name: 'another' })).toThrow(TypeError)
    expect(() => (binding.groups as string[]).push('h')).toThrow(TypeError)
  })
})
