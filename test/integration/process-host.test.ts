/** What an actor in a process of its own does as any other does. */
import type { Remote } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { Hermit, Times, TimesApi } from './fixtures/hermit.js'
import { Typed } from './fixtures/typed.service.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { processHasEnded } from './support/program.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

type HermitRemote = Remote<typeof Hermit>

/** A hermit, and a bench on thread 1. */
async function scene(options: Parameters<typeof startSystem>[0] = {}) {
  const system = await startSystem({ threads: 2, timeoutMs: 20_000, ...options })
  const hermit = await system.spawn(Hermit)
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  return { system, hermit, bench, witness: makeWitness(system) }
}

it('is a process of its own, with a thread number of its own, and ends with its actor', async () => {
  const { system, hermit } = await scene({ name: 'abbey' })
  const other = await system.spawn(Bench, { host: 'process', name: 'other' })
  const pid = await hermit.pid()
  expect(pid).not.toBe(process.pid)
  expect([await hermit.isMainThread(), await hermit.thread(), hermit.$.binding.thread, await other.thread()]).toEqual([true, 3, 3, 4])
  expect(await hermit.facts()).toMatchObject({ name: 'abbey', process: system.process, title: 'abbey-3' })
  await hermit.$.stop()
  await processHasEnded(pid)
  expect(await other.thread()).toBe(4)
  expect(await failureOf(hermit.pid())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(system.records).toEqual([])
})

it('runs TypeScript', async () => {
  const system = await startSystem()
  const typed = await system.spawn(Typed, { host: 'process', init: { step: 3 } })
  expect([await typed.next(), await typed.next(), await typed.thread()]).toEqual([3, 6, 3])
})

it('is there also in a system without threads, and for actors that are no services', async () => {
  const system = await startSystem({ threads: 0 })
  const hermit = await system.spawn(Hermit)
  expect(await hermit.thread()).toBe(1)
  const child = (await hermit.spawnHermit({ host: 'auto', name: 'on thread 0' })) as HermitRemote
  expect(await child.pid()).toBe(process.pid)
  expect(await child.ask(hermit, 'add', 1, 2)).toBe(3)
})

describe('messages to and from a process', () => {
  it('are calls, tells and offers, in order, from every thread', async () => {
    const { system, hermit, bench } = await scene()
    expect(await hermit.add(1, 2)).toBe(3)
    expect(await bench.ask(hermit, 'add', 3, 4)).toBe(7)
    expect(await hermit.ask(bench, 'add', 5, 6)).toBe(11)
    expect([await hermit.sender(), await hermit.ask(bench, 'sender')]).toEqual([expect.stringMatching(/^0\./), hermit.$.binding.id])
    await bench.sendMixed(hermit, 999)
    expect(await hermit.seen()).toEqual(Array.from({ length: 999 }, (_, i) => i))
    await hermit.tells(bench, 1000)
    await eventually(async () => ((await bench.seen()) as unknown[]).length === 1000, 'all have arrived')
    expect(await bench.takeSeen()).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect(system.records).toEqual([])
  })

  it('are checked against contracts, and fail with their typed failures', async () => {
    const system = await startSystem()
    const times = await system.spawn(Times, { host: 'process' })
    expect(await times.times(6, 7)).toBe(42)
    expect(await failureOf(times.refuse(5))).toMatchObject({ code: 'TooMuch', data: { limit: 5 }, delivered: 'yes' })
    expect(await failureOf(system.call(TimesApi, 'times', ['six', 7]))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    const items: number[] = []
    for await (const item of times.upTo(5)) items.push(item)
    expect(items).toEqual([0, 1, 2, 3, 4])
  })

  it('are values of all kinds', async () => {
    const { hermit, bench } = await scene()
    const cycle: { me?: unknown } = {}
    cycle.me = cycle
    const value = { date: new Date(7), map: new Map([['a', new Set([1n])]]), regexp: /x/g, floats: new Float64Array([0.5, -0]), undefined }
    expect(await hermit.echo(value)).toEqual(value)
    expect(await bench.ask(hermit, 'echo', value)).toEqual(value)
    const back = (await hermit.echo(cycle)) as typeof cycle
    expect(back.me).toBe(back)
    const error = await failureOf(hermit.throws(new RangeError('out of range')))
    expect(error).toMatchObject({ code: 'ERR_APPLICATION', message: 'out of range', cause: { name: 'RangeError' } })
  })

  it('may be large', async () => {
    const { hermit, bench } = await scene()
    const bytes = new Uint8Array(5 * 2 ** 20).map((_, i) => i % 251)
    for (const copy of [await hermit.echo(bytes), await bench.ask(hermit, 'echo', bytes), await hermit.ask(bench, 'echo', bytes)])
      expect(Buffer.compare(copy as Uint8Array, bytes)).toBe(0)
  })

  it('end by their deadlines, and with the signals of those who asked', async () => {
    const { hermit, bench, witness } = await scene()
    const gate = new AbortController()
    const aborted = failureOf(hermit.$.with({ signal: gate.signal }).untilAborted(witness.remote))
    expect(await witness.next()).toBe('begun')
    gate.abort()
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
    expect(await witness.next()).toBe('aborted: RequestAborted')
    const expired = failureOf(hermit.$.with({ timeoutMs: 50 }).ask(bench, 'untilAborted', witness.remote))
    expect(await expired).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
    expect([await witness.next(), await witness.next()]).toEqual(['begun', expect.stringMatching(/^aborted/)])
  })

  it('are streams, which end where their reader leaves', async () => {
    const { system, hermit, witness } = await scene()
    const other = await system.spawn(Hermit, { host: { thread: 2 }, name: 'on thread 2' })
    const got: number[] = []
    for await (const item of hermit.numbers(1000, witness.remote)) if (got.push(item) === 500) break
    expect(got).toEqual(Array.from({ length: 500 }, (_, i) => i))
    expect(await witness.next()).toBe('closed')
    expect(await other.collect(hermit, 300, witness.remote)).toEqual(Array.from({ length: 150 }, (_, i) => i))
    expect(await witness.next()).toBe('closed')
    expect(await hermit.collect(other, 300, witness.remote)).toEqual(Array.from({ length: 150 }, (_, i) => i))
    expect(await witness.next()).toBe('closed')
  })

  it('hold Remotes, which work where they arrive: on a thread, in a process, in another process', async () => {
    const { system, hermit, bench } = await scene()
    const other = await system.spawn(Hermit, { name: 'other' })
    expect(await bench.ask((await hermit.self()) as HermitRemote, 'add', 1, 2)).toBe(3)
    expect(await hermit.ask(other, 'ask', bench, 'add', 3, 4)).toBe(7)
    expect(await other.ask(hermit, 'pid')).toBe(await hermit.pid())
    const back = (await other.ask(hermit, 'self')) as HermitRemote
    expect([back.$.binding.id, await back.pid()]).toEqual([hermit.$.binding.id, await hermit.pid()])
  })
})

describe('visibility', () => {
  it('lookups, groups and announcements go both ways', async () => {
    const { system, hermit, bench, witness } = await scene()
    expect(system.tryLookup('hermit')?.$.binding.id).toBe(hermit.$.binding.id)
    expect(await bench.askByName('hermit', 'thread')).toBe(3)
    expect([await hermit.tryLookup('bench'), await hermit.lookup('bench')]).toEqual([true, bench.$.binding.id])
    await hermit.observe({ group: 'order' }, witness.remote)
    await hermit.join('order')
    const friar = await system.spawn(Hermit, { host: { thread: 1 }, name: 'friar', groups: ['order'] })
    expect(system.lookupAll({ group: 'order' }).map(({ name }) => name)).toEqual(['hermit', 'friar'])
    expect(await bench.tryLookup('friar')).toBe(true)
    await hermit.leave('order')
    await friar.$.stop()
    const heard = [await witness.next(), await witness.next(), await witness.next(), await witness.next()]
    expect(heard).toEqual([
      ['group', 'available', 'order', undefined],
      ['group', 'available', 'order', undefined],
      ['group', 'withdrawn', 'order', undefined],
      ['group', 'withdrawn', 'order', 'stopped'],
    ])
  })

  it('watch tells of ends there and elsewhere', async () => {
    const { system, hermit, bench } = await scene()
    const ends: string[] = []
    system.watch(hermit, ({ reason }) => void ends.push(reason))
    const seen = hermit.watchEnd(bench)
    await bench.$.stop()
    expect(await seen).toBe('stopped')
    await hermit.$.stop()
    await eventually(() => ends.length > 0, 'the end is told')
    expect(ends).toEqual(['stopped'])
  })
})

describe('reports', () => {
  it('go both ways, what was kept first', async () => {
    const { system, hermit, witness } = await scene()
    const friar = await system.spawn(Hermit, { host: { thread: 1 }, name: 'friar' })
    await hermit.publish('kept', 1, Number.POSITIVE_INFINITY)
    await friar.publish('kept', 2, Number.POSITIVE_INFINITY)
    await friar.listen('hermit', '*', witness.remote)
    expect(await witness.next()).toEqual(['kept', 1, true, 0])
    await hermit.publish('new', { a: [1] })
    expect(await witness.next()).toEqual(['new', { a: [1] }, false, 0])
    await hermit.listen('friar', '*', witness.remote)
    expect(await witness.next()).toEqual(['kept', 2, true, 0])
    await friar.publish('new', 3)
    expect(await witness.next()).toEqual(['new', 3, false, 0])
  })

  it('of services with a contract are kept as it says', async () => {
    const system = await startSystem()
    const times = await system.spawn(Times, { host: 'process' })
    await times.times(2, 3)
    const reports = system.subscribe(TimesApi, 'called')
    for await (const { content, retained } of reports) {
      expect([content, retained]).toEqual([{ times: 1 }, true])
      break
    }
  })
})

describe('families', () => {
  it('an actor in a process spawns on threads, inline and in processes; what it spawned stops with it', async () => {
    const { system, hermit, witness } = await scene()
    const [inline, far, apart] = [
      (await hermit.spawnHermit({ host: 'inline', name: 'inline' })) as HermitRemote,
      (await hermit.spawnHermit({ host: { thread: 2 }, name: 'far' })) as HermitRemote,
      (await hermit.spawnHermit({ host: 'process', name: 'apart' })) as HermitRemote,
    ]
    expect([await inline.thread(), await far.thread(), await apart.thread()]).toEqual([3, 2, 4])
    expect(await hermit.ask(far, 'ask', apart, 'ask', inline, 'thread')).toBe(3)
    for (const [name, child] of Object.entries({ inline, far, apart })) await child.onStopTell(witness.remote, name)
    const pid = await apart.pid()
    await hermit.$.stop()
    const ends = [await witness.next(), await witness.next(), await witness.next()]
    expect(ends.sort()).toEqual([
      ['apart', 'stopped'],
      ['far', 'stopped'],
      ['inline', 'stopped'],
    ])
    await processHasEnded(pid)
    await eventually(() => system.stats().totals.actors === 2, 'only bench and witness are left')
  })

  it('an actor in a process spawns where there is room, as others do', async () => {
    const { system, hermit } = await scene()
    const spawned = await Promise.all([1, 2, 3].map((i) => hermit.spawnHermit({ host: 'auto', name: `hermit ${i}` })))
    const threads = await Promise.all(spawned.map((one) => (one as HermitRemote).thread()))
    // The bench is on thread 1.
    expect(threads.sort()).toEqual([1, 2, 2])
    expect(await (await system.spawn(Bench, { name: 'last' })).thread()).toBe(1)
  })

  it('an actor in a process supervises those on threads: they restart when their thread has ended', async () => {
    const { hermit, bench } = await scene()
    const child = (await hermit.spawnHermit({ host: { thread: 1 }, name: 'child' })) as HermitRemote
    const { id } = child.$.binding
    await failureOf(bench.endThread('exit'))
    await eventually(async () => (await hermit.failureOf(child, 'thread')) === 'answered', 'it is there again')
    expect([await child.id(), await child.thread()]).toEqual([id, 1])
  })

  it('an actor on a thread supervises one in a process: it restarts when the process has ended', async () => {
    const { system } = await scene()
    const parent = await system.spawn(Hermit, { host: { thread: 1 }, name: 'parent' })
    const child = (await parent.spawnHermit({ host: 'process', name: 'child' })) as HermitRemote
    const [pid, { id }] = [await child.pid(), child.$.binding]
    process.kill(pid, 'SIGKILL')
    await eventually(async () => (await parent.failureOf(child, 'pid')) === 'answered', 'it is there again')
    expect([await child.id(), (await child.pid()) === pid]).toEqual([id, false])
  })

  it('what an actor asked for on threads ends with its process', async () => {
    const { hermit, bench, witness } = await scene()
    const pid = await hermit.pid()
    hermit.$.tell.ask(bench, 'untilAborted', witness.remote)
    expect(await witness.next()).toBe('begun')
    process.kill(pid, 'SIGKILL')
    expect(await witness.next()).toBe('aborted: RequestAborted')
    expect(await bench.echo('free again')).toBe('free again')
  })
})

it('a failure in a timer restarts the actor in its process', async () => {
  const { system, hermit } = await scene()
  const pid = await hermit.pid()
  await hermit.see(1)
  await hermit.failInTimer()
  await eventually(async () => (await hermit.seen()).length === 0, 'it begins anew')
  expect(await hermit.pid()).toBe(pid)
  expect(system.records.map(({ level }) => level)).toEqual(['error'])
})

it('pool() gives each worker a process of its own, and replaces one that dies', async () => {
  const system = await startSystem({ timeoutMs: 20_000 })
  const pool = await system.pool(Hermit, { size: 2, host: 'process', route: 'round-robin' })
  const pids = new Set(await Promise.all([pool.pid(), pool.pid()]))
  expect(pids.size).toBe(2)
  expect(pids.has(process.pid)).toBe(false)
  expect(await failureOf(pool.end('abort'))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  const alive = async (): Promise<Set<number>> => {
    const answers = await pool.$.all.pid()
    return new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])))
  }
  await eventually(async () => (await alive()).size === 2, 'there are two again')
  expect([...(await alive())].filter((pid) => pids.has(pid))).toHaveLength(1)
  await pool.$.resize(1)
  await eventually(async () => (await alive()).size === 1, 'one is left')
})

it('a pool in a process has workers on threads', async () => {
  const { system, hermit } = await scene()
  await hermit.poolHermits(2, 'workers')
  const workers = (await system.lookup('workers')) as HermitRemote
  expect(await Promise.all(Array.from({ length: 20 }, (_, i) => workers.add(i, 1)))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  // The bench is on thread 1, the witness on thread 0; the pool is where the hermit is.
  expect(system.stats().threads.map(({ actors }) => actors)).toEqual([1, 2, 1, 2])
  await hermit.$.stop()
  await eventually(() => system.stats().totals.actors === 2, 'the workers stop with it')
})

it('offload() runs on the pools of the system', async () => {
  const { hermit } = await scene()
  expect(await hermit.offload('echo', [{ a: 1n }])).toEqual({ a: 1n })
  expect(await hermit.offload('place', [0])).toMatchObject({ pid: process.pid, isMainThread: false })
  const thrown = await failureOf(hermit.offload('throws', [new RangeError('thrown in a task')]))
  expect(thrown.cause).toMatchObject({ code: 'ERR_APPLICATION', cause: { name: 'RangeError', message: 'thrown in a task' } })
  expect((await failureOf(hermit.offloadShared())).message).toContain('SharedArrayBuffer')
})

it('what it logs reaches the logger of the program', async () => {
  const { system, hermit } = await scene()
  await hermit.logs('a message', { one: 1, error: new RangeError('in it') })
  await hermit.logsShared()
  await eventually(() => system.records.length === 2, 'both are logged')
  expect(system.records[0]).toMatchObject({ level: 'warn', message: 'a message', fields: { one: 1, actor: 'hermit' } })
  expect(system.records[1]?.fields).toMatchObject({ two: 2, memory: expect.stringContaining('SharedArrayBuffer') })
})

it('its dead letters reach those who listen, whenever they began to', async () => {
  const { system, hermit } = await scene()
  const gone = await system.spawn(Hermit, { host: { thread: 1 }, name: 'gone' })
  const letters: unknown[] = []
  const listening = system.deadLetters(({ reason, method, thread }) => void letters.push([reason, method, thread]))
  const late = await system.spawn(Hermit, { name: 'late' })
  await gone.$.stop()
  for (const one of [hermit, late]) {
    await eventually(async () => (await one.failureOf(gone, 'pid')) !== 'answered', 'it is known to be gone')
    await one.tells(gone, 1)
  }
  await eventually(() => letters.length >= 4, 'the letters come')
  expect(letters.filter((letter) => String(letter).includes('see')).sort()).toEqual([
    ['unavailable', 'see', 3],
    ['unavailable', 'see', 4],
  ])
  listening.close()
})

it('a program may use the channel of the process itself', async () => {
  const { system, hermit } = await scene()
  await hermit.sendOwn()
  expect(await hermit.add(1, 2)).toBe(3)
  expect(system.records).toEqual([])
})

it('setup that fails or takes too long rejects the spawn, and the process ends', async () => {
  const system = await startSystem()
  const { Doomed } = await import('./fixtures/hermit.js')
  expect((await errorOf(system.spawn(Doomed, { init: 'fails' }))).message).toContain('setup went wrong')
  const slow = errorOf(system.spawn(Doomed, { init: 'waits', supervision: { startMs: 50 } }))
  expect((await slow).message).toContain('50 ms')
  await eventually(() => system.stats().totals.actors === 0, 'none is left')
  expect(system.records.filter(({ level }) => level === 'error')).toEqual([])
})
