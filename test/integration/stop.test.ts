import { Worker } from 'node:worker_threads'
import { createSystem } from 'troupe'
import { expect, it } from 'vitest'
import { Bench, Stillborn } from './fixtures/bench.js'
import { SlowLoad } from './fixtures/slow-load.js'
import { errorOf, failureOf } from './support/outcomes.js'
import { runProgram } from './support/program.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

it('stop() ends a system, every time it is called with the same promise', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  const hanging = failureOf(bench.hang(witness.remote))
  await witness.next()
  const queued = failureOf(bench.echo('queued'))
  const stopping = system.stop()
  expect(system.state).toBe('stopping')
  expect(system.stop()).toBe(stopping)
  expect(await hanging).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  expect(await queued).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
  await stopping
  expect(system.state).toBe('stopped')
  await system.stop()
  expect(await failureOf(bench.echo('after'))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(system.records).toEqual([])
})

it('stop() with drainMs lets run what waits', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  const calls = Array.from({ length: 100 }, (_, i) => bench.echo(i))
  await system.stop({ drainMs: 5000 })
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 100 }, (_, i) => i))
})

it('stop() runs onStopping functions first and onStop functions of actors on all threads', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  await bench.onStopLog('cleaned up')
  const order: unknown[] = []
  system.onStopping(async (reason) => {
    order.push([reason, system.state, await bench.echo('still there')])
  })
  system.onStopping(() => void order.push(system.stop() instanceof Promise))
  system.onStopping(() => {
    throw new Error('in onStopping')
  })
  const removed = system.onStopping(() => void order.push('removed'))
  removed[Symbol.dispose]()
  await system.stop()
  expect(order).toEqual([true, ['stop', 'stopping', 'still there']])
  expect(system.records.map(({ message }) => message)).toEqual(['a function given to onStopping failed', 'cleaned up'])
  expect(system.records[1]?.fields).toMatchObject({ actor: 'bench', reason: 'stopped' })
})

it('spawn() and pool() while the system stops, and afterwards, say so', async () => {
  const system = await startSystem()
  const starting = errorOf(system.spawn(Bench))
  const stopping = system.stop()
  expect(() => system.spawn(Bench)).toThrow('the system "troupe" is stopping; make a new one with createSystem()')
  await stopping
  expect((await starting).message).toMatch(/stop|ended|withdrawn/i)
  expect(() => system.spawn(Bench)).toThrow('is stopped')
  expect(() => system.pool(Bench, { size: 1 })).toThrow('is stopped')
})

it('stop() ends an actor that is still starting, and the spawn says so', async () => {
  const system = await startSystem()
  await system.spawn(Bench)
  const starting = errorOf(system.spawn(Stillborn, { init: 'waits', host: { thread: 1 } }))
  await system.call('bench', 'thread', [])
  await system.stop()
  expect(await starting).toMatchObject({ code: expect.stringMatching(/ERR_SERVICE_(WITHDRAWN|UNAVAILABLE)/) })
})

it('stop() ends a thread that is blocked, within its limit', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  const gate = new Int32Array(new SharedArrayBuffer(8))
  const blocked = failureOf(bench.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).block(gate))
  const end = performance.now() + 10_000
  while (Atomics.load(gate, 1) === 0 && performance.now() < end) await new Promise<void>((resolve) => void setImmediate(resolve))
  await system.stop()
  expect(await blocked).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  const messages = system.records.map(({ message }) => message).filter((message) => !message.includes('has held'))
  expect(messages).toEqual(['not stopped within 10000 ms, and ended with their threads: thread 1, held by service "bench": block()'])
}, 40_000)

it('stop() waits for no thread that has yet to load, and the spawn says so', async () => {
  const system = await startSystem()
  const starting = errorOf(system.spawn(SlowLoad))
  await system.stop()
  expect((await starting).message).toMatch(/^the system stopped while thread 1 loaded file:.*slow-load\.js$/)
  expect(system.records.filter(({ message }) => message.includes('not stopped'))).toEqual([])
})

it('an actor can ask for the stop of the system it is in', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  const { actor } = await import('troupe')
  const stopper = system.spawn(actor(() => ({ stop: () => void system.stop() })))
  const asked = bench.ask(stopper, 'stop').then(
    () => 'answered',
    () => 'failed',
  )
  expect(['answered', 'failed']).toContain(await asked)
  await system.stop()
  expect(witness.notes).toEqual([])
})

it('await using stops a system', async () => {
  let kept: Awaited<ReturnType<typeof createSystem>>
  {
    await using system = await createSystem({ threads: 1 })
    await system.spawn(Bench)
    kept = system
  }
  expect(kept.state).toBe('stopped')
})

it('a hundred systems can be made and stopped', async () => {
  for (let i = 0; i < 100; i++) {
    const system = await createSystem({ threads: 2 })
    await (await system.spawn(Bench, { host: 'inline' })).echo(i)
    await system.stop()
  }
})

it("a system works in a worker thread of the user's own", async () => {
  const worker = new Worker(new URL('./fixtures/system-in-worker.js', import.meta.url))
  const [message, code] = await Promise.all([
    new Promise((resolve) => void worker.once('message', resolve)),
    new Promise((resolve) => void worker.once('exit', resolve)),
  ])
  expect(message).toEqual({ thread: 1, sum: 3 })
  expect(code).toBe(0)
})

it('a program ends by itself after stop(), and also without when nothing is left to do', async () => {
  const folder = new URL('./fixtures/', import.meta.url)
  const outcomes = await Promise.all(
    ['stops', 'just-ends', 'waits-for-call', 'waits-for-timer', 'waits-for-timer-while-busy'].map((how) =>
      runProgram(new URL('lifetime.js', folder).pathname, { cwd: folder.pathname, args: [how] }),
    ),
  )
  expect(outcomes.map(({ code, signal, stdout, stderr }) => ({ code, signal, stdout, stderr }))).toEqual(
    ['stopped\n', 'called 3\n', 'called 3\nanswered\n', 'called 3\ntimer on thread 1\n', 'called 3\ntimer on thread 1\n'].map((stdout) => ({
      code: 0,
      signal: null,
      stdout,
      stderr: '',
    })),
  )
})

it.each(['inline', 'pool', 'far'])('a program that waits for nothing but a stop goes on until it has stopped (%s)', async (how) => {
  const folder = new URL('./fixtures/', import.meta.url)
  const { code, signal, stdout, stderr } = await runProgram(new URL('stops.js', folder).pathname, { cwd: folder.pathname, args: [how] })
  expect({ code, signal, stdout, stderr }).toEqual({ code: 0, signal: null, stdout: 'stopped\n', stderr: '' })
})
