import { describe, expect, it } from 'vitest'
import { Bench, Stillborn } from './fixtures/bench.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

/** Pending calls fail within 100 ms of a death; ten times that allows for a busy machine. */
const LOSS_LIMIT_MS = 1000

const WAYS = ['exit', 'throw', 'reject', 'memory'] as const

describe.each(WAYS)('a thread that ends by %s', (how) => {
  it('fails the calls into it, is logged once, and is replaced when it is needed again', async () => {
    const system = await startSystem({ threads: 2, resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const victim = await system.spawn(Bench, { host: { thread: 1 } })
    const bystander = await system.spawn(Bench, { host: { thread: 1 }, name: 'bystander' })
    const survivor = await system.spawn(Bench, { host: { thread: 2 }, name: 'survivor' })
    const witness = makeWitness(system)
    const nesting = failureOf(survivor.ask(bystander, 'hang', witness.remote))
    await witness.next()
    const [queued, nested, ending] = await Promise.all([failureOf(bystander.echo(1)), nesting, failureOf(victim.endThread(how))])
    expect(queued).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', error: 57, delivered: 'maybe' })
    expect(ending).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(nested).toMatchObject({ code: 'ERR_APPLICATION', cause: { code: 'ERR_SERVICE_WITHDRAWN' } })
    // What is asked afterwards never leaves.
    expect(await failureOf(victim.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect(await survivor.echo('goes on')).toBe('goes on')
    const next = await system.spawn(Bench, { host: { thread: 1 } })
    expect(await next.thread()).toBe(1)
    expect(await survivor.ask(next, 'thread')).toBe(1)
    expect(next.$.binding.id).not.toBe(victim.$.binding.id)
    const deaths = system.records.filter(({ message }) => message.startsWith('thread 1'))
    expect(deaths.map(({ level }) => level)).toEqual(['error'])
  })
})

/** What is lost with its thread stays lost. */
const STOPS = { supervision: { onFailure: 'stop' } } as const

it('calls into a thread that ends fail soon after its end', async () => {
  const system = await startSystem()
  const victim = await system.spawn(Bench)
  const moment = new Float64Array(new SharedArrayBuffer(8))
  await failureOf(victim.exitAt(moment))
  expect(Date.now() - (moment[0] ?? 0)).toBeLessThan(LOSS_LIMIT_MS)
})

it('what a thread that ends had asked for is aborted where it runs', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const [asker, asked] = [await system.spawn(Bench, { name: 'asker' }), await system.spawn(Bench, { name: 'asked' })]
  asker.$.tell.ask(asked, 'untilAborted', witness.remote)
  expect(await witness.next()).toBe('begun')
  const other = await system.spawn(Bench, { name: 'other', host: { thread: asker.$.binding.thread ?? 0 } })
  await failureOf(other.endThread('exit'))
  expect(await witness.next()).toBe('aborted: RequestAborted')
  expect(await asked.echo('free again')).toBe('free again')
})

it('children on other threads stop when the thread of their parent ends', async () => {
  const system = await startSystem()
  const parent = await system.spawn(Bench, { host: { thread: 1 } })
  const child = await parent.spawnBench({ host: { thread: 2 }, name: 'child' })
  const witness = makeWitness(system)
  await child.onStopTell(witness.remote, 'child')
  await failureOf(parent.endThread('exit'))
  expect(await witness.next()).toEqual(['child', 'stopped'])
  await eventually(() => system.tryLookup('child') === undefined, 'the child is withdrawn')
})

it('children on other threads stop with their parent', async () => {
  const system = await startSystem()
  const parent = await system.spawn(Bench, { host: { thread: 1 } })
  const child = await parent.spawnBench({ host: { thread: 2 }, name: 'child' })
  await parent.$.stop()
  await eventually(() => system.tryLookup('child') === undefined, 'the child is withdrawn')
  expect(await failureOf(child.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('children on other threads stop when their parent restarts', async () => {
  const system = await startSystem()
  const parent = await system.spawn(Bench, { host: { thread: 1 } })
  await parent.spawnBench({ host: { thread: 2 }, name: 'child' })
  parent.$.tell.failInTimer()
  await eventually(() => system.tryLookup('child') === undefined, 'the child is withdrawn')
  expect(await parent.echo('restarted')).toBe('restarted')
})

it('a thread that ends while an actor starts there fails the spawn, and the next one works', async () => {
  const system = await startSystem({ threads: 1 })
  const error = await errorOf(system.spawn(Stillborn, { init: 'exits' }))
  expect(error.message).toContain('thread 1 has ended')
  const bench = await system.spawn(Bench)
  expect(await bench.thread()).toBe(1)
})

it('placement counts right again after threads have ended', async () => {
  const system = await startSystem()
  for (let i = 0; i < 3; i++) {
    const bench = await system.spawn(Bench, { ...STOPS, host: { thread: 1 } })
    const spawning = [
      system.spawn(Stillborn, { init: 'waits', host: { thread: 1 } }),
      system.spawn(Bench, { ...STOPS, host: { thread: 1 } }),
    ]
    const lost = spawning.map((one) => one.then(undefined, (error: unknown) => error))
    await failureOf(bench.endThread('exit'))
    await Promise.all(lost)
    await eventually(() => system.records.length === i + 1, 'the death is logged')
  }
  const threads: number[] = []
  for (let i = 0; i < 4; i++) threads.push(await (await system.spawn(Bench)).thread())
  expect(threads).toEqual([1, 2, 1, 2])
})

it('workers notice the end of another while thread 0 is blocked', async () => {
  const system = await startSystem()
  const victim = await system.spawn(Bench, { host: { thread: 1 } })
  const watcher = await system.spawn(Bench, { host: { thread: 2 }, name: 'watcher' })
  const told = new Int32Array(new SharedArrayBuffer(4))
  const asking = watcher.markFailure(victim, 'endThread', ['exit'], told)
  await watcher.thread().catch(() => undefined)
  const end = performance.now() + 10_000
  while (Atomics.load(told, 0) === 0 && performance.now() < end) Atomics.wait(told, 0, 0, 10)
  expect(Atomics.load(told, 0)).toBe(1)
  expect(await asking).toBe('ERR_SERVICE_WITHDRAWN')
})

it('messages lost with a thread are counted as dropped, each once', async () => {
  const system = await startSystem({ threads: 1 })
  const witness = makeWitness(system)
  const [one, two] = [await system.spawn(Bench, { ...STOPS, name: 'one' }), await system.spawn(Bench, { ...STOPS, name: 'two' })]
  void failureOf(two.hang(witness.remote))
  await witness.next()
  const lost = [failureOf(two.echo('queued')), failureOf(two.echo('queued, too'))]
  two.$.tell.echo('queued')
  const gate = new Int32Array(new SharedArrayBuffer(8))
  lost.push(failureOf(one.blockAndExit(gate)))
  await eventually(() => Atomics.load(gate, 1) === 1, 'the thread is blocked')
  // These never get there.
  lost.push(failureOf(one.echo('on its way')))
  one.$.tell.echo('on its way')
  await new Promise<void>((resolve) => void setImmediate(resolve))
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  await Promise.all(lost)
  const left = (): number => {
    const { sent, delivered, dropped } = system.stats().totals
    return sent - delivered - Object.values(dropped).reduce((sum, one) => sum + one, 0)
  }
  await eventually(() => left() <= 0 && system.records.length === 1, 'everything is accounted for')
  expect(left()).toBe(0)
  expect(system.stats().threads[1]).toMatchObject({ actors: 0, mailboxDepth: 0 })
})

it('messages that a thread had sent are counted as dropped when it ends before they leave', async () => {
  const system = await startSystem({ maxRingBytes: 0 })
  const [victim, other] = [
    await system.spawn(Bench, { host: { thread: 1 } }),
    await system.spawn(Bench, { host: { thread: 2 }, name: 'other' }),
  ]
  await other.see('something else')
  expect(await failureOf(victim.tellAndExit(other, 10))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  await eventually(() => system.records.length > 0, 'the death is logged')
  await eventually(() => system.stats().threads[1]?.dropped['link-lost'] === 20, 'all are counted')
  const { totals, links, threads } = system.stats()
  expect(totals).toMatchObject({ sent: 22, delivered: 2, mailboxDepth: 0, inFlight: 0 })
  expect(threads[1]).toMatchObject({ sent: 20, delivered: 1, inFlight: 0 })
  expect(links).toContainEqual({ from: 1, to: 2, sent: 10, received: 0, lost: 10 })
})

it('messages that a thread had put into shared memory arrive although it ends in the same turn', async () => {
  const system = await startSystem()
  const [victim, other] = [
    await system.spawn(Bench, { host: { thread: 1 } }),
    await system.spawn(Bench, { host: { thread: 2 }, name: 'other' }),
  ]
  await other.see('something else')
  expect(await failureOf(victim.tellAndExit(other, 10))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  await eventually(() => system.records.length > 0, 'the death is logged')
  // Main's own question could overtake them: between different senders there is no order.
  await eventually(() => system.stats().links.some(({ from, to, received }) => from === 1 && to === 2 && received === 10), 'all arrive')
  expect(await other.seen()).toEqual(['something else', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  await eventually(() => system.stats().threads[1]?.dropped['link-lost'] === 10, 'what waited there is counted')
  expect(system.stats().totals).toMatchObject({ mailboxDepth: 0, inFlight: 0 })
  expect(system.stats().links).toContainEqual({ from: 1, to: 2, sent: 10, received: 10, lost: 0 })
})

it('the error that ended a thread is logged once', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench, STOPS)
  const failure = failureOf(bench.endThread('throw'))
  expect(await failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
  await eventually(() => system.records.length > 0, 'the death is logged')
  await system.spawn(Bench)
  expect(system.records.map(({ message }) => message)).toEqual(['thread 1 ended with an error that nothing caught; its actors are gone'])
  expect(system.records[0]?.fields?.['error']).toMatchObject({ message: 'thrown where nothing catches it' })
})
