import type { Remote, Supervision } from 'troupe'
import { expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Board, Child, Parent } from './fixtures/families.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

type BenchRemote = Remote<typeof Bench>
type System = Awaited<ReturnType<typeof startSystem>>

/** What a system hears of services of a name. */
function hearing(system: System, name: string): string[] {
  const seen: string[] = []
  system.announcements({ name }, ({ status, reason }) => void seen.push(`${status}${reason === undefined ? '' : ` ${reason}`}`))
  return seen
}

function endings(system: System, remote: BenchRemote): string[] {
  const ends: string[] = []
  system.watch(remote, ({ reason }) => void ends.push(reason))
  return ends
}

it('a service whose thread ends is started again on a new thread, with its id; Remotes held since before work', async () => {
  const system = await startSystem({ threads: 2 })
  const seen = hearing(system, 'bench')
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const other = await system.spawn(Bench, { host: { thread: 2 }, name: 'other' })
  const ends = endings(system, bench)
  const { id } = bench.$.binding
  expect((await errorOf(bench.endThread('exit'))).message).toContain('went before it answered')
  await eventually(() => seen.length >= 3, 'it is available again')
  expect(seen).toEqual(['available', 'withdrawn crashed', 'available'])
  expect(await bench.add(1, 2)).toBe(3)
  expect([await bench.id(), bench.$.binding.id, await bench.thread()]).toEqual([id, id, 1])
  await eventually(async () => (await other.ask(bench, 'add', 3, 4).catch(() => 0)) === 7, 'another thread knows')
  expect(await bench.ask(other, 'sender')).toBe(id)
  expect(ends).toEqual([])
  await bench.$.stop()
  await eventually(() => ends.length > 0, 'it is gone')
  expect(ends).toEqual(['stopped'])
})

it('a service is started again with the init it had, each time its thread ends, in order with its siblings', async () => {
  const system = await startSystem({ threads: 2 })
  const board = await system.spawn(Board, { host: { thread: 0 } })
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  await system.spawn(Child, { init: { name: 'kept', board }, name: 'kept', host: { thread: 1 } })
  for (let i = 0; i < 3; i++) {
    await eventually(async () => (await board.take()).includes('kept'), 'it begins')
    await eventually(async () => (await bench.add(1, 1).catch(() => 0)) === 2, 'it answers')
    if (i < 2) await failureOf(bench.endThread('exit'))
  }
})

it('children of an actor on another thread are started again, and reached by their parent', async () => {
  const system = await startSystem({ threads: 2 })
  const board = await system.spawn(Board, { host: { thread: 0 } })
  const killer = await system.spawn(Bench, { host: { thread: 2 } })
  const parent = await system.spawn(Parent, { host: { thread: 1 }, init: { board, threads: [2], supervision: {} } })
  const child = (await parent.child(0)) as Remote<typeof Child>
  await failureOf(killer.endThread('exit'))
  await eventually(async () => (await child.thread().catch(() => 0)) === 2, 'the child is there again')
  expect(await board.take()).toEqual(['parent', 'a', 'a'])
})

it('a parent whose thread ends is started again and spawns its children anew; those that others hosted for it have stopped', async () => {
  const system = await startSystem({ threads: 2 })
  const board = await system.spawn(Board, { host: { thread: 0 } })
  const parent = await system.spawn(Parent, { host: { thread: 1 }, init: { board, threads: [2], supervision: {} } })
  const old = (await parent.child(0)) as Remote<typeof Child>
  const gone: string[] = []
  system.watch(old, ({ reason }) => void gone.push(reason))
  const killer = await system.spawn(Bench, { host: { thread: 1 } })
  await failureOf(killer.endThread('exit'))
  const seen: string[] = []
  await eventually(async () => seen.push(...(await board.take())) >= 4, 'all begin again')
  expect(seen).toEqual(['parent', 'a', 'parent', 'a'])
  await eventually(() => gone.length > 0, 'the old child is gone')
  expect(gone).toEqual(['stopped'])
  await eventually(async () => (await parent.child(0).catch(() => undefined)) !== undefined, 'the parent answers')
  expect(await ((await parent.child(0)) as Remote<typeof Child>).thread()).toBe(2)
})

it.each<[string, Supervision]>([
  ['says stop', { onFailure: 'stop' }],
  ['has no restart left', { budget: { restarts: 0, withinMs: 60_000 } }],
])('a service whose supervision %s is gone with its thread, and whoever watches is told, wherever', async (_what, supervision) => {
  const system = await startSystem({ threads: 2 })
  const seen = hearing(system, 'bench')
  const bench = await system.spawn(Bench, { host: { thread: 1 }, supervision })
  const watcher = await system.spawn(Bench, { host: { thread: 2 }, name: 'watcher' })
  const ends = endings(system, bench)
  const far = watcher.watchEnd(bench)
  await failureOf(bench.endThread('exit'))
  await eventually(() => ends.length > 0, 'the end is told')
  expect(ends).toEqual(['crashed'])
  expect(await far).toBe('crashed')
  expect(seen).toEqual(['available', 'withdrawn crashed'])
  expect(await watcher.watchEnd(bench)).toBe('crashed')
  expect(await failureOf(bench.add(1, 2))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('what cannot be started again after its thread has ended is tried until its budget is spent, and then gone', async () => {
  const system = await startSystem({ threads: 2 })
  const supervision = { budget: { restarts: 2, withinMs: 60_000 }, backoff: { minMs: 1, maxMs: 2 } }
  const bench = await system.spawn(Bench, { host: { thread: 1 }, supervision, name: 'once' })
  const ends = endings(system, bench)
  for (let i = 0; i < 3; i++) {
    await eventually(async () => (await bench.add(1, 1).catch(() => 0)) === 2, 'it answers')
    await failureOf(bench.endThread('exit'))
  }
  await eventually(() => ends.length > 0, 'it is given up')
  expect(ends).toEqual(['crashed'])
})

it('$.stop() of an actor that waits to be started again ends the wait', async () => {
  const system = await startSystem({ threads: 1 })
  const supervision = { backoff: { minMs: 60_000, maxMs: 60_000 } }
  const bench = await system.spawn(Bench, { supervision })
  const ends = endings(system, bench)
  await failureOf(bench.endThread('exit'))
  await eventually(async () => (await bench.add(1, 1).catch(() => 0)) === 2, 'the first restart is immediate')
  await failureOf(bench.endThread('exit'))
  await bench.$.stop()
  expect(await failureOf(bench.add(1, 1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  await eventually(() => ends.length > 0, 'it is gone')
})

it('nothing is started again while the system stops', async () => {
  const system = await startSystem({ threads: 2 })
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const ended = failureOf(bench.endThread('exit'))
  await system.stop()
  await ended
  expect(system.records.filter(({ message }) => message.includes('restarts'))).toEqual([])
})

it('a worker of a pool is replaced by its pool, once', async () => {
  const system = await startSystem({ threads: 2 })
  const pool = await system.pool(Bench, { size: 2, name: 'pool' })
  await failureOf(pool.endThread('exit'))
  await eventually(async () => (await Promise.all([pool.add(1, 1), pool.add(1, 1)]).catch(() => [])).length === 2, 'both work')
  expect(pool.$.size).toBe(2)
  await eventually(() => system.stats().totals.actors === 3, 'the pool has its two workers')
})
