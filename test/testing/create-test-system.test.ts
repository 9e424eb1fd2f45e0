import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import type { System } from '../../src/actors/system-type.js'
import { createTestSystem, type TestSystemOptions } from '../../src/testing/index.js'
import { failureOf, gate, outcomeOf, recordingLog } from '../actors/evidence.js'

describe('createTestSystem()', () => {
  it('createTestSystem() stands at 0 until its clock is advanced', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const fired: number[] = []
    t.spawn(actor((self) => void self.after(1, () => fired.push(t.clock.now()))))
    await t.settled()
    await t.settled()
    expect([t.clock.now(), fired]).toEqual([0, []])
    await t.clock.advance(0)
    expect(fired).toEqual([])
    await t.clock.advance(1)
    expect([t.clock.now(), fired]).toEqual([1, [1]])
  })

  it('clock.advance() runs what falls due in order, each with all that it causes, at its own moment', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const order: [string, number][] = []
    const note = (what: string) => order.push([what, t.clock.now()])
    const sink = t.spawn(actor(() => ({ take: (what: string) => void note(what) })))
    const Source = actor((self, init: { sink: typeof sink }) => {
      self.after(30, () => note('30'))
      self.after(10, async () => {
        note('10')
        await init.sink.take('caused by 10')
        self.after(5, () => note('10 + 5'))
      })
      self.after(20, () => note('20'))
    })
    t.spawn(Source, { init: { sink } })
    await t.clock.advance(25)
    expect(order).toEqual([
      ['10', 10],
      ['caused by 10', 10],
      ['10 + 5', 15],
      ['20', 20],
    ])
    expect(t.clock.now()).toBe(25)
    await t.clock.advance(1000)
    expect(order.at(-1)).toEqual(['30', 30])
  })

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('clock.advance() refuses %s', async (ms) => {
    await using t = await createTestSystem({ seed: 1 })
    await expect(t.clock.advance(ms)).rejects.toThrow('give milliseconds, 0 or more')
  })

  it('settled() waits for every message and turn, however long the chain', async () => {
    await using t = await createTestSystem({ seed: 1 })
    let hops = 0
    const Hop = actor(() => ({
      async hop(left: number): Promise<void> {
        hops++
        if (left > 0) await next?.hop(left - 1)
      },
    }))
    let next: { hop(left: number): Promise<void> } | undefined
    const first = t.spawn(Hop)
    for (let i = 0; i < 300; i++) next = t.spawn(Hop)
    next = undefined
    const Chain = actor((self) => ({
      run: (left: number): void => {
        hops++
        if (left > 0) (self.remote as { $: { tell: { run(left: number): void } } }).$.tell.run(left - 1)
      },
    }))
    t.spawn(Chain).$.tell.run(5000)
    first.$.tell.hop(3)
    await t.settled()
    expect(hops).toBe(5002)
  })

  it('settled() does not wait for a method that waits for something else', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const door = gate()
    const call = outcomeOf(t.spawn(actor(() => ({ wait: () => door.passed }))).wait())
    await t.settled()
    expect(call.state).toBe('pending')
    door.open()
    await t.settled()
    expect(call.state).toBe('resolved')
  })

  it('stop() runs through virtual time: hooks that wait for it, drains and limits', async () => {
    const t = await createTestSystem({ seed: 1, log: recordingLog() })
    const order: string[] = []
    const Cleaning = service(import.meta, 'cleaning', (self) => {
      self.onStop(() => new Promise(() => undefined))
      self.onStop(() => order.push('cleaned'))
      return { hang: () => new Promise<void>(() => undefined) }
    })
    const cleaning = await t.spawn(Cleaning)
    const hang = failureOf(cleaning.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).hang())
    t.onStopping(() => order.push('onStopping'))
    const stopping = t.stop({ drainMs: 500 })
    expect(t.state).toBe('stopping')
    await stopping
    expect([order, t.state]).toEqual([['onStopping', 'cleaned'], 'stopped'])
    expect(await hang).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN' })
    expect(t.clock.now()).toBe(5500)
    await t.stop()
    await t[Symbol.asyncDispose]()
    expect(t.clock.now()).toBe(5500)
  })

  it('a system that has stopped refuses to spawn', async () => {
    const t = await createTestSystem({ seed: 1, name: 'gone' })
    await t.stop()
    const Svc = service(import.meta, 'svc', () => ({}))
    expect(() => t.spawn(Svc)).toThrow('spawn(): the system "gone" is stopped')
    expect(() => t.spawn(actor(() => ({})))).toThrow('spawn(): the system "gone" is stopped')
    expect(() => t.pool(Svc, { size: 1 })).toThrow('pool(): the system "gone" is stopped')
  })

  it('t.system is the same system for code that takes a System, and stops in virtual time too', async () => {
    const t = await createTestSystem({ seed: 1, log: recordingLog() })
    const serve = async (system: System) => {
      system.onStopping(() => new Promise(() => undefined))
      return await system.spawn(service(import.meta, 'served', () => ({ ping: () => system.name })))
    }
    expect(await (await serve(t.system)).ping()).toBe('test')
    expect([t.tryLookup('served') === undefined, t.system.stats()]).toEqual([false, t.stats()])
    await t.system.stop()
    expect([t.state, t.clock.now()]).toEqual(['stopped', 30_000])
  })

  it('deadLetters lists what was not delivered, in order, the newest 10 000', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const gone = t.spawn(actor(() => ({ hello: (_n: number) => undefined })))
    await gone.$.stop()
    gone.$.tell.hello(1)
    await failureOf(gone.hello(2))
    expect(t.deadLetters.map(({ reason, kind, method, preview, missed }) => [reason, kind, method, preview, missed])).toEqual([
      ['unavailable', 'tell', 'hello', '1', 0],
      ['unavailable', 'call', 'hello', '2', 0],
    ])
    for (let second = 0; second < 12; second++) {
      for (let n = 0; n < 1000; n++) gone.$.tell.hello(n)
      await t.clock.advance(1000)
    }
    expect([t.deadLetters.length, t.deadLetters.at(-1)?.preview]).toEqual([10_000, '999'])
  })

  it('createTestSystem() refuses unknown and wrong options', async () => {
    const wrong = { threads: -1, speed: 2 } as TestSystemOptions
    await expect(createTestSystem(wrong)).rejects.toThrow(
      /createTestSystem\(\): .*threads is -1; give a whole number from 0 to 256.*speed is no option/,
    )
  })

  it('the same seed gives the same order of turns; seeds give different ones', async () => {
    const orders = new Map<number, string>()
    for (const seed of [1, 2, 3, 4, 5]) {
      const [one, two] = [await orderOf(seed), await orderOf(seed)]
      expect(one).toBe(two)
      orders.set(seed, one)
    }
    expect(new Set(orders.values()).size).toBeGreaterThan(1)
  })

  it('a system without a seed draws one and tells it', async () => {
    await using t = await createTestSystem()
    expect(t.seed).toBeTypeOf('number')
    expect(await orderOf(t.seed)).toBe(await orderOf(t.seed))
  })
})

/** Twenty actors that are ready at once, and that tell each other in turn. */
async function orderOf(seed: number): Promise<string> {
  await using t = await createTestSystem({ seed })
  const order: string[] = []
  const Node = actor((_self, init: { name: number }) => ({
    run(left: number) {
      order.push(`${init.name}:${left}`)
      if (left > 0) nodes[(init.name * 7 + left) % nodes.length]?.$.tell.run(left - 1)
    },
  }))
  const nodes = Array.from({ length: 20 }, (_, name) => t.spawn(Node, { init: { name } }))
  for (const node of nodes) node.$.tell.run(3)
  await t.settled()
  return order.join()
}
