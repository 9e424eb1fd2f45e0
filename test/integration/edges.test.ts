import type { Worker } from 'node:worker_threads'
import type { Remote, System } from 'troupe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Bench, Flash, Spiteful } from './fixtures/bench.js'
import { Clerk } from './fixtures/clerk.js'
import { Feed } from './fixtures/feeds.js'
import { LateLoad, LOADS } from './fixtures/late-load.js'
import { newBoard, THREAD_GONE, WITHDRAWN } from './support/dying-thread.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { type Outcome, Waits } from './support/waits.js'
import { collectWorkers, ended } from './support/workers.js'

const NEVER = Number.POSITIVE_INFINITY
const LIMIT_MS = 2000

const at = (thread: number): { readonly host: { readonly thread: number } } => ({ host: { thread } })

/** Resolves at a moment of the start of a thread. */
function stage(worker: Worker, what: 'made' | 'booted' | 'ready'): Promise<void> {
  if (what === 'made') return Promise.resolve()
  return new Promise((resolve) => {
    worker.on('message', ({ kind }: { readonly kind: string }) => {
      if (kind === what) resolve()
    })
  })
}

describe.each(['made', 'booted', 'ready'] as const)('a thread that ends as soon as it is %s', (what) => {
  it.each([
    ['thread 0', 0],
    ['a worker', 1],
  ])('fails the spawns of %s, and the next one works', async (_, from) => {
    const workers = collectWorkers()
    const system = await startSystem({ timeoutMs: NEVER })
    const clerk = await system.spawn(Clerk, at(from))
    const before = workers.length
    const waits = new Waits()
    for (let i = 0; i < 3; i++) waits.add(`spawn ${i}`, {}, clerk.spawn('Bench', { ...at(2), name: `bench ${i}` }))
    await eventually(() => workers.length > before, 'the thread is made')
    const worker = workers[before] as Worker
    const over = ended(worker)
    await stage(worker, what)
    await worker.terminate()
    await over
    // Those that wait for the thread that ended fail; one that asks only now gets a new one.
    const outcomes = Object.values(await waits.within(LIMIT_MS))
    expect(outcomes).toHaveLength(3)
    for (const { code, value } of outcomes) expect(code ?? value).toSatisfy(isEndOrRemote)
    expect(await (await system.spawn(Bench, { ...at(2), name: 'next' })).thread()).toBe(2)
  })
})

function isEndOrRemote(outcome: unknown): boolean {
  return typeof outcome === 'object' || /ERR_SERVICE_UNAVAILABLE|thread 2 ended|thread 2 has ended/.test(String(outcome))
}

/** What is lost with its thread stays lost. */
const STOPS = { supervision: { onFailure: 'stop' } } as const

it('a thread that ends as soon as an actor has started there fails the spawn, or what is asked of its actor', async () => {
  const system = await startSystem({ threads: 1, timeoutMs: NEVER })
  for (let i = 0; i < 10; i++) {
    const asking = system.spawn(Flash).then(async (flash) => await flash.never())
    const failure = await failureOf(asking as Promise<unknown>)
    expect(['ERR_SERVICE_UNAVAILABLE', 'ERR_SERVICE_WITHDRAWN']).toContain(failure.code)
    // What has not ended would be found.
    await eventually(() => system.tryLookup('flash') === undefined, 'it is withdrawn')
  }
})

it('a thread that is ended in the very turn in which something is sent to it fails all of that', async () => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 1, timeoutMs: NEVER })
  const [bench, feed] = [await system.spawn(Bench), await system.spawn(Feed)]
  const gate = newBoard()
  bench.$.tell.block(gate)
  await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
  const failures = [failureOf(bench.echo(1)), failureOf(bench.$.offer.see(2)), failureOf(readAll(feed.numbers(3)))]
  const [spawning, stopping] = [failureOf(system.spawn(Bench, { name: 'late' })), bench.$.stop()]
  await (workers[0] as Worker).terminate()
  for (const failure of await Promise.all(failures)) expect(failure).toMatchObject(WITHDRAWN)
  expect(await spawning).toMatchObject(THREAD_GONE)
  await stopping
})

it('a thread that ends as an actor stops there ends the wait for that', async () => {
  const system = await startSystem({ threads: 1, timeoutMs: NEVER })
  const spiteful = await system.spawn(Spiteful)
  await spiteful.$.stop()
  expect(await failureOf(spiteful.hold(newBoard()))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(await (await system.spawn(Bench)).thread()).toBe(1)
})

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

describe('a full link to a thread that ends', () => {
  async function startBlocked() {
    const workers = collectWorkers()
    const system = await startSystem({ threads: 1, timeoutMs: NEVER })
    const [blocker, bench] = [await system.spawn(Bench, { name: 'blocker' }), await system.spawn(Bench)]
    const gate = newBoard()
    blocker.$.tell.block(gate)
    await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
    return { system, bench, worker: workers[0] as Worker }
  }

  it.each([
    ['many messages', (bench: Remote<typeof Bench>) => bench.$.tell.see('small')],
    ['large messages', (bench: Remote<typeof Bench>) => bench.$.tell.see(new Uint8Array(2 ** 21))],
  ])('by %s: what waits for room never left, and says so', async (_, tell) => {
    const { system, bench, worker } = await startBlocked()
    while (tell(bench) === 'accepted');
    const outside = [failureOf(bench.echo('waits')), failureOf(bench.$.offer.see('waits')), failureOf(bench.echo('waits, too'))]
    const given = new AbortController()
    const unwanted = failureOf(bench.$.with({ signal: given.signal }).echo('given up'))
    const late = failureOf(bench.$.with({ timeoutMs: 30 }).echo('late'))
    given.abort()
    expect(await unwanted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no' })
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' })
    await worker.terminate()
    for (const failure of await Promise.all(outside)) expect(failure).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    await eventually(() => unaccounted(system) === 0, 'everything is accounted for')
  })
})

function unaccounted(system: System): number {
  const { sent, delivered, dropped, mailboxDepth } = system.stats().totals
  return sent - delivered - mailboxDepth - Object.values(dropped).reduce((sum, one) => sum + one, 0)
}

describe('stop() of a system', () => {
  it('goes on when a thread ends in an onStop', async () => {
    const system = await startSystem({ timeoutMs: NEVER })
    const board = newBoard()
    const spiteful = await system.spawn(Spiteful)
    const held = failureOf(spiteful.hold(board))
    await eventually(() => board[0] === 1, 'it has begun')
    await system.stop()
    expect(await held).toMatchObject(WITHDRAWN)
    expect(system.state).toBe('stopped')
  })

  it('goes on when a thread ends that is drained', async () => {
    const workers = collectWorkers()
    const system = await startSystem({ timeoutMs: NEVER })
    const board = newBoard()
    const bench = await system.spawn(Bench)
    const held = failureOf(bench.hold(board))
    await eventually(() => board[0] === 1, 'it has begun')
    const stopping = system.stop({ drainMs: 1e6 })
    await eventually(() => system.tryLookup('bench') === undefined, 'the drain has begun')
    await (workers[0] as Worker).terminate()
    expect(await held).toMatchObject(WITHDRAWN)
    await stopping
    expect(system.state).toBe('stopped')
  })
})

it('two threads that end at once leave nobody waiting', async () => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3, timeoutMs: NEVER })
  const [one, two, three, here] = (await Promise.all(
    [1, 2, 3, 0].map((thread) => system.spawn(Clerk, { ...at(thread), name: `clerk ${thread}` })),
  )) as [Remote<typeof Clerk>, Remote<typeof Clerk>, Remote<typeof Clerk>, Remote<typeof Clerk>]
  const [there, elsewhere] = [newBoard(), newBoard()]
  const waits = new Waits()
  const ask = (who: string, clerk: Remote<typeof Clerk>): void => {
    waits.add(`${who} asks one`, WITHDRAWN, clerk.call(one, 'hold', there))
    waits.add(`${who} asks two by one`, WITHDRAWN, clerk.call(one, 'call', two, 'hold', there))
    waits.add(`${who} asks three by two by one`, WITHDRAWN, clerk.call(one, 'call', two, 'call', three, 'hold', elsewhere))
    waits.add(`${who} asks itself by one by two`, WITHDRAWN, clerk.call(two, 'call', one, 'call', clerk, 'hold', elsewhere))
  }
  ask('three', three)
  ask('here', here)
  await eventually(() => there[0] === 4 && elsewhere[0] === 4, 'all have begun')
  await Promise.all(workers.slice(0, 2).map((worker) => worker.terminate()))
  const outcomes = Object.entries(await waits.within(LIMIT_MS)).map(([label, outcome]) => [label, rootOf(outcome)])
  expect(Object.fromEntries(outcomes)).toEqual(waits.wanted)
  await eventually(() => elsewhere[1] === 4, 'what they had asked for is aborted')
})

/** The one that ended a little later may have told of the other. */
function rootOf(outcome: Outcome): Outcome {
  return typeof outcome.value === 'object' ? rootOf(outcome.value as Outcome) : outcome
}

it('a thread that has ended before another began is known to be gone there', async () => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3, timeoutMs: NEVER })
  const [one, two] = [await system.spawn(Bench, { ...at(1), ...STOPS }), await system.spawn(Bench, { ...at(2), ...STOPS })]
  for (const worker of workers) await worker.terminate()
  // The third thread has seen neither of them; the new one in slot 1 nothing of the old one.
  for (const thread of [3, 1]) {
    const clerk = await system.spawn(Clerk, at(thread))
    for (const gone of [one, two]) {
      expect(await clerk.call(gone, 'echo', 1)).toEqual({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
      expect(await clerk.stop(gone)).toEqual({ value: undefined })
    }
  }
})

it('a thread that ends while another loads is known to be gone there', async () => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 2, timeoutMs: NEVER })
  const [short, blocker] = [await system.spawn(Bench, at(1)), await system.spawn(Bench, { ...at(1), name: 'blocker' })]
  const gate = newBoard()
  // It never gets to know of the other, nor says anything to it.
  blocker.$.tell.block(gate)
  await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
  const channel = new BroadcastChannel(LOADS)
  onTestFinished(() => channel.close())
  const loading = new Promise((resolve) => void channel.addEventListener('message', resolve, { once: true }))
  const starting = system.spawn(LateLoad, at(2))
  await loading
  await (workers[0] as Worker).terminate()
  channel.postMessage('go on')
  const late = await starting
  expect(await failureOf(late.ask(short))).toMatchObject({ cause: { code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' } })
})

it('a thread that has ended before another was connected with it is known to be gone there', async () => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3, timeoutMs: NEVER })
  const [asker, blocker] = [await system.spawn(Clerk, at(2)), await system.spawn(Bench, { ...at(2), name: 'blocker' })]
  const gate = newBoard()
  blocker.$.tell.block(gate)
  await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
  const starting = system.spawn(Bench, at(3))
  const short = await starting
  const asking = asker.call(short, 'echo', 'too late')
  const offering = asker.offer(short, 'see', 'too late')
  await (workers[1] as Worker).terminate()
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  for (const { code, delivered } of await Promise.all([asking, offering])) {
    expect(code).toMatch(/ERR_SERVICE_(UNAVAILABLE|WITHDRAWN)/)
    expect(['no', 'maybe']).toContain(delivered)
  }
  expect(await errorOf(short.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})
