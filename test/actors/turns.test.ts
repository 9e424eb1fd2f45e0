import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { createTestSystem } from '../../src/testing/index.js'
import { failureOf, type Gate, gate, outcomeOf, recordingLog } from './evidence.js'

const Slow = service(import.meta, 'slow', (_self, init: { log: string[] } | undefined) => {
  let gates: Gate[] = []
  const log: string[] = init?.log ?? []
  return {
    async work(name: string) {
      log.push(`${name} begins`)
      const wait = gate()
      gates.push(wait)
      await wait.passed
      log.push(`${name} goes on`)
      await Promise.resolve()
      log.push(`${name} ends`)
      return name
    },
    note: (name: string) => void log.push(name),
    log: () => log,
    reset: () => {
      gates = []
    },
  }
})

describe('turns', () => {
  it('actor() runs one message at a time, through every await of its method', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const log: string[] = []
    const gates: Gate[] = []
    const Worker = actor(() => ({
      async work(name: string) {
        log.push(`${name} begins`)
        gates.push(gate())
        await gates.at(-1)?.passed
        await Promise.resolve()
        log.push(`${name} ends`)
      },
    }))
    const worker = t.spawn(Worker)
    const done = ['a', 'b', 'c'].map((name) => worker.work(name))
    for (let i = 0; i < 3; i++) {
      await t.settled()
      expect(gates).toHaveLength(i + 1)
      gates[i]?.open()
    }
    await Promise.all(done)
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('actor() that waits holds nobody else up', async () => {
    await using t = await createTestSystem({ seed: 2 })
    const one = await t.spawn(Slow)
    const other = await t.spawn(Slow, { name: 'other' })
    const waits = outcomeOf(one.work('x'))
    await other.note('y')
    expect(await other.log()).toEqual(['y'])
    expect(waits.state).toBe('pending')
  })

  it.each([1, 2, 3, 4, 5])('actor() gets what one sender sends in order, whatever kind it is (seed %i)', async (seed) => {
    await using t = await createTestSystem({ seed })
    const slow = await t.spawn(Slow)
    const pending: Promise<unknown>[] = []
    const expected: string[] = []
    for (let i = 0; i < 60; i++) {
      const name = `${i}`
      expected.push(name)
      if (i % 3 === 0) pending.push(slow.note(name))
      else if (i % 3 === 1) pending.push(slow.$.offer.note(name))
      else expect(slow.$.tell.note(name)).toBe('accepted')
    }
    await Promise.all(pending)
    expect(await slow.log()).toEqual(expected)
  })

  it('actor() gets the messages of each of many senders in order, on every seed', async () => {
    for (let seed = 0; seed < 20; seed++) {
      await using t = await createTestSystem({ seed })
      const got: [number, number][] = []
      const sink = t.spawn(actor(() => ({ take: (from: number, i: number) => void got.push([from, i]) })))
      const Sender = actor((_self, init: { from: number; sink: typeof sink }) => ({
        async send() {
          for (let i = 0; i < 10; i++) {
            if (i % 2 === 0) init.sink.$.tell.take(init.from, i)
            else await init.sink.take(init.from, i)
          }
        },
      }))
      await Promise.all([0, 1, 2].map((from) => t.spawn(Sender, { init: { from, sink } }).send()))
      for (const from of [0, 1, 2]) expect(got.filter(([who]) => who === from).map(([, i]) => i)).toEqual([...Array(10).keys()])
    }
  })

  it('a method that returns no promise answers within the same turn as those behind it', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const slow = await t.spawn(Slow)
    expect(await Promise.all([slow.note('a'), slow.note('b'), slow.log()])).toEqual([undefined, undefined, ['a', 'b']])
  })

  it('a method may return any thenable', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const Odd = actor(() => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      lazy: () => ({ then: (done: (value: string) => void) => done('late') }),
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      broken: () => ({ then: () => thrown() }),
      worse: () =>
        Object.defineProperty({}, 'then', {
          get: () => thrown(),
        }),
      after: () => 'fine',
    }))
    const thrown = (): never => {
      throw new Error('no promise')
    }
    const odd = t.spawn(Odd)
    expect(await odd.lazy()).toBe('late')
    expect(await failureOf(odd.broken())).toMatchObject({ code: 'ERR_APPLICATION', message: 'no promise' })
    expect(await failureOf(odd.worse())).toMatchObject({ code: 'ERR_APPLICATION', message: 'no promise' })
    expect(await odd.after()).toBe('fine')
  })

  it('a busy pair of actors starves neither timers nor the event loop', async () => {
    const { createSystem } = await import('../../src/index.js')
    await using system = await createSystem({ threads: 0 })
    let stopped = false
    const Echo = actor(() => ({ ping: async () => undefined }))
    const echo = system.spawn(Echo)
    const Caller = actor(() => ({
      async run() {
        let calls = 0
        for (; !stopped; calls++) await echo.ping()
        return calls
      },
    }))
    const running = system.spawn(Caller).$.with({ timeoutMs: Number.POSITIVE_INFINITY }).run()
    await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)))
    stopped = true
    expect(await running).toBeGreaterThan(0)
  })

  it('actors that tell each other without end starve neither timers nor the event loop', async () => {
    const { createSystem } = await import('../../src/index.js')
    await using system = await createSystem({ threads: 0 })
    let stopped = false
    const Player = actor((self) => ({
      play(other: { readonly $: { readonly tell: { play(next: unknown): unknown } } }) {
        if (!stopped) other.$.tell.play(self.remote)
      },
    }))
    const [one, two] = [system.spawn(Player), system.spawn(Player)]
    one.$.tell.play(two)
    await new Promise((resolve) => setTimeout(resolve, 1))
    stopped = true
  })
})
