import type { Remote, System } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Crowd, Desk, Front, Guarded } from './fixtures/desk.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const NEVER = Number.POSITIVE_INFINITY

/** Actors `a`, `b`, …, each on the thread given for it. */
async function startRing(threads: readonly number[]): Promise<{ system: System; ring: readonly Remote<typeof Bench>[] }> {
  const system = await startSystem({ timeoutMs: NEVER })
  const spawning = threads.map((thread, i) => system.spawn(Bench, { name: 'abcdef'[i] as string, host: { thread } }))
  return { system, ring: await Promise.all(spawning) }
}

/** Asks the first to ask the second …, the last to ask the first. */
function askRound(ring: readonly Remote<typeof Bench>[]): Promise<unknown> {
  const [first, ...others] = ring as [Remote<typeof Bench>]
  let [target, name, args]: [Remote, string, unknown[]] = [first, 'echo', ['round']]
  for (const one of [...others].reverse()) [target, name, args] = [one, 'ask', [target, name, ...args]]
  return first.ask(target, name, ...args)
}

/** The innermost failure. */
function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error
}

describe('a chain of requests that comes round', () => {
  it.each([
    [[1, 2], 'a → b → a'],
    [[1, 0], 'a → b → a'],
    [[1, 1], 'a → b → a'],
    [[0, 1, 2], 'a → b → c → a'],
    [[1, 2, 1, 2], 'a → b → c → d → a'],
  ])('over the threads %j fails with the cycle, and everybody goes on', async (threads, cycle) => {
    const { ring } = await startRing(threads)
    const failure = rootOf(await errorOf(askRound(ring)))
    expect(failure).toMatchObject({ code: 'ERR_DEADLOCK', error: 51, delivered: 'no' })
    expect(failure.message).toContain(cycle)
    expect(await Promise.all(ring.map((one) => one.echo('free')))).toEqual(ring.map(() => 'free'))
  })

  it('of an actor with itself, through a stream or a forward in between', async () => {
    const { system, ring } = await startRing([1, 2])
    const [a] = ring as [Remote<typeof Bench>]
    const front = (await system.spawn(Front, { init: a, host: { thread: 2 } })) as Remote
    // The front has given the request away: it holds up nobody and is not part of the cycle.
    const failure = rootOf(await errorOf(a.ask(front, 'echo', 1)))
    expect(failure).toMatchObject({ code: 'ERR_DEADLOCK' })
    expect(failure.message).toContain('a → a')
    expect(await a.echo('free')).toBe('free')
  })

  it('is fine where an actor has turns left', async () => {
    const { system } = await startRing([])
    const [crowd, bench] = [await system.spawn(Crowd, { host: { thread: 1 } }), await system.spawn(Bench, { host: { thread: 2 } })]
    expect(await crowd.ask(bench, 'ask', crowd, 'running')).toBe(0)
  })

  it('names nobody who is only busy, with something else', async () => {
    const { system, ring } = await startRing([1, 2])
    const [a, b] = ring as [Remote<typeof Bench>, Remote<typeof Bench>]
    const witness = makeWitness(system)
    const gate = new AbortController()
    const holding = failureOf(b.$.with({ signal: gate.signal }).untilAborted(witness.remote))
    expect(await witness.next()).toBe('begun')
    const asking = a.ask(b, 'echo', 'waited')
    // Twice as long as a chain must hold an actor before it is called a deadlock, by the clock of the thread that would call it.
    await system.spawn(Desk, { host: { thread: 2 } }).then((desk) => desk.pause(500))
    gate.abort()
    await holding
    expect(await asking).toBe('waited')
  })
})

describe('a request that goes on after its end', () => {
  it('restarts its actor on another thread once it is overdue, which then serves again', async () => {
    const system = await startSystem()
    const witness = makeWitness(system)
    const bench = await system.spawn(Bench, { supervision: { overdueMs: 100 } })
    await bench.see('kept in the closure')
    const late = failureOf(bench.$.with({ timeoutMs: 60 }).hang(witness.remote))
    expect(await witness.next()).toBe('begun')
    const waiting = bench.$.with({ timeoutMs: NEVER }).seen()
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    expect(await waiting).toEqual([])
    await eventually(() => system.records.length > 0, 'the restart is logged')
    expect(system.records[0]?.fields?.['error']).toMatchObject({ message: expect.stringContaining('overdueMs') })
    expect(await bench.thread()).toBe(1)
  })

  it('restarts it in a pool, whose worker is free again', async () => {
    const system = await startSystem()
    const witness = makeWitness(system)
    const pool = await system.pool(Bench, { size: 1, supervision: { overdueMs: 100 } })
    const controller = new AbortController()
    const aborted = failureOf(pool.$.with({ signal: controller.signal }).hang(witness.remote))
    expect(await witness.next()).toBe('begun')
    const waiting = pool.echo('next')
    controller.abort()
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    expect(await waiting).toBe('next')
  })
})

describe('what goes with a request to another thread:', () => {
  it('priorities: the urgent goes first, each keeps its order', async () => {
    const system = await startSystem()
    const witness = makeWitness(system)
    const bench = await system.spawn(Bench)
    const gate = new AbortController()
    const holding = failureOf(bench.$.with({ signal: gate.signal }).untilAborted(witness.remote))
    expect(await witness.next()).toBe('begun')
    const sent: Promise<unknown>[] = []
    for (const round of [1, 2]) {
      for (const priority of ['low', 'normal', 'high'] as const) {
        const { $, see } = bench.$.with({ priority })
        sent.push(see(`call ${priority} ${round}`), $.offer.see(`offer ${priority} ${round}`))
        $.tell.see(`tell ${priority} ${round}`)
      }
    }
    gate.abort()
    await Promise.all([holding, ...sent])
    // A question of normal priority would overtake what is still waiting.
    const seen = await bench.$.with({ priority: 'low' }).seen()
    const wanted = ['high', 'normal', 'low'].flatMap((priority) =>
      [1, 2].flatMap((round) => ['call', 'offer', 'tell'].map((kind) => `${kind} ${priority} ${round}`)),
    )
    expect(seen).toEqual(wanted)
  })

  it('properties: of calls, of what a pool and a front pass on; nested calls have their own', async () => {
    const system = await startSystem()
    const bench = await system.spawn(Bench)
    const pool = await system.pool(Bench, { size: 2, name: 'pool' })
    const front = (await system.spawn(Front, { init: bench })) as Remote
    const properties = { user: 'ada', 'with space': 'grüße', empty: '' }
    for (const one of [bench, pool, front]) {
      expect(await (one as Remote).$.with({ properties, priority: 'high' }).properties()).toEqual(properties)
      expect(await (one as Remote).properties()).toEqual({})
    }
    expect(await bench.$.with({ properties }).ask(pool, 'properties')).toEqual({})
  })

  it('authorise and around decide there, by sender and properties', async () => {
    const system = await startSystem()
    const guarded = (await system.spawn(Guarded)) as Remote
    const admin = guarded.$.with({ properties: { user: 'admin' } }) as Remote
    expect(await failureOf(guarded.secret())).toMatchObject({ code: 'ERR_REQUEST_REFUSED', error: 51, delivered: 'no', origin: 'guarded' })
    expect(await admin.secret()).toBe('secret of 1')
    expect(await admin.noSuchMethod(1, 2)).toBe('noSuchMethod of admin')
    expect(await failureOf(guarded.throws(1, 2))).toMatchObject({
      code: 'ERR_APPLICATION',
      message: 'throws(1,2) failed',
      cause: { cause: { name: 'RangeError', message: 'inside' } },
    })
    const items: unknown[] = []
    for await (const item of guarded.items()) items.push(item)
    expect(items).toEqual([1, 2, 3])
    const caller = await system.spawn(Bench)
    expect((await failureOf(caller.ask(guarded, 'secret'))).cause).toMatchObject({ code: 'ERR_REQUEST_REFUSED' })
  })
})
