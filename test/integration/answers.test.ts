import type { Remote, System } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Crowd, Desk, Front } from './fixtures/desk.js'
import { eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

/** The threads of who asks, of who is asked, of who answers. */
const PLACES = [
  [0, 1, 2],
  [1, 0, 2],
  [1, 2, 0],
  [0, 1, 0],
  [1, 2, 1],
  [1, 2, 2],
  [1, 1, 2],
] as const

async function startChain(threads: readonly [number, number, number]) {
  const system = await startSystem()
  const [asks, passes, answers] = threads
  const back = await system.spawn(Bench, { name: 'back', host: { thread: answers } })
  const front = (await system.spawn(Front, { init: back, host: { thread: passes } })) as Remote as Remote<typeof Bench> &
    Remote<typeof Front>
  const caller = await system.spawn(Bench, { name: 'caller', host: { thread: asks } })
  return { system, back, front, caller, witness: makeWitness(system) }
}

describe.each(PLACES)('a request of thread %i that thread %i forwards to thread %i', (...threads) => {
  it('is answered to who asked, who is its sender there', async () => {
    const { caller, front, back } = await startChain(threads)
    expect(await caller.ask(front, 'thread')).toBe(threads[2])
    expect(await caller.ask(front, 'sender')).toBe(caller.$.binding.id)
    expect(await caller.ask(front, 'echo', { one: [1] })).toEqual({ one: [1] })
    // A Remote in the answer is the caller's own.
    const found = (await caller.ask(front, 'self')) as typeof back
    expect(found.$.binding.id).toBe(back.$.binding.id)
    await caller.ask(front, 'see', 'forwarded')
    expect(await caller.ask(front, 'add', 'another method')).toEqual(['forwarded'])
  })

  it('fails as it fails there', async () => {
    const { caller, front, back } = await startChain(threads)
    const failure = await failureOf(caller.ask(front, 'throws', new RangeError('there')))
    expect(failure.cause).toMatchObject({ code: 'ERR_APPLICATION', origin: 'back', message: 'there', cause: { name: 'RangeError' } })
    await back.$.stop()
    // Who forwarded it has run.
    expect((await failureOf(caller.ask(front, 'echo', 1))).cause).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'maybe' })
  })

  it('has its deadline and is aborted there', async () => {
    const { caller, front, witness } = await startChain(threads)
    const left = (await caller.$.with({ timeoutMs: 3000 }).ask(front, 'remainingMs')) as number
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(3003)
    const late = failureOf(caller.$.with({ timeoutMs: 120 }).ask(front, 'untilAborted', witness.remote))
    expect([await witness.next(), await witness.next()]).toEqual(['begun', 'aborted: RequestTimeout'])
    // The call that the caller made for it ends at the same moment: where the clock comes to that first, the caller fails with it.
    const end = await late
    const timedOut = end.code === 'ERR_APPLICATION' ? end.cause : end
    expect(timedOut).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    const controller = new AbortController()
    const aborted = failureOf(caller.$.with({ signal: controller.signal }).ask(front, 'untilAborted', witness.remote))
    expect(await witness.next()).toBe('begun')
    controller.abort()
    expect(await witness.next()).toBe('aborted: RequestAborted')
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
  })
})

describe('a forwarded request', () => {
  it('is answered though who forwarded it has stopped since', async () => {
    const { front, back, witness } = await startChain([0, 1, 2])
    const gate = new AbortController()
    const held = failureOf(back.$.with({ signal: gate.signal }).untilAborted(witness.remote))
    expect(await witness.next()).toBe('begun')
    const answer = front.echo('late')
    await front.stopSoon()
    await eventually(() => front.$.tell.see(1) === 'unavailable', 'the front is gone')
    gate.abort()
    await held
    expect(await answer).toBe('late')
  })

  it('goes through several hands', async () => {
    const { system, caller, front } = await startChain([0, 1, 2])
    let last: Remote = front
    for (let i = 0; i < 5; i++) last = await system.spawn(Front, { init: last, name: `front ${i}`, host: { thread: i % 3 } })
    expect([await caller.ask(last, 'thread'), await caller.ask(last, 'sender')]).toEqual([2, caller.$.binding.id])
  })

  it('may be a tell or an offer', async () => {
    const { front, back } = await startChain([0, 1, 2])
    expect(front.$.tell.see('told')).toBe('accepted')
    await front.$.offer.see('offered')
    await eventually(async () => ((await back.seen()) as unknown[]).length === 2, 'both arrive')
    expect(await back.seen()).toEqual(['told', 'offered'])
  })

  it('goes on to a pool', async () => {
    const { system, caller } = await startChain([0, 1, 2])
    const pool = await system.pool(Bench, { size: 2, name: 'pool' })
    const front = await system.spawn(Front, { init: pool, name: 'pool-front' })
    expect(await caller.ask(front as Remote, 'sender')).toBe(caller.$.binding.id)
  })
})

async function startDesk(): Promise<{ system: System; desk: Remote<typeof Desk>; caller: Remote<typeof Bench> }> {
  const system = await startSystem()
  const [desk, caller] = [await system.spawn(Desk), await system.spawn(Bench)]
  return { system, desk, caller }
}

describe('an answer that is deferred on another thread', () => {
  it('comes when it is resolved, and the actor goes on meanwhile', async () => {
    const { desk, caller } = await startDesk()
    const answers = [desk.wait('one'), caller.ask(desk, 'wait', 'two'), desk.wait('three')]
    const outcomes = Promise.allSettled(answers)
    await eventually(async () => (await desk.owes()) === 3, 'all are deferred')
    await desk.resolve('three', 3)
    await desk.resolve('two', { at: 'last' })
    await desk.reject('one', new RangeError('no'))
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'ERR_APPLICATION', delivered: 'yes', message: 'no', cause: { name: 'RangeError' } } },
      { status: 'fulfilled', value: { at: 'last' } },
      { status: 'fulfilled', value: 3 },
    ])
    // Once is enough.
    await desk.resolve('three', 4)
  })

  it('comes after the method has ended, and within it', async () => {
    const { desk, caller } = await startDesk()
    expect([await desk.soon('later'), await caller.ask(desk, 'soon', 'later')]).toEqual(['later', 'later'])
    expect([await desk.inTime('now'), await caller.ask(desk, 'inTime', 'now')]).toEqual(['now', 'now'])
  })

  it('may hold a Remote, and fails where it cannot be sent', async () => {
    const { desk, caller } = await startDesk()
    const [found, lost] = [caller.ask(desk, 'wait', 'found'), failureOf(desk.wait('lost'))]
    await eventually(async () => (await desk.owes()) === 2, 'both are deferred')
    await desk.resolveSelf('found')
    expect(((await found) as typeof desk).$.binding.id).toBe(desk.$.binding.id)
    await desk.resolveUnsendable('lost')
    expect(await lost).toMatchObject({
      code: 'ERR_RESPONSE_ENCODING',
      delivered: 'yes',
      message: expect.stringContaining('result.callback'),
    })
  })

  it('is not owed any more when its request has expired or was aborted', async () => {
    const { system, desk } = await startDesk()
    const witness = makeWitness(system)
    expect(await failureOf(desk.$.with({ timeoutMs: 60 }).watched(witness.remote))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect([await witness.next(), await witness.next()]).toEqual(['deferred', 'aborted: RequestTimeout'])
    const controller = new AbortController()
    const unwanted = failureOf(desk.$.with({ signal: controller.signal }).watched(witness.remote))
    expect(await witness.next()).toBe('deferred')
    controller.abort(new Error('enough'))
    expect(await unwanted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe', cause: { message: 'enough' } })
    expect(await witness.next()).toBe('aborted: RequestAborted')
    // Nothing is owed: a drain has nothing to wait for.
    const before = performance.now()
    await desk.$.stop({ drainMs: 20_000 })
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  it('fails when the actor stops, and is waited for when it drains', async () => {
    const { desk, caller, system } = await startDesk()
    const lost = [failureOf(desk.wait('lost')), failureOf(caller.ask(desk, 'wait', 'lost, too'))]
    await eventually(async () => (await desk.owes()) === 2, 'both are deferred')
    await desk.$.stop()
    expect(await lost[0]).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(((await lost[1]) as Error).cause).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    const other = await system.spawn(Desk, { name: 'other' })
    const answer = other.soon('drained')
    await other.$.stop({ drainMs: 5000 })
    expect(await answer).toBe('drained')
  })
})

describe('an actor with concurrency on another thread', () => {
  it('knows which request it runs after an await, and gives its nested calls that deadline', async () => {
    const system = await startSystem()
    const [crowd, other] = [await system.spawn(Crowd), await system.spawn(Bench, { name: 'other' })]
    const limits = [10_000, 100_000, 1_000_000]
    const all = limits.map((timeoutMs, i) => crowd.$.with({ timeoutMs, properties: { user: `user ${i}` } }).meet(other))
    for (const [i, { before, after, nestedMs, running }] of (await Promise.all(all)).entries()) {
      expect(after).toEqual(before)
      expect(after.user).toBe(`user ${i}`)
      expect(running).toBe(3)
      expect(nestedMs).toBeGreaterThan((limits[i] ?? 0) / 5)
      expect(nestedMs).toBeLessThanOrEqual((limits[i] ?? 0) + 3)
    }
  })

  it('runs no more than that at a time', async () => {
    const system = await startSystem()
    const [crowd, other] = [await system.spawn(Crowd), await system.spawn(Bench, { name: 'other' })]
    const two = [crowd.meet(other), crowd.meet(other)]
    expect(await crowd.running()).toBe(2)
    const rest = [crowd.meet(other), crowd.meet(other)]
    expect((await Promise.all(two)).length).toBe(2)
    await crowd.running()
    // The last one waits for two more.
    rest.push(crowd.meet(other), crowd.meet(other))
    expect((await Promise.all(rest)).map(({ before }) => before.sender.length > 0)).toEqual([true, true, true, true])
  })
})
