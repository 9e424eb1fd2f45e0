import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { Definition } from '../../src/actors/definition-type.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem, type TestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, gate, itemsOf, outcomeOf, recordingLog } from './evidence.js'

const quiet = (seed = 1) => createTestSystem({ seed, log: recordingLog() })

/** Goes through actors by their names: calls the first with the rest, waits for it. */
const walker = (name: string, concurrency = 1) =>
  service(import.meta, name, { concurrency }, (self) => ({
    async walk(names: readonly string[]): Promise<unknown> {
      const [next, ...rest] = names
      return next === undefined ? 'arrived' : await (await self.lookup(next)).walk(rest)
    },
    quick: () => 'quick',
  }))

const Walkers: Readonly<Record<string, Definition<unknown>>> = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, walker(name)]))

async function spawned(t: TestSystem, ...names: readonly string[]): Promise<Remote[]> {
  return await Promise.all(names.map((name) => t.spawn(Walkers[name] as Definition<unknown>) as Promise<Remote>))
}

/** The Deadlock under a failure that came through several actors. */
function deadlockIn(failure: unknown): unknown {
  for (let error = failure as { code?: string; cause?: unknown } | undefined; error !== undefined; error = error.cause as typeof error)
    if (error.code === 'ERR_DEADLOCK') return error
  return undefined
}

const dropped = (t: TestSystem) => t.stats().totals.dropped['deadlock']

describe('a request that waits for itself', () => {
  it.each([
    [['a'], 'a → a'],
    [['b', 'a'], 'a → b → a'],
    [['b', 'c', 'a'], 'a → b → c → a'],
    [['b', 'c', 'b'], 'b → c → b'],
    [['b', 'c', 'd', 'a'], 'a → b → c → d → a'],
  ])('fails with Deadlock after 250 ms, and names the cycle: %j', async (path, cycle) => {
    await using t = await quiet()
    const [a] = await spawned(t, 'a', 'b', 'c', 'd')
    const outcome = outcomeOf(a?.walk(path) as Promise<unknown>)
    await t.clock.advance(249)
    expect([outcome.state, dropped(t)]).toEqual(['pending', 0])
    await t.clock.advance(1)
    const deadlock = deadlockIn(outcome.value)
    expect(deadlock).toMatchObject({ error: 51, delivered: 'no', message: expect.stringContaining(`: ${cycle}.`) })
    expect([outcome.state, dropped(t)]).toEqual(['rejected', 1])
    expect(await a?.quick()).toBe('quick')
    await expectNothingLeft(t)
  })

  it('goes through light children, which are named by their ids', async () => {
    await using t = await quiet()
    const Child = actor(() => ({ ask: async (parent: Remote) => await parent.quick() }))
    const Parent = service(import.meta, 'parent', (self) => {
      const child = self.spawn(Child)
      return { start: async () => await child.ask(self.remote), quick: () => 'quick', child: () => child.$.binding.id }
    })
    const parent = await t.spawn(Parent)
    const id = await parent.child()
    const outcome = failureOf(parent.start())
    await t.clock.advance(250)
    expect(deadlockIn(await outcome)).toMatchObject({ message: expect.stringContaining(`parent → ${id} → parent`) })
    await expectNothingLeft(t)
  })

  it('goes through a pool and through its worker', async () => {
    await using t = await quiet()
    const Works = service(import.meta, 'works', () => ({ ask: async (boss: Remote) => await boss.quick() }))
    const Boss = service(import.meta, 'boss', (self) => ({
      start: async (pool: Remote) => await pool.ask(self.remote),
      quick: () => 'quick',
    }))
    const pool = await t.pool(Works, { size: 1 })
    const boss = await t.spawn(Boss)
    const outcome = failureOf(boss.start(pool))
    await t.clock.advance(250)
    expect(deadlockIn(await outcome)).toMatchObject({ message: expect.stringContaining('boss → works → boss') })
    await expectNothingLeft(t)
  })

  it('goes through a stream: read in a method of the actor that answers it, or in whose step its reader is called', async () => {
    await using t = await quiet()
    const Source = service(import.meta, 'source', (self) => ({
      async *items() {
        yield 1
        yield await (await self.lookup('reader')).quick()
      },
      readOwn: async () => await itemsOf(self.remote.items()),
    }))
    const Reader = service(import.meta, 'reader', (self) => ({
      read: async () => await itemsOf((await self.lookup(Source)).items()),
      quick: () => 2,
    }))
    const [source, reader] = [await t.spawn(Source), await t.spawn(Reader)]
    const outcomes = [failureOf(source.readOwn()), failureOf(reader.read())]
    await t.clock.advance(1000)
    const [own, both] = await Promise.all(outcomes)
    expect(deadlockIn(own)).toMatchObject({ message: expect.stringContaining('source → source') })
    expect(deadlockIn(both)).toMatchObject({ message: expect.stringContaining('reader → source → reader') })
    expect(dropped(t)).toBe(2)
    await expectNothingLeft(t)
  })

  it('is found where it waits outside of a full mailbox', async () => {
    await using t = await quiet()
    const Full = service(import.meta, 'full', { mailbox: { capacity: 1, overflow: 'wait' } }, (self) => ({
      async start() {
        self.remote.$.tell.quick()
        return await self.remote.quick()
      },
      quick: () => 'quick',
    }))
    const full = await t.spawn(Full)
    const outcome = failureOf(full.start())
    await t.clock.advance(250)
    expect(deadlockIn(await outcome)).toMatchObject({ code: 'ERR_DEADLOCK' })
    expect(await full.quick()).toBe('quick')
    await expectNothingLeft(t)
  })

  it('is an offer too, to a mailbox of its own chain that has no room', async () => {
    await using t = await quiet()
    const Full = service(import.meta, 'full', { mailbox: { capacity: 1 } }, (self) => ({
      async start() {
        self.remote.$.tell.quick()
        return await failureOf(self.remote.$.offer.quick())
      },
      quick: () => 'quick',
    }))
    const outcome = outcomeOf((await t.spawn(Full)).start())
    await t.clock.advance(250)
    expect(outcome.value).toMatchObject({ code: 'ERR_DEADLOCK', delivered: 'no' })
    await expectNothingLeft(t)
  })

  it('leaves its place to what waits outside, in order', async () => {
    await using t = await quiet()
    const order: string[] = []
    const door = gate()
    const Full = service(import.meta, 'full', { mailbox: { capacity: 2, overflow: 'wait' } }, (self) => ({
      async start() {
        const failure = await failureOf(self.remote.note('self'))
        await door.passed
        return failure
      },
      note: (what: string) => void order.push(what),
    }))
    const full = await t.spawn(Full)
    const start = full.start()
    await t.settled()
    const others = ['a', 'b', 'c'].map((name) => full.note(name))
    await t.clock.advance(250)
    expect([dropped(t), t.stats().totals.mailboxDepth]).toEqual([1, 3])
    others.push(full.note('d'))
    door.open()
    expect(await start).toMatchObject({ code: 'ERR_DEADLOCK' })
    await Promise.all(others)
    expect(order).toEqual(['a', 'b', 'c', 'd'])
    await expectNothingLeft(t)
  })

  it('fails though its deadline is none, and its caller may handle that and go on', async () => {
    await using t = await quiet()
    const Handles = service(import.meta, 'handles', (self) => ({
      async start() {
        const failure = await failureOf(self.remote.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).quick())
        return [(failure as { code: string }).code, 'and goes on']
      },
      quick: () => 'quick',
    }))
    const outcome = outcomeOf((await t.spawn(Handles)).start())
    await t.clock.advance(250)
    expect(outcome.value).toEqual(['ERR_DEADLOCK', 'and goes on'])
    await expectNothingLeft(t)
  })

  it.each([2, 3])('with concurrency %i is accused when all slots are held by its chain', async (concurrency) => {
    await using t = await quiet()
    const Deep = service(import.meta, 'deep', { concurrency }, (self) => ({
      down: async (levels: number): Promise<number> => (levels === 0 ? 0 : 1 + (await self.remote.down(levels - 1))),
    }))
    const deep = await t.spawn(Deep)
    expect(await deep.down(concurrency - 1)).toBe(concurrency - 1)
    const outcome = failureOf(deep.down(concurrency))
    await t.clock.advance(250)
    const cycle = Array(concurrency + 1)
      .fill('deep')
      .join(' → ')
    expect(deadlockIn(await outcome)).toMatchObject({ message: expect.stringContaining(`: ${cycle}.`) })
    await expectNothingLeft(t)
  })
})

describe('a request that only seems to wait for itself', () => {
  it('is not accused when the actor is busy with something else', async () => {
    await using t = await quiet()
    const door = gate()
    const Busy = service(import.meta, 'busy', { concurrency: 2 }, (self) => ({
      hold: () => door.passed,
      ask: async () => await self.remote.quick(),
      quick: () => 'quick',
    }))
    const busy = await t.spawn(Busy)
    const held = busy.hold()
    const outcome = outcomeOf(busy.$.with({ timeoutMs: 60_000 }).ask())
    await t.clock.advance(2000)
    expect([outcome.state, dropped(t)]).toEqual(['pending', 0])
    door.open()
    await held
    await t.settled()
    expect(outcome).toEqual({ state: 'resolved', value: 'quick' })
    await expectNothingLeft(t)
  })

  it('is not accused when a slot is free', async () => {
    await using t = await quiet()
    const Two = service(import.meta, 'two', { concurrency: 2 }, (self) => ({
      ask: async () => await self.remote.quick(),
      quick: () => 'quick',
    }))
    expect(await (await t.spawn(Two)).ask()).toBe('quick')
    expect(dropped(t)).toBe(0)
  })

  it('is not accused when its method has returned without waiting for it', async () => {
    await using t = await quiet()
    const noted: string[] = []
    const Forgets = service(import.meta, 'forgets', (self) => ({
      start() {
        self.remote.note('not awaited').catch(() => noted.push('failed'))
        return 'returned'
      },
      note: (what: string) => noted.push(what),
    }))
    expect(await (await t.spawn(Forgets)).start()).toBe('returned')
    await t.clock.advance(1000)
    expect([noted, dropped(t)]).toEqual([['not awaited'], 0])
    await expectNothingLeft(t)
  })

  it('is not accused when the holder answers within 250 ms', async () => {
    await using t = await quiet()
    const door = gate()
    const Soon = service(import.meta, 'soon', (self) => ({
      async start() {
        const later = self.remote.note('later')
        await door.passed
        later.catch(() => undefined)
        return 'in time'
      },
      note: (what: string) => what,
    }))
    const soon = await t.spawn(Soon)
    const outcome = outcomeOf(soon.start())
    await t.clock.advance(249)
    door.open()
    await t.clock.advance(10)
    expect([outcome.value, dropped(t)]).toEqual(['in time', 0])
    await expectNothingLeft(t)
  })

  it('is not accused for 250 ms of different turns of its chain', async () => {
    await using t = await quiet()
    const doors = [gate(), gate()]
    const order: string[] = []
    const A = service(import.meta, 'a2', (self) => ({
      async first() {
        const b = await self.lookup('b2')
        b.start().then(
          () => order.push('answered'),
          () => order.push('failed'),
        )
        await doors[0]?.passed
      },
      second: async () => {
        order.push('second')
        return 2
      },
    }))
    const B = service(import.meta, 'b2', (self) => ({ start: async () => await (await self.lookup('a2')).second() }))
    const a = await t.spawn(A)
    await t.spawn(B)
    const first = a.first()
    await t.clock.advance(200)
    doors[0]?.open()
    await first
    await t.clock.advance(500)
    expect([order, dropped(t)]).toEqual([['second', 'answered'], 0])
    await expectNothingLeft(t)
  })

  it('is not seen when two requests cross: their deadlines end them', async () => {
    await using t = await quiet()
    const [a, b] = await spawned(t, 'a', 'b')
    const hold = (name: string) => (name === 'a' ? a : b)?.$.with({ timeoutMs: 1000 })
    const outcomes = [outcomeOf(hold('a')?.walk(['b']) as Promise<unknown>), outcomeOf(hold('b')?.walk(['a']) as Promise<unknown>)]
    await t.clock.advance(999)
    expect(outcomes.map(({ state }) => state)).toEqual(['pending', 'pending'])
    await t.clock.advance(1)
    expect(outcomes.map(({ value }) => value)).toMatchObject([{ code: 'ERR_REQUEST_TIMEOUT' }, { code: 'ERR_REQUEST_TIMEOUT' }])
    expect([dropped(t), await a?.quick(), await b?.quick()]).toEqual([0, 'quick', 'quick'])
    await expectNothingLeft(t)
  })

  it('is not accused when it is detached, a tell or an offer', async () => {
    await using t = await quiet()
    const noted: string[] = []
    const Ways = service(import.meta, 'ways', (self) => ({
      async start() {
        self.remote.$.tell.note('tell')
        await self.remote.$.offer.note('offer')
        return await failureOf(self.remote.$.with({ detached: true, timeoutMs: 1000 }).note('detached'))
      },
      note: (what: string) => void noted.push(what),
    }))
    const outcome = outcomeOf((await t.spawn(Ways)).start())
    await t.clock.advance(1000)
    expect(outcome.value).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect([noted, dropped(t)]).toEqual([['tell', 'offer'], 0])
    await expectNothingLeft(t)
  })

  it('is not accused for what a forwarded or deferred request has left behind', async () => {
    await using t = await quiet()
    const Target = service(import.meta, 'target', () => ({
      ask: async (of: Remote) => await of.slow(),
      late: async (of: Remote) => await of.slow(),
    }))
    const door = gate()
    const Front = service(import.meta, 'front', (self) => ({
      async ask(_of: Remote) {
        return self.request.forward(await self.lookup(Target))
      },
      slow: () => door.passed,
    }))
    await t.spawn(Target)
    const front = await t.spawn(Front)
    const held = front.slow()
    const asked = outcomeOf(front.$.with({ timeoutMs: 60_000 }).ask(front))
    await t.clock.advance(1000)
    door.open()
    await held
    await t.settled()
    expect([asked.state, dropped(t)]).toEqual(['resolved', 0])
    await expectNothingLeft(t)
  })

  it('ends before when its caller aborts, its deadline passes or its actor stops; nothing is watched after that', async () => {
    await using t = await quiet()
    const Self = service(import.meta, 'selfish', (self) => ({ start: async () => await self.remote.quick(), quick: () => 'quick' }))
    const selfish = await t.spawn(Self)
    const late = failureOf(selfish.$.with({ timeoutMs: 100 }).start())
    await t.clock.advance(100)
    expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    const controller = new AbortController()
    const aborted = failureOf(selfish.$.with({ signal: controller.signal }).start())
    await t.clock.advance(100)
    controller.abort()
    expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
    const stopped = failureOf(selfish.start())
    await t.clock.advance(100)
    expect(coreOf(t).deadlines.size).toBeGreaterThan(0)
    await selfish.$.stop()
    expect(await stopped).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    expect(dropped(t)).toBe(0)
    await expectNothingLeft(t)
  })
})

describe('the chain of a request', () => {
  it('keeps its newest 32 actors: a cycle within them is found, a longer one ends by its deadline', async () => {
    await using t = await quiet()
    const Link = actor((self, init: { readonly next: Remote | null }) => {
      let { next } = init
      return {
        close(to: Remote) {
          next = to
        },
        go: async (): Promise<unknown> => await next?.$.with({ timeoutMs: 60_000 }).go(),
        id: () => self.id,
      }
    })
    const ring = async (length: number) => {
      let first: Remote | null = null
      let last: Remote | null = null
      for (let i = 0; i < length; i++) {
        first = t.spawn(Link, { init: { next: first } }) as Remote
        last ??= first
      }
      await last?.close(first)
      return first as Remote
    }
    const short = outcomeOf((await ring(32)).$.with({ timeoutMs: 2000 }).go())
    const long = outcomeOf((await ring(33)).$.with({ timeoutMs: 2000 }).go())
    await t.clock.advance(250)
    expect([short.state, long.state]).toEqual(['rejected', 'pending'])
    expect(deadlockIn(short.value)).toMatchObject({ code: 'ERR_DEADLOCK' })
    await t.clock.advance(1750)
    expect(long.value).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    await expectNothingLeft(t)
  })
})
