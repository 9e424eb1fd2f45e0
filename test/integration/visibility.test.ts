import { describe, expect, it } from 'vitest'
import { BLOCKED, Ear, Hidden, lineOf, newGate, OPEN, Press, SAID } from './fixtures/press.js'
import { eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const here = { host: { thread: 0 } } as const
const one = { host: { thread: 1 } } as const
const two = { host: { thread: 2 } } as const
/** Does not come back when its thread dies. */
const mortal = { supervision: { onFailure: 'stop' } } as const

describe('what is visible', () => {
  it('spawn(), joinGroup(), leaveGroup(), announce() and $.stop() show in the lookups of who asked, when they have resolved', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    for (let i = 0; i < 20; i++) {
      const press = await system.spawn(Press, i % 2 === 0 ? one : two)
      expect(system.lookupAll(Press).map(({ id }) => id)).toEqual([press.$.binding.id])
      await press.join('g')
      expect(system.lookupAll({ group: 'g' })).toHaveLength(1)
      await press.leave('g')
      expect(system.lookupAll({ group: 'g' })).toHaveLength(0)
      const hidden = await system.spawn(Hidden, one)
      expect(system.tryLookup('hidden press')).toBeUndefined()
      await hidden.announce()
      expect(system.tryLookup('hidden press')?.$.binding.id).toBe(hidden.$.binding.id)
      await Promise.all([hidden.$.stop(), press.$.stop()])
      expect(system.lookupAll({})).toEqual([])
    }
  })

  it('shows to a worker what it asked for on another thread, while thread 0 is blocked', async () => {
    const system = await startSystem({ timeoutMs: 25_000 })
    const press = await system.spawn(Press, two)
    const hidden = await system.spawn(Hidden, two)
    const ear = await system.spawn(Ear, one)
    const gate = newGate()
    const seeing = ear.seeChanges(press, hidden, gate)
    await new Promise<void>((resolve) => void setImmediate(resolve))
    const said = Atomics.wait(gate, SAID, 0, 15_000)
    expect(['ok', 'not-equal']).toContain(said)
    expect(await seeing).toEqual([true, true, true, true, true])
  })

  it('is announced on every thread, in the order in which one thread did it: services, joins, leaves, withdrawals', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const ears = [await system.spawn(Ear, here), await system.spawn(Ear, { ...two, name: 'ear 2' })]
    const press = await system.spawn(Press, one)
    for (const ear of ears) await ear.observe({ name: 'press' })
    for (const ear of ears) await ear.observe({ group: 'g' })
    for (let i = 0; i < 10; i++) {
      await press.join('g')
      await press.leave('g')
    }
    await press.join('g')
    await press.$.stop()
    const wanted = [
      'service available press',
      ...Array.from({ length: 10 }, () => ['group available press g', 'group withdrawn press g']).flat(),
      'group available press g',
      'group withdrawn press g stopped',
      'service withdrawn press stopped',
    ]
    for (const ear of ears) {
      await eventually(async () => (await ear.heard()).length >= wanted.length, 'all is announced')
      expect(await ear.heard()).toEqual(wanted)
    }
  })

  it('is replayed to an observer on a thread that begins late, services in the order of their announcement', async () => {
    const system = await startSystem({ threads: 3, timeoutMs: 20_000 })
    for (let i = 0; i < 5; i++) await system.spawn(Press, { ...one, name: `press ${i}`, groups: ['g', 'h'] })
    const ear = await system.spawn(Ear, { host: { thread: 3 } })
    await ear.observe({})
    const wanted = Array.from({ length: 5 }, (_, i) => [
      `service available press ${i}`,
      `group available press ${i} g`,
      `group available press ${i} h`,
    ]).flat()
    await eventually(async () => (await ear.heard()).length > wanted.length, 'it hears of all and of itself')
    const others = (await ear.heard()).filter((line) => line !== 'service available ear')
    expect(others).toEqual(wanted)
  })
})

describe('the death of a thread', () => {
  it('withdraws what it held, the newest first, groups before services, after all it had published; watchers hear crashed', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const press = await system.spawn(Press, { ...one, ...mortal })
    for (const name of ['a', 'b']) await system.spawn(Press, { ...one, ...mortal, name, groups: ['g', 'h'] })
    const witness = makeWitness(system)
    const local: unknown[] = []
    const ear = await system.spawn(Ear, two)
    await ear.relay(press, witness.remote)
    const subscription = system.subscribe('press', '*', ({ content }) => void local.push(content))
    system.announcements({}, (announcement) => void local.push(lineOf(announcement)))
    system.watch(press, ({ reason }) => void local.push(`watched ${reason}`))
    await subscription.ready
    await eventually(() => witness.notes.length === 9, 'the replay has come')
    const replayed = witness.notes.length
    local.length = 0
    await press.publishAndExit('n', 200)
    const withdrawn = [
      ...['b', 'a'].flatMap((name) => [
        `group withdrawn ${name} g crashed`,
        `group withdrawn ${name} h crashed`,
        `service withdrawn ${name} crashed`,
      ]),
      'group withdrawn press presses crashed',
      'service withdrawn press crashed',
    ]
    const wanted = [...Array.from({ length: 200 }, (_, i) => i), ...withdrawn]
    await eventually(() => local.length > wanted.length && witness.notes.length > replayed + wanted.length, 'all is told')
    for (const told of [local, witness.notes.slice(replayed)]) {
      expect(told.filter((line) => line !== 'watched crashed')).toEqual(wanted)
      expect(told.filter((line) => line === 'watched crashed')).toHaveLength(1)
    }
    expect(system.lookupAll({}).map(({ name }) => name)).toEqual(['ear'])
  })

  it('withdraws a service that is supervised, then announces it with the same id; who watches it is told nothing', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const press = await system.spawn(Press, one)
    const ear = await system.spawn(Ear, two)
    const ids = new Set<string>()
    const local: string[] = []
    system.announcements({ name: 'press' }, (announcement) => {
      ids.add(announcement.binding.id)
      local.push(lineOf(announcement))
    })
    system.watch(press, ({ reason }) => void local.push(`watched ${reason}`))
    await ear.observe({ name: 'press' })
    await ear.watch(press)
    await press.publishAndExit('n', 1)
    const wanted = ['service available press', 'service withdrawn press crashed', 'service available press']
    await eventually(async () => local.length >= 3 && (await ear.heard()).length >= 3, 'it has come back')
    await press.thread()
    expect([local, await ear.heard(), ids.size]).toEqual([wanted, wanted, 1])
  })
})

describe('watch() of an actor on another thread', () => {
  it.each([
    ['thread 0', here],
    ['a worker', two],
  ] as const)('tells once, from %s: of a stop, not of a restart, at once when it has gone, never when it was closed', async (_, host) => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const [first, second] = [await system.spawn(Press, one), await system.spawn(Press, one)]
    const [ear, closed] = [await system.spawn(Ear, host), await system.spawn(Ear, { ...host, name: 'closed' })]
    await ear.watch(first)
    await closed.watch(first)
    await closed.close()
    await first.crash()
    await first.thread()
    await first.$.stop()
    await eventually(async () => (await ear.heard()).length > 0, 'the stop is told')
    await ear.watch(first)
    await ear.watch(second)
    await second.$.stop({ drainMs: 10 })
    await eventually(async () => (await ear.heard()).length >= 3, 'both are told')
    expect(await ear.heard()).toEqual(['watched stopped', 'watched stopped', 'watched drained'])
    expect(await closed.heard()).toEqual([])
  })

  it('tells when its own thread, which was blocked, is free again', async () => {
    const system = await startSystem({ timeoutMs: 20_000 })
    const press = await system.spawn(Press, one)
    const [ear, blocker] = [await system.spawn(Ear, two), await system.spawn(Ear, { ...two, name: 'blocker' })]
    await ear.watch(press)
    const gate = newGate()
    const blocked = blocker.block(gate)
    await eventually(() => Atomics.load(gate, BLOCKED) === 1, 'the thread is blocked')
    await press.$.stop()
    Atomics.store(gate, OPEN, 1)
    Atomics.notify(gate, OPEN)
    await blocked
    await eventually(async () => (await ear.heard()).length > 0, 'the stop is told')
    expect(await ear.heard()).toEqual(['watched stopped'])
  })
})
