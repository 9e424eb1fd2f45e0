import type { Remote, SpawnOptions, System } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Ear, Press, Scribe, Typesetter } from './fixtures/press.js'
import { errorOf, eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

const FOR_EVER = Number.POSITIVE_INFINITY

/** Waits until an ear has heard so many, and takes them. */
async function taken(ear: Remote<typeof Ear>, count: number): Promise<readonly unknown[]> {
  await eventually(async () => (await ear.heard()).length >= count, `${count} reports are heard`)
  return await ear.takeHeard()
}

/** A press on thread 1, and ears on all three threads. */
async function scene(given: Pick<SpawnOptions, 'supervision'> = {}) {
  const system = await startSystem({ timeoutMs: 20_000 })
  const press = await system.spawn(Press, { host: { thread: 1 }, ...given })
  const ears: Remote<typeof Ear>[] = []
  for (const thread of [0, 1, 2]) ears.push(await system.spawn(Ear, { host: { thread }, name: `ear ${thread}` }))
  return { system, press, ears: ears as [Remote<typeof Ear>, Remote<typeof Ear>, Remote<typeof Ear>] }
}

describe('a report reaches subscriptions on every thread', () => {
  it.each(['name', 'binding', 'Remote', 'group'] as const)('by %s, each with what its pattern selects', async (by) => {
    const { press, ears } = await scene()
    const target = { name: 'press', binding: press.$.binding, Remote: press, group: { group: 'presses' } }[by]
    for (const [i, ear] of ears.entries()) await ear.listen(target as Remote, ['a.*', '*', '?.b'][i] as string)
    for (const [i, subject] of ['a.b', 'a.c', 'x', 'b.b'].entries()) await press.publish(subject, { i })
    expect(await taken(ears[0], 2)).toEqual([
      ['a.b', { i: 0 }],
      ['a.c', { i: 1 }],
    ])
    expect(await taken(ears[1], 4)).toEqual([
      ['a.b', { i: 0 }],
      ['a.c', { i: 1 }],
      ['x', { i: 2 }],
      ['b.b', { i: 3 }],
    ])
    expect(await taken(ears[2], 2)).toEqual([
      ['a.b', { i: 0 }],
      ['b.b', { i: 3 }],
    ])
  })

  it('one copy for each subscription, in the order of publication', async () => {
    const { press, ears } = await scene()
    for (const ear of ears) for (const pattern of ['n.*', 'n.even']) await ear.listen('press', pattern, { capacity: 100_000 })
    await press.publishAll('n', 2000)
    for (const ear of ears) {
      const numbers = (await taken(ear, 3000)).map((one) => (one as [string, number])[1])
      expect(numbers).toEqual(Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? [i, i] : [i])).flat())
    }
  })

  it('what is kept comes first, in order, when ready has resolved it is there', async () => {
    const { press, ears } = await scene()
    for (const [i, subject] of ['c', 'a', 'b', 'a'].entries()) await press.publish(subject, i, FOR_EVER)
    for (const ear of ears) await ear.listen('press', '*')
    await press.publish('d', 4)
    for (const ear of ears) {
      expect(await taken(ear, 4)).toEqual([
        ['c', 0, 'retained'],
        ['b', 2, 'retained'],
        ['a', 3, 'retained'],
        ['d', 4],
      ])
    }
    expect(await press.expire('*')).toBe(3)
    await ears[2].listen('press', '*')
    await press.publish('e', 5)
    expect(await taken(ears[2], 2)).toEqual([
      ['e', 5],
      ['e', 5],
    ])
  })

  it('while publishing goes on, a new subscription has every value from the first it hears', async () => {
    const { press, ears } = await scene()
    const publishing = (async () => {
      for (let i = 0; i < 300; i++) await press.publish('n', i, FOR_EVER)
    })()
    for (const ear of ears) await ear.listen('press', 'n')
    await publishing
    for (const ear of ears) {
      await eventually(async () => (await ear.heard()).some((one) => (one as unknown[])[1] === 299), 'the last is heard')
      const numbers = (await ear.takeHeard()).map((one) => (one as [string, number])[1])
      const first = numbers[0] as number
      expect(numbers).toEqual(Array.from({ length: 300 - first }, (_, i) => first + i))
    }
  })
})

describe('between threads', () => {
  it('sendReport() reaches one subscriber alone, with its pattern or without one', async () => {
    const { press, ears } = await scene()
    const [here, , there] = ears
    for (const ear of [here, there]) expect(await press.send(ear, 'a', 0)).toBe(false)
    for (const ear of [here, there]) await ear.listen('press', 'a')
    for (const [i, ear] of [here, there].entries()) {
      expect(await press.send(ear, 'a', i)).toBe(true)
      expect(await press.send(ear, 'b', i)).toBe(true)
      expect(await taken(ear, 2)).toEqual([
        ['a', i],
        ['b', i],
      ])
    }
    await there.close()
    await eventually(async () => !(await press.send(there, 'a', 3)), 'it has subscribed to nothing')
    expect(await here.heard()).toEqual([])
  })

  it('onSubscription() tells of subscriptions of all threads, of their ends, and of those that died with their thread', async () => {
    const { system, press, ears } = await scene()
    const changes: string[] = []
    const told = async (count: number): Promise<string[]> => {
      await eventually(async () => {
        changes.push(...(await press.changes()))
        return changes.length >= count
      }, `${count} changes are told`)
      return changes.splice(0)
    }
    for (const ear of ears) await ear.listen('press', 'a')
    expect(await told(3)).toEqual(['requested a ear 0', 'requested a ear 1', 'requested a ear 2'])
    await ears[0].close()
    expect(await told(1)).toEqual(['withdrawn a ear 0'])
    const dying = await system.spawn(Press, { host: { thread: 2 }, name: 'dying' })
    await dying.publishAndExit('n', 1)
    expect(await told(1)).toEqual(['withdrawn a ear 2'])
    await press.publish('a', 1)
    expect(await taken(ears[1], 1)).toEqual([['a', 1]])
  })

  it('a publisher that died with its thread is heard again when another of its name comes, on another thread', async () => {
    const { system, press, ears } = await scene({ supervision: { onFailure: 'stop' } })
    const [here, , there] = ears
    for (const ear of [here, there]) await ear.listen('press', 'n')
    await press.publishAndExit('n', 3)
    for (const ear of [here, there])
      expect(await taken(ear, 3)).toEqual([
        ['n', 0],
        ['n', 1],
        ['n', 2],
      ])
    await eventually(() => system.tryLookup(Press) === undefined, 'it is gone')
    const next = await system.spawn(Press, { host: { thread: 2 } })
    await next.publish('n', 4, FOR_EVER)
    for (const ear of [here, there]) expect((await taken(ear, 1)).map((one) => (one as unknown[]).slice(0, 2))).toEqual([['n', 4]])
  })

  it('a publisher that comes back after the death of its thread is heard again, and knows its subscribers', async () => {
    const { press, ears } = await scene()
    const [here, , there] = ears
    for (const ear of [here, there]) await ear.listen(press, '*')
    await press.publish('kept', 1, FOR_EVER)
    await press.publishAndExit('n', 1)
    for (const ear of [here, there])
      expect(await taken(ear, 2)).toEqual([
        ['kept', 1],
        ['n', 0],
      ])
    const changes: string[] = []
    await eventually(async () => changes.push(...(await press.changes().catch(() => []))) === 2, 'both have subscribed again')
    await press.publish('n', 2)
    // What it kept has gone with its thread.
    for (const ear of [here, there]) expect(await taken(ear, 1)).toEqual([['n', 2]])
  })

  it('a restart of the publisher keeps its subscribers and what it keeps', async () => {
    const { press, ears } = await scene()
    await ears[2].listen('press', '*')
    await press.publish('kept', 1, FOR_EVER)
    await press.crash()
    await press.publish('new', 2)
    expect(await taken(ears[2], 2)).toEqual([
      ['kept', 1],
      ['new', 2],
    ])
    await ears[0].listen('press', '*')
    expect(await taken(ears[0], 1)).toEqual([['kept', 1, 'retained']])
  })

  it('one who leaves a group and joins it again is heard again', async () => {
    const { press, ears } = await scene()
    for (const ear of ears) await ear.listen({ group: 'presses' }, '*')
    for (let i = 0; i < 20; i++) {
      await press.leave('presses')
      await press.join('presses')
    }
    await eventually(async () => {
      await press.publish('n', 1)
      const counts = await Promise.all(ears.map(async (ear) => (await ear.heard()).length))
      return counts.every((count) => count > 0)
    }, 'all hear it again')
    expect(new Set((await ears[2].heard()).map((one) => JSON.stringify(one)))).toEqual(new Set(['["n",1]']))
  })

  it('the workers of a pool publish as the pool, from whatever thread', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const ear = await system.spawn(Ear, { host: { thread: 2 } })
    const pool = await system.pool(Typesetter, { size: 3, route: 'round-robin', host: 'auto' })
    const seen: string[] = []
    const subscription = system.subscribe('typesetter', 'set', ({ publisher }) => void seen.push(publisher.id))
    await subscription.ready
    await ear.listen('typesetter', 'set')
    const threads = new Set(await Promise.all([1, 2, 3, 4, 5, 6].map((n) => pool.set(n))))
    expect(threads.size).toBeGreaterThan(1)
    await eventually(() => seen.length >= 6, 'all are heard')
    expect(new Set(seen)).toEqual(new Set([pool.$.binding.id]))
    const numbers = (await taken(ear, 6)).map((one) => (one as [string, number])[1])
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('the value of a report', () => {
  const values: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['text', 'grüße'],
    ['a Map with a Date', new Map([['at', new Date(5)]])],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['an Error', new RangeError('far')],
    ['a big integer', 2n ** 70n],
  ]

  it.each(values)('%s arrives as it is at several threads', async (_, value) => {
    const { system, press, ears } = await scene()
    const local: unknown[] = []
    const subscription = system.subscribe('press', '*', ({ content }) => void local.push(content))
    await subscription.ready
    for (const ear of ears) await ear.listen('press', '*')
    await press.publish('value', value)
    for (const ear of ears) expect(await taken(ear, 1)).toEqual([['value', value]])
    expect(local).toEqual([value])
  })

  it('may be megabytes', async () => {
    const { press, ears } = await scene()
    for (const ear of ears) await ear.listen('press', 'large')
    await press.publishLarge(3, 3 * 2 ** 20)
    for (const ear of ears) {
      const large = (await taken(ear, 3)).map((one) => (one as [string, { i: number; bytes: Uint8Array }])[1])
      expect(large.map(({ i, bytes }) => [i, bytes.length, bytes[0], bytes.at(-1)])).toEqual([0, 1, 2].map((i) => [i, 3 * 2 ** 20, i, i]))
    }
  })

  it.each([0, 1, 3])('is refused where it cannot be sent, as a port cannot, to %i threads, and nothing of it leaves', async (threads) => {
    const { press, ears } = await scene()
    const hearing = ears.slice(0, threads)
    for (const ear of hearing) await ear.listen('press', '*')
    expect(await press.publishPort()).toContain('value.inner')
    expect((await errorOf(press.publish('a*', 1))).message).toContain('a subject is no pattern')
    await press.publish('next', 1)
    for (const ear of hearing) expect(await taken(ear, 1)).toEqual([['next', 1]])
  })

  it('may be shared memory: the very memory at each of several threads, the rest a copy for each, retained too', async () => {
    const system: System = await startSystem({ timeoutMs: 20_000 })
    const press = await system.spawn(Press, { host: { thread: 1 } })
    const spawn = (thread: number, name: string): Promise<Remote<typeof Scribe>> => system.spawn(Scribe, { host: { thread }, name })
    const scribes = [await spawn(0, 'zero'), await spawn(1, 'one'), await spawn(2, 'two'), await spawn(2, 'another')]
    for (const scribe of scribes) await scribe.ready()
    const memory = new Int32Array(new SharedArrayBuffer(4))
    await press.publish('shared', { memory, list: [] }, FOR_EVER)
    await eventually(() => Atomics.load(memory, 0) === 4, 'all have written')
    for (const [i, scribe] of scribes.entries()) expect(await scribe.seen()).toEqual([[[0, 1, 2, 2][i]]])
    const late = await spawn(2, 'late')
    await eventually(() => Atomics.load(memory, 0) === 5, 'the late one has written')
    expect(await late.seen()).toEqual([[2]])
  })
})
