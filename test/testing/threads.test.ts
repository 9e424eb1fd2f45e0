import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service, task } from '../../src/actors/define.js'
import type { RemoteOf } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, itemsOf, outcomeOf, recordingLog } from '../actors/evidence.js'

const BoxApi = contract('box', {
  methods: {
    put: method([z.string()], z.int()),
    all: method([], z.array(z.string())),
    upTo: stream([z.int()], z.int()),
    thread: method([], z.int()),
    stall: method(),
  },
  reports: { size: z.int() },
})

const threadOf = (id: string): number => Number.parseInt(id, 10)

const Box = service(import.meta, BoxApi, (self, init?: { first: string }) => {
  const held = init === undefined ? [] : [init.first]
  return {
    put(text) {
      held.push(text)
      self.publish('size', held.length, { lifetimeMs: Number.POSITIVE_INFINITY })
      return held.length
    },
    all: () => held,
    async *upTo(end) {
      for (let i = 1; i <= end; i++) yield i
    },
    thread: () => threadOf(self.remote.$.binding.id),
    stall: () => new Promise(() => undefined),
  }
})

const Caller = service(import.meta, 'caller', (self) => ({
  put: async (box: RemoteOf<{ put(text: string): Promise<number> }>, text: string) => await box.put(text),
  putByName: async (text: string) => await (await self.lookup(BoxApi)).put(text),
  child: async () => {
    const child = await self.spawn(Box, { host: { thread: 2 }, init: { first: 'child' } })
    return child.$.binding.thread
  },
}))

const inThread = (thread: number) => ({ host: { thread } }) as const

function threadsOf(t: TestSystem): number[] {
  return t
    .stats()
    .threads.filter(({ actors }) => actors > 0)
    .map(({ thread }) => thread)
}

describe('createTestSystem({ threads })', () => {
  it('createTestSystem() has no threads unless it is asked for some', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await using two = await createTestSystem({ seed: 1, threads: 2 })
    expect([t.threads, two.threads]).toEqual([0, 2])
  })

  it("spawn() places on simulated threads: 'auto' on the least loaded, { thread } there, 'inline' here, 'dedicated' on one of its own", async () => {
    await using t = await createTestSystem({ seed: 1, threads: 2 })
    const hosts = ['auto', 'auto', { thread: 2 }, 'inline', 'dedicated', 'dedicated'] as const
    const boxes = []
    for (const host of hosts) boxes.push(await t.spawn(Box, { host }))
    expect(boxes.map((box) => box.$.binding.thread)).toEqual([1, 2, 2, 0, 3, 4])
    expect(await Promise.all(boxes.map((box) => box.thread()))).toEqual([1, 2, 2, 0, 3, 4])
    await expect(t.spawn(Box, inThread(3))).rejects.toThrow('this system has threads 0 to 2')
  })

  it('a thread of its own ends with its actor, and that is no death', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 1, threads: 1, log })
    const box = await t.spawn(Box, { host: 'dedicated' })
    await box.$.stop()
    await t.settled()
    await expect(t.killThread(2)).rejects.toThrow('thread 2 does not run')
    const again = await t.spawn(Box, { host: 'dedicated' })
    expect([again.$.binding.thread, await again.put('x'), log.records]).toEqual([2, 1, []])
  })

  it('what goes from thread to thread is encoded; Remotes, init, streams and failures arrive', async () => {
    await using t = await createTestSystem({ seed: 3, threads: 2 })
    const init = { first: 'one' }
    const box = await t.spawn(Box, { ...inThread(1), init })
    init.first = 'changed'
    const caller = await t.spawn(Caller, inThread(2))
    expect(await caller.put(box, 'two')).toBe(2)
    expect(await caller.putByName('three')).toBe(3)
    expect(await box.all()).toEqual(['one', 'two', 'three'])
    expect(await itemsOf(box.upTo(200))).toHaveLength(200)
    expect(await failureOf(box.put(5 as never))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    expect(await caller.child()).toBe(2)
  })

  it('reports, announcements and watches go from thread to thread', async () => {
    await using t = await createTestSystem({ seed: 4, threads: 2 })
    const heard: unknown[] = []
    t.announcements({ name: 'box' }, ({ status, reason }) => heard.push([status, reason]))
    const box = await t.spawn(Box, inThread(1))
    t.watch(box, ({ reason }) => heard.push(['gone', reason]))
    await box.put('kept')
    t.subscribe(BoxApi, 'size', ({ content, retained }) => heard.push([content, retained]))
    await t.settled()
    await box.put('new')
    await box.$.stop()
    await t.settled()
    expect(heard.sort()).toEqual(
      [
        ['available', undefined],
        ['gone', 'stopped'],
        ['withdrawn', 'stopped'],
        [1, true],
        [2, false],
      ].sort(),
    )
  })

  it("pool() spreads over threads; its workers' deaths are made good", async () => {
    await using t = await createTestSystem({ seed: 5, threads: 3, log: recordingLog() })
    const pool = await t.pool(Box, { size: 3, route: 'round-robin' })
    expect(threadsOf(t)).toEqual([0, 1, 2, 3])
    const threads = async () => (await Promise.all([pool.thread(), pool.thread(), pool.thread()])).sort()
    expect(await threads()).toEqual([1, 2, 3])
    await t.killThread(2)
    await t.clock.advance(1)
    expect([pool.$.size, (await threads()).length, threadsOf(t)]).toEqual([3, 3, [0, 1, 2, 3]])
  })

  it('offload() runs tasks in the thread that asks, and stays deterministic', async () => {
    const double = task(import.meta, 'double', (x: number) => 2 * x)
    const Offloading = service(import.meta, 'offloading', (self) => ({ double: async (x: number) => await self.offload(double, [x]) }))
    await using t = await createTestSystem({ seed: 5, threads: 1 })
    expect(await (await t.spawn(Offloading, inThread(1))).double(21)).toBe(42)
  })

  it('stop() ends actors of all threads, with their hooks, and then the threads', async () => {
    const stopped: string[] = []
    const Stopping = service(import.meta, 'stopping', (self, init: { name: string }) => {
      self.onStop((reason) => void stopped.push(`${init.name} ${reason}`))
      return { stall: () => new Promise<void>(() => undefined) }
    })
    const t = await createTestSystem({ seed: 6, threads: 2, log: recordingLog() })
    const one = await t.spawn(Stopping, { ...inThread(1), init: { name: 'one' } })
    await t.spawn(Stopping, { ...inThread(2), init: { name: 'two' } })
    const stall = failureOf(one.stall())
    await t.stop()
    expect(stopped.sort()).toEqual(['one stopped', 'two stopped'])
    expect(await stall).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    expect(t.stats().totals).toMatchObject({ actors: 0, inFlight: 0, mailboxDepth: 0 })
    expectNoSilentLoss(t.stats())
  })

  it('records of other threads reach the log of the program', async () => {
    const log = recordingLog()
    const Failing = service(import.meta, 'failing', (self) => {
      self.after(10, () => {
        throw new Error('by timer')
      })
      self.log.info('begins', { list: [1, 2] })
    })
    await using t = await createTestSystem({ seed: 6, threads: 1, log })
    await t.spawn(Failing, inThread(1))
    await t.clock.advance(10)
    expect(log.records.map(({ message }) => message)).toEqual(['begins', expect.stringContaining('failed in a timer'), 'begins'])
    expect(log.records[1]?.fields).toMatchObject({ error: new Error('by timer') })
  })
})

describe('killThread()', () => {
  it('killThread() fails calls at once, withdraws services, and logs one death', async () => {
    const log = recordingLog()
    await using t = await createTestSystem({ seed: 7, threads: 2, log })
    const heard: unknown[] = []
    t.announcements({ name: 'box' }, ({ status, reason }) => heard.push([status, reason]))
    const box = await t.spawn(Box, { ...inThread(1), supervision: { onFailure: 'stop' } })
    const stall = failureOf(box.stall())
    await t.settled()
    await t.killThread(1)
    expect(await stall).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(heard).toEqual([
      ['available', undefined],
      ['withdrawn', 'crashed'],
    ])
    expect(log.records.map(({ message }) => message)).toEqual(['thread 1 was killed; its actors are gone'])
    expect(await failureOf(box.all())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
    expect(t.clock.now()).toBe(0)
  })

  it('killThread(): what is supervised comes back on a fresh thread with the same id, and Remotes work again', async () => {
    await using t = await createTestSystem({ seed: 8, threads: 2, log: recordingLog() })
    const box = await t.spawn(Box, { ...inThread(1), init: { first: 'init' } })
    const caller = await t.spawn(Caller, inThread(2))
    const { id, address } = box.$.binding
    await caller.put(box, 'lost')
    await t.killThread(1)
    await t.clock.advance(1)
    expect(await caller.put(box, 'new')).toBe(2)
    expect(await box.all()).toEqual(['init', 'new'])
    const found = (await t.lookup(BoxApi)).$.binding
    expect([found.id, found.thread, found.address === address]).toEqual([id, 1, false])
  })

  it('killThread(): of what it has sent a beginning arrives, how much the seed says', async () => {
    const arrived = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      await using t = await createTestSystem({ seed, threads: 1, log: recordingLog() })
      const taken: number[] = []
      const sink = t.spawn(actor(() => ({ take: (n: number) => void taken.push(n) })))
      const Source = service(import.meta, 'source', (_self, init: { sink: typeof sink }) => ({
        send: () => {
          for (let n = 0; n < 10; n++) init.sink.$.tell.take(n)
        },
      }))
      const source = await t.spawn(Source, { ...inThread(1), init: { sink } })
      source.$.tell.send()
      while (t.stats().threads[1]?.sent !== 10) await new Promise(setImmediate)
      await t.killThread(1)
      expect(taken).toEqual(Array.from({ length: taken.length }, (_, i) => i))
      arrived.add(taken.length)
      expectNoSilentLoss(t.stats())
    }
    expect(arrived.size).toBeGreaterThan(2)
  })

  it('killThread(): the code of a dead thread that goes on acts on nothing', async () => {
    let goOn: () => void = () => undefined
    const going = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const acts: string[] = []
    const Ghost = service(import.meta, 'ghost', (self, init: { sink: { take(): Promise<void> } }) => ({
      async haunt() {
        await going
        acts.push(await init.sink.take().then(String, (error: Error) => error.message))
        self.stop()
      },
    }))
    await using t = await createTestSystem({ seed: 9, threads: 2, log: recordingLog() })
    let taken = 0
    const sink = t.spawn(actor(() => ({ take: () => void taken++ })))
    const ghost = await t.spawn(Ghost, { ...inThread(1), init: { sink }, supervision: { onFailure: 'stop' } })
    const haunting = outcomeOf(ghost.haunt())
    await t.settled()
    await t.killThread(1)
    const next = await t.spawn(Box, inThread(1))
    const before = t.stats()
    goOn()
    await t.settled()
    expect([acts, taken, haunting.state]).toEqual([[expect.stringContaining('is dead')], 0, 'rejected'])
    expect(t.stats()).toEqual(before)
    expect(await next.put('x')).toBe(1)
  })

  it('killThread() while a thread starts: the spawn fails, and the next one gets a new thread', async () => {
    await using t = await createTestSystem({ seed: 10, threads: 1, log: recordingLog() })
    const starting = failureOf(t.spawn(Box, inThread(1)))
    await Promise.resolve()
    void t.killThread(1)
    expect(await starting).toMatchObject({ message: expect.stringContaining('thread 1 ended while it loaded') })
    expect(await (await t.spawn(Box, inThread(1))).put('x')).toBe(1)
  })

  it('killThread() says which threads can be killed', async () => {
    await using t = await createTestSystem({ seed: 11, threads: 1 })
    await expect(t.killThread(0)).rejects.toThrow('thread 0 is the one that has made the system')
    await expect(t.killThread(1)).rejects.toThrow('thread 1 does not run; a thread is started when an actor is placed there')
  })

  it('stats() adds up over threads that live and have died', async () => {
    await using t = await createTestSystem({ seed: 12, threads: 2, log: recordingLog() })
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await t.spawn(Box, inThread(1)), await t.spawn(Caller, inThread(2))]
      const calls = Array.from({ length: 20 }, (_, i) => two.put(one, String(i)).catch(() => undefined))
      for (let i = 0; i < round; i++) await new Promise(setImmediate)
      void t.killThread(1 + (round % 2))
      await t.clock.advance(1000)
      await Promise.all(calls)
      expectNoSilentLoss(t.stats())
      expect(t.stats().totals.inFlight).toBe(0)
    }
  })
})
